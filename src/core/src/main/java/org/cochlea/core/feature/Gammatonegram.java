package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.FilterBanks;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Spectrogram weighted by gammatone filters: {@code [batch, channels, samples] → [batch, channels,
 * bins, frames]}; nnAudio's Gammatonegram.
 *
 * <p>This weights the bins of a Fourier transform by the filters' magnitudes, as nnAudio does; it
 * is not a filter bank in the time domain. nnAudio accepts {@code htk} and {@code norm} and ignores
 * them; they are not parameters here.
 *
 * @param sampleRate in Hz, at least 1
 * @param stft framing and window
 * @param bins number of filters, at least 1
 * @param minHz centre of the lowest, at least 0
 * @param maxHz above {@code minHz}, at most half the sample rate; not itself a centre
 * @param power above 0: 1 magnitude, 2 power
 */
public record Gammatonegram(
    int sampleRate, StftSpec stft, int bins, double minHz, double maxHz, double power)
    implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Gammatonegram {
    Check.atLeast("sampleRate", sampleRate, 1);
    Check.atLeast("bins", bins, 1);
    Check.band(minHz, maxHz);
    Check.nyquist(maxHz, sampleRate);
    Check.positive("power", power);
  }

  /** nnAudio's defaults: 2048/512, reflected, 64 filters from 0 Hz to half the rate, power 2. */
  public static Gammatonegram nnAudio(int sampleRate) {
    return new Gammatonegram(sampleRate, StftSpec.nnAudio(), 64, 0, sampleRate / 2.0, 2);
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> stages = new ArrayList<>(Spectrogram.stages(stft, power));
    stages.add(
        new Stage.Project(FilterBanks.gammatone(sampleRate, stft.fftSize(), bins, minHz, maxHz)));
    return new Pipeline(sampleRate, Layout.signal(), stages);
  }
}
