package org.cochlea.core.stage;

/**
 * One of the two parts of a spectrogram: what lasts in time (harmonic), or what is wide in
 * frequency (percussive). With {@code H} and {@code P} the medians of {@code |x|} along time and
 * frequency, the mask of the harmonic part is {@code H^p / (H^p + (margin P)^p)}, that of the
 * percussive part {@code P^p / (P^p + (margin H)^p)}. librosa.decompose.hpss.
 *
 * <p>Fitzgerald, "Harmonic/percussive separation using median filtering", 2010; Driedger, Müller
 * and Disch, "Extending harmonic-percussive separation of audio", 2014 (margins).
 *
 * @param part which
 * @param harmonicWidth frames in a median along time, at least 1; 31
 * @param percussiveWidth bins in a median along frequency, at least 1; 31
 * @param power p, above 0; infinite for a mask of 0 and 1
 * @param harmonicMargin at least 1; with a margin above 1 the parts no longer add up to the whole
 * @param percussiveMargin at least 1
 * @param mask whether the mask is returned, not the part
 */
public record HarmonicPercussive(
    Part part,
    int harmonicWidth,
    int percussiveWidth,
    double power,
    double harmonicMargin,
    double percussiveMargin,
    boolean mask)
    implements Stage.Analysis {

  /** The parts. */
  public enum Part {
    /** What lasts. */
    HARMONIC,
    /** What is wide. */
    PERCUSSIVE
  }

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public HarmonicPercussive {
    Require.atLeast("harmonicWidth", harmonicWidth, 1);
    Require.atLeast("percussiveWidth", percussiveWidth, 1);
    if (!(power > 0)) {
      throw new IllegalArgumentException("power must be above 0, was " + power);
    }
    if (!(harmonicMargin >= 1)) {
      throw new IllegalArgumentException(
          "harmonicMargin must be at least 1, was " + harmonicMargin);
    }
    if (!(percussiveMargin >= 1)) {
      throw new IllegalArgumentException(
          "percussiveMargin must be at least 1, was " + percussiveMargin);
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.frames(this, in);
    return mask ? Layout.real(in.bins()) : in;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int frames = x.length;
    int bins = in.bins();
    int parts = in.complex() ? 2 : 1;
    double[][] magnitudes = x;
    if (in.complex()) {
      magnitudes = new double[frames][bins];
      for (int t = 0; t < frames; t++) {
        for (int k = 0; k < bins; k++) {
          magnitudes[t][k] = Math.hypot(x[t][2 * k], x[t][2 * k + 1]);
        }
      }
    }
    double[][] harmonic = new double[frames][bins];
    double[] row = new double[frames];
    for (int k = 0; k < bins; k++) {
      for (int t = 0; t < frames; t++) {
        row[t] = magnitudes[t][k];
      }
      double[] medians = Medians.filter(row, harmonicWidth);
      for (int t = 0; t < frames; t++) {
        harmonic[t][k] = medians[t];
      }
    }
    double[][] y = new double[frames][bins * (mask ? 1 : parts)];
    for (int t = 0; t < frames; t++) {
      double[] percussive = Medians.filter(magnitudes[t], percussiveWidth);
      for (int k = 0; k < bins; k++) {
        double weight =
            part == Part.HARMONIC
                ? weight(harmonic[t][k], harmonicMargin * percussive[k])
                : weight(percussive[k], percussiveMargin * harmonic[t][k]);
        for (int i = 0; i < parts && !mask; i++) {
          y[t][parts * k + i] = weight * x[t][parts * k + i];
        }
        if (mask) {
          y[t][k] = weight;
        }
      }
    }
    return y;
  }

  /** Returns the weight where there is neither a harmonic nor a percussive part. */
  public double ofNothing() {
    return harmonicMargin == 1 && percussiveMargin == 1 ? 0.5 : 0;
  }

  /**
   * Returns the weight of one value; librosa.util.softmask.
   *
   * @param value the median of the part
   * @param other that of the other part, times the margin
   */
  public double weight(double value, double other) {
    if (Double.isInfinite(power)) {
      return value > other ? 1 : 0;
    }
    double max = Math.max(value, other);
    if (max < Float.MIN_NORMAL) {
      return ofNothing();
    }
    double own = Math.pow(value / max, power);
    return own / (own + Math.pow(other / max, power));
  }
}
