package org.cochlea.core.stage;

import java.util.Arrays;

/**
 * Coefficients of a linear prediction, {@code 1, a[1], … a[order]} with {@code x[n] ≈ -Σ a[i] x[n -
 * i]}, by Burg's method; librosa.lpc.
 *
 * <p>Marple, "A new autoregressive spectrum analysis algorithm", 1980.
 *
 * @param order at least 1
 * @param of what is predicted: a whole signal, which gives one frame, or every frame by itself
 */
public record BurgPrediction(int order, Layout.Domain of) implements Stage.Analysis {
  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public BurgPrediction {
    Require.atLeast("order", order, 1);
  }

  @Override
  public Layout apply(Layout in) {
    if (of == Layout.Domain.SIGNAL) {
      Require.signal(this, in);
    } else {
      Require.realFrames(this, in);
    }
    return Layout.real(order + 1);
  }

  @Override
  public long frames(long in) {
    return of == Layout.Domain.SIGNAL ? 1 : in;
  }

  @Override
  public boolean isPerFrame() {
    return of == Layout.Domain.FRAMES;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = coefficients(x[t]);
    }
    return y;
  }

  private double[] coefficients(double[] x) {
    int n = Math.max(0, x.length - 1);
    double[] forward = Arrays.copyOfRange(x, Math.min(1, x.length), x.length);
    double[] backward = Arrays.copyOf(x, n);
    double[] a = new double[order + 1];
    a[0] = 1;
    double energy = 0;
    for (int i = 0; i < n; i++) {
      energy += forward[i] * forward[i] + backward[i] * backward[i];
    }
    // What is left of both errors: forward[first …], backward[… last].
    int length = n;
    int shift = 0;
    for (int i = 0; i < order && length > 0; i++) {
      double product = 0;
      for (int j = 0; j < length; j++) {
        product += backward[j] * forward[shift + j];
      }
      double reflection = -2 * product / (energy + Double.MIN_NORMAL);
      double[] before = a.clone();
      for (int j = 1; j <= i + 1; j++) {
        a[j] = before[j] + reflection * before[i + 1 - j];
      }
      for (int j = 0; j < length; j++) {
        double f = forward[shift + j];
        forward[shift + j] = f + reflection * backward[j];
        backward[j] += reflection * f;
      }
      energy =
          (1 - reflection * reflection) * energy
              - backward[length - 1] * backward[length - 1]
              - forward[shift] * forward[shift];
      shift++;
      length--;
    }
    return a;
  }
}
