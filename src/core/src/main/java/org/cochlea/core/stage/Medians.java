package org.cochlea.core.stage;

import java.util.Arrays;

/** Medians of values, and of windows that move along them. */
final class Medians {
  private Medians() {}

  /** Returns the median, of an even number the mean of both middle ones. Sorts the values. */
  static double median(double[] values) {
    Arrays.sort(values);
    int n = values.length;
    return n == 0 ? Double.NaN : (values[(n - 1) / 2] + values[n / 2]) / 2;
  }

  /**
   * Returns the median of the {@code width} values around each (of an even number the upper one),
   * mirrored at the ends with the edge repeated; scipy.ndimage.median_filter.
   */
  static double[] filter(double[] x, int width) {
    double[] y = new double[x.length];
    if (x.length == 0) {
      return y;
    }
    double[] sorted = new double[width];
    for (int i = 0; i < width; i++) {
      sorted[i] = at(x, i - width / 2);
    }
    Arrays.sort(sorted);
    for (int t = 0; ; t++) {
      y[t] = sorted[width / 2];
      if (t == x.length - 1) {
        return y;
      }
      replace(sorted, at(x, t - width / 2), at(x, t - width / 2 + width));
    }
  }

  private static double at(double[] x, int position) {
    return x[Padding.SYMMETRIC.index(position, x.length)];
  }

  /** Takes one value out of sorted ones and puts another in. */
  private static void replace(double[] sorted, double old, double fresh) {
    int from = Arrays.binarySearch(sorted, old);
    int found = Arrays.binarySearch(sorted, fresh);
    int to = found >= 0 ? found : -found - 1;
    if (to > from) {
      System.arraycopy(sorted, from + 1, sorted, from, to - from - 1);
      sorted[to - 1] = fresh;
    } else {
      System.arraycopy(sorted, to, sorted, to + 1, from - to);
      sorted[to] = fresh;
    }
  }
}
