package org.cochlea.core.stage;

/**
 * Every frame less its mean or its line of least squares; scipy.signal.detrend.
 *
 * @param trend what is subtracted
 */
public record Detrend(SpectralDensity.Detrend trend) implements Stage.Analysis {
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
      subtract(trend, y[t]);
    }
    return y;
  }

  static void subtract(SpectralDensity.Detrend trend, double[] x) {
    int n = x.length;
    double middle = (n - 1) / 2.0;
    double mean = 0;
    double slope = 0;
    double spread = 0;
    for (int i = 0; i < n; i++) {
      mean += x[i] / n;
      slope += (i - middle) * x[i];
      spread += (i - middle) * (i - middle);
    }
    slope = spread == 0 ? 0 : slope / spread;
    for (int i = 0; i < n; i++) {
      x[i] -=
          switch (trend) {
            case NONE -> 0;
            case CONSTANT -> mean;
            case LINEAR -> mean + slope * (i - middle);
          };
    }
  }
}
