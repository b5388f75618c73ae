package org.cochlea.core.basis;

import java.util.Arrays;

/**
 * Savitzky-Golay derivative weights: the least-squares polynomial of degree {@code order} through
 * equally spaced values, and its derivative of that order.
 *
 * <p>Savitzky and Golay, "Smoothing and differentiation of data by simplified least squares
 * procedures", 1964; scipy.signal.savgol_coeffs with polyorder equal to deriv.
 */
public final class SavitzkyGolay {
  private SavitzkyGolay() {}

  /**
   * Returns the weights of the derivative, for a spacing of 1.
   *
   * @param width values in the window, odd
   * @param order degree of the polynomial and order of the derivative, below {@code width}
   */
  public static double[] derivative(int width, int order) {
    // Orthogonal polynomials on the window by the three-term recurrence; the derivative of order
    // d of a fit of degree d is d! times its leading coefficient, anywhere in the window.
    int half = width / 2;
    double[] previous = new double[width];
    double[] current = new double[width];
    Arrays.fill(current, 1);
    double previousNorm = 1;
    for (int d = 0; d < order; d++) {
      double norm = dot(current, current);
      double beta = d == 0 ? 0 : norm / previousNorm;
      double[] next = new double[width];
      for (int i = 0; i < width; i++) {
        next[i] = (i - half) * current[i] - beta * previous[i];
      }
      previous = current;
      current = next;
      previousNorm = norm;
    }
    double norm = dot(current, current);
    double factorial = 1;
    for (int i = 2; i <= order; i++) {
      factorial *= i;
    }
    double[] weights = new double[width];
    for (int i = 0; i < width; i++) {
      weights[i] = factorial * current[i] / norm;
    }
    return weights;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
