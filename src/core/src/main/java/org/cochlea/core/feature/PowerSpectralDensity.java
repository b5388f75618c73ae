package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.DpssTaper;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.SpectralDensity;
import org.cochlea.core.stage.SpectralDensity.Average;
import org.cochlea.core.stage.SpectralDensity.Detrend;
import org.cochlea.core.stage.SpectralDensity.Scaling;
import org.cochlea.core.stage.Taper;

/**
 * The power spectral density of a whole clip: {@code [batch, channels, samples] → [batch, channels,
 * 1, frequencies]}, in {@code 1 / Hz} for samples without unit; scipy.signal.welch and periodogram.
 *
 * @param density sample rate, segments, tapers, scaling
 */
public record PowerSpectralDensity(SpectralDensity density) implements Feature {

  /** scipy.signal.welch's defaults: Hann, segments of 256 that overlap by half, means removed. */
  public static PowerSpectralDensity welch(int sampleRate) {
    return of(sampleRate, List.of(Window.HANN), List.of(1.0), 256, Detrend.CONSTANT);
  }

  /** scipy.signal.periodogram's defaults: the clip as it is, its mean removed. */
  public static PowerSpectralDensity periodogram(int sampleRate) {
    return of(sampleRate, List.of(Window.BOXCAR), List.of(1.0), 0, Detrend.CONSTANT);
  }

  /**
   * Thomson's multitaper estimate: the mean of the spectra of {@code count} Slepian tapers.
   *
   * @param halfBandwidth NW, above 0; 4 is usual
   * @param count of tapers, at least 1; {@code 2 halfBandwidth - 1} is usual
   */
  public static PowerSpectralDensity multitaper(int sampleRate, double halfBandwidth, int count) {
    Check.atLeast("count", count, 1);
    List<DpssTaper> tapers = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tapers.add(new DpssTaper(halfBandwidth, i));
      weights.add(1.0);
    }
    return of(sampleRate, tapers, weights, 0, Detrend.NONE);
  }

  private static PowerSpectralDensity of(
      int sampleRate,
      List<? extends Taper> tapers,
      List<Double> weights,
      int segment,
      Detrend detrend) {
    return new PowerSpectralDensity(
        new SpectralDensity(
            sampleRate,
            List.copyOf(tapers),
            weights,
            segment,
            -1,
            0,
            detrend,
            Scaling.DENSITY,
            Average.MEAN,
            true));
  }

  @Override
  public Pipeline pipeline() {
    // A rate of a fraction of Hz says something about the result, not about the samples.
    int rate = (int) density.sampleRate();
    return new Pipeline(rate == density.sampleRate() ? rate : 0, Layout.signal(), List.of(density));
  }
}
