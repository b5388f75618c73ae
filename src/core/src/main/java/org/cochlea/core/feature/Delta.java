package org.cochlea.core.feature;

import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * The derivative along time of a feature, of the same shape; librosa.feature.delta.
 *
 * @param of the feature
 * @param delta width, order and what happens at the ends
 */
public record Delta(Feature of, Stage.Delta delta) implements Feature {

  /** librosa's defaults: 9 frames, first order, interpolated at the ends. */
  public static Delta librosa(Feature of) {
    return new Delta(of, new Stage.Delta(9, 1, Stage.Delta.Edge.INTERPOLATE));
  }

  @Override
  public Pipeline pipeline() {
    return of.pipeline().then(delta);
  }
}
