package org.cochlea.core.stage;

import java.util.Arrays;

/**
 * {@code y[k] = Σ_n x[n] x[n + k]}, zeros beyond the ends, by a transform so long that nothing
 * wraps around; librosa.autocorrelate. A signal gives a frame of one bin for every lag.
 *
 * @param lags how many, {@code k = 0 … lags - 1}, at most as many as there are values; 0 for all
 * @param of what is correlated: a whole signal, or every frame by itself
 */
public record Autocorrelation(int lags, Layout.Domain of) implements Stage.Analysis {
  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public Autocorrelation {
    Require.atLeast("lags", lags, 0);
  }

  @Override
  public Layout apply(Layout in) {
    if (of == Layout.Domain.SIGNAL) {
      Require.signal(this, in);
      return Layout.real(1);
    }
    Require.realFrames(this, in);
    return Layout.real((int) count(in.bins()));
  }

  private long count(long values) {
    return lags == 0 ? values : Math.min(lags, values);
  }

  @Override
  public long frames(long in) {
    return of == Layout.Domain.SIGNAL ? count(in) : in;
  }

  @Override
  public boolean isPerFrame() {
    return of == Layout.Domain.FRAMES;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int length = of == Layout.Domain.SIGNAL ? x[0].length : in.bins();
    if (length == 0) {
      return new double[0][];
    }
    int lags = (int) count(length);
    Fourier fourier = fourier(length);
    if (of == Layout.Domain.SIGNAL) {
      double[] all = compute(x[0], lags, fourier);
      double[][] y = new double[lags][1];
      for (int k = 0; k < lags; k++) {
        y[k][0] = all[k];
      }
      return y;
    }
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = compute(x[t], lags, fourier);
    }
    return y;
  }

  /** Returns the transform for so many values. */
  static Fourier fourier(int length) {
    return new Fourier(Integer.highestOneBit(2 * length - 1) << 1);
  }

  static double[] compute(double[] x, int lags, Fourier fourier) {
    double[] bins = fourier.forward(x);
    for (int k = 0; k < bins.length; k += 2) {
      bins[k] = bins[k] * bins[k] + bins[k + 1] * bins[k + 1];
      bins[k + 1] = 0;
    }
    return Arrays.copyOf(fourier.inverse(bins), lags);
  }
}
