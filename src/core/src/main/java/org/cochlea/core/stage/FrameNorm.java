package org.cochlea.core.stage;

/**
 * Every frame divided by its norm, {@code y = x / (Σ |x|^p)^(1/p)}, values below a threshold set to
 * 0 before; librosa.util.normalize. A frame of norm 0 stays as it is.
 *
 * @param order p: above 0; infinite for the maximum of {@code |x|}, minus infinite for its minimum,
 *     0 for the number of values that are not 0, NaN for no norm
 * @param threshold values below become 0; minus infinity for none
 */
public record FrameNorm(double order, double threshold) implements Stage.Analysis {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public FrameNorm {
    if (order < 0 && order != Double.NEGATIVE_INFINITY) {
      throw new IllegalArgumentException("order must be at least 0 or -Infinity, was " + order);
    }
    if (Double.isNaN(threshold)) {
      throw new IllegalArgumentException("threshold must be a number, was NaN");
    }
  }

  @Override
  public Layout apply(Layout in) {
    return Require.realFrames(this, in);
  }

  @Override
  public boolean isPerFrame() {
    return true;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = x[t].clone();
      for (int k = 0; k < y[t].length; k++) {
        y[t][k] = y[t][k] < threshold ? 0 : y[t][k];
      }
      if (!Double.isNaN(order)) {
        normalize(y[t], order);
      }
    }
    return y;
  }

  /** Divides values by their norm, unless that is next to 0. */
  static void normalize(double[] x, double order) {
    double size = norm(x, order);
    if (size >= Double.MIN_NORMAL) {
      for (int k = 0; k < x.length; k++) {
        x[k] /= size;
      }
    }
  }

  private static double norm(double[] x, double order) {
    double max = 0;
    double min = Double.POSITIVE_INFINITY;
    double count = 0;
    for (double v : x) {
      max = Math.max(max, Math.abs(v));
      min = Math.min(min, Math.abs(v));
      count += v == 0 ? 0 : 1;
    }
    if (order == 0) {
      return count;
    }
    if (Double.isInfinite(order) || max == 0) {
      return order < 0 ? min : max;
    }
    double sum = 0;
    for (double v : x) {
      sum += Math.pow(Math.abs(v), order);
    }
    return Math.pow(sum, 1 / order);
  }
}
