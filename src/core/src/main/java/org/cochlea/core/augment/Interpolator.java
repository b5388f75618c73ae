package org.cochlea.core.augment;

import java.util.Arrays;
import org.cochlea.core.basis.Bessel;
import org.jspecify.annotations.Nullable;

/**
 * Reads a signal at any speed: a sinc with a Kaiser window of 32 zero crossings to each side,
 * tabulated 512 times per crossing and interpolated linearly between.
 */
final class Interpolator {
  static final int CROSSINGS = 32;
  static final int STEPS = 512;
  private static final double BETA = 10;

  /** Where the filter's middle lies, as a part of half the lower of both rates. */
  private static final double ROLLOFF = 0.95;

  /** The largest denominator of a speed whose filters are kept: 20 for 0.85 or 1.05. */
  private static final int MAX_PHASES = 32;

  /** How many speeds have filters that are kept. */
  private static final int MAX_SPEEDS = 64;

  /** A copy with one more replaces it, so that threads need no lock to read. */
  private static volatile Filters[] kept = {};

  static final float[] TABLE = new float[CROSSINGS * STEPS + 2];

  static {
    double norm = Bessel.i0(BETA);
    for (int i = 0; i <= CROSSINGS * STEPS; i++) {
      double u = (double) i / STEPS;
      double r = u / CROSSINGS;
      double window = Bessel.i0(BETA * Math.sqrt(Math.max(0, 1 - r * r))) / norm;
      double sinc = i == 0 ? 1 : Math.sin(Math.PI * u) / (Math.PI * u);
      TABLE[i] = (float) (window * sinc);
    }
  }

  private Interpolator() {}

  /** Writes {@code y[t] = x(speed t)}, {@code x} being 0 outside. */
  static void read(float[] x, int n, double speed, float[] y, int count) {
    if (speed == 1) {
      int same = Math.min(n, count);
      System.arraycopy(x, 0, y, 0, same);
      Arrays.fill(y, same, count, 0);
      return;
    }
    Filters filters = filters(speed);
    if (filters != null) {
      filters.read(x, n, y, count);
      return;
    }
    double cutoff = cutoff(speed);
    double reach = CROSSINGS / cutoff;
    for (int t = 0; t < count; t++) {
      double at = speed * t;
      int first = Math.max(0, (int) Math.ceil(at - reach));
      int last = Math.min(n - 1, (int) Math.floor(at + reach));
      double sum = 0;
      for (int i = first; i <= last; i++) {
        sum += x[i] * weight(Math.abs(i - at) * cutoff * STEPS);
      }
      y[t] = (float) (cutoff * sum);
    }
  }

  private static @Nullable Filters filters(double speed) {
    for (Filters filters : kept) {
      if (filters.speed == speed) {
        return filters;
      }
    }
    int phases = phases(speed);
    return phases == 0 || kept.length >= MAX_SPEEDS ? null : keep(new Filters(speed, phases));
  }

  private static synchronized Filters keep(Filters made) {
    Filters[] more = Arrays.copyOf(kept, kept.length + 1);
    more[kept.length] = made;
    kept = more;
    return made;
  }

  static double cutoff(double speed) {
    return ROLLOFF * Math.min(1, 1 / speed);
  }

  private static double weight(double u) {
    int k = (int) u;
    float low = TABLE[k];
    return low + (u - k) * (TABLE[k + 1] - low);
  }

  /** The denominator of a speed that is a simple fraction, or 0. */
  private static int phases(double speed) {
    for (int q = 1; q <= MAX_PHASES; q++) {
      double p = speed * q;
      if (Math.abs(p - Math.rint(p)) < 1e-9) {
        return q;
      }
    }
    return 0;
  }

  /**
   * The filters of a speed that is a fraction p/q: only q places between samples occur, so that the
   * weights of each are computed once.
   */
  private static final class Filters {
    private final double speed;
    private final int phases;
    private final int step;
    private final int[] first;
    private final double[][] weights;

    Filters(double speed, int phases) {
      this.speed = speed;
      this.phases = phases;
      this.step = (int) Math.rint(speed * phases);
      this.first = new int[phases];
      this.weights = new double[phases][];
      double cutoff = cutoff(speed);
      double reach = CROSSINGS / cutoff;
      for (int q = 0; q < phases; q++) {
        double at = (double) step * q / phases;
        first[q] = (int) Math.ceil(at - reach);
        weights[q] = new double[(int) Math.floor(at + reach) - first[q] + 1];
        for (int i = 0; i < weights[q].length; i++) {
          weights[q][i] = cutoff * weight(Math.abs(first[q] + i - at) * cutoff * STEPS);
        }
      }
    }

    void read(float[] x, int n, float[] y, int count) {
      int q = 0;
      int base = 0;
      for (int t = 0; t < count; t++) {
        double[] w = weights[q];
        int from = base + first[q];
        int begin = Math.max(0, -from);
        int end = Math.min(w.length, n - from);
        // Four sums, which do not wait for each other.
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = begin;
        for (; i + 3 < end; i += 4) {
          a += x[from + i] * w[i];
          b += x[from + i + 1] * w[i + 1];
          c += x[from + i + 2] * w[i + 2];
          d += x[from + i + 3] * w[i + 3];
        }
        for (; i < end; i++) {
          a += x[from + i] * w[i];
        }
        y[t] = (float) (a + b + (c + d));
        if (++q == phases) {
          q = 0;
          base += step;
        }
      }
    }
  }
}
