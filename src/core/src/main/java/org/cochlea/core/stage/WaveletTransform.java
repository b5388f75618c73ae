package org.cochlea.core.stage;

import java.util.Arrays;
import java.util.List;

/**
 * The continuous wavelet transform, a bin for every width: {@code y[k, t] = Σ_n x[n] ψ*((n - t) /
 * a_k)}, the wavelets cut to 10 widths, or to the clip; scipy.signal.cwt as it was until scipy
 * 1.14.
 *
 * <ul>
 *   <li>Ricker: {@code ψ = 2 / (√(3a) π^(1/4)) (1 - u²) e^(-u²/2)}, real
 *   <li>Morlet: {@code ψ = a^(-1/2) π^(-1/4) e^(iωu) e^(-u²/2)}, complex (scipy's morlet2); width a
 *       lies at {@code ω sampleRate / (2π a)} Hz
 * </ul>
 *
 * @param wavelet which
 * @param omega ω of Morlet's, above 0; 5
 * @param widths a in samples, at least 1, each above 0
 * @param hop samples from one frame to the next, at least 1
 */
public record WaveletTransform(Wavelet wavelet, double omega, List<Double> widths, int hop)
    implements Stage.Analysis {
  private static final double LENGTH = 10;

  /** The wavelets. */
  public enum Wavelet {
    /** The second derivative of a Gaussian, the "Mexican hat". */
    RICKER,
    /** A complex sinusoid in a Gaussian. */
    MORLET
  }

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public WaveletTransform {
    Require.positive("omega", omega);
    widths = List.copyOf(widths);
    Require.atLeast("widths", widths.size(), 1);
    for (double width : widths) {
      Require.positive("widths", width);
    }
    Require.atLeast("hop", hop, 1);
  }

  @Override
  public Layout apply(Layout in) {
    Require.signal(this, in);
    return wavelet == Wavelet.RICKER ? Layout.real(widths.size()) : Layout.complex(widths.size());
  }

  @Override
  public long frames(long in) {
    return Math.ceilDiv(in, hop);
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int n = x[0].length;
    if (n == 0) {
      return new double[0][];
    }
    int parts = wavelet == Wavelet.RICKER ? 1 : 2;
    double[][] y = new double[(int) frames(n)][parts * widths.size()];
    double longest = widths.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    int most = (int) Math.min(n, Math.ceil(LENGTH * longest));
    int size = Integer.highestOneBit(n + most - 1);
    Fourier fourier = new Fourier(size < n + most - 1 ? 2 * size : size);
    double[] signal = fourier.forward(x[0]);
    for (int k = 0; k < widths.size(); k++) {
      int length = (int) Math.min(n, Math.ceil(LENGTH * widths.get(k)));
      for (int part = 0; part < parts; part++) {
        double[] convolved = convolved(signal, taps(widths.get(k), length, part), fourier);
        // What numpy and scipy call "same": the middle.
        int first = (length - 1) / 2;
        for (int t = 0; t < y.length; t++) {
          y[t][parts * k + part] = convolved[first + t * hop];
        }
      }
    }
    return y;
  }

  private static double[] convolved(double[] signal, double[] taps, Fourier fourier) {
    double[] bins = fourier.forward(taps);
    for (int i = 0; i < bins.length; i += 2) {
      double re = bins[i] * signal[i] - bins[i + 1] * signal[i + 1];
      bins[i + 1] = bins[i] * signal[i + 1] + bins[i + 1] * signal[i];
      bins[i] = re;
    }
    return fourier.inverse(bins);
  }

  /** The conjugate of the wavelet, reversed. */
  private double[] taps(double width, int length, int part) {
    double[] taps = new double[length];
    double scale =
        wavelet == Wavelet.RICKER
            ? 2 / (Math.sqrt(3 * width) * Math.pow(Math.PI, 0.25))
            : Math.sqrt(1 / width) * Math.pow(Math.PI, -0.25);
    Arrays.setAll(
        taps,
        i -> {
          double u = ((length - 1 - i) - (length - 1) / 2.0) / width;
          double gauss = scale * Math.exp(-u * u / 2);
          if (wavelet == Wavelet.RICKER) {
            return gauss * (1 - u * u);
          }
          return part == 0 ? gauss * Math.cos(omega * u) : -gauss * Math.sin(omega * u);
        });
    return taps;
  }
}
