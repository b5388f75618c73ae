package org.cochlea.core.stage;

/**
 * Philox4x32-10, a counter-based random generator: number {@code i} of a stream is a function of
 * {@code (seed, stream, i)} alone, so any part of it can be computed anywhere, in any order.
 *
 * <p>Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011.
 */
public final class Philox {
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;
  private static final int ROUNDS = 10;
  private static final double TO_UNIT = 0x1p-32;

  private Philox() {}

  /**
   * Returns two of the four words of a block; words 0 and 1 are in the low and high half.
   *
   * @param seed the key
   * @param stream the upper half of the counter
   * @param block the lower half of the counter
   */
  public static long words(long seed, long stream, long block) {
    int c0 = (int) block;
    int c1 = (int) (block >>> 32);
    int c2 = (int) stream;
    int c3 = (int) (stream >>> 32);
    int k0 = (int) seed;
    int k1 = (int) (seed >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = M0 * (c0 & 0xFFFFFFFFL);
      long p1 = M1 * (c2 & 0xFFFFFFFFL);
      int n0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      int n2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c1 = (int) p1;
      c3 = (int) p0;
      c0 = n0;
      c2 = n2;
      k0 += W0;
      k1 += W1;
    }
    return (c0 & 0xFFFFFFFFL) | ((long) c1 << 32);
  }

  /** Returns number {@code index} of a stream of uniform numbers in (0, 1). */
  public static double uniform(long seed, long stream, long index) {
    return ((words(seed, stream, index) & 0xFFFFFFFFL) + 0.5) * TO_UNIT;
  }

  /** Returns number {@code index} of a stream of normal numbers of mean 0 and variance 1. */
  public static double normal(long seed, long stream, long index) {
    // Box-Muller: one block gives a pair.
    long words = words(seed, stream, index >> 1);
    double angle = angle(words);
    return radius(words) * ((index & 1) == 0 ? Math.cos(angle) : Math.sin(angle));
  }

  /**
   * Writes the numbers {@code 2 block} and {@code 2 block + 1} of a stream of normal numbers, in
   * half the time of two calls of {@link #normal}.
   *
   * @param pair where they go, at 0 and 1
   */
  public static void normals(long seed, long stream, long block, double[] pair) {
    long words = words(seed, stream, block);
    double radius = radius(words);
    double angle = angle(words);
    pair[0] = radius * Math.cos(angle);
    pair[1] = radius * Math.sin(angle);
  }

  private static double radius(long words) {
    return Math.sqrt(-2 * Math.log(((words & 0xFFFFFFFFL) + 0.5) * TO_UNIT));
  }

  private static double angle(long words) {
    return 2 * Math.PI * ((words >>> 32) + 0.5) * TO_UNIT;
  }
}
