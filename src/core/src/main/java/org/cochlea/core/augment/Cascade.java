package org.cochlea.core.augment;

import java.util.Arrays;
import org.cochlea.core.signal.Biquad;

/**
 * Recursive filters one after the other, each with float32 samples between.
 *
 * <p>A filter alone waits for its own last sample most of the time. So four run side by side, each
 * a sample behind the one before it: the same numbers, in the same order.
 */
final class Cascade {
  private static final int SIDE_BY_SIDE = 4;
  private static final int NUMBERS = 5;

  private double[] q = new double[2 * SIDE_BY_SIDE * NUMBERS];
  private int filters;

  /** Takes all filters out. */
  void clear() {
    filters = 0;
  }

  /** Appends a filter. */
  void add(Biquad filter) {
    int at = filters++ * NUMBERS;
    if (at == q.length) {
      q = Arrays.copyOf(q, 2 * at);
    }
    put(at, filter.b0(), filter.b1(), filter.b2(), filter.a1(), filter.a2());
  }

  private void put(int at, double b0, double b1, double b2, double a1, double a2) {
    q[at] = b0;
    q[at + 1] = b1;
    q[at + 2] = b2;
    q[at + 3] = a1;
    q[at + 4] = a2;
  }

  /** Filters samples from rest, in place. */
  void filter(float[] x, int n) {
    int whole = Math.ceilDiv(filters, SIDE_BY_SIDE) * SIDE_BY_SIDE;
    for (int i = filters; i < whole; i++) {
      // What is missing of the last four lets everything through.
      put(i * NUMBERS, 1, 0, 0, 0, 0);
    }
    for (int i = 0; i < whole; i += SIDE_BY_SIDE) {
      four(q, i * NUMBERS, x, n);
    }
  }

  private static void four(double[] q, int at, float[] x, int n) {
    double a0 = q[at];
    double a1 = q[at + 1];
    double a2 = q[at + 2];
    double a3 = q[at + 3];
    double a4 = q[at + 4];
    double b0 = q[at + 5];
    double b1 = q[at + 6];
    double b2 = q[at + 7];
    double b3 = q[at + 8];
    double b4 = q[at + 9];
    double c0 = q[at + 10];
    double c1 = q[at + 11];
    double c2 = q[at + 12];
    double c3 = q[at + 13];
    double c4 = q[at + 14];
    double d0 = q[at + 15];
    double d1 = q[at + 16];
    double d2 = q[at + 17];
    double d3 = q[at + 18];
    double d4 = q[at + 19];
    double aNow = 0;
    double aNext = 0;
    double bNow = 0;
    double bNext = 0;
    double cNow = 0;
    double cNext = 0;
    double dNow = 0;
    double dNext = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (int i = 0; i < n + SIDE_BY_SIDE - 1; i++) {
      // The last first, so that each takes what the one before it made a turn ago. Zeros go in
      // before a filter's first sample; they leave its state at zero.
      double y = d0 * d + dNow;
      dNow = d1 * d - d3 * y + dNext;
      dNext = d2 * d - d4 * y;
      if (i >= SIDE_BY_SIDE - 1) {
        x[i - SIDE_BY_SIDE + 1] = (float) y;
      }
      y = c0 * c + cNow;
      cNow = c1 * c - c3 * y + cNext;
      cNext = c2 * c - c4 * y;
      d = (float) y;
      y = b0 * b + bNow;
      bNow = b1 * b - b3 * y + bNext;
      bNext = b2 * b - b4 * y;
      c = (float) y;
      double a = i < n ? x[i] : 0;
      y = a0 * a + aNow;
      aNow = a1 * a - a3 * y + aNext;
      aNext = a2 * a - a4 * y;
      b = (float) y;
    }
  }
}
