package org.cochlea.bench;

import java.util.Arrays;

/**
 * Repeated measurements of one thing.
 *
 * @param low the 10th percentile
 * @param median the median
 * @param high the 90th percentile
 */
public record Spread(double low, double median, double high) {

  /**
   * Sums up measurements; percentiles are interpolated as NumPy does.
   *
   * @param values at least one
   */
  public static Spread of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Spread(percentile(sorted, 0.1), percentile(sorted, 0.5), percentile(sorted, 0.9));
  }

  private static double percentile(double[] sorted, double fraction) {
    double at = fraction * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  /** Returns this in another unit. */
  public Spread times(double factor) {
    return new Spread(low * factor, median * factor, high * factor);
  }

  /** Returns {@code amount / this}: times become speeds. */
  public Spread per(double amount) {
    return new Spread(amount / high, amount / median, amount / low);
  }

  /**
   * Says whether this, as a ratio, may be claimed: the spread is no larger than the difference from
   * 1.
   */
  public boolean stands() {
    return high - low <= Math.abs(median - 1);
  }
}
