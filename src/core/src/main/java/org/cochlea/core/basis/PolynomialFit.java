package org.cochlea.core.basis;

import org.cochlea.core.stage.Basis;

/** Polynomials of least squares as matrices. */
public final class PolynomialFit {
  private PolynomialFit() {}

  /**
   * Returns the matrix that makes of values at given places the coefficients of their polynomial,
   * highest power first, {@code [order + 1, places]}; numpy.polyfit, librosa.feature.poly_features.
   *
   * @param places where the values lie; more than {@code order} different ones
   * @param order at least 0
   * @throws IllegalArgumentException if there are too few places
   */
  public static Basis matrix(double[] places, int order) {
    int n = places.length;
    double largest = 0;
    for (double x : places) {
      largest = Math.max(largest, Math.abs(x));
    }
    double unit = largest == 0 ? 1 : largest;
    // Powers of places within [-1, 1], made orthonormal one after the other: V = Q R.
    double[][] q = new double[order + 1][n];
    double[][] r = new double[order + 1][order + 1];
    for (int j = 0; j <= order; j++) {
      for (int i = 0; i < n; i++) {
        q[j][i] = Math.pow(places[i] / unit, j);
      }
      double before = Math.sqrt(dot(q[j], q[j]));
      // Twice: what rounding leaves of the others after the first time.
      for (int pass = 0; pass < 2; pass++) {
        for (int k = 0; k < j; k++) {
          double part = dot(q[k], q[j]);
          r[k][j] += part;
          for (int i = 0; i < n; i++) {
            q[j][i] -= part * q[k][i];
          }
        }
      }
      r[j][j] = Math.sqrt(dot(q[j], q[j]));
      if (!(r[j][j] > before * 1e-12)) {
        throw new IllegalArgumentException(
            "order must be below the number of different places, %d, was %d".formatted(j, order));
      }
      for (int i = 0; i < n; i++) {
        q[j][i] /= r[j][j];
      }
    }
    double[][] rows = new double[order + 1][n];
    for (int i = 0; i < n; i++) {
      double[] c = new double[order + 1];
      for (int j = order; j >= 0; j--) {
        c[j] = q[j][i];
        for (int k = j + 1; k <= order; k++) {
          c[j] -= r[j][k] * c[k];
        }
        c[j] /= r[j][j];
        rows[order - j][i] = c[j] / Math.pow(unit, j);
      }
    }
    return Basis.of(rows);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
