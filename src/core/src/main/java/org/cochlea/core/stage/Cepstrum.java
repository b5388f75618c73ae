package org.cochlea.core.stage;

/**
 * The cepstrum of every frame, at the quefrencies {@code 0 … size - 1} in samples, those above
 * {@code size / 2} negative. With {@code X = DFT(x)}:
 *
 * <ul>
 *   <li>real: {@code IDFT(ln max(|X|, floor))}
 *   <li>power: {@code |IDFT(ln max(|X|², floor²))|²}
 *   <li>complex: {@code IDFT(ln max(|X|, floor) + i φ)}, where φ is the unwrapped phase less {@code
 *       π d k / (size / 2)}: a delay of d samples, the phase's turns at half the sample rate
 * </ul>
 *
 * <p>In double on every engine: a logarithm lifts the rounding of weak bins.
 *
 * <p>Bogert, Healy and Tukey, "The quefrency alanysis of time series for echoes", 1963; Oppenheim
 * and Schafer, "Discrete-Time Signal Processing", chapter 13.
 *
 * @param size of the transform, at least 2; frames are padded with zeros at their end, or cut
 * @param kind which
 * @param floor least magnitude, above 0
 */
public record Cepstrum(int size, Kind kind, double floor) implements Stage.Analysis {
  /** The cepstra. */
  public enum Kind {
    /** Of the logarithm of the magnitude. */
    REAL,
    /** Its square, of the power. */
    POWER,
    /** Of the complex logarithm. */
    COMPLEX
  }

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Cepstrum {
    Require.atLeast("size", size, 2);
    Require.positive("floor", floor);
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    return Layout.real(size);
  }

  @Override
  public boolean isPerFrame() {
    return true;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    Fourier fourier = new Fourier(size);
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double[] bins = fourier.forward(x[t]);
      double[] phase = kind == Kind.COMPLEX ? phase(bins) : new double[bins.length / 2];
      for (int k = 0; k < phase.length; k++) {
        double magnitude = Math.hypot(bins[2 * k], bins[2 * k + 1]);
        bins[2 * k] = Math.log(Math.max(magnitude, floor));
        bins[2 * k + 1] = phase[k];
      }
      y[t] = fourier.inverse(bins);
      for (int n = 0; kind == Kind.POWER && n < size; n++) {
        y[t][n] = 4 * y[t][n] * y[t][n];
      }
    }
    return y;
  }

  /** The unwrapped phase without its linear part. */
  private double[] phase(double[] bins) {
    double[] phase = new double[bins.length / 2];
    for (int k = 0; k < phase.length; k++) {
      phase[k] = Math.atan2(bins[2 * k + 1], bins[2 * k]);
    }
    unwrap(phase);
    double delay = Math.rint(phase[phase.length - 1] / Math.PI);
    double middle = size / 2.0;
    for (int k = 0; k < phase.length; k++) {
      phase[k] -= Math.PI * delay * k / middle;
    }
    return phase;
  }

  /** Adds whole turns so that no step is above half a turn; numpy.unwrap. */
  static void unwrap(double[] phase) {
    double turns = 0;
    double before = phase.length == 0 ? 0 : phase[0];
    for (int k = 1; k < phase.length; k++) {
      double step = phase[k] - before;
      before = phase[k];
      double wrapped = step + Math.PI - Math.floor((step + Math.PI) / (2 * Math.PI)) * 2 * Math.PI;
      wrapped -= Math.PI;
      if (wrapped == -Math.PI && step > 0) {
        wrapped = Math.PI;
      }
      turns += Math.abs(step) < Math.PI ? 0 : wrapped - step;
      phase[k] = before + turns;
    }
  }
}
