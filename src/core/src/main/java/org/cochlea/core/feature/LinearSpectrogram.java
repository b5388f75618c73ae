package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.FilterBanks;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Spectrogram through triangles equally spaced in Hz: {@code [batch, channels, samples] → [batch,
 * channels, bins, frames]}; the filter bank of torchaudio's LFCC.
 *
 * @param sampleRate in Hz, at least 1
 * @param stft framing and window
 * @param bins number of triangles, at least 1
 * @param minHz lower edge of the first, at least 0
 * @param maxHz upper edge of the last, above {@code minHz}, at most half the sample rate
 * @param power above 0: 1 magnitude, 2 power
 */
public record LinearSpectrogram(
    int sampleRate, StftSpec stft, int bins, double minHz, double maxHz, double power)
    implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public LinearSpectrogram {
    Check.atLeast("sampleRate", sampleRate, 1);
    Check.atLeast("bins", bins, 1);
    Check.band(minHz, maxHz);
    Check.nyquist(maxHz, sampleRate);
    Check.positive("power", power);
  }

  /** torchaudio.transforms.LFCC's: 400/200, reflected, 128 triangles up to half the rate. */
  public static LinearSpectrogram torchaudio(int sampleRate) {
    return new LinearSpectrogram(sampleRate, StftSpec.torchaudio(), 128, 0, sampleRate / 2.0, 2);
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> stages = new ArrayList<>(Spectrogram.stages(stft, power));
    stages.add(
        new Stage.Project(FilterBanks.linear(sampleRate, stft.fftSize(), bins, minHz, maxHz)));
    return new Pipeline(sampleRate, Layout.signal(), stages);
  }
}
