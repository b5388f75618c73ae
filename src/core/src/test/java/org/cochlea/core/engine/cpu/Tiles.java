package org.cochlea.core.engine.cpu;

import java.util.SplittableRandom;

/** Tiles for tests. */
final class Tiles {
  static final int L = Lanes.COUNT;

  private Tiles() {}

  static TileKernels vector() {
    return new VectorKernels();
  }

  static TileKernels inC() {
    return NativeLanes.kernels();
  }

  static TileKernels plain() {
    return new PlainKernels();
  }

  static float[] noise(long seed, int n) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (2 * random.nextDouble() - 1);
    }
    return x;
  }

  static double[] window(long seed, int n) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] w = new double[n];
    for (int i = 0; i < n; i++) {
      w[i] = (float) (0.1 + random.nextDouble());
    }
    return w;
  }

  /** FNV-1a of the bits; all NaN are one. */
  static long hash(long seed, float[] x, int from, int to) {
    long h = seed;
    for (int i = from; i < to; i++) {
      h = (h ^ Float.floatToIntBits(x[i])) * 0x100000001b3L;
    }
    return h;
  }
}
