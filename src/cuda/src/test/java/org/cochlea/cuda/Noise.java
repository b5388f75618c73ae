package org.cochlea.cuda;

import java.util.SplittableRandom;

/** Samples for tests. */
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
}
