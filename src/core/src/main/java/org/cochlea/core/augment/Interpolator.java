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
    scratch.places().read(x, n, speed, y, count, scratch);
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

  /**
   * The filters of any speed: at 512 places between two samples, and linearly between those, which
   * costs 1e-6. They follow from the cutoff, which is one for all speeds up to 1.
   */
  static final class Places {
    private static final int COUNT = 512;

    private double cutoff;

    /** Samples to each side of a place, a multiple of two. */
    private int half;

    /** A row of {@code 2 half} weights for each place, from that of a sample to the next one's. */
    private double[] weights = {};

    private void make(double wanted) {
      cutoff = wanted;
      double reach = CROSSINGS / cutoff;
      half = ((int) reach + 2) / 2 * 2;
      int taps = 2 * half;
      int size = (COUNT + 1) * taps;
      if (weights.length < size) {
        weights = new double[size];
      }
      for (int q = 0; q <= COUNT / 2; q++) {
        int mirrored = (COUNT - q + 1) * taps - 1;
        for (int i = 0; i < taps; i++) {
          double distance = Math.abs(i - half + 1 - (double) q / COUNT);
          double weight = distance < reach ? cutoff * weight(distance * cutoff * STEPS) : 0;
          weights[q * taps + i] = weight;
          weights[mirrored - i] = weight;
        }
      }
    }

    void read(float[] x, int n, double speed, float[] y, int count, Scratch scratch) {
      double wanted = cutoff(speed);
      if (cutoff != wanted) {
        make(wanted);
      }
      int taps = 2 * half;
      int before = half - 1;
      int length = Math.max(n, (int) (speed * count) + 1) + taps;
      double[] padded = scratch.sums(length);
      Arrays.fill(padded, 0, before, 0);
      for (int i = 0; i < n; i++) {
        padded[before + i] = x[i];
      }
      Arrays.fill(padded, before + n, length, 0);
      for (int t = 0; t < count; t++) {
        double at = speed * t;
        int sample = (int) at;
        double place = (at - sample) * COUNT;
        int q = (int) place;
        y[t] = (float) sum(weights, q * taps, taps, padded, sample, place - q);
      }
    }

    private static double sum(
        double[] w, int row, int taps, double[] x, int from, double fraction) {
      double a0 = 0;
      double a1 = 0;
      double a2 = 0;
      double a3 = 0;
      double b0 = 0;
      double b1 = 0;
      double b2 = 0;
      double b3 = 0;
      int next = row + taps;
      for (int i = 0; i < taps; i += 4) {
        double x0 = x[from + i];
        double x1 = x[from + i + 1];
        double x2 = x[from + i + 2];
        double x3 = x[from + i + 3];
        a0 += w[row + i] * x0;
        a1 += w[row + i + 1] * x1;
        a2 += w[row + i + 2] * x2;
        a3 += w[row + i + 3] * x3;
        b0 += w[next + i] * x0;
        b1 += w[next + i + 1] * x1;
        b2 += w[next + i + 2] * x2;
        b3 += w[next + i + 3] * x3;
      }
      double a = a0 + a1 + (a2 + a3);
      double b = b0 + b1 + (b2 + b3);
      return a + fraction * (b - a);
    }
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
        // A multiple of three taps, the last ones 0.
        int taps = (int) Math.floor(at + reach) - first[q] + 1;
        weights[q] = new double[(taps + 2) / 3 * 3];
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
        for (int i = 0; i < w.length; i += 3) {
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
              w[i + 2]);
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

    /** Three taps: a loop of four is too long for the JIT to make vectors of. */
    private static void add(
        double[] sums,
        int count,
        float[] x,
        int i0,
        double w0,
        int i1,
        double w1,
        int i2,
        double w2) {
      for (int j = 0; j < count; j++) {
        sums[j] += w0 * x[i0 + j] + w1 * x[i1 + j] + w2 * x[i2 + j];
      }
    }
  }
}
