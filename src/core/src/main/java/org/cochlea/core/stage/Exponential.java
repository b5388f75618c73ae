package org.cochlea.core.stage;

/**
 * Undoes a logarithm: {@code y = max(0, exp(x scale) - offset)}.
 *
 * @param scale not 0; {@code ln 10 / 10} makes powers of decibels
 * @param offset at least 0
 */
public record Exponential(double scale, double offset) implements Stage.Analysis {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Exponential {
    if (scale == 0 || !Double.isFinite(scale)) {
      throw new IllegalArgumentException("scale must be finite and not 0, was " + scale);
    }
    Require.notNegative("offset", offset);
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
    double[][] y = new double[x.length][in.bins()];
    for (int t = 0; t < x.length; t++) {
      for (int k = 0; k < in.bins(); k++) {
        y[t][k] = Math.max(0, Math.exp(scale * x[t][k]) - offset);
      }
    }
    return y;
  }
}
