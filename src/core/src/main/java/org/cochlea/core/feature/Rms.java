package org.cochlea.core.feature;

import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Root mean square of every frame: {@code [batch, channels, samples] → [batch, channels, 1,
 * frames]}; librosa.feature.rms of a signal.
 *
 * @param frameLength in samples, at least 1
 * @param hopLength in samples, at least 1
 * @param center whether frames are centred
 * @param padding what a centred frame sees beyond the ends; zeros in librosa since 0.10
 */
public record Rms(int frameLength, int hopLength, boolean center, Padding padding)
    implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Rms {
    Check.atLeast("frameLength", frameLength, 1);
    Check.atLeast("hopLength", hopLength, 1);
  }

  /** librosa's defaults: 2048, hop 512, centred, zeros beyond the ends. */
  public static Rms librosa() {
    return new Rms(2048, 512, true, Padding.ZERO);
  }

  @Override
  public Pipeline pipeline() {
    int margin = center ? frameLength / 2 : 0;
    return Pipeline.of(
        0,
        new Stage.Frame(frameLength, hopLength, margin, margin, padding, Stage.Frame.Tail.DROP),
        new Stage.Reduce(Stage.Reduce.Reduction.MEAN_SQUARE),
        new Stage.Power(0.5));
  }
}
