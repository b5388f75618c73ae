package org.cochlea.core.signal;

/** Overdetermined systems of linear equations. */
final class LeastSquares {
  private LeastSquares() {}

  /**
   * Returns the {@code x} that makes {@code ‖Σ_k x[k] columns[k] - right‖} least, by Householder
   * reflections; columns that depend on those before them get 0.
   *
   * @param columns each as long as {@code right}; overwritten
   * @param right overwritten
   */
  static double[] solve(double[][] columns, double[] right) {
    int unknowns = columns.length;
    int rows = right.length;
    double[] diagonal = new double[unknowns];
    for (int k = 0; k < unknowns && k < rows; k++) {
      double[] v = columns[k];
      double norm = 0;
      for (int i = k; i < rows; i++) {
        norm = Math.hypot(norm, v[i]);
      }
      if (norm == 0) {
        continue;
      }
      diagonal[k] = v[k] > 0 ? -norm : norm;
      v[k] -= diagonal[k];
      double scale = -1 / (diagonal[k] * v[k]);
      for (int c = k + 1; c < unknowns; c++) {
        reflect(v, columns[c], k, scale);
      }
      reflect(v, right, k, scale);
    }
    double greatest = 0;
    for (double d : diagonal) {
      greatest = Math.max(greatest, Math.abs(d));
    }
    double[] x = new double[unknowns];
    for (int k = Math.min(unknowns, rows) - 1; k >= 0; k--) {
      double sum = right[k];
      for (int c = k + 1; c < unknowns; c++) {
        sum -= columns[c][k] * x[c];
      }
      boolean dependent = Math.abs(diagonal[k]) <= Math.ulp(greatest) * rows;
      x[k] = dependent ? 0 : sum / diagonal[k];
    }
    return x;
  }

  private static void reflect(double[] v, double[] column, int from, double scale) {
    double dot = 0;
    for (int i = from; i < v.length; i++) {
      dot += v[i] * column[i];
    }
    dot *= scale;
    for (int i = from; i < v.length; i++) {
      column[i] -= dot * v[i];
    }
  }
}
