package org.cochlea.core.stage;

/**
 * The spectrum {@code |Σ_n w[n] x[n, t] exp(-2πi k n / size)|^power}, {@code k = 0 … floor(size /
 * 2)}, computed in double on every engine: each bin keeps its own relative precision, where a
 * transform in float32 leaves an error of about 1e-7 of the largest. For what weighs weak bins as
 * much as strong ones, such as valleys in decibels or moments far from the mean.
 *
 * @param window w, one row, as many columns as a frame has samples
 * @param size of the transform, at least 1; frames are padded with zeros at their end, or cut
 * @param power above 0: 1 magnitude, 2 power
 */
public record PreciseSpectrum(Basis window, int size, double power) implements Stage.Analysis {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public PreciseSpectrum {
    if (window.rows() != 1) {
      throw new IllegalArgumentException("window must have 1 row, had " + window.rows());
    }
    Require.atLeast("size", size, 1);
    Require.positive("power", power);
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    Require.bins(this, in, window.columns());
    return Layout.real(size / 2 + 1);
  }

  @Override
  public boolean isPerFrame() {
    return true;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    Fourier fourier = new Fourier(size);
    double[] weights = window.row(0);
    double[] frame = new double[weights.length];
    double[][] y = new double[x.length][size / 2 + 1];
    for (int t = 0; t < x.length; t++) {
      for (int n = 0; n < frame.length; n++) {
        frame[n] = weights[n] * x[t][n];
      }
      double[] bins = fourier.forward(frame);
      for (int k = 0; k < y[t].length; k++) {
        double squares = bins[2 * k] * bins[2 * k] + bins[2 * k + 1] * bins[2 * k + 1];
        y[t][k] = power == 2 ? squares : Math.pow(squares, power / 2);
      }
    }
    return y;
  }
}
