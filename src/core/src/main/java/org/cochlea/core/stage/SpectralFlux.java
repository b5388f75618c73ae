package org.cochlea.core.stage;

/**
 * How much a spectrum changes: {@code y[t] = (Σ_k |x[k, t] - x[k, t - lag]|^p)^(1/p)}, of the
 * increases only when rectified; 0 in the first {@code lag} frames.
 *
 * @param lag frames, at least 1
 * @param order p, above 0
 * @param rectified whether decreases count as 0
 */
public record SpectralFlux(int lag, double order, boolean rectified) implements Stage.Analysis {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public SpectralFlux {
    Require.atLeast("lag", lag, 1);
    Require.positive("order", order);
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    return Layout.real(1);
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    double[][] y = new double[x.length][1];
    for (int t = lag; t < x.length; t++) {
      double sum = 0;
      for (int k = 0; k < x[t].length; k++) {
        double change = x[t][k] - x[t - lag][k];
        sum += Math.pow(rectified ? Math.max(0, change) : Math.abs(change), order);
      }
      y[t][0] = Math.pow(sum, 1 / order);
    }
    return y;
  }
}
