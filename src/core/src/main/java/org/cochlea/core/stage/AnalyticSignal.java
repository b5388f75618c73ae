package org.cochlea.core.stage;

import java.util.Arrays;

/**
 * {@code y = x + i H(x)}, where H turns every frequency by a quarter of a turn back: the signal
 * without its negative frequencies, by one transform of the whole clip; scipy.signal.hilbert. Its
 * modulus is the Hilbert envelope. A frame of one bin for every sample.
 */
public record AnalyticSignal() implements Stage.Analysis {
  @Override
  public Layout apply(Layout in) {
    Require.signal(this, in);
    return Layout.complex(1);
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int n = x[0].length;
    if (n == 0) {
      return new double[0][];
    }
    Fourier fourier = new Fourier(n);
    double[] bins = fourier.forward(x[0]);
    for (int k = 0; k < bins.length; k += 2) {
      double real = bins[k];
      bins[k] = bins[k + 1];
      bins[k + 1] = -real;
    }
    bins[1] = 0;
    if (n % 2 == 0) {
      Arrays.fill(bins, n, n + 2, 0);
    }
    double[] turned = fourier.inverse(bins);
    double[][] y = new double[n][];
    for (int i = 0; i < n; i++) {
      y[i] = new double[] {x[0][i], turned[i]};
    }
    return y;
  }
}
