package org.cochlea.core.stage;

/**
 * How many values of a clip lie in each of equal steps from {@code low} to {@code high}, the last
 * of which includes its end: one frame; numpy.histogram. Values outside, and NaN, do not count.
 *
 * @param steps at least 1
 * @param low finite, or NaN for the clip's least value
 * @param high above {@code low}, or NaN for the clip's largest value
 * @param density whether counts are divided by their sum and the width of a step
 */
public record Histogram(int steps, double low, double high, boolean density)
    implements Stage.Analysis {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Histogram {
    Require.atLeast("steps", steps, 1);
    if (Double.isInfinite(low) || Double.isInfinite(high) || high <= low) {
      throw new IllegalArgumentException(
          "high must be above low = %s and finite, was %s".formatted(low, high));
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    return Layout.real(steps);
  }

  @Override
  public long frames(long in) {
    return Math.min(in, 1);
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    if (x.length == 0) {
      return new double[0][];
    }
    double from = low;
    double to = high;
    if (Double.isNaN(low) || Double.isNaN(high)) {
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (double[] frame : x) {
        for (double v : frame) {
          least = v < least ? v : least;
          most = v > most ? v : most;
        }
      }
      from = Double.isNaN(low) ? least : low;
      to = Double.isNaN(high) ? most : high;
      if (from == to) {
        from -= 0.5;
        to += 0.5;
      }
    }
    double[] counts = new double[steps];
    double sum = 0;
    for (double[] frame : x) {
      for (double v : frame) {
        if (v >= from && v <= to) {
          int at = Math.min(steps - 1, (int) ((v - from) / (to - from) * steps));
          // Edges as they are computed, as numpy does.
          if (at > 0 && v < from + (to - from) * at / steps) {
            at--;
          } else if (at + 1 < steps && v >= from + (to - from) * (at + 1) / steps) {
            at++;
          }
          counts[at]++;
          sum++;
        }
      }
    }
    for (int i = 0; density && sum > 0 && i < steps; i++) {
      counts[i] /= sum * ((to - from) / steps);
    }
    return new double[][] {counts};
  }
}
