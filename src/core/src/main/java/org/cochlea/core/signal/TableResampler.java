package org.cochlea.core.signal;

import org.cochlea.core.basis.Bessel;

/**
 * Changes the sample rate as resampy 0.4 does (J. O. Smith's band-limited interpolation): a sinc
 * under a Kaiser window is looked up in a table, on a line between two entries.
 *
 * <p>Where the rate is lowered, the taps of an output lie a whole number of entries apart, as
 * resampy has it, which bends the filter a little. For results that need not equal resampy's, a
 * {@link Resampler} is exact and faster.
 *
 * @param zeros half length of the table, in samples of the lower rate, at least 1
 * @param precision entries per sample, at least 1
 * @param rolloff cutoff, relative to half the lower rate, in (0, 1]
 * @param beta shape of the window, in [0, 100]
 */
public record TableResampler(int zeros, int precision, double rolloff, double beta) {
  private static final TableResampler BEST =
      new TableResampler(50, 1 << 13, 0.9173473712608761, 12.984585183195971);

  private static final TableResampler FAST =
      new TableResampler(24, 1 << 9, 0.8682120388377784, 9.903224360386941);

  /** Checks the ranges. */
  public TableResampler {
    Checks.atLeast("zeros", zeros, 1);
    Checks.atLeast("precision", precision, 1);
    Checks.within("beta", beta, 0, 100);
    if (!(rolloff > 0 && rolloff <= 1)) {
      throw new IllegalArgumentException("rolloff must be in (0, 1], was " + rolloff);
    }
  }

  /** Returns resampy's (and librosa's) {@code kaiser_best}: -120 dB. */
  public static TableResampler kaiserBest() {
    return BEST;
  }

  /** Returns resampy's (and librosa's) {@code kaiser_fast}: -93 dB. */
  public static TableResampler kaiserFast() {
    return FAST;
  }

  /**
   * Resamples a signal.
   *
   * @param samples any number
   * @param from their rate in Hz, at least 1
   * @param to rate of the result in Hz, at least 1
   * @return {@code floor(n to / from)} samples
   * @throws IllegalArgumentException if {@code to} is so far below {@code from} that two taps would
   *     lie in one entry
   */
  public float[] resample(float[] samples, int from, int to) {
    Checks.atLeast("from", from, 1);
    Checks.atLeast("to", to, 1);
    if (from == to) {
      return samples.clone();
    }
    double scale = Math.min(1, (double) to / from);
    int step = (int) (scale * precision);
    if (step < 1) {
      throw new IllegalArgumentException(
          "from must be at most %d times to, were %d and %d".formatted(precision, from, to));
    }
    double[] table = table(scale);
    float[] out = new float[Math.toIntExact((long) samples.length * to / from)];
    double increment = 1 / ((double) to / from);
    for (int t = 0; t < out.length; t++) {
      double time = t * increment;
      int n = (int) time;
      double fraction = scale * (time - n);
      double before = wing(table, step, fraction * precision, samples, n, -1);
      double behind = wing(table, step, (scale - fraction) * precision, samples, n + 1, 1);
      out[t] = (float) (before + behind);
    }
    return out;
  }

  /** The half of the filter from its middle on, and one entry more for the last line. */
  private double[] table(double scale) {
    double[] table = new double[zeros * precision + 2];
    double norm = Bessel.i0(beta);
    for (int i = 0; i < table.length - 1; i++) {
      double u = (double) i / (table.length - 2);
      double angle = Math.PI * rolloff * i / precision;
      double sinc = i == 0 ? 1 : Math.sin(angle) / angle;
      table[i] =
          scale * rolloff * sinc * Bessel.i0(beta * Math.sqrt(Math.max(0, 1 - u * u))) / norm;
    }
    table[table.length - 1] = table[table.length - 2];
    return table;
  }

  /** The samples on one side of an output, the nearest first. */
  private static double wing(
      double[] table, int step, double place, float[] samples, int first, int direction) {
    int offset = (int) place;
    double eta = place - offset;
    int room = direction < 0 ? first + 1 : samples.length - first;
    int count = Math.min(room, (table.length - 1 - offset) / step);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      int at = offset + i * step;
      sum += (table[at] + eta * (table[at + 1] - table[at])) * samples[first + direction * i];
    }
    return sum;
  }
}
