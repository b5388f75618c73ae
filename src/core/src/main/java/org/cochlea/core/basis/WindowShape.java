package org.cochlea.core.basis;

import static java.lang.Math.PI;
import static java.lang.Math.abs;
import static java.lang.Math.cos;
import static java.lang.Math.exp;
import static java.lang.Math.pow;
import static java.lang.Math.sin;
import static java.lang.Math.sqrt;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The shapes behind {@link Window}; {@code toString} is the name that is parsed. */
interface WindowShape {

  /** Returns the symmetric window of at least 2 coefficients. */
  double[] whole(int m);

  /** Returns the symmetric window, or the start of one longer by 1. */
  default double[] sample(int length, boolean symmetric) {
    // One coefficient is 1 for every shape, not the first of the symmetric window of two.
    if (length == 1) {
      return new double[] {1};
    }
    return symmetric ? whole(length) : Arrays.copyOf(whole(Math.addExact(length, 1)), length);
  }

  /** The shapes without a parameter. */
  enum Plain implements WindowShape {
    BOXCAR,
    HANN,
    HAMMING,
    BLACKMAN,
    BLACKMANHARRIS,
    NUTTALL,
    FLATTOP,
    BARTLETT,
    TRIANG,
    COSINE,
    BOHMAN,
    BARTHANN,
    PARZEN,
    LANCZOS,
    POVEY;

    @Override
    public double[] whole(int m) {
      return switch (this) {
        case BOXCAR -> cosines(m, 1);
        case HANN -> cosines(m, 0.5, 0.5);
        case HAMMING -> cosines(m, 0.54, 1 - 0.54);
        case BLACKMAN -> cosines(m, 0.42, 0.50, 0.08);
        case BLACKMANHARRIS -> cosines(m, 0.35875, 0.48829, 0.14128, 0.01168);
        case NUTTALL -> cosines(m, 0.3635819, 0.4891775, 0.1365995, 0.0106411);
        case FLATTOP -> cosines(m, 0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368);
        case BARTLETT -> mirrored(m, i -> 2.0 * i / (m - 1));
        case TRIANG ->
            m % 2 == 0
                ? mirrored(m, i -> (2.0 * i + 1) / m)
                : mirrored(m, i -> 2.0 * (i + 1) / (m + 1.0));
        case COSINE -> mirrored(m, i -> sin(PI / m * (i + 0.5)));
        case BOHMAN ->
            mirrored(
                m,
                i -> {
                  // The formula leaves a rounding error at the end, where the window is zero.
                  double t = abs(2.0 * i / (m - 1) - 1);
                  return i == 0 ? 0 : (1 - t) * cos(PI * t) + sin(PI * t) / PI;
                });
        case BARTHANN ->
            mirrored(
                m,
                i -> {
                  double t = abs(i / (m - 1.0) - 0.5);
                  return 0.62 - 0.48 * t + 0.38 * cos(2 * PI * t);
                });
        case PARZEN ->
            mirrored(
                m,
                i -> {
                  double n = abs(i - (m - 1) / 2.0);
                  double r = n / (m / 2.0);
                  return n <= (m - 1) / 4.0
                      ? 1 - 6 * r * r + 6 * r * r * r
                      : 2 * (1 - r) * (1 - r) * (1 - r);
                });
        case LANCZOS ->
            mirrored(
                m,
                i -> {
                  double t = PI * (2.0 * i / (m - 1) - 1);
                  // sin(π) leaves a rounding error at the end, where the window is zero.
                  return i == 0 ? 0 : t == 0 ? 1 : sin(t) / t;
                });
        case POVEY -> mirrored(m, i -> pow(0.5 - 0.5 * cos(2 * PI * i / (m - 1)), 0.85));
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  record Tukey(double alpha) implements WindowShape {
    public Tukey {
      if (!(alpha >= 0 && alpha <= 1)) {
        throw new IllegalArgumentException("alpha must be in [0, 1], was " + alpha);
      }
    }

    @Override
    public double[] whole(int m) {
      if (alpha == 0) {
        return Plain.BOXCAR.whole(m);
      }
      if (alpha == 1) {
        return Plain.HANN.whole(m);
      }
      int flank = (int) Math.floor(alpha * (m - 1) / 2.0);
      return mirrored(
          m, i -> i > flank ? 1 : 0.5 * (1 + cos(PI * (-1 + 2.0 * i / alpha / (m - 1)))));
    }

    @Override
    public String toString() {
      return "tukey," + alpha;
    }
  }

  record Kaiser(double beta) implements WindowShape {
    public Kaiser {
      if (!(beta >= 0 && beta <= 700)) {
        throw new IllegalArgumentException("beta must be in [0, 700], was " + beta);
      }
    }

    @Override
    public double[] whole(int m) {
      double middle = (m - 1) / 2.0;
      double norm = Bessel.i0(beta);
      return mirrored(
          m,
          i -> {
            double t = (i - middle) / middle;
            return Bessel.i0(beta * sqrt(1 - t * t)) / norm;
          });
    }

    @Override
    public String toString() {
      return "kaiser," + beta;
    }
  }

  record Gaussian(double std) implements WindowShape {
    public Gaussian {
      requirePositive("std", std);
    }

    @Override
    public double[] whole(int m) {
      return mirrored(
          m,
          i -> {
            double n = i - (m - 1) / 2.0;
            return exp(-n * n / (2 * std * std));
          });
    }

    @Override
    public String toString() {
      return "gaussian," + std;
    }
  }

  record GeneralHamming(double alpha) implements WindowShape {
    public GeneralHamming {
      if (!Double.isFinite(alpha)) {
        throw new IllegalArgumentException("alpha must be finite, was " + alpha);
      }
    }

    @Override
    public double[] whole(int m) {
      return cosines(m, alpha, 1 - alpha);
    }

    @Override
    public String toString() {
      return "general_hamming," + alpha;
    }
  }

  record GeneralBlackman(double alpha) implements WindowShape {
    public GeneralBlackman {
      if (!Double.isFinite(alpha)) {
        throw new IllegalArgumentException("alpha must be finite, was " + alpha);
      }
    }

    @Override
    public double[] whole(int m) {
      return cosines(m, alpha, 0.5, 0.5 - alpha);
    }

    @Override
    public String toString() {
      return "general_blackman," + alpha;
    }
  }

  record GeneralCosine(List<Double> weights) implements WindowShape {
    public GeneralCosine {
      weights = List.copyOf(weights);
      if (weights.isEmpty() || !weights.stream().allMatch(Double::isFinite)) {
        throw new IllegalArgumentException(
            "weights must be at least 1 number, all finite, were " + weights);
      }
    }

    @Override
    public double[] whole(int m) {
      return cosines(m, weights.stream().mapToDouble(Double::doubleValue).toArray());
    }

    @Override
    public String toString() {
      return "general_cosine,"
          + weights.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
  }

  record Exponential(double tau) implements WindowShape {
    public Exponential {
      requirePositive("tau", tau);
    }

    @Override
    public double[] whole(int m) {
      return mirrored(m, i -> exp(-abs(i - (m - 1) / 2.0) / tau));
    }

    @Override
    public String toString() {
      return "exponential," + tau;
    }
  }

  /** The coefficients themselves, of one length only. */
  final class Given implements WindowShape {
    private final double[] coefficients;

    Given(double[] coefficients) {
      if (coefficients.length == 0) {
        throw new IllegalArgumentException("coefficients must be at least 1 number, were none");
      }
      for (int i = 0; i < coefficients.length; i++) {
        if (!Double.isFinite(coefficients[i])) {
          throw new IllegalArgumentException(
              "coefficients must be finite, number %d was %s".formatted(i, coefficients[i]));
        }
      }
      this.coefficients = coefficients.clone();
    }

    @Override
    public double[] sample(int length, boolean symmetric) {
      return whole(length);
    }

    @Override
    public double[] whole(int m) {
      if (m != coefficients.length) {
        throw new IllegalArgumentException(
            "length must be %d, the length of the given window, was %d"
                .formatted(coefficients.length, m));
      }
      return coefficients.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Given given && Arrays.equals(coefficients, given.coefficients);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(coefficients);
    }

    @Override
    public String toString() {
      return "given window of " + coefficients.length;
    }
  }

  /** Returns {@code a0 - a1 cos 2πx + a2 cos 4πx - ...}. */
  private static double[] cosines(int m, double... weights) {
    return mirrored(
        m,
        i -> {
          double sum = 0;
          for (int k = 0; k < weights.length; k++) {
            double term = weights[k] * cos(2 * PI * k * i / (m - 1));
            sum += k % 2 == 0 ? term : -term;
          }
          return sum;
        });
  }

  /** Fills an array from both ends, so that the window is symmetric to the last bit. */
  static double[] mirrored(int m, IntToDoubleFunction value) {
    double[] window = new double[m];
    for (int i = 0, j = m - 1; i <= j; i++, j--) {
      window[i] = window[j] = value.applyAsDouble(i);
    }
    return window;
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(name + " must be above 0 and finite, was " + value);
    }
  }
}
