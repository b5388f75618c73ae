package org.cochlea.core.basis;

import static java.lang.Math.PI;
import static java.lang.Math.abs;
import static java.lang.Math.cos;
import static java.lang.Math.cosh;
import static java.lang.Math.exp;
import static java.lang.Math.log;
import static java.lang.Math.pow;
import static java.lang.Math.sqrt;

import java.util.Arrays;

/** Windows that are designed for their side lobes rather than written as a formula of x. */
final class DesignedShapes {
  private DesignedShapes() {}

  /** Near side lobes all at one level, the others falling off. */
  record Taylor(int nearLobes, double attenuation, boolean normalized) implements WindowShape {
    public Taylor {
      if (nearLobes < 1) {
        throw new IllegalArgumentException("nearLobes must be at least 1, was " + nearLobes);
      }
      requirePositive("attenuation", attenuation);
    }

    @Override
    public double[] whole(int m) {
      double a = acosh(pow(10, attenuation / 20)) / PI;
      double[] weights = new double[nearLobes];
      double sum = 1;
      double stretch = nearLobes * nearLobes / (a * a + (nearLobes - 0.5) * (nearLobes - 0.5));
      for (int k = 1; k < nearLobes; k++) {
        double numerator = k % 2 == 1 ? 1 : -1;
        double denominator = 1;
        for (int n = 1; n < nearLobes; n++) {
          numerator *= 1 - k * k / stretch / (a * a + (n - 0.5) * (n - 0.5));
          denominator *= n == k ? 1 : 1 - (double) k * k / (n * n);
        }
        weights[k] = numerator / denominator / 2;
        sum += 2 * weights[k];
      }
      double peak = normalized ? sum : 1;
      return WindowShape.mirrored(
          m,
          i -> {
            double value = 1;
            for (int k = 1; k < nearLobes; k++) {
              value += 2 * weights[k] * cos(2 * PI * k * (i - (m - 1) / 2.0) / m);
            }
            return value / peak;
          });
    }

    @Override
    public String toString() {
      return "taylor," + nearLobes + "," + attenuation + (normalized ? "" : ",0");
    }
  }

  /** Dolph-Chebyshev: all side lobes at one level. */
  record Chebyshev(double attenuation) implements WindowShape {
    public Chebyshev {
      requirePositive("attenuation", attenuation);
    }

    @Override
    public double[] whole(int m) {
      int order = m - 1;
      double beta = cosh(acosh(pow(10, attenuation / 20)) / order);
      double[] spectrum = new double[m];
      for (int k = 0; k < m; k++) {
        double x = beta * cos(PI * k / m);
        double value =
            abs(x) > 1 ? cosh(order * acosh(abs(x))) : cos(order * Math.acos(Math.abs(x)));
        spectrum[k] = x < 0 && order % 2 == 1 ? -value : value;
      }
      // The inverse transform around the middle of the window. The spectrum, continued with the
      // parity of its order, is symmetric, so that half of it is enough.
      double[] window =
          WindowShape.mirrored(
              m,
              i -> {
                double offset = i - (m - 1) / 2.0;
                double sum = spectrum[0];
                for (int k = 1; 2 * k < m; k++) {
                  sum += 2 * spectrum[k] * cos(2 * PI * k * offset / m);
                }
                // In a window of even length the middle of the spectrum is cos(order π / 2) = 0.
                return sum;
              });
      double peak = Arrays.stream(window).max().orElse(1);
      for (int i = 0; i < m; i++) {
        window[i] /= peak;
      }
      return window;
    }

    @Override
    public String toString() {
      return "chebwin," + attenuation;
    }
  }

  /**
   * The first discrete prolate spheroidal sequence (Slepian): of all windows of its length the one
   * with the most energy within the band. Scaled to a peak of 1 as scipy's, which for an even
   * length corrects for the peak between two samples.
   */
  record Dpss(double halfBandwidth) implements WindowShape {
    public Dpss {
      requirePositive("halfBandwidth", halfBandwidth);
    }

    @Override
    public double[] sample(int length, boolean symmetric) {
      if (length > 1 && halfBandwidth >= length / 2.0) {
        throw new IllegalArgumentException(
            "halfBandwidth must be below half the length, %s, was %s"
                .formatted(length / 2.0, halfBandwidth));
      }
      return WindowShape.super.sample(length, symmetric);
    }

    @Override
    public double[] whole(int m) {
      double c = cos(2 * PI * halfBandwidth / m);
      double[] diagonal = new double[m];
      double[] beside = new double[m];
      for (int i = 0; i < m; i++) {
        double t = (m - 1 - 2.0 * i) / 2;
        diagonal[i] = t * t * c;
        beside[i] = i * (double) (m - i) / 2;
      }
      double[] v = greatestEigenvector(diagonal, beside);
      double peak = Arrays.stream(v).max().orElse(1);
      double correction = m % 2 == 0 ? (double) m * m / ((double) m * m + halfBandwidth) : 1;
      return WindowShape.mirrored(m, i -> (v[i] + v[m - 1 - i]) / 2 / peak * correction);
    }

    /**
     * Returns the eigenvector of the greatest eigenvalue of a symmetric tridiagonal matrix.
     *
     * @param beside {@code beside[i]} stands beside the diagonal in rows {@code i - 1} and {@code
     *     i}
     */
    private static double[] greatestEigenvector(double[] diagonal, double[] beside) {
      int m = diagonal.length;
      double low = Double.NEGATIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < m; i++) {
        low = Math.max(low, diagonal[i]);
        high = Math.max(high, diagonal[i] + beside[i] + (i + 1 < m ? beside[i + 1] : 0));
      }
      // Bisection: above the greatest eigenvalue all pivots of T - xI are negative.
      for (double middle = (low + high) / 2;
          middle > low && middle < high;
          middle = (low + high) / 2) {
        if (pivots(diagonal, beside, middle, new double[m])) {
          high = middle;
        } else {
          low = middle;
        }
      }
      // Inverse iteration just above it, where the elimination needs no exchange of rows.
      double[] pivot = new double[m];
      pivots(diagonal, beside, high, pivot);
      double[] v = new double[m];
      Arrays.fill(v, 1);
      for (int round = 0; round < 4; round++) {
        for (int i = 1; i < m; i++) {
          v[i] -= beside[i] / pivot[i - 1] * v[i - 1];
        }
        v[m - 1] /= pivot[m - 1];
        for (int i = m - 2; i >= 0; i--) {
          v[i] = (v[i] - beside[i + 1] * v[i + 1]) / pivot[i];
        }
        double peak = 0;
        for (double x : v) {
          peak = abs(x) > abs(peak) ? x : peak;
        }
        for (int i = 0; i < m; i++) {
          v[i] /= peak;
        }
      }
      return v;
    }

    /** Eliminates {@code T - shift I}; returns whether all pivots are negative. */
    private static boolean pivots(
        double[] diagonal, double[] beside, double shift, double[] pivot) {
      for (int i = 0; i < pivot.length; i++) {
        pivot[i] = diagonal[i] - shift - (i == 0 ? 0 : beside[i] * beside[i] / pivot[i - 1]);
        if (!(pivot[i] < 0)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public String toString() {
      return "dpss," + halfBandwidth;
    }
  }

  record GeneralGaussian(double power, double sigma) implements WindowShape {
    public GeneralGaussian {
      requirePositive("power", power);
      requirePositive("sigma", sigma);
    }

    @Override
    public double[] whole(int m) {
      return WindowShape.mirrored(
          m, i -> exp(-0.5 * pow(abs((i - (m - 1) / 2.0) / sigma), 2 * power)));
    }

    @Override
    public String toString() {
      return "general_gaussian," + power + "," + sigma;
    }
  }

  /** Decays from a point that need not be the middle. */
  record OffCentreExponential(double tau, double centre) implements WindowShape {
    public OffCentreExponential {
      requirePositive("tau", tau);
      if (!Double.isFinite(centre)) {
        throw new IllegalArgumentException("centre must be finite, was " + centre);
      }
    }

    @Override
    public double[] whole(int m) {
      double[] window = new double[m];
      for (int i = 0; i < m; i++) {
        window[i] = exp(-abs(i - centre) / tau);
      }
      return window;
    }

    @Override
    public String toString() {
      return "exponential," + tau + "," + centre;
    }
  }

  private static double acosh(double x) {
    return log(x + sqrt(x * x - 1));
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(name + " must be above 0 and finite, was " + value);
    }
  }
}
