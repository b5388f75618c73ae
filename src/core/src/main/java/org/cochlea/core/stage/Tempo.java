package org.cochlea.core.stage;

/**
 * The tempo of a tempogram in beats per minute: the lag that is largest in {@code ln(1 + 10⁶ x)}
 * plus a normal distribution of {@code log2} of the tempo; librosa.feature.tempo.
 *
 * <p>Ellis, "Beat tracking by dynamic programming", 2007.
 *
 * @param frameRate frames per second, above 0
 * @param start the most likely tempo, above 0; 120
 * @param spread standard deviation in octaves, above 0; 1
 * @param max no tempo from here on, above 0, may be infinite; 320
 * @param whole whether the mean over all frames gives one tempo, else every frame has its own
 */
public record Tempo(double frameRate, double start, double spread, double max, boolean whole)
    implements Stage.Analysis {
  private static final double SECONDS = 60;

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Tempo {
    Require.positive("frameRate", frameRate);
    Require.positive("start", start);
    Require.positive("spread", spread);
    if (!(max > 0)) {
      throw new IllegalArgumentException("max must be above 0, was " + max);
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    return Layout.real(1);
  }

  @Override
  public long frames(long in) {
    return whole ? Math.min(in, 1) : in;
  }

  @Override
  public boolean isPerFrame() {
    return !whole;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    double[][] frames = x;
    if (whole && x.length > 0) {
      double[] mean = new double[in.bins()];
      for (double[] frame : x) {
        for (int k = 0; k < mean.length; k++) {
          mean[k] += frame[k] / x.length;
        }
      }
      frames = new double[][] {mean};
    }
    double[][] y = new double[frames.length][1];
    for (int t = 0; t < y.length; t++) {
      y[t][0] = tempo(frames[t]);
    }
    return y;
  }

  private double tempo(double[] frame) {
    double best = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int lag = 1; lag < frame.length; lag++) {
      double tempo = SECONDS * frameRate / lag;
      if (tempo >= max) {
        continue;
      }
      double octaves = Math.log(tempo / start) / Math.log(2) / spread;
      double score = Math.log1p(1e6 * frame[lag]) - 0.5 * octaves * octaves;
      if (score > most) {
        most = score;
        best = tempo;
      }
    }
    return best;
  }
}
