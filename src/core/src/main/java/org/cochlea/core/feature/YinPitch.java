package org.cochlea.core.feature;

import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Yin;

/**
 * The fundamental frequency of every frame in Hz: {@code [batch, channels, samples] → [batch,
 * channels, 1, frames]}; librosa.yin. It has no notion of unvoiced frames.
 *
 * @param sampleRate in Hz, at least 1
 * @param minHz above 0; a period of it must fit into a frame
 * @param maxHz above {@code minHz}, at most half the sample rate
 * @param frameLength in samples, at least 2
 * @param hopLength in samples, at least 1
 * @param threshold of troughs of the normalised difference, at least 0
 * @param center whether frames are centred
 * @param padding what a centred frame sees beyond the ends
 */
public record YinPitch(
    int sampleRate,
    double minHz,
    double maxHz,
    int frameLength,
    int hopLength,
    double threshold,
    boolean center,
    Padding padding)
    implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public YinPitch {
    Check.atLeast("sampleRate", sampleRate, 1);
    Check.atLeast("frameLength", frameLength, 2);
    Check.atLeast("hopLength", hopLength, 1);
    new Yin(sampleRate, minHz, maxHz, threshold).apply(Layout.real(frameLength));
  }

  /** librosa's defaults: frames of 2048, hop 512, threshold 0.1, zeros beyond the ends. */
  public static YinPitch librosa(int sampleRate, double minHz, double maxHz) {
    return new YinPitch(sampleRate, minHz, maxHz, 2048, 512, 0.1, true, Padding.ZERO);
  }

  @Override
  public Pipeline pipeline() {
    int margin = center ? frameLength / 2 : 0;
    return Pipeline.of(
        sampleRate,
        new Stage.Frame(frameLength, hopLength, margin, margin, padding, Stage.Frame.Tail.DROP),
        new Yin(sampleRate, minHz, maxHz, threshold));
  }
}
