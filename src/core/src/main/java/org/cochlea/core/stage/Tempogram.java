package org.cochlea.core.stage;

/**
 * Local autocorrelation of an onset strength: of the windowed frames around every frame, at the
 * lags {@code 0 … window - 1} in frames; librosa.feature.tempogram. A centred window sees a line to
 * 0 beyond the ends.
 *
 * <p>Grosche, Müller and Kurth, "Cyclic tempogram", 2010.
 *
 * @param window one row, the window's coefficients
 * @param center whether windows are centred; else only full ones count
 * @param order of the norm that every frame gets: above 0, infinite for its maximum; NaN for none
 */
public record Tempogram(Basis window, boolean center, double order) implements Stage.Analysis {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Tempogram {
    if (window.rows() != 1) {
      throw new IllegalArgumentException("window must have 1 row, had " + window.rows());
    }
    if (order < 0) {
      throw new IllegalArgumentException("order must be at least 0 or NaN, was " + order);
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.oneBin(this, in);
    return Layout.real(window.columns());
  }

  @Override
  public long frames(long in) {
    return center ? in : Math.max(0, in - window.columns() + 1);
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int length = window.columns();
    double[] weights = window.row(0);
    int pad = center ? length / 2 : 0;
    double[][] y = new double[(int) frames(x.length)][];
    Fourier fourier = Autocorrelation.fourier(length);
    double[] frame = new double[length];
    for (int t = 0; t < y.length; t++) {
      for (int i = 0; i < length; i++) {
        frame[i] = weights[i] * at(x, t + i - pad, pad);
      }
      y[t] = Autocorrelation.compute(frame, length, fourier);
      if (!Double.isNaN(order)) {
        FrameNorm.normalize(y[t], order);
      }
    }
    return y;
  }

  /** Beyond the ends a line that reaches 0 after {@code pad} frames. */
  private static double at(double[][] x, int t, int pad) {
    int n = x.length;
    if (t < 0) {
      return x[0][0] * (pad + t) / pad;
    }
    return t < n ? x[t][0] : x[n - 1][0] * Math.max(0, pad - 1 - (t - n)) / pad;
  }
}
