package org.cochlea.core.feature;

import org.cochlea.core.basis.Chroma;
import org.cochlea.core.stage.Basis;

/**
 * A bank of Gaussian filters around pitch classes; see {@link Chroma#fourier}.
 *
 * @param bins pitch classes per octave, at least 1
 * @param tuning from A4 = 440 Hz, in fractions of a bin, finite
 * @param norm order of the norm of the columns, above 0; infinite for their maximum, NaN for none
 * @param centerOctave octave of the largest weight, from A0 on, finite
 * @param octaveWidth of the Gaussian over octaves, above 0; infinite for equal weights
 * @param baseC whether bin 0 is C, not A
 */
public record ChromaSpec(
    int bins, double tuning, double norm, double centerOctave, double octaveWidth, boolean baseC) {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public ChromaSpec {
    Check.atLeast("bins", bins, 1);
    Check.finite("tuning", tuning);
    Check.finite("centerOctave", centerOctave);
    if (!(octaveWidth > 0)) {
      throw new IllegalArgumentException("octaveWidth must be above 0, was " + octaveWidth);
    }
    var _ = NormStages.of(norm);
  }

  /** librosa's defaults: 12 classes from C on, norm 2, octave 5 ± 2. */
  public static ChromaSpec librosa() {
    return new ChromaSpec(12, 0, 2, 5, 2, true);
  }

  /** Returns this with another tuning. */
  public ChromaSpec withTuning(double fractions) {
    return new ChromaSpec(bins, fractions, norm, centerOctave, octaveWidth, baseC);
  }

  /** Returns this with another number of pitch classes. */
  public ChromaSpec withBins(int count) {
    return new ChromaSpec(count, tuning, norm, centerOctave, octaveWidth, baseC);
  }

  Basis basis(int sampleRate, int fftSize) {
    return Chroma.fourier(
        sampleRate, fftSize, bins, tuning, norm, centerOctave, octaveWidth, baseC);
  }
}
