package org.cochlea.core.stage;

/**
 * Every frame with others before or after it: {@code y[s K + k, t] = x[k, t - s delay]}, {@code s =
 * 0 … steps - 1}; librosa.feature.stack_memory.
 *
 * @param steps frames in one, at least 1
 * @param delay frames between them: above 0 for those before, below 0 for those after
 * @param padding what is beyond the ends
 */
public record StackMemory(int steps, int delay, Padding padding) implements Stage.Analysis {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public StackMemory {
    Require.atLeast("steps", steps, 1);
    if (delay == 0) {
      throw new IllegalArgumentException("delay must not be 0, was 0");
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    return Layout.real(Math.multiplyExact(steps, in.bins()));
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int bins = in.bins();
    double[][] y = new double[x.length][steps * bins];
    for (int t = 0; t < x.length; t++) {
      // The order of librosa: with frames to come, the furthest of them is last.
      for (int s = 0; s < steps; s++) {
        int at = padding.index(t - (long) s * delay, x.length);
        if (at >= 0) {
          System.arraycopy(x[at], 0, y[t], s * bins, bins);
        }
      }
    }
    return y;
  }
}
