package org.cochlea.core.stage;

import java.util.ArrayDeque;

/**
 * How loud the samples around every sample are, of those that exist: {@code y[n]} of {@code
 * |x[i]|}, {@code n - window / 2 ≤ i < n - window / 2 + window}; {@code
 * pandas.Series.abs().rolling(window, center=True, min_periods=1)}.
 *
 * @param window samples, at least 1
 * @param kind what is computed of them
 */
public record RollingEnvelope(int window, Kind kind) implements Stage.Analysis {
  /** What is computed. */
  public enum Kind {
    /** {@code Σ |x| / K}. */
    MEAN,
    /** {@code √(Σ x² / K)}. */
    RMS,
    /** The largest {@code |x|}. */
    MAX
  }

  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public RollingEnvelope {
    Require.atLeast("window", window, 1);
  }

  @Override
  public Layout apply(Layout in) {
    return Require.signal(this, in);
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    return new double[][] {kind == Kind.MAX ? largest(x[0]) : means(x[0])};
  }

  private double[] means(double[] x) {
    int n = x.length;
    double[] sums = new double[n + 1];
    for (int i = 0; i < n; i++) {
      sums[i + 1] = sums[i] + (kind == Kind.RMS ? x[i] * x[i] : Math.abs(x[i]));
    }
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      int from = Math.max(0, i - window / 2);
      int to = (int) Math.min(n, (long) i - window / 2 + window);
      // Sums of positive numbers never fall; their difference may still be rounded below 0.
      double mean = Math.max(0, sums[to] - sums[from]) / (to - from);
      y[i] = kind == Kind.RMS ? Math.sqrt(mean) : mean;
    }
    return y;
  }

  /** Candidates descend: what is smaller and older than another never is the largest again. */
  private double[] largest(double[] x) {
    ArrayDeque<Integer> candidates = new ArrayDeque<>();
    double[] y = new double[x.length];
    int next = 0;
    for (int i = 0; i < x.length; i++) {
      long to = Math.min(x.length, (long) i - window / 2 + window);
      for (; next < to; next++) {
        while (!candidates.isEmpty() && Math.abs(x[candidates.getLast()]) <= Math.abs(x[next])) {
          candidates.removeLast();
        }
        candidates.addLast(next);
      }
      while (candidates.getFirst() < i - window / 2) {
        candidates.removeFirst();
      }
      y[i] = Math.abs(x[candidates.getFirst()]);
    }
    return y;
  }
}
