package org.cochlea.core.stage;

/**
 * The Fourier transform of a whole clip: {@code y[k] = s Σ_n x[n] exp(-2πi k n / size)}, {@code k =
 * 0 … size / 2}, a complex frame of one bin for each; numpy.fft.rfft. Bin k lies at {@code k
 * sampleRate / size} Hz: {@link #frequencies}.
 *
 * @param size of the transform, at least 1: a shorter clip is padded with zeros, a longer one cut;
 *     or 0 for the clip's length
 * @param scaling what s is
 */
public record WholeSpectrum(int size, Scaling scaling) implements Stage.Analysis {
  /** What a bin is multiplied by; n is the number of samples that are transformed. */
  public enum Scaling {
    /** 1; numpy's "backward". */
    NONE,
    /** {@code 1 / √size}; numpy's "ortho". */
    ORTHO,
    /** {@code 1 / size}; numpy's "forward". */
    FORWARD,
    /** {@code 2 / n}, at 0 Hz and half the sample rate {@code 1 / n}: a sine's amplitude. */
    AMPLITUDE
  }

  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public WholeSpectrum {
    Require.atLeast("size", size, 0);
  }

  @Override
  public Layout apply(Layout in) {
    Require.signal(this, in);
    return Layout.complex(1);
  }

  @Override
  public long frames(long in) {
    return in == 0 ? 0 : (size == 0 ? in : size) / 2 + 1;
  }

  /** Returns where the bins of a clip lie, in Hz; numpy.fft.rfftfreq. */
  public double[] frequencies(long samples, double sampleRate) {
    double[] hz = new double[Math.toIntExact(frames(samples))];
    long all = size == 0 ? samples : size;
    for (int k = 0; k < hz.length; k++) {
      hz[k] = k * sampleRate / all;
    }
    return hz;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int n = x[0].length;
    if (n == 0) {
      return new double[0][];
    }
    int all = size == 0 ? n : size;
    double[] bins = new Fourier(all).forward(x[0]);
    double[][] y = new double[bins.length / 2][];
    for (int k = 0; k < y.length; k++) {
      double scale =
          switch (scaling) {
            case NONE -> 1;
            case ORTHO -> 1 / Math.sqrt(all);
            case FORWARD -> 1.0 / all;
            case AMPLITUDE -> (k == 0 || 2 * k == all ? 1.0 : 2.0) / Math.min(n, all);
          };
      y[k] = new double[] {scale * bins[2 * k], scale * bins[2 * k + 1]};
    }
    return y;
  }
}
