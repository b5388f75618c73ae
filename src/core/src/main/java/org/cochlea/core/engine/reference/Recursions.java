package org.cochlea.core.engine.reference;

import org.cochlea.core.basis.SavitzkyGolay;
import org.cochlea.core.stage.Stage;

/** The stages that look along the frames of a clip. */
final class Recursions {
  private Recursions() {}

  /** The state is the mean of every bin, 1 at the start of a clip. */
  static double[][] pcen(Stage.Pcen s, double[][] x, double[] state) {
    double[][] y = new double[x.length][];
    double b = s.smoothing();
    double biased = Math.pow(s.bias(), s.power());
    for (int t = 0; t < x.length; t++) {
      int bins = x[t].length;
      y[t] = new double[bins];
      for (int k = 0; k < bins; k++) {
        state[k] = (1 - b) * state[k] + b * peak(x[t], k, s.maxBins());
        double smooth =
            Math.exp(-s.gain() * (Math.log(s.epsilon()) + Math.log1p(state[k] / s.epsilon())));
        double v = x[t][k];
        if (s.power() == 0) {
          y[t][k] = Math.log1p(v * smooth);
        } else if (s.bias() == 0) {
          y[t][k] = Math.pow(v * smooth, s.power());
        } else {
          y[t][k] = biased * Math.expm1(s.power() * Math.log1p(v * smooth / s.bias()));
        }
      }
    }
    return y;
  }

  /** The maximum of the bins around one, as scipy.ndimage.maximum_filter1d centres them. */
  private static double peak(double[] frame, int bin, int width) {
    double max = frame[bin];
    for (int k = bin - width / 2; k < bin - width / 2 + width; k++) {
      // Mirrored with the edge repeated: a maximum then only sees what is inside.
      if (k >= 0 && k < frame.length) {
        max = Math.max(max, frame[k]);
      }
    }
    return max;
  }

  static double[][] delta(Stage.Delta s, double[][] x) {
    int half = s.width() / 2;
    int n = x.length;
    double[][] y = new double[n][];
    if (s.edge() == Stage.Delta.Edge.INTERPOLATE && n > 0 && n < s.width()) {
      throw new IllegalArgumentException(
          "a clip must have at least width = %d frames for a delta that interpolates, it has %d"
              .formatted(s.width(), n));
    }
    double[] weights = SavitzkyGolay.derivative(s.width(), s.order());
    for (int t = 0; t < n; t++) {
      y[t] = new double[x[t].length];
      int first = t - half;
      if (s.edge() == Stage.Delta.Edge.INTERPOLATE) {
        first = Math.clamp(first, 0, n - s.width());
      }
      for (int i = 0; i < s.width(); i++) {
        int at = s.edge().padding().index((long) first + i, n);
        if (at < 0) {
          continue;
        }
        for (int k = 0; k < y[t].length; k++) {
          y[t][k] += weights[i] * x[at][k];
        }
      }
    }
    return y;
  }

  static double[][] slidingNormalize(Stage.SlidingNormalize s, double[][] x) {
    int n = x.length;
    double[][] y = new double[n][];
    for (int t = 0; t < n; t++) {
      Stage.SlidingNormalize.Window window = s.window(t, n);
      int count = window.to() - window.from();
      y[t] = new double[x[t].length];
      for (int k = 0; k < y[t].length; k++) {
        double sum = 0;
        double squares = 0;
        for (int i = window.from(); i < window.to(); i++) {
          sum += x[i][k];
          squares += x[i][k] * x[i][k];
        }
        double mean = sum / count;
        y[t][k] = x[t][k] - mean;
        if (s.variance()) {
          double variance = squares / count - mean * mean;
          y[t][k] = count == 1 ? 0 : y[t][k] / Math.sqrt(variance);
        }
      }
    }
    return y;
  }
}
