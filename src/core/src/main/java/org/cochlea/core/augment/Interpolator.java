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
  static void read(float[] x, int n, double speed, float[] y, int count, Scratch scratch) {
    if (speed == 1) {
      int same = Math.min(n, count);
      System.arraycopy(x, 0, y, 0, same);
      Arrays.fill(y, same, count, 0);
      return;
    }
    Filters filters = filters(speed);
    if (filters != null) {
      filters.read(x, n, y, count, scratch);
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
   *
   * <p>All samples that come from one place are computed together, tap by tap. What such a tap
   * reads lies p samples apart, so the signal is first dealt into p parts: then the loops run over
   * memory without gaps, and the JIT makes vectors of them. (Of loops that read and write arrays of
   * one type it does not: they might be the same.)
   */
  private static final class Filters {
    private final double speed;
    private final int phases;
    private final int step;
    private final int[] first;
    private final double[][] weights;

    /** Zeros before and after each part of the signal. */
    private final int before;

    private final int after;

    Filters(double speed, int phases) {
      this.speed = speed;
      this.phases = phases;
      this.step = (int) Math.rint(speed * phases);
      this.first = new int[phases];
      this.weights = new double[phases][];
      double cutoff = cutoff(speed);
      double reach = CROSSINGS / cutoff;
      int last = 0;
      for (int q = 0; q < phases; q++) {
        double at = (double) step * q / phases;
        first[q] = (int) Math.ceil(at - reach);
        // A multiple of four taps, the last ones 0.
        int taps = (int) Math.floor(at + reach) - first[q] + 1;
        weights[q] = new double[(taps + 3) / 4 * 4];
        for (int i = 0; i < taps; i++) {
          weights[q][i] = cutoff * weight(Math.abs(first[q] + i - at) * cutoff * STEPS);
        }
        last = Math.max(last, first[q] + weights[q].length);
      }
      this.before = -Math.floorDiv(first[0], step);
      this.after = last / step + 1;
    }

    void read(float[] x, int n, float[] y, int count, Scratch scratch) {
      int most = Math.ceilDiv(count, phases);
      int length = before + most + after;
      float[] parts = deal(x, n, length, scratch);
      double[] sums = scratch.sums(most);
      for (int q = 0; q < phases; q++) {
        int made = Math.ceilDiv(count - q, phases);
        Arrays.fill(sums, 0, most, 0);
        double[] w = weights[q];
        for (int i = 0; i < w.length; i += 4) {
          int at = first[q] + i;
          add(
              sums,
              made,
              parts,
              place(at, length),
              w[i],
              place(at + 1, length),
              w[i + 1],
              place(at + 2, length),
              w[i + 2],
              place(at + 3, length),
              w[i + 3]);
        }
        for (int j = 0; j < made; j++) {
          y[q + j * phases] = (float) sums[j];
        }
      }
    }

    /** Returns where the samples {@code at}, {@code at + p}, … begin. */
    private int place(int at, int length) {
      return Math.floorMod(at, step) * length + before + Math.floorDiv(at, step);
    }

    private float[] deal(float[] x, int n, int length, Scratch scratch) {
      float[] parts = scratch.padded(Math.multiplyExact(step, length));
      for (int r = 0; r < step; r++) {
        int row = r * length;
        int there = Math.clamp(Math.ceilDiv(n - r, step), 0, length - before);
        Arrays.fill(parts, row, row + before, 0);
        for (int j = 0; j < there; j++) {
          parts[row + before + j] = x[r + j * step];
        }
        Arrays.fill(parts, row + before + there, row + length, 0);
      }
      return parts;
    }

    private static void add(
        double[] sums,
        int count,
        float[] x,
        int i0,
        double w0,
        int i1,
        double w1,
        int i2,
        double w2,
        int i3,
        double w3) {
      for (int j = 0; j < count; j++) {
        sums[j] += w0 * x[i0 + j] + w1 * x[i1 + j] + (w2 * x[i2 + j] + w3 * x[i3 + j]);
      }
    }
  }
}
