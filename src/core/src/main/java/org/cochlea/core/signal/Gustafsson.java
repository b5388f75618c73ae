package org.cochlea.core.signal;

import java.util.function.UnaryOperator;

/**
 * Forward-backward filtering without padding: the starting states of both passes are chosen such
 * that filtering backwards first gives the same.
 *
 * <p>F. Gustafsson, "Determining the initial states in forward-backward filtering", IEEE
 * Transactions on Signal Processing 44(4), 1996.
 */
final class Gustafsson {
  private Gustafsson() {}

  /**
   * Filters a signal.
   *
   * @param response samples after which the filter has forgotten its state; the signal's length or
   *     more for all of them
   */
  static double[] filtfilt(TransferFunction filter, double[] samples, int response) {
    int order = filter.order();
    int n = samples.length;
    if (order == 0 || n == 0) {
      double gain = filter.b()[0] / filter.a()[0];
      double[] scaled = samples.clone();
      for (int i = 0; i < n; i++) {
        scaled[i] *= gain * gain;
      }
      return scaled;
    }
    int m = n <= 2L * response ? n : response;
    // What a state gives with no input (the observability matrix), and that filtered backwards.
    double[][] free = new double[order][];
    double[][] back = new double[order][];
    for (int k = 0; k < order; k++) {
      double[] state = new double[order];
      state[k] = 1;
      free[k] = filter.filter(new double[m], state);
      back[k] = backwards(filter::filter, free[k]);
    }
    double[] forwardBackward = backwards(filter::filter, filter.filter(samples));
    double[] backwardForward = filter.filter(backwards(filter::filter, samples));
    double[] difference = new double[n];
    for (int i = 0; i < n; i++) {
      difference[i] = backwardForward[i] - forwardBackward[i];
    }
    // Both ends share their equations if every sample depends on both states.
    boolean whole = m == n;
    int rows = whole ? n : 2 * m;
    double[][] matrix = new double[2 * order][rows];
    double[][] effect = new double[2 * order][rows];
    double[] wanted = new double[rows];
    for (int i = 0; i < m; i++) {
      int j = whole ? i : m + i;
      for (int k = 0; k < order; k++) {
        matrix[k][i] = back[k][i] - free[k][i];
        effect[k][i] = back[k][i];
        matrix[order + k][j] = free[k][m - 1 - i] - back[k][m - 1 - i];
        effect[order + k][j] = free[k][m - 1 - i];
      }
      wanted[i] = difference[i];
      wanted[j] = difference[n - m + i];
    }
    double[] states = LeastSquares.solve(matrix, wanted);
    for (int k = 0; k < states.length; k++) {
      for (int i = 0; i < rows; i++) {
        forwardBackward[i < m ? i : n - rows + i] += states[k] * effect[k][i];
      }
    }
    return forwardBackward;
  }

  private static double[] backwards(UnaryOperator<double[]> filter, double[] samples) {
    return reversed(filter.apply(reversed(samples)));
  }

  private static double[] reversed(double[] samples) {
    double[] reversed = new double[samples.length];
    for (int i = 0; i < samples.length; i++) {
      reversed[i] = samples[samples.length - 1 - i];
    }
    return reversed;
  }
}
