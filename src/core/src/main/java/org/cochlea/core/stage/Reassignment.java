package org.cochlea.core.stage;

/**
 * The reassigned spectrogram: for every bin of every frame the frequency and the time of the energy
 * that it holds. With {@code S_h}, {@code S_th}, {@code S_dh} the transforms by the window, by the
 * window times time, and by its derivative, {@code f = f_k - sr / 2π Im(S_dh / S_h)} Hz and {@code
 * t = t_m + Re(S_th / S_h) / sr} s; librosa.reassigned_spectrogram.
 *
 * <p>Kodera, Gendrin and de Villedary, "Analysis of time-varying signals with small BT values",
 * 1978; Flandrin, Auger and Chassande-Mottin, "Time-frequency reassignment: from principles to
 * algorithms", 2002.
 *
 * @param sampleRate in Hz, above 0
 * @param window one row, as long as the transform
 * @param hop samples from one frame to the next, at least 1
 * @param center whether frames are centred
 * @param padding what centred frames see beyond the ends
 * @param least bins of less power are not reassigned, at least 0; 1e-6
 * @param fill whether such bins have their own frequency and time; else NaN
 * @param clip whether frequencies and times stay inside the spectrum and the clip
 * @param output what is returned
 */
public record Reassignment(
    double sampleRate,
    Basis window,
    int hop,
    boolean center,
    Padding padding,
    double least,
    boolean fill,
    boolean clip,
    Output output)
    implements Stage.Analysis {
  /** What is returned. */
  public enum Output {
    /** Hz. */
    FREQUENCY,
    /** Seconds. */
    TIME,
    /** {@code |S_h|}. */
    MAGNITUDE
  }

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Reassignment {
    Require.positive("sampleRate", sampleRate);
    Require.atLeast("hop", hop, 1);
    Require.notNegative("least", least);
    if (window.rows() != 1) {
      throw new IllegalArgumentException("window must have 1 row, had " + window.rows());
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.signal(this, in);
    return Layout.real(window.columns() / 2 + 1);
  }

  @Override
  public long frames(long in) {
    return new Stage.Frame(
            window.columns(), hop, margin(), margin(), padding, Stage.Frame.Tail.DROP)
        .frames(in);
  }

  private int margin() {
    return center ? window.columns() / 2 : 0;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int size = window.columns();
    double[] signal = x[0];
    double[] weights = window.row(0);
    double[] other = output == Output.TIME ? times(weights) : derivative(weights);
    Fourier fourier = new Fourier(size);
    double[] frame = new double[size];
    double[] changed = new double[size];
    double[][] y = new double[(int) frames(signal.length)][size / 2 + 1];
    for (int t = 0; t < y.length; t++) {
      for (int n = 0; n < size; n++) {
        int at = padding.index((long) t * hop - margin() + n, signal.length);
        frame[n] = at < 0 ? 0 : weights[n] * signal[at];
        changed[n] = at < 0 ? 0 : other[n] * signal[at];
      }
      double[] bins = fourier.forward(frame);
      double[] moved = output == Output.MAGNITUDE ? bins : fourier.forward(changed);
      for (int k = 0; k < y[t].length; k++) {
        y[t][k] = value(bins, moved, k, t, signal.length);
      }
    }
    return y;
  }

  private double value(double[] bins, double[] moved, int k, int t, int samples) {
    double re = bins[2 * k];
    double im = bins[2 * k + 1];
    double power = re * re + im * im;
    if (output == Output.MAGNITUDE) {
      return Math.sqrt(power);
    }
    boolean frequency = output == Output.FREQUENCY;
    double own =
        frequency
            ? k * sampleRate / window.columns()
            : ((double) t * hop + (center ? 0 : window.columns() / 2)) / sampleRate;
    double value = Double.NaN;
    if (power > 0 && Math.sqrt(power) >= Math.sqrt(least)) {
      value =
          frequency
              ? own
                  - (moved[2 * k + 1] * re - moved[2 * k] * im) / power * 0.5 * sampleRate / Math.PI
              : own + (moved[2 * k] * re + moved[2 * k + 1] * im) / power / sampleRate;
    }
    if (Double.isNaN(value)) {
      return fill ? own : Double.NaN;
    }
    return clip ? Math.clamp(value, 0, frequency ? sampleRate / 2 : samples / sampleRate) : value;
  }

  /** The window times the time from its middle, in samples. */
  private static double[] times(double[] w) {
    double[] y = new double[w.length];
    for (int n = 0; n < y.length; n++) {
      y[n] = w[n] * (n - (w.length - 1) / 2.0);
    }
    return y;
  }

  /** Differences of neighbours, around the ends of the window. */
  private static double[] derivative(double[] w) {
    double[] y = new double[w.length];
    for (int n = 0; n < y.length; n++) {
      y[n] = (w[(n + 1) % w.length] - w[(n + w.length - 1) % w.length]) / 2;
    }
    return y;
  }
}
