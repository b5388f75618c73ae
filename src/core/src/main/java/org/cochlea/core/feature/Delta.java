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

  /**
   * Regression over {@code n} frames to both sides, the edge frame repeated: {@code Σ i x[t + i] /
   * Σ i²}; delta(feat, N) of python_speech_features, HTK's and Kaldi's deltas.
   *
   * @param n at least 1; 2 is torchaudio.functional.compute_deltas with its default of 5 frames
   */
  public static Delta regression(Feature of, int n) {
    Check.atLeast("n", n, 1);
    return new Delta(of, new Stage.Delta(2 * n + 1, 1, Stage.Delta.Edge.NEAREST));
  }

  @Override
  public Pipeline pipeline() {
    return of.pipeline().then(delta);
  }
}
