package org.cochlea.core.signal;

import java.util.Arrays;

/**
 * Changes the sample rate by a curve through a few samples, without a filter: whatever lies above
 * half the new rate folds back. For sounds use a {@link Resampler}.
 */
public enum Interpolation {
  /**
   * The sample before (libsamplerate's {@code zero_order_hold}); one sample late, the first one
   * twice.
   */
  HOLD,
  /** A line between two samples (libsamplerate's {@code linear}); one sample late, too. */
  LINEAR,
  /** A cubic through four samples (soxr's QQ); nothing is late, beyond both ends there is zero. */
  CUBIC;

  /**
   * Resamples a signal.
   *
   * @param samples any number
   * @param from their rate in Hz, at least 1
   * @param to rate of the result in Hz, at least 1
   * @return as many samples as the library gives: of a cubic {@code n to / from} rounded, of the
   *     others at most that rounded up
   */
  public float[] resample(float[] samples, int from, int to) {
    Checks.atLeast("from", from, 1);
    Checks.atLeast("to", to, 1);
    return this == CUBIC ? cubic(samples, from, to) : late(samples, from, to);
  }

  private static float[] cubic(float[] x, int from, int to) {
    float[] out = new float[Math.toIntExact(Math.round((double) x.length * to / from))];
    for (int t = 0; t < out.length; t++) {
      long at = (long) t * from;
      int n = (int) (at / to);
      double f = (double) (at % to) / to;
      double middle = at(x, n);
      double b = 0.5 * (at(x, n + 1) + at(x, n - 1)) - middle;
      double a = (at(x, n + 2) - at(x, n + 1) + at(x, n - 1) - middle - 4 * b) / 6;
      double c = at(x, n + 1) - middle - a - b;
      out[t] = (float) (((a * f + b) * f + c) * f + middle);
    }
    return out;
  }

  private static double at(float[] x, int n) {
    return n < 0 || n >= x.length ? 0 : x[n];
  }

  /**
   * The place is counted on in double and split as libsamplerate does it: on which side of a sample
   * an output falls is a matter of the last bit.
   */
  private float[] late(float[] x, int from, int to) {
    double ratio = (double) to / from;
    double step = 1 / ratio;
    int n = x.length;
    float[] out = new float[Math.toIntExact((long) Math.ceil(n * ratio))];
    int made = 0;
    double at = 0;
    int needed = this == HOLD ? 0 : 1;
    while (at < 1 && made < out.length && at + needed < n) {
      out[made++] = x[0];
      at += step;
    }
    double rest = fraction(at);
    int used = (int) Math.rint(at - rest);
    while (used > 0 && made < out.length && (this == HOLD ? used + rest <= n : used + rest < n)) {
      double before = x[used - 1];
      out[made++] = (float) (this == HOLD ? before : before + rest * (x[used] - before));
      at = rest + step;
      rest = fraction(at);
      used += (int) Math.rint(at - rest);
    }
    return Arrays.copyOf(out, made);
  }

  private static double fraction(double x) {
    double rest = x - Math.rint(x);
    return rest < 0 ? rest + 1 : rest;
  }
}
