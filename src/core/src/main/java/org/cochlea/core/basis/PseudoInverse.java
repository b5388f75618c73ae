package org.cochlea.core.basis;

import org.cochlea.core.stage.Basis;

/** Moore and Penrose's inverse of a matrix. */
public final class PseudoInverse {
  /** Eigenvalues of {@code A Aᵀ} below this part of the largest count as 0. */
  private static final double RANK = 1e-13;

  private static final int MOST_SWEEPS = 60;

  private PseudoInverse() {}

  /**
   * Returns the matrix P of a matrix A that makes {@code |A P y - y|} least, and of these {@code |P
   * y|}: {@code [columns, rows]}; numpy.linalg.pinv. Rows of zeros are no obstacle.
   */
  public static Basis of(Basis a) {
    boolean wide = a.rows() <= a.columns();
    int n = wide ? a.rows() : a.columns();
    double[][] x = new double[a.rows()][];
    for (int r = 0; r < x.length; r++) {
      x[r] = a.row(r);
    }
    double[][] gram = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = i; j < n; j++) {
        double sum = 0;
        for (int k = 0; k < (wide ? a.columns() : a.rows()); k++) {
          sum += wide ? x[i][k] * x[j][k] : x[k][i] * x[k][j];
        }
        gram[i][j] = sum;
        gram[j][i] = sum;
      }
    }
    double[][] inverse = symmetric(gram);
    double[][] p = new double[a.columns()][a.rows()];
    for (int c = 0; c < a.columns(); c++) {
      for (int r = 0; r < a.rows(); r++) {
        double sum = 0;
        for (int k = 0; k < n; k++) {
          sum += wide ? x[k][c] * inverse[k][r] : inverse[c][k] * x[r][k];
        }
        p[c][r] = sum;
      }
    }
    return Basis.of(p);
  }

  /** The pseudoinverse of a symmetric matrix, by Jacobi's rotations; changes it. */
  private static double[][] symmetric(double[][] a) {
    int n = a.length;
    double[][] v = new double[n][n];
    for (int i = 0; i < n; i++) {
      v[i][i] = 1;
    }
    for (int sweep = 0; sweep < MOST_SWEEPS && rotate(a, v); sweep++) {}
    double most = 0;
    for (int i = 0; i < n; i++) {
      most = Math.max(most, a[i][i]);
    }
    double[][] inverse = new double[n][n];
    for (int k = 0; k < n; k++) {
      if (a[k][k] <= RANK * most) {
        continue;
      }
      for (int i = 0; i < n; i++) {
        double scaled = v[k][i] / a[k][k];
        for (int j = 0; j < n; j++) {
          inverse[i][j] += scaled * v[k][j];
        }
      }
    }
    return inverse;
  }

  /** One sweep over all pairs; v has the eigenvectors as rows. Returns whether anything moved. */
  private static boolean rotate(double[][] a, double[][] v) {
    boolean moved = false;
    for (int p = 0; p < a.length; p++) {
      for (int q = p + 1; q < a.length; q++) {
        double size = Math.sqrt(Math.abs(a[p][p] * a[q][q]));
        if (Math.abs(a[p][q]) <= 1e-17 * size || a[p][q] == 0) {
          continue;
        }
        moved = true;
        double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(1, theta));
        double c = 1 / Math.hypot(1, t);
        rotate(a, v, p, q, c, t * c);
      }
    }
    return moved;
  }

  private static void rotate(double[][] a, double[][] v, int p, int q, double c, double s) {
    for (int k = 0; k < a.length; k++) {
      double x = a[k][p];
      double y = a[k][q];
      a[k][p] = c * x - s * y;
      a[k][q] = s * x + c * y;
    }
    for (int k = 0; k < a.length; k++) {
      double x = a[p][k];
      double y = a[q][k];
      a[p][k] = c * x - s * y;
      a[q][k] = s * x + c * y;
      x = v[p][k];
      y = v[q][k];
      v[p][k] = c * x - s * y;
      v[q][k] = s * x + c * y;
    }
    a[p][q] = 0;
    a[q][p] = 0;
  }
}
