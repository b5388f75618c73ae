package org.cochlea.cuda;

import java.util.Arrays;

/** How transform lengths are taken apart: the radices that the kernels' passes know. */
final class Radix {
  private static final int[] KNOWN = {16, 15, 14, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2};

  private Radix() {}

  /** Whether a length is a product of powers of 2, 3, 5 and 7. */
  static boolean smooth(int length) {
    int rest = length;
    for (int prime : new int[] {2, 3, 5, 7}) {
      while (rest % prime == 0) {
        rest /= prime;
      }
    }
    return rest == 1;
  }

  /** Returns the least smooth length that is not below one. */
  static int smoothFrom(int least) {
    int length = least;
    while (!smooth(length)) {
      length++;
    }
    return length;
  }

  /** Returns radices whose product is a smooth length, in the order of the passes; none for 1. */
  static int[] passes(int length) {
    int[] passes = new int[32];
    int count = 0;
    int rest = length;
    for (int radix : KNOWN) {
      while (rest % radix == 0) {
        passes[count++] = radix;
        rest /= radix;
      }
    }
    if (rest != 1) {
      throw new AssertionError(length + " is not smooth");
    }
    return Arrays.copyOf(passes, count);
  }

  /**
   * Returns where bin {@code k} of a transform of length {@code length} lies after decimation in
   * frequency by the passes from one on.
   */
  static int place(int[] passes, int from, int length, int k) {
    int rest = k;
    int block = length;
    int at = 0;
    for (int i = from; i < passes.length; i++) {
      block /= passes[i];
      at += rest % passes[i] * block;
      rest /= passes[i];
    }
    return at;
  }

  /** Returns pairs: {@code exp(-2πi j / length)} for j below the length. */
  static float[] roots(int length) {
    float[] pairs = new float[2 * length];
    for (int j = 0; j < length; j++) {
      root(pairs, j, j, length);
    }
    return pairs;
  }

  /** Stores {@code exp(-2πi k / n)} as pair number {@code at}. */
  static void root(float[] pairs, int at, long k, int n) {
    double angle = -2 * Math.PI * (k % n) / n;
    pairs[2 * at] = (float) Math.cos(angle);
    pairs[2 * at + 1] = (float) Math.sin(angle);
  }
}
