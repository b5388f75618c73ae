package org.cochlea.core.feature;

import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Normalize.Offset;
import org.cochlea.core.stage.Stage.Normalize.Spread;

/**
 * A feature shifted and scaled by its own statistics, of the same shape.
 *
 * @param of the feature
 * @param by how
 */
public record Normalized(Feature of, Stage.Normalize by) implements Feature {

  /**
   * Cepstral mean and variance normalisation: every bin to mean 0 and deviation 1 over the clip.
   */
  public static Normalized cmvn(Feature of) {
    return new Normalized(
        of, new Stage.Normalize(Scope.BIN, Offset.MEAN, Spread.STANDARD_DEVIATION, 0));
  }

  /** NeMo's "per_feature": as CMVN with the sample deviation plus 1e-5. */
  public static Normalized perFeature(Feature of) {
    return new Normalized(
        of, new Stage.Normalize(Scope.BIN, Offset.MEAN, Spread.SAMPLE_STANDARD_DEVIATION, 1e-5));
  }

  /** NeMo's "all_features": one mean and one deviation for all bins of a channel. */
  public static Normalized allFeatures(Feature of) {
    return new Normalized(
        of,
        new Stage.Normalize(Scope.CHANNEL, Offset.MEAN, Spread.SAMPLE_STANDARD_DEVIATION, 1e-5));
  }

  @Override
  public Pipeline pipeline() {
    return of.pipeline().then(by);
  }
}
