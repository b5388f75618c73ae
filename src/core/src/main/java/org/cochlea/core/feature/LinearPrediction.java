package org.cochlea.core.feature;

import org.cochlea.core.stage.BurgPrediction;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;

/**
 * Coefficients of linear prediction of a whole clip by Burg's method: {@code [batch, channels,
 * samples] → [batch, channels, order + 1, 1]}, the first one 1; librosa.lpc. Of frames: {@link
 * BurgPrediction}.
 *
 * @param order at least 1
 */
public record LinearPrediction(int order) implements Feature {
  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public LinearPrediction {
    Check.atLeast("order", order, 1);
  }

  @Override
  public Pipeline pipeline() {
    return Pipeline.of(0, new BurgPrediction(order, Layout.Domain.SIGNAL));
  }
}
