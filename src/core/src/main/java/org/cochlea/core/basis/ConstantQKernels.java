package org.cochlea.core.basis;

import java.util.Arrays;
import java.util.List;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Fourier;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;

/**
 * Windowed complex sinusoids of constant relative (or nearly so) bandwidth: the kernels of
 * constant-Q and variable-Q transforms.
 *
 * <p>Brown, "Calculation of a constant Q spectral transform", 1991; Schörkhuber et al., "A Matlab
 * toolbox for efficient perfect reconstruction time-frequency transforms with log-frequency
 * resolution", 2014 (variable Q).
 */
public final class ConstantQKernels {
  /** Of the equivalent rectangular bandwidth (Glasberg and Moore, 1990): Hz at 0, and per Hz. */
  private static final double ERB_HZ = 24.7;

  private static final double ERB_SLOPE = 0.108;

  private static final double PASS_BAND = 0.913;
  private static final double KAISER_BETA = 10.6;
  private static final int TAPS = 329;

  private ConstantQKernels() {}

  /** The kernels of one sample rate, sample by sample. */
  public static final class Kernels {
    private final double[][] real;
    private final double[][] imaginary;

    private Kernels(double[][] real, double[][] imaginary) {
      this.real = real;
      this.imaginary = imaginary;
    }

    /** Returns the number of samples they are laid out in: a power of 2. */
    public int size() {
      return real[0].length;
    }

    /** Returns the real parts, {@code [kernels, size]}, every row times a factor of its own. */
    public Basis real(double... factors) {
      return scaled(real, factors);
    }

    /** Returns the imaginary parts of the conjugates in the same way. */
    public Basis conjugate(double... factors) {
      return scaled(imaginary, Arrays.stream(factors).map(factor -> -factor).toArray());
    }

    /**
     * Returns the non-negative half of their transforms: real parts, then imaginary parts, {@code
     * [kernels, fftSize / 2 + 1]} each.
     *
     * @param fftSize at least {@link #size}
     * @param sparsity in [0, 1): of every row, the least values are left out whose magnitudes add
     *     up to at most this part of all
     */
    public Spectra spectra(int fftSize, double sparsity) {
      Fourier fourier = new Fourier(fftSize);
      int bins = fftSize / 2 + 1;
      double[][] re = new double[real.length][bins];
      double[][] im = new double[real.length][bins];
      for (int r = 0; r < real.length; r++) {
        double[] a = fourier.forward(real[r]);
        double[] b = fourier.forward(imaginary[r]);
        for (int k = 0; k < bins; k++) {
          re[r][k] = a[2 * k] - b[2 * k + 1];
          im[r][k] = a[2 * k + 1] + b[2 * k];
        }
        sparsify(re[r], im[r], sparsity);
      }
      return new Spectra(re, im);
    }

    private static void sparsify(double[] re, double[] im, double sparsity) {
      int n = re.length;
      double[] magnitudes = new double[n];
      double sum = 0;
      for (int k = 0; k < n; k++) {
        magnitudes[k] = Math.hypot(re[k], im[k]);
        sum += magnitudes[k];
      }
      double[] sorted = magnitudes.clone();
      Arrays.sort(sorted);
      double below = 0;
      double threshold = 0;
      for (double magnitude : sorted) {
        below += magnitude / sum;
        if (below >= sparsity) {
          threshold = magnitude;
          break;
        }
      }
      for (int k = 0; k < n; k++) {
        if (magnitudes[k] < threshold) {
          re[k] = 0;
          im[k] = 0;
        }
      }
    }
  }

  /** Transformed kernels. */
  public static final class Spectra {
    private final double[][] real;
    private final double[][] imaginary;

    private Spectra(double[][] real, double[][] imaginary) {
      this.real = real;
      this.imaginary = imaginary;
    }

    /** Returns the real parts, every row times a factor of its own. */
    public Basis real(double... factors) {
      return scaled(real, factors);
    }

    /** Returns the imaginary parts, every row times a factor of its own. */
    public Basis imaginary(double... factors) {
      return scaled(imaginary, factors);
    }

    /** Returns the magnitudes, every row times a factor of its own. */
    public Basis magnitude(double... factors) {
      double[][] rows = new double[real.length][real[0].length];
      for (int r = 0; r < rows.length; r++) {
        for (int k = 0; k < rows[r].length; k++) {
          rows[r][k] = Math.hypot(real[r][k], imaginary[r][k]);
        }
      }
      return scaled(rows, factors);
    }
  }

  /** Returns a matrix with every row times a factor of its own. */
  static Basis scaled(double[][] matrix, double... factors) {
    double[][] rows = new double[matrix.length][];
    for (int r = 0; r < rows.length; r++) {
      double factor = factors[r];
      rows[r] = Arrays.stream(matrix[r]).map(v -> factor * v).toArray();
    }
    return Basis.of(rows);
  }

  /** Returns {@code minHz 2^(k / binsPerOctave)}. */
  public static double[] frequencies(double minHz, int bins, int binsPerOctave) {
    double[] hz = new double[bins];
    for (int k = 0; k < bins; k++) {
      hz[k] = minHz * Math.pow(2, (double) k / binsPerOctave);
    }
    return hz;
  }

  /** Returns every octave's ratios times {@code minHz 2^octave}, ascending. */
  public static double[] frequencies(double minHz, int bins, List<Double> intervals) {
    double[] hz = new double[bins];
    for (int k = 0; k < bins; k++) {
      int octave = k / intervals.size();
      hz[k] = minHz * Math.pow(2, octave) * intervals.get(k % intervals.size());
    }
    Arrays.sort(hz);
    return hz;
  }

  /**
   * Returns the relative bandwidth of every frequency, of the spacing to its neighbours; of a
   * single one that of its octave's division. As librosa.
   */
  public static double[] relativeBandwidths(double[] hz, int binsPerOctave) {
    int n = hz.length;
    double[] alpha = new double[n];
    for (int k = 0; k < n; k++) {
      double bins = binsPerOctave;
      if (n > 1) {
        int low = Math.max(0, k - 1);
        int high = Math.min(n - 1, k + 1);
        bins = (high - low) / (Math.log(hz[high] / hz[low]) / Math.log(2));
      }
      double ratio = Math.pow(2, 2 / bins);
      alpha[k] = (ratio - 1) / (ratio + 1);
    }
    return alpha;
  }

  /** Returns what is added to a bandwidth in Hz: gamma, or for NaN that of the ERB scale. */
  public static double gamma(double gamma, double relativeBandwidth) {
    return Double.isNaN(gamma) ? relativeBandwidth * ERB_HZ / ERB_SLOPE : gamma;
  }

  /**
   * Returns the lengths of kernels in samples, fractions included: {@code scale sampleRate / (alpha
   * f + gamma)}; librosa.filters.wavelet_lengths.
   */
  public static double[] lengths(
      double[] hz, double[] alpha, double sampleRate, double scale, double gamma) {
    double[] lengths = new double[hz.length];
    for (int k = 0; k < hz.length; k++) {
      lengths[k] = scale / alpha[k] * sampleRate / (hz[k] + gamma(gamma, alpha[k]) / alpha[k]);
    }
    return lengths;
  }

  /**
   * Returns kernels of given lengths, centred: {@code w[n] exp(2πi f (n - n0) / sampleRate)},
   * divided by their norm; librosa.filters.wavelet.
   *
   * @param hz their frequencies
   * @param lengths in samples, above 0
   * @param norm order of the norm, above 0 or infinite; NaN for none
   */
  public static Kernels wavelets(
      double[] hz, double[] lengths, double sampleRate, Window window, double norm) {
    int size = powerOfTwo(Arrays.stream(lengths).max().orElseThrow());
    double[][] real = new double[hz.length][size];
    double[][] imaginary = new double[hz.length][size];
    for (int k = 0; k < hz.length; k++) {
      int from = (int) Math.floor(-lengths[k] / 2);
      int count = Math.max(1, (int) Math.floor(lengths[k] / 2) - from);
      int at = (size - count) / 2;
      fill(real[k], imaginary[k], at, from, count, hz[k] / sampleRate, window, norm);
    }
    return new Kernels(real, imaginary);
  }

  /**
   * Returns the lengths of nnAudio's kernels: {@code ceil(Q sampleRate / (f + gamma / alpha))} with
   * {@code alpha = 2^(1 / binsPerOctave) - 1}, {@code Q = scale / alpha}.
   */
  public static double[] wholeLengths(
      double[] hz, int binsPerOctave, double sampleRate, double scale, double gamma) {
    double alpha = Math.pow(2, 1.0 / binsPerOctave) - 1;
    double[] lengths = new double[hz.length];
    for (int k = 0; k < hz.length; k++) {
      lengths[k] = Math.ceil(scale / alpha * sampleRate / (hz[k] + gamma / alpha));
    }
    return lengths;
  }

  /**
   * Returns nnAudio's kernels: as {@link #wavelets}, of whole lengths, divided by the length first,
   * with phase 0 in the middle of {@link Kernels#size}.
   */
  public static Kernels aligned(
      double[] hz, double[] lengths, double sampleRate, Window window, double norm) {
    int size = powerOfTwo(Arrays.stream(lengths).max().orElseThrow());
    double[][] real = new double[hz.length][size];
    double[][] imaginary = new double[hz.length][size];
    for (int k = 0; k < hz.length; k++) {
      int count = (int) lengths[k];
      int from = -Math.ceilDiv(count, 2);
      fill(real[k], imaginary[k], size / 2 + from, from, count, hz[k] / sampleRate, window, norm);
      if (Double.isNaN(norm)) {
        for (int i = 0; i < size; i++) {
          real[k][i] /= count;
          imaginary[k][i] /= count;
        }
      }
    }
    return new Kernels(real, imaginary);
  }

  private static int powerOfTwo(double length) {
    return 1 << (int) Math.ceil(Math.log(Math.max(1, length)) / Math.log(2) - 1e-12);
  }

  private static void fill(
      double[] real,
      double[] imaginary,
      int at,
      int from,
      int count,
      double cycles,
      Window window,
      double norm) {
    double[] w = window.coefficients(count);
    double size = 0;
    for (double v : w) {
      double magnitude = Math.abs(v);
      size = Double.isInfinite(norm) ? Math.max(size, magnitude) : size + Math.pow(magnitude, norm);
    }
    double divisor = 1;
    if (!Double.isNaN(norm)) {
      divisor = Double.isInfinite(norm) ? size : Math.pow(size, 1 / norm);
      divisor = divisor == 0 ? 1 : divisor;
    }
    for (int n = 0; n < count; n++) {
      double angle = 2 * Math.PI * cycles * (from + n);
      real[at + n] = w[n] / divisor * Math.cos(angle);
      imaginary[at + n] = w[n] / divisor * Math.sin(angle);
    }
  }

  /** Returns {@link #decimated} by 2. */
  public static Stage.Resample halved(double gain) {
    return decimated(2, gain);
  }

  /**
   * Returns a stage that divides the rate of a signal by a symmetric low-pass filter without delay:
   * flat within 1e-5 up to 0.913 of the new Nyquist frequency, below -100 dB from there on; about
   * what soxr's HQ passes.
   *
   * @param factor a power of 2, at least 2
   * @param gain at 0 Hz
   */
  public static Stage.Resample decimated(int factor, double gain) {
    int length = (TAPS - 1) / 2 * factor + 1;
    double[] window = Window.kaiser(KAISER_BETA).symmetric().coefficients(length);
    double[] taps = new double[length];
    // In cycles per sample, half way between pass band and the new Nyquist frequency.
    double cutoff = (1 + PASS_BAND) / (4 * factor);
    double sum = 0;
    for (int i = 0; i < length; i++) {
      double t = i - (length - 1) / 2.0;
      double sinc = t == 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * t) / (Math.PI * t);
      taps[i] = window[i] * sinc;
      sum += taps[i];
    }
    for (int i = 0; i < length; i++) {
      taps[i] *= gain / sum;
    }
    return new Stage.Resample(factor, 1, Basis.row(taps), (length - 1) / 2);
  }

  /**
   * Returns stages that divide the rate of a signal by nnAudio's low-pass filter, {@code n} samples
   * to {@code ceil((n - 1) / factor)}: the gain 1 up to {@code 1 / (1 + transition)} of the new
   * Nyquist frequency and 0 from {@code 1 + transition} of it, sampled at as many frequencies as
   * there are taps, times a Hamming window; scipy.signal.firwin2. It passes more than {@link
   * #decimated}, and more is mirrored into the pass band.
   *
   * @param factor at least 2
   * @param transition above 0, of the new Nyquist frequency
   * @param taps 256 as nnAudio, which makes the signal half a sample early, or 257
   */
  public static List<Stage> sampled(int factor, double transition, int taps) {
    int points = 256 << (taps - 256);
    double pass = 1.0 / factor / (1 + transition);
    double stop = 1.0 / factor * (1 + transition);
    double[] row = Window.HAMMING.symmetric().coefficients(taps);
    for (int i = 0; i < taps; i++) {
      double sum = 0;
      for (int k = 0; k < points; k++) {
        double gain = Math.clamp((stop - (double) k / points) / (stop - pass), 0, 1);
        double angle = Math.PI * (i - (taps - 1) / 2.0) * k / points;
        sum += (k == 0 ? 1 : 2) * gain * Math.cos(angle);
      }
      row[i] *= sum / (2 * points);
    }
    // The samples that are left over count too, as far as the last window reaches.
    int before = factor - 1;
    return List.of(
        new Stage.Pad(before, 0, Padding.ZERO),
        new Stage.Resample(factor, 1, Basis.row(row), (taps - 1) / 2 - before),
        new Stage.FitLength(new LengthRule.Shorten(1)));
  }
}
