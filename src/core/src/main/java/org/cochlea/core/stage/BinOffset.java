package org.cochlea.core.stage;

/**
 * {@code y[k, t] = x[k, t] + offsets[k]}, such as a frequency weighting in decibels;
 * librosa.perceptual_weighting.
 *
 * @param offsets one row, as many columns as a frame has bins
 */
public record BinOffset(Basis offsets) implements Stage.Analysis {
  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public BinOffset {
    if (offsets.rows() != 1) {
      throw new IllegalArgumentException("offsets must have 1 row, had " + offsets.rows());
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    Require.bins(this, in, offsets.columns());
    return in;
  }

  @Override
  public boolean isPerFrame() {
    return true;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    double[] row = offsets.row(0);
    double[][] y = new double[x.length][row.length];
    for (int t = 0; t < x.length; t++) {
      for (int k = 0; k < row.length; k++) {
        y[t][k] = x[t][k] + row[k];
      }
    }
    return y;
  }
}
