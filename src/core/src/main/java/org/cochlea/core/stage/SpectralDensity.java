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
    int length = (int) length(signal.length);
    int size = (int) size(signal.length);
    // Of a clip shorter than a segment the overlap no longer matters: there is one segment.
    int hop = Math.max(1, length - (overlap < 0 ? length / 2 : overlap));
    if (segment == 0) {
      hop = signal.length;
    }
    List<double[]> windows = new ArrayList<>();
    for (Taper taper : tapers) {
      windows.add(taper.coefficients(length));
    }
    Fourier fourier = new Fourier(size);
    List<double[]> spectra = new ArrayList<>();
    for (int from = 0; from + length <= signal.length; from += hop) {
      double[] part = Arrays.copyOfRange(signal, from, from + length);
      detrend(part);
      spectra.add(density(part, windows, fourier, size));
    }
    double[][] y = new double[(int) frames(signal.length)][1];
    double[] values = new double[spectra.size()];
    for (int f = 0; f < y.length; f++) {
      // Real signals: the spectrum of negative frequencies is that of the positive ones.
      int bin = f <= size / 2 ? f : size - f;
      for (int i = 0; i < values.length; i++) {
        values[i] = spectra.get(i)[bin];
      }
      y[f][0] = average(values);
      if (oneSided && f > 0 && 2 * f != size) {
        y[f][0] *= 2;
      }
    }
    return y;
  }

  private double[] density(double[] part, List<double[]> windows, Fourier fourier, int size) {
    double[] density = new double[size / 2 + 1];
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    for (int i = 0; i < windows.size(); i++) {
      double[] window = windows.get(i);
      double[] windowed = new double[part.length];
      double sum = 0;
      double squares = 0;
      for (int n = 0; n < part.length; n++) {
        windowed[n] = window[n] * part[n];
        sum += window[n];
        squares += window[n] * window[n];
      }
      double scale =
          switch (scaling) {
            case DENSITY -> 1 / (sampleRate * squares);
            case SPECTRUM -> 1 / (sum * sum);
          };
      double[] bins = fourier.forward(windowed);
      for (int f = 0; f < density.length; f++) {
        double power = bins[2 * f] * bins[2 * f] + bins[2 * f + 1] * bins[2 * f + 1];
        density[f] += weights.get(i) / total * scale * power;
      }
    }
    return density;
  }

  private void detrend(double[] x) {
    int n = x.length;
    double middle = (n - 1) / 2.0;
    double mean = 0;
    double slope = 0;
    double spread = 0;
    for (int i = 0; i < n; i++) {
      mean += x[i] / n;
      slope += (i - middle) * x[i];
      spread += (i - middle) * (i - middle);
    }
    slope = spread == 0 ? 0 : slope / spread;
    for (int i = 0; i < n; i++) {
      x[i] -=
          switch (detrend) {
            case NONE -> 0;
            case CONSTANT -> mean;
            case LINEAR -> mean + slope * (i - middle);
          };
    }
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
