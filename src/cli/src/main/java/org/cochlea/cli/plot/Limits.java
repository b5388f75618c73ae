package org.cochlea.cli.plot;

/**
 * The values at the two ends of a scale.
 *
 * @param low finite
 * @param high finite, above {@code low}
 */
public record Limits(double low, double high) {
  /** Returns limits for data; where it is constant or absent, some room around it. */
  static Limits of(double low, double high) {
    if (!(low <= high)) {
      return new Limits(0, 1);
    }
    double least = Math.max(1e-6, 1e-6 * Math.max(Math.abs(low), Math.abs(high)));
    return high - low >= least ? new Limits(low, high) : new Limits(low - 0.5, high + 0.5);
  }

  double position(double value) {
    return (value - low) / (high - low);
  }
}
