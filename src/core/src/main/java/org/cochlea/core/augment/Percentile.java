package org.cochlea.core.augment;

/** Percentiles as numpy's, interpolated linearly, by partial sorting. */
final class Percentile {
  private Percentile() {}

  /**
   * Returns a percentile; puts the values into another order.
   *
   * @param n values, at least 1
   * @param percent in [0, 100]
   */
  static double of(float[] x, int n, double percent) {
    double at = percent / 100 * (n - 1);
    int low = Math.clamp((int) at, 0, n - 1);
    select(x, n, low);
    float below = x[low];
    if (low + 1 >= n || at == low) {
      return below;
    }
    // What is above is not sorted, but nothing there is smaller: the next is its least.
    float above = x[low + 1];
    for (int i = low + 2; i < n; i++) {
      above = Math.min(above, x[i]);
    }
    return below + (at - low) * ((double) above - below);
  }

  /** Moves values so that {@code x[k]} is what sorting would put there; Hoare's selection. */
  private static void select(float[] x, int n, int k) {
    int left = 0;
    int right = n - 1;
    while (left < right) {
      float pivot = x[(left + right) >>> 1];
      int i = left;
      int j = right;
      while (i <= j) {
        // The bounds hold even when a value is not a number, which compares with nothing.
        while (i < right && x[i] < pivot) {
          i++;
        }
        while (j > left && x[j] > pivot) {
          j--;
        }
        if (i <= j) {
          float v = x[i];
          x[i] = x[j];
          x[j] = v;
          i++;
          j--;
        }
      }
      if (k <= j) {
        right = j;
      } else if (k >= i) {
        left = i;
      } else {
        return;
      }
    }
  }
}
