package org.cochlea.core.feature;

import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.ProbabilisticYin;
import org.cochlea.core.stage.Stage;

/**
 * The fundamental frequency of every frame in Hz, whether it is voiced, and how likely that is:
 * {@code [batch, channels, samples] → [batch, channels, 3, frames]}; librosa.pyin. Frames follow
 * each other by the hop of {@code model}.
 *
 * @param model the estimate
 * @param frameLength in samples, at least 2
 * @param center whether frames are centred
 * @param padding what a centred frame sees beyond the ends
 */
public record PyinPitch(ProbabilisticYin model, int frameLength, boolean center, Padding padding)
    implements Feature {
  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public PyinPitch {
    Check.atLeast("frameLength", frameLength, 2);
    model.apply(Layout.real(frameLength));
  }

  /**
   * librosa's defaults: frames of 2048, hop 512, 100 thresholds, NaN for unvoiced frames.
   *
   * @param minHz above 0
   * @param maxHz above {@code minHz}, at most half the sample rate
   */
  public static PyinPitch librosa(int sampleRate, double minHz, double maxHz) {
    ProbabilisticYin model =
        new ProbabilisticYin(
            sampleRate, minHz, maxHz, 512, 100, 2, 18, 2, 0.1, 35.92, 0.01, 0.01, Double.NaN);
    return new PyinPitch(model, 2048, true, Padding.ZERO);
  }

  @Override
  public Pipeline pipeline() {
    int margin = center ? frameLength / 2 : 0;
    int rate = (int) model.sampleRate();
    return Pipeline.of(
        rate == model.sampleRate() ? rate : 0,
        new Stage.Frame(
            frameLength, model.hopLength(), margin, margin, padding, Stage.Frame.Tail.DROP),
        model);
  }
}
