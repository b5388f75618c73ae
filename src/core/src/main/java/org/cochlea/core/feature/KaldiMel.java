package org.cochlea.core.feature;

import org.cochlea.core.basis.KaldiFilters;
import org.cochlea.core.stage.Basis;

/**
 * Kaldi's mel filter bank and its warping for a speaker's vocal tract (VTLN).
 *
 * @param bins number of filters, at least 3; torchaudio asks for 4
 * @param minHz lower edge of the first, at least 0; Kaldi's low_freq
 * @param maxHz upper edge of the last; 0 or below counts from half the sample rate; Kaldi's
 *     high_freq
 * @param vtlnLow lower inflection point in Hz, above {@code minHz}; matters only where {@code
 *     vtlnWarp} is not 1
 * @param vtlnHigh upper inflection point in Hz; below 0 counts from half the sample rate
 * @param vtlnWarp above 0; 1 for no warping
 */
public record KaldiMel(
    int bins, double minHz, double maxHz, double vtlnLow, double vtlnHigh, double vtlnWarp) {

  /**
   * Checks the ranges above; what depends on the sample rate is checked by the feature.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public KaldiMel {
    Check.atLeast("bins", bins, 3);
    Check.notNegative("minHz", minHz);
    Check.finite("maxHz", maxHz);
    Check.finite("vtlnLow", vtlnLow);
    Check.finite("vtlnHigh", vtlnHigh);
    Check.positive("vtlnWarp", vtlnWarp);
  }

  /** Returns Kaldi's defaults with a number of filters: 20 Hz to half the rate, no warping. */
  public static KaldiMel of(int bins) {
    return new KaldiMel(bins, 20, 0, 100, -500, 1);
  }

  /** Returns this with another number of filters. */
  public KaldiMel withBins(int count) {
    return new KaldiMel(count, minHz, maxHz, vtlnLow, vtlnHigh, vtlnWarp);
  }

  /** Returns this over another band; an upper edge of 0 or below counts from half the rate. */
  public KaldiMel withBand(double low, double high) {
    return new KaldiMel(bins, low, high, vtlnLow, vtlnHigh, vtlnWarp);
  }

  /** Returns this warped. */
  public KaldiMel withVtln(double low, double high, double warp) {
    return new KaldiMel(bins, minHz, maxHz, low, high, warp);
  }

  /** Checks what depends on the sample rate. */
  void requireFits(int sampleRate) {
    double top = top(sampleRate);
    if (!(top > minHz) || top > sampleRate / 2.0) {
      throw new IllegalArgumentException(
          "maxHz must be in (%s, %s] Hz, was %s, that is %s Hz"
              .formatted(minHz, sampleRate / 2.0, maxHz, top));
    }
    if (vtlnWarp == 1) {
      return;
    }
    double high = vtlnTop(sampleRate);
    if (!(vtlnLow > minHz && vtlnLow < high && high < top)) {
      throw new IllegalArgumentException(
          "vtlnLow and vtlnHigh must lie in this order in (%s, %s) Hz, were %s and %s Hz"
              .formatted(minHz, top, vtlnLow, high));
    }
  }

  Basis basis(int sampleRate, int fftSize) {
    return vtlnWarp == 1
        ? KaldiFilters.mel(sampleRate, fftSize, bins, minHz, top(sampleRate))
        : KaldiFilters.warped(
            sampleRate,
            fftSize,
            bins,
            minHz,
            top(sampleRate),
            vtlnLow,
            vtlnTop(sampleRate),
            vtlnWarp);
  }

  private double top(int sampleRate) {
    return maxHz > 0 ? maxHz : sampleRate / 2.0 + maxHz;
  }

  private double vtlnTop(int sampleRate) {
    return vtlnHigh >= 0 ? vtlnHigh : sampleRate / 2.0 + vtlnHigh;
  }
}
