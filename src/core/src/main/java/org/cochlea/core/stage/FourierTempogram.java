package org.cochlea.core.stage;

/**
 * The short-time Fourier transform of an onset strength, frame by frame: {@code y[k, t] = Σ_n w[n]
 * x[t + n - pad] exp(-2πi k n / size)}, {@code k = 0 … size / 2}, zeros beyond the ends. Bin k is a
 * tempo of {@code 60 k frameRate / size} beats per minute. librosa.feature.fourier_tempogram.
 *
 * <p>Grosche, Müller and Kurth, "Cyclic tempogram", 2010.
 *
 * @param window w, one row
 * @param center whether windows are centred ({@code pad = size / 2}; of an even size there is one
 *     frame more); else only full ones count
 */
public record FourierTempogram(Basis window, boolean center) implements Stage.Analysis {
  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public FourierTempogram {
    if (window.rows() != 1) {
      throw new IllegalArgumentException("window must have 1 row, had " + window.rows());
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.oneBin(this, in);
    return Layout.complex(window.columns() / 2 + 1);
  }

  @Override
  public long frames(long in) {
    int size = window.columns();
    return Math.max(0, in + (center ? size / 2 * 2 : 0) - size + 1);
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int size = window.columns();
    int pad = center ? size / 2 : 0;
    double[] weights = window.row(0);
    double[] frame = new double[size];
    Fourier fourier = new Fourier(size);
    double[][] y = new double[(int) frames(x.length)][];
    for (int t = 0; t < y.length; t++) {
      for (int n = 0; n < size; n++) {
        int at = t + n - pad;
        frame[n] = at < 0 || at >= x.length ? 0 : weights[n] * x[at][0];
      }
      y[t] = fourier.forward(frame);
    }
    return y;
  }
}
