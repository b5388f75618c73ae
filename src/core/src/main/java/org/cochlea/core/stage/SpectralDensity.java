package org.cochlea.core.stage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The power spectral density of a signal, estimated from segments and tapers: {@code P[f] = s Σ_i
 * w_i |Σ_n v_i[n] x[n] exp(-2πi f n / fftSize)|² / Σ w}, averaged over the segments. One segment is
 * a periodogram, several are Welch's method, several tapers Thomson's multitaper method;
 * scipy.signal.periodogram, welch, and dpss windows.
 *
 * <p>What comes out are as many frames of one bin as there are frequencies, {@code fftSize / 2 + 1}
 * from 0 on when one-sided: their number may depend on the clip's length. No samples give none.
 *
 * <p>Welch, "The use of fast Fourier transform for the estimation of power spectra", 1967; Thomson,
 * "Spectrum estimation and harmonic analysis", 1982.
 *
 * @param sampleRate in Hz, above 0
 * @param tapers v, at least 1
 * @param weights w of the tapers, as many; above 0
 * @param segment samples per segment, or 0 for all; a shorter clip is one segment
 * @param overlap of segments in samples, below {@code segment}; -1 for half a segment
 * @param fftSize at least as long as the segment, zeros added at its end; or 0 for that long. With
 *     a segment of all samples a smaller size cuts the clip
 * @param detrend what is subtracted from every segment
 * @param scaling what s is
 * @param average how segments are averaged
 * @param oneSided whether negative frequencies are left out and their power added to the others
 */
public record SpectralDensity(
    double sampleRate,
    List<Taper> tapers,
    List<Double> weights,
    int segment,
    int overlap,
    int fftSize,
    Detrend detrend,
    Scaling scaling,
    Average average,
    boolean oneSided)
    implements Stage.Analysis {

  /** What is subtracted. */
  public enum Detrend {
    /** Nothing. */
    NONE,
    /** The mean. */
    CONSTANT,
    /** The line of least squares. */
    LINEAR
  }

  /** What a squared magnitude is multiplied by. */
  public enum Scaling {
    /** {@code 1 / (sampleRate Σ v²)}: power per Hz. */
    DENSITY,
    /** {@code 1 / (Σ v)²}: the power of a sine is what its bin says. */
    SPECTRUM
  }

  /** How segments are averaged. */
  public enum Average {
    /** The mean. */
    MEAN,
    /** The median by its bias for noise; Allen et al., "FINDCHIRP", 2012. */
    MEDIAN
  }

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public SpectralDensity {
    Require.positive("sampleRate", sampleRate);
    tapers = List.copyOf(tapers);
    weights = List.copyOf(weights);
    Require.atLeast("tapers", tapers.size(), 1);
    if (weights.size() != tapers.size()) {
      throw new IllegalArgumentException(
          "weights must be as many as tapers, %d, were %d"
              .formatted(tapers.size(), weights.size()));
    }
    for (double weight : weights) {
      Require.positive("weights", weight);
    }
    Require.atLeast("segment", segment, 0);
    Require.atLeast("overlap", overlap, -1);
    Require.atLeast("fftSize", fftSize, 0);
    if (segment > 0 && overlap >= segment) {
      throw new IllegalArgumentException(
          "overlap must be below segment = %d, was %d".formatted(segment, overlap));
    }
    if (fftSize > 0 && fftSize < segment) {
      throw new IllegalArgumentException(
          "fftSize must be at least segment = %d, was %d".formatted(segment, fftSize));
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.signal(this, in);
    return Layout.real(1);
  }

  @Override
  public long frames(long in) {
    long size = size(in);
    return in == 0 ? 0 : oneSided ? size / 2 + 1 : size;
  }

  private long length(long samples) {
    if (segment > 0) {
      return Math.min(segment, samples);
    }
    return fftSize > 0 ? Math.min(fftSize, samples) : samples;
  }

  private long size(long samples) {
    return fftSize > 0 ? fftSize : length(samples);
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    double[] signal = x[0];
    if (signal.length == 0) {
      return new double[0][];
    }
    double[] pairs = cross(signal, signal);
    double[][] y = new double[pairs.length / 2][];
    for (int f = 0; f < y.length; f++) {
      y[f] = new double[] {pairs[2 * f]};
    }
    return y;
  }

  /**
   * Returns the cross spectral density of two signals, {@code s conj(X) Y} averaged likewise, as
   * (real, imaginary) pairs; scipy.signal.csd.
   *
   * @param x at least 1 sample
   * @param y as many
   */
  public double[] cross(double[] x, double[] y) {
    Require.atLeast("samples", x.length, 1);
    if (y.length != x.length) {
      throw new IllegalArgumentException(
          "both signals must have %d samples, the second had %d".formatted(x.length, y.length));
    }
    int length = (int) length(x.length);
    int size = (int) size(x.length);
    // Of a clip shorter than a segment the overlap no longer matters: there is one segment.
    int hop = Math.max(1, length - (overlap < 0 ? length / 2 : overlap));
    if (segment == 0) {
      hop = x.length;
    }
    List<double[]> windows = new ArrayList<>();
    for (Taper taper : tapers) {
      windows.add(taper.coefficients(length));
    }
    Fourier fourier = new Fourier(size);
    List<double[]> spectra = new ArrayList<>();
    for (int from = 0; from + length <= x.length; from += hop) {
      double[] part = part(x, from, length);
      spectra.add(density(part, x == y ? part : part(y, from, length), windows, fourier, size));
    }
    double[] pairs = new double[2 * (int) frames(x.length)];
    double[] values = new double[spectra.size()];
    for (int f = 0; f < pairs.length / 2; f++) {
      // Real signals: the spectrum of negative frequencies is the conjugate of the positive ones.
      boolean negative = f > size / 2;
      int bin = negative ? size - f : f;
      for (int part = 0; part < 2; part++) {
        for (int i = 0; i < values.length; i++) {
          values[i] = spectra.get(i)[2 * bin + part];
        }
        double value = average(values) * (oneSided && f > 0 && 2 * f != size ? 2 : 1);
        pairs[2 * f + part] = negative && part == 1 ? -value : value;
      }
    }
    return pairs;
  }

  private double[] part(double[] signal, int from, int length) {
    double[] part = Arrays.copyOfRange(signal, from, from + length);
    org.cochlea.core.stage.Detrend.subtract(detrend, part);
    return part;
  }

  private double[] density(
      double[] x, double[] y, List<double[]> windows, Fourier fourier, int size) {
    double[] density = new double[2 * (size / 2 + 1)];
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    for (int i = 0; i < windows.size(); i++) {
      double[] window = windows.get(i);
      double sum = 0;
      double squares = 0;
      for (double w : window) {
        sum += w;
        squares += w * w;
      }
      double scale =
          switch (scaling) {
            case DENSITY -> 1 / (sampleRate * squares);
            case SPECTRUM -> 1 / (sum * sum);
          };
      scale *= weights.get(i) / total;
      double[] a = fourier.forward(windowed(x, window));
      double[] b = x == y ? a : fourier.forward(windowed(y, window));
      for (int f = 0; f < density.length; f += 2) {
        density[f] += scale * (a[f] * b[f] + a[f + 1] * b[f + 1]);
        density[f + 1] += scale * (a[f] * b[f + 1] - a[f + 1] * b[f]);
      }
    }
    return density;
  }

  private static double[] windowed(double[] x, double[] window) {
    double[] y = new double[x.length];
    for (int n = 0; n < y.length; n++) {
      y[n] = window[n] * x[n];
    }
    return y;
  }

  /**
   * Returns how much two signals have in common at every frequency, {@code |P_xy|² / (P_xx P_yy)},
   * from 0 to 1; scipy.signal.coherence.
   *
   * @param x at least 1 sample
   * @param y as many
   */
  public double[] coherence(double[] x, double[] y) {
    double[] both = cross(x, y);
    double[] first = cross(x, x);
    double[] second = cross(y, y);
    double[] coherence = new double[both.length / 2];
    for (int f = 0; f < coherence.length; f++) {
      double squared = both[2 * f] * both[2 * f] + both[2 * f + 1] * both[2 * f + 1];
      coherence[f] = squared / (first[2 * f] * second[2 * f]);
    }
    return coherence;
  }

  private double average(double[] values) {
    int n = values.length;
    if (average == Average.MEAN || n == 1) {
      double sum = 0;
      for (double v : values) {
        sum += v;
      }
      return sum / n;
    }
    double bias = 1;
    for (int i = 2; i <= n - 1; i += 2) {
      bias += 1.0 / (i + 1) - 1.0 / i;
    }
    return Medians.median(values.clone()) / bias;
  }
}
