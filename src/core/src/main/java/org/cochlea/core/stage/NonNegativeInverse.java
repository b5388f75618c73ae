package org.cochlea.core.stage;

import java.util.Arrays;

/**
 * Undoes a filter bank: for every frame the x that makes {@code |bank x - y|²} least, with no value
 * below 0. It begins with {@code max(0, inverse y)} and goes on by accelerated projected gradients
 * (Nesterov; Beck and Teboulle, "A fast iterative shrinkage-thresholding algorithm", 2009).
 *
 * <p>A bank has fewer filters than bins, so that many x are as good; this is one near the start.
 * librosa.util.nnls is the same problem and start; torchaudio's InverseMelScale is the start alone.
 *
 * @param bank the filters
 * @param inverse its pseudoinverse
 * @param iterations at most, at least 0 (the start alone)
 * @param tolerance the iteration ends where no part of the gradient of {@code |bank x - y|² / 2},
 *     divided by the number of values of the clip, is larger; librosa ends at 1e-5. 0 for never
 */
public record NonNegativeInverse(Basis bank, Basis inverse, int iterations, double tolerance)
    implements Stage.Analysis {
  /** Rounds of the power iteration that bounds the step. */
  private static final int POWER_ROUNDS = 50;

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public NonNegativeInverse {
    Require.atLeast("iterations", iterations, 0);
    Require.notNegative("tolerance", tolerance);
    if (inverse.rows() != bank.columns() || inverse.columns() != bank.rows()) {
      throw new IllegalArgumentException(
          "inverse must be %d x %d, was %s".formatted(bank.columns(), bank.rows(), inverse));
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    Require.bins(this, in, bank.rows());
    return Layout.real(bank.columns());
  }

  @Override
  public boolean isPerFrame() {
    return iterations == 0 || tolerance == 0;
  }

  @Override
  public double[][] compute(double[][] y, Layout in) {
    double[][] x = new double[y.length][bank.columns()];
    for (int t = 0; t < y.length; t++) {
      for (int k = 0; k < x[t].length; k++) {
        x[t][k] = Math.max(0, dot(inverse, k, y[t]));
      }
    }
    if (iterations == 0) {
      return x;
    }
    double step = 1 / norm();
    double[][] ahead = new double[y.length][];
    for (int t = 0; t < y.length; t++) {
      ahead[t] = x[t].clone();
    }
    double limit = tolerance * y.length * in.bins();
    double momentum = 1;
    double[] gradient = new double[bank.columns()];
    for (int i = 0; i < iterations; i++) {
      double next = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
      double most = 0;
      for (int t = 0; t < y.length; t++) {
        if (tolerance > 0) {
          gradient(x[t], y[t], gradient);
          for (int k = 0; k < gradient.length; k++) {
            // At the bound, only what leads inside counts.
            double part = Math.min(gradient[k], x[t][k]);
            most = Math.max(most, Math.abs(part));
          }
        }
      }
      if (tolerance > 0 && most <= limit) {
        return x;
      }
      for (int t = 0; t < y.length; t++) {
        gradient(ahead[t], y[t], gradient);
        for (int k = 0; k < gradient.length; k++) {
          double value = Math.max(0, ahead[t][k] - step * gradient[k]);
          ahead[t][k] = value + (momentum - 1) / next * (value - x[t][k]);
          x[t][k] = value;
        }
      }
      momentum = next;
    }
    return x;
  }

  /** {@code bankᵀ (bank x - y)}. */
  private void gradient(double[] x, double[] y, double[] result) {
    Arrays.fill(result, 0);
    for (int r = 0; r < bank.rows(); r++) {
      double difference = dot(bank, r, x) - y[r];
      int start = bank.bandStart(r);
      for (int k = start; k < start + bank.bandLength(r); k++) {
        result[k] += bank.at(r, k) * difference;
      }
    }
  }

  private static double dot(Basis basis, int row, double[] x) {
    double sum = 0;
    int start = basis.bandStart(row);
    for (int k = start; k < start + basis.bandLength(row); k++) {
      sum += basis.at(row, k) * x[k];
    }
    return sum;
  }

  /** A bound of the largest eigenvalue of {@code bankᵀ bank}. */
  private double norm() {
    double[] x = new double[bank.columns()];
    double[] y = new double[bank.columns()];
    double[] none = new double[bank.rows()];
    Arrays.fill(x, 1);
    double norm = 0;
    for (int i = 0; i < POWER_ROUNDS; i++) {
      gradient(x, none, y);
      norm = 0;
      for (double v : y) {
        norm += v * v;
      }
      norm = Math.sqrt(norm);
      for (int k = 0; k < x.length && norm > 0; k++) {
        x[k] = y[k] / norm;
      }
    }
    // The iteration comes from below.
    return norm == 0 ? 1 : 1.05 * norm;
  }
}
