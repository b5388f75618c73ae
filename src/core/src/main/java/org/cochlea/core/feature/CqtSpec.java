package org.cochlea.core.feature;

import java.util.List;
import org.cochlea.core.basis.ConstantQKernels;
import org.cochlea.core.basis.Window;

/**
 * The kernels of a constant-Q or variable-Q transform: bin k lies at {@code minHz 2^(k /
 * binsPerOctave)}, its bandwidth is proportional to its frequency plus {@code gamma}.
 *
 * @param minHz frequency of bin 0, above 0; C1 is 32.7032
 * @param bins at least 1
 * @param binsPerOctave at least 1
 * @param filterScale length of the kernels relative to those of full frequency resolution, above 0
 * @param norm order of the norm that kernels are divided by, above 0 or infinite; NaN for none
 * @param window shape of the kernels
 * @param gamma added to the bandwidth in Hz, at least 0: 0 is constant Q; NaN for what the ERB
 *     scale has
 * @param sparsity of a transformed kernel the least values that add up to this part of all are left
 *     out, in [0, 1)
 * @param intervals ratios of the bins of an octave to its first one, above 0: see {@link
 *     org.cochlea.core.basis.Intervals}; empty for equal steps
 */
public record CqtSpec(
    double minHz,
    int bins,
    int binsPerOctave,
    double filterScale,
    double norm,
    Window window,
    double gamma,
    double sparsity,
    List<Double> intervals) {
  /** Frequency of C1 in Hz, of A4 = 440. */
  public static final double C1 = 440 * Math.pow(2, -45 / 12.0);

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public CqtSpec {
    Check.positive("minHz", minHz);
    Check.atLeast("bins", bins, 1);
    Check.atLeast("binsPerOctave", binsPerOctave, 1);
    Check.positive("filterScale", filterScale);
    if (!(norm > 0 || Double.isNaN(norm))) {
      throw new IllegalArgumentException("norm must be above 0 or NaN, was " + norm);
    }
    if (!(gamma >= 0 || Double.isNaN(gamma)) || Double.isInfinite(gamma)) {
      throw new IllegalArgumentException("gamma must be at least 0 or NaN, was " + gamma);
    }
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException("sparsity must be in [0, 1), was " + sparsity);
    }
    intervals = List.copyOf(intervals);
    for (double ratio : intervals) {
      Check.positive("intervals", ratio);
    }
    if (!intervals.isEmpty() && intervals.size() != binsPerOctave) {
      throw new IllegalArgumentException(
          "intervals must be as many as binsPerOctave = %d, were %d"
              .formatted(binsPerOctave, intervals.size()));
    }
  }

  /** librosa.cqt's defaults: 84 semitones from C1 on, Hann, sparsity 0.01. */
  public static CqtSpec librosa() {
    return new CqtSpec(C1, 84, 12, 1, 1, Window.HANN, 0, 0.01, List.of());
  }

  /** nnAudio's defaults: 84 semitones from 32.70 Hz on, Hann, nothing left out. */
  public static CqtSpec nnAudio() {
    return new CqtSpec(32.70, 84, 12, 1, 1, Window.HANN, 0, 0, List.of());
  }

  /** Returns this over other frequencies, at equal steps unless the octave has as many bins. */
  public CqtSpec withBins(double lowestHz, int count, int perOctave) {
    return new CqtSpec(
        lowestHz,
        count,
        perOctave,
        filterScale,
        norm,
        window,
        gamma,
        sparsity,
        perOctave == binsPerOctave ? intervals : List.of());
  }

  /** Returns this with octaves divided by ratios, as many bins as there are. */
  public CqtSpec withIntervals(List<Double> ratios) {
    return new CqtSpec(
        minHz, bins, ratios.size(), filterScale, norm, window, gamma, sparsity, ratios);
  }

  /** Returns where the bins lie, in Hz. */
  public double[] frequencies() {
    return intervals.isEmpty()
        ? ConstantQKernels.frequencies(minHz, bins, binsPerOctave)
        : ConstantQKernels.frequencies(minHz, bins, intervals);
  }

  /** Returns this with another gamma; NaN for what the ERB scale has. */
  public CqtSpec withGamma(double hz) {
    return new CqtSpec(
        minHz, bins, binsPerOctave, filterScale, norm, window, hz, sparsity, intervals);
  }

  /** Returns this moved by a tuning, in fractions of a bin. */
  public CqtSpec withTuning(double fractions) {
    return withBins(minHz * Math.pow(2, fractions / binsPerOctave), bins, binsPerOctave);
  }
}
