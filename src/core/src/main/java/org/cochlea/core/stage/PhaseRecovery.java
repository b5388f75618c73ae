package org.cochlea.core.stage;

/** Griffin and Lim's iteration, in double: the definition of {@link Stage.GriffinLim}. */
final class PhaseRecovery {
  /** Keeps the phase of nothing from being NaN; torchaudio's. */
  private static final double LEAST = 1e-16;

  private final Stage.GriffinLim stage;
  private final Fourier fourier;
  private final double[] window;
  private final Stage.Frame frame;

  PhaseRecovery(Stage.GriffinLim stage) {
    this.stage = stage;
    this.fourier = new Fourier(stage.size());
    this.window = stage.window().row(0);
    this.frame = stage.analysis();
  }

  /** Returns the signal of moduli by frame. */
  double[] run(double[][] moduli) {
    double[][] z = start(moduli);
    double[][] before = new double[z.length][2 * bins()];
    double momentum = 0;
    for (int i = 0; i < stage.iterations(); i++) {
      double[][] rebuilt = spectrum(signal(z), z.length);
      for (int t = 0; t < z.length; t++) {
        for (int k = 0; k < bins(); k++) {
          double re = rebuilt[t][2 * k] - momentum * before[t][2 * k];
          double im = rebuilt[t][2 * k + 1] - momentum * before[t][2 * k + 1];
          double scale = moduli[t][k] / (Math.hypot(re, im) + LEAST);
          z[t][2 * k] = scale * re;
          z[t][2 * k + 1] = scale * im;
        }
      }
      before = rebuilt;
      momentum = stage.momentum() / (1 + stage.momentum());
    }
    return signal(z);
  }

  private int bins() {
    return stage.size() / 2 + 1;
  }

  private double[][] start(double[][] moduli) {
    double[][] z = new double[moduli.length][2 * bins()];
    for (int t = 0; t < z.length; t++) {
      for (int k = 0; k < bins(); k++) {
        z[t][2 * k] = moduli[t][k];
        if (stage.start() == Stage.GriffinLim.Start.RANDOM) {
          // A pair of normal numbers points in every direction alike.
          long at = 2 * ((long) t * bins() + k);
          double re = Philox.normal(stage.seed(), 0, at);
          double im = Philox.normal(stage.seed(), 0, at + 1);
          double length = Math.hypot(re, im);
          if (length > 0) {
            z[t][2 * k] = moduli[t][k] * (re / length);
            z[t][2 * k + 1] = moduli[t][k] * (im / length);
          }
        }
      }
    }
    return z;
  }

  private double[] signal(double[][] z) {
    int hop = stage.hop();
    int size = window.length;
    int full = z.length == 0 ? 0 : Math.toIntExact(size + (long) hop * (z.length - 1));
    double[] sum = new double[full];
    double[] weight = new double[full];
    for (int t = 0; t < z.length; t++) {
      double[] x = fourier.inverse(z[t]);
      for (int n = 0; n < size; n++) {
        sum[t * hop + n] += window[n] * x[n];
        weight[t * hop + n] += window[n] * window[n];
      }
    }
    int trim = stage.synthesis().trim();
    double[] y = new double[Math.toIntExact(stage.frames(z.length))];
    for (int n = 0; n < y.length; n++) {
      double w = weight[n + trim];
      y[n] = sum[n + trim] / (w > 1e-10 ? w : 1);
    }
    return y;
  }

  private double[][] spectrum(double[] x, int frames) {
    double[][] spectrum = new double[frames][];
    double[] samples = new double[window.length];
    for (int t = 0; t < frames; t++) {
      for (int n = 0; n < samples.length; n++) {
        long at = (long) t * frame.hop() - frame.left() + n;
        int i = frame.padding().index(at, x.length);
        samples[n] = i < 0 ? 0 : window[n] * x[i];
      }
      spectrum[t] = fourier.forward(samples);
    }
    return spectrum;
  }
}
