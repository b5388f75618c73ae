package org.cochlea.core.augment;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.cochlea.core.testing.Distance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters that are kept, for simple speeds and for odd ones, against the sum they stand for. */
class InterpolatorTest {
  private final Scratch scratch = new Scratch();

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.8, 0.9, 1.1, 1.25, 0.8123, 0.99999, 1.00001, 1.2599, 3.3333, 0.05})
  void readsAreSums(double speed) {
    // Two speeds, so that what the odd one before left must not be taken for this one's.
    for (double one : new double[] {1.07071, speed}) {
      for (int n : new int[] {1, 100, 1500}) {
        float[] x = Augmentations.noise(5, n);
        int count = (int) Math.ceil(n / one) + 3;
        float[] y = new float[count];
        Interpolator.read(x, n, one, y, count, scratch);
        float[] expected = new float[count];
        for (int t = 0; t < count; t++) {
          expected[t] = (float) sum(x, one * t, Interpolator.cutoff(one));
        }
        double error = Distance.relativeL2(y, expected);
        assertTrue(error < 2e-6, "relative L2 " + error + " at " + one);
      }
    }
  }

  private static double sum(float[] x, double at, double cutoff) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      double u = Math.abs(i - at) * cutoff * Interpolator.STEPS;
      if (u < Interpolator.CROSSINGS * Interpolator.STEPS) {
        int k = (int) u;
        double low = Interpolator.TABLE[k];
        sum += x[i] * (low + (u - k) * (Interpolator.TABLE[k + 1] - low));
      }
    }
    return cutoff * sum;
  }
}
