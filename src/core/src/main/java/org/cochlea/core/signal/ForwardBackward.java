package org.cochlea.core.signal;

import java.util.Arrays;
import java.util.function.Consumer;

/** Forward-backward filtering over a signal continued at both ends. */
final class ForwardBackward {

  private ForwardBackward() {}

  /**
   * Continues both ends, runs the filter forwards and backwards and cuts the result to the signal.
   *
   * @param filter filters its argument in place, starting from the steady state of its first sample
   */
  static double[] filtfilt(
      double[] samples, int padLength, EndPadding padding, Consumer<double[]> filter) {
    Checks.atLeast("padLength", padLength, 0);
    int n = samples.length;
    if (n <= padLength) {
      throw new IllegalArgumentException(
          "samples must be more than %d, the length of the padding, were %d"
              .formatted(padLength, n));
    }
    double[] extended = new double[Math.addExact(n, 2 * padLength)];
    System.arraycopy(samples, 0, extended, padLength, n);
    for (int i = 1; i <= padLength; i++) {
      extended[padLength - i] = padding.beyond(samples[0], samples[i]);
      extended[padLength + n - 1 + i] = padding.beyond(samples[n - 1], samples[n - 1 - i]);
    }
    filter.accept(extended);
    reverse(extended);
    filter.accept(extended);
    reverse(extended);
    return Arrays.copyOfRange(extended, padLength, padLength + n);
  }

  static double[] widen(float[] samples) {
    double[] wide = new double[samples.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = samples[i];
    }
    return wide;
  }

  static float[] narrow(double[] samples) {
    float[] narrow = new float[samples.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) samples[i];
    }
    return narrow;
  }

  private static void reverse(double[] x) {
    for (int i = 0, j = x.length - 1; i < j; i++, j--) {
      double t = x[i];
      x[i] = x[j];
      x[j] = t;
    }
  }
}
