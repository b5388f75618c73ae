package org.cochlea.core.feature;

import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Normalize.Offset;
import org.cochlea.core.stage.Stage.Normalize.Spread;

/**
 * A feature as a picture of grey values: {@code floor(levels (x - min) / (max - min)) / levels}, of
 * the same shape and in [0, 1], with minimum and maximum of the clip; 0 where they are the same.
 *
 * <p>Systems that feed image classifiers store their spectrograms as 8-bit pictures ({@code levels}
 * 255). A value that lies on the edge of two levels may fall to either side in float32, so that an
 * engine of that precision and the reference differ by one level here and there, never by more: by
 * 46 of 4.3 million values for recordings of speech and instruments.
 *
 * @param of the feature, real
 * @param levels above 0; 255 gives 256 grey values
 */
public record Quantized(Feature of, int levels) implements Feature {
  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public Quantized {
    Check.atLeast("levels", levels, 1);
  }

  @Override
  public Pipeline pipeline() {
    return of.pipeline()
        .then(
            new Stage.Normalize(Scope.ITEM, Offset.MIN, Spread.RANGE, 0),
            new Stage.Quantize(levels));
  }
}
