package org.cochlea.core.stage;

/**
 * The magnitudes {@code |Σ_n w[n] x[n, t] exp(-2πi k n / size)| / ‖w‖}, {@code k = 0 … floor(size /
 * 2)}, computed in float32 on every engine, each operation rounded in the order of FFTPACK. Where
 * roots lift what float32 leaves in empty bins, results agree with another library's only if that
 * noise does: so nnAudio's combined frequency and periodicity, which is computed so.
 *
 * @param window w, one row, as many columns as a frame has samples, rounded to float32
 */
public record SinglePrecisionSpectrum(Basis window) implements Stage.Analysis {
  /**
   * Checks the window.
   *
   * @throws IllegalArgumentException if it is not one row
   */
  public SinglePrecisionSpectrum {
    if (window.rows() != 1) {
      throw new IllegalArgumentException("window must have 1 row, had " + window.rows());
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    Require.bins(this, in, window.columns());
    return Layout.real(window.columns() / 2 + 1);
  }

  @Override
  public boolean isPerFrame() {
    return true;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int size = window.columns();
    SinglePrecisionFourier fourier = new SinglePrecisionFourier(size);
    double[] row = window.row(0);
    double squares = 0;
    for (double w : row) {
      squares += w * w;
    }
    float norm = (float) Math.sqrt(squares);
    float[] frame = new float[size];
    double[][] y = new double[x.length][size / 2 + 1];
    for (int t = 0; t < x.length; t++) {
      for (int n = 0; n < size; n++) {
        frame[n] = (float) row[n] * (float) x[t][n];
      }
      float[] bins = fourier.forward(frame);
      for (int k = 0; k < y[t].length; k++) {
        float squared = bins[2 * k] * bins[2 * k] + bins[2 * k + 1] * bins[2 * k + 1];
        y[t][k] = (float) Math.sqrt(squared) / norm;
      }
    }
    return y;
  }
}
