package org.cochlea.core.feature;

import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * The fraction of samples at which the sign changes, per frame: {@code [batch, channels, samples] →
 * [batch, channels, 1, frames]}, in [0, 1); librosa.feature.zero_crossing_rate.
 *
 * @param frameLength in samples, at least 1
 * @param hopLength in samples, at least 1
 * @param center whether frames are centred; the edge sample is repeated beyond the ends
 */
public record ZeroCrossingRate(int frameLength, int hopLength, boolean center) implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public ZeroCrossingRate {
    Check.atLeast("frameLength", frameLength, 1);
    Check.atLeast("hopLength", hopLength, 1);
  }

  /** librosa's defaults: 2048, hop 512, centred. */
  public static ZeroCrossingRate librosa() {
    return new ZeroCrossingRate(2048, 512, true);
  }

  @Override
  public Pipeline pipeline() {
    int margin = center ? frameLength / 2 : 0;
    return Pipeline.of(
        0,
        new Stage.Frame(
            frameLength, hopLength, margin, margin, Padding.EDGE, Stage.Frame.Tail.DROP),
        new Stage.Reduce(Stage.Reduce.Reduction.ZERO_CROSSING_RATE));
  }
}
