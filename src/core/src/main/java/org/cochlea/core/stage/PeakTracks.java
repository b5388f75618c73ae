package org.cochlea.core.stage;

/**
 * The peaks of every frame of a magnitude spectrum between two frequencies, refined by parabolas:
 * where a peak is, its frequency in Hz or its height, elsewhere 0; librosa.piptrack.
 *
 * <p>Smith, "Sinusoidal peak interpolation", Spectral Audio Signal Processing, 2011.
 *
 * @param sampleRate in Hz, above 0
 * @param fftSize of the spectrum, at least 1
 * @param minHz at least 0; 150 in librosa
 * @param maxHz above {@code minHz}; 4000 in librosa
 * @param threshold a peak is higher than this part of its frame's maximum, in (0, 1); 0.1
 * @param level a peak is higher than this, whatever the frame's maximum; NaN for the threshold
 * @param output what a peak is described by
 */
public record PeakTracks(
    double sampleRate,
    int fftSize,
    double minHz,
    double maxHz,
    double threshold,
    double level,
    Output output)
    implements Stage.Analysis {
  /** What a peak is described by. */
  public enum Output {
    /** Hz. */
    PITCH,
    /** The magnitude at the top of the parabola. */
    MAGNITUDE
  }

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public PeakTracks {
    Require.positive("sampleRate", sampleRate);
    Require.atLeast("fftSize", fftSize, 1);
    Require.notNegative("minHz", minHz);
    Require.positive("maxHz", maxHz);
    Require.between("threshold", threshold, 0, 1);
    if (maxHz <= minHz) {
      throw new IllegalArgumentException(
          "maxHz must be above minHz = %s, was %s".formatted(minHz, maxHz));
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    Require.bins(this, in, fftSize / 2 + 1);
    return in;
  }

  @Override
  public boolean isPerFrame() {
    return true;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    double[][] y = new double[x.length][in.bins()];
    for (int t = 0; t < x.length; t++) {
      double[] out = y[t];
      visit(
          x[t],
          (k, hz, magnitude) -> {
            out[k] = output == Output.PITCH ? hz : magnitude;
          });
    }
    return y;
  }

  /** Takes a peak. */
  interface Visitor {
    void peak(int bin, double hz, double magnitude);
  }

  void visit(double[] frame, Visitor visitor) {
    double least = Math.abs(level);
    if (Double.isNaN(level)) {
      double max = 0;
      for (double v : frame) {
        max = Math.max(max, v);
      }
      least = threshold * max;
    }
    double[] high = frame.clone();
    for (int k = 0; k < high.length; k++) {
      high[k] = high[k] > least ? high[k] : 0;
    }
    int last = frame.length - 1;
    for (int k = 1; k <= last; k++) {
      double hz = k * sampleRate / fftSize;
      if (hz < minHz || hz >= Math.min(maxHz, sampleRate / 2)) {
        continue;
      }
      if (high[k] > high[k - 1] && (k == last || high[k] >= high[k + 1])) {
        double shift = PitchTracks.parabolicShift(frame, k);
        double slope = k == last ? frame[k] - frame[k - 1] : (frame[k + 1] - frame[k - 1]) / 2;
        visitor.peak(k, (k + shift) * sampleRate / fftSize, frame[k] + slope * shift / 2);
      }
    }
  }
}
