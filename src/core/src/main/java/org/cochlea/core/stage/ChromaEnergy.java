package org.cochlea.core.stage;

/**
 * Chroma energy normalised statistics before their last normalisation: frames are divided by their
 * sums, quantised logarithmically (0.25 for each of the steps 0.4, 0.2, 0.1, 0.05 that a value is
 * above), and smoothed along time. Müller and Ewert, "Chroma Toolbox", 2011;
 * librosa.feature.chroma_cens.
 *
 * @param smoothing one row, the window along time; its sum is made 1. One column smooths nothing
 */
public record ChromaEnergy(Basis smoothing) implements Stage.Analysis {
  private static final double[] STEPS = {0.4, 0.2, 0.1, 0.05};
  private static final double WEIGHT = 0.25;

  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public ChromaEnergy {
    if (smoothing.rows() != 1) {
      throw new IllegalArgumentException("smoothing must have 1 row, had " + smoothing.rows());
    }
  }

  @Override
  public Layout apply(Layout in) {
    return Require.realFrames(this, in);
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    double[][] steps = new double[x.length][in.bins()];
    for (int t = 0; t < x.length; t++) {
      double[] frame = x[t].clone();
      FrameNorm.normalize(frame, 1);
      for (int k = 0; k < frame.length; k++) {
        for (double step : STEPS) {
          steps[t][k] += frame[k] > step ? WEIGHT : 0;
        }
      }
    }
    double[] window = smoothing.row(0);
    double sum = 0;
    for (double w : window) {
      sum += w;
    }
    double[][] y = new double[x.length][in.bins()];
    // Where scipy.ndimage.convolve has the middle of windows of even length.
    int middle = window.length / 2;
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < window.length; i++) {
        int at = t + middle - i;
        for (int k = 0; at >= 0 && at < x.length && k < in.bins(); k++) {
          y[t][k] += window[i] / sum * steps[at][k];
        }
      }
    }
    return y;
  }
}
