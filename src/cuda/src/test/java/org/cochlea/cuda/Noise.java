package org.cochlea.cuda;

import java.util.SplittableRandom;

/** Samples for tests, and how far results are apart. */
final class Noise {
  private Noise() {}

  static float[] floats(long seed, int n) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (2 * random.nextDouble() - 1);
    }
    return x;
  }

  static short[] shorts(long seed, int n) {
    SplittableRandom random = new SplittableRandom(seed);
    short[] x = new short[n];
    for (int i = 0; i < n; i++) {
      x[i] = (short) random.nextInt(-32_768, 32_768);
    }
    return x;
  }

  static double relativeError(float[] expected, float[] actual) {
    if (expected.length != actual.length) {
      throw new AssertionError("%d values, expected %d".formatted(actual.length, expected.length));
    }
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return norm == 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
  }
}
