package org.cochlea.core.stage;

/**
 * {@code atan2(Im x, Re x)} with whole turns added so that no step is above half a turn;
 * numpy.unwrap(numpy.angle(x)).
 *
 * @param axis along which
 */
public record UnwrappedPhase(Axis axis) implements Stage.Analysis {
  /** The axes. */
  public enum Axis {
    /** From bin to bin, every frame by itself. */
    BINS,
    /** From frame to frame, every bin by itself. */
    FRAMES
  }

  @Override
  public Layout apply(Layout in) {
    Require.complex(this, in);
    return Layout.real(in.bins());
  }

  @Override
  public boolean isPerFrame() {
    return axis == Axis.BINS;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    double[][] y = new double[x.length][in.bins()];
    for (int t = 0; t < x.length; t++) {
      for (int k = 0; k < y[t].length; k++) {
        y[t][k] = Math.atan2(x[t][2 * k + 1], x[t][2 * k]);
      }
      if (axis == Axis.BINS) {
        Cepstrum.unwrap(y[t]);
      }
    }
    double[] row = new double[x.length];
    for (int k = 0; axis == Axis.FRAMES && k < in.bins(); k++) {
      for (int t = 0; t < row.length; t++) {
        row[t] = y[t][k];
      }
      Cepstrum.unwrap(row);
      for (int t = 0; t < row.length; t++) {
        y[t][k] = row[t];
      }
    }
    return y;
  }
}
