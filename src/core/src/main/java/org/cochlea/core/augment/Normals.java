package org.cochlea.core.augment;

import java.util.Arrays;

/**
 * Many random numbers at a time: those of {@link org.cochlea.core.stage.Philox}, normal ones but
 * for the last bits of a double, in a sixth of the time.
 *
 * <p>Every step is a loop over arrays of one element size without branches or calls, which the JIT
 * makes vectors of. So logarithm, exponential, sine and cosine are written out as series, good to
 * 1e-15; they give the same bits on every processor. What else needs them many at a time has its
 * place here too.
 */
final class Normals {
  /** Numbers at a time: all arrays together stay in the first cache. */
  static final int BLOCK = 256;

  private static final long WORD = 0xFFFFFFFFL;
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final long W0 = 0x9E3779B9L;
  private static final long W1 = 0xBB67AE85L;
  private static final int ROUNDS = 10;
  private static final double TO_UNIT = 0x1p-32;
  private static final double TO_ANGLE = 2 * Math.PI * 0x1p-32;

  /** The bits of 2^52: with a whole number in the lowest bits, a double that much above. */
  private static final long WHOLE = 0x4330000000000000L;

  private static final long ONE = 0x3FF0000000000000L;
  private static final long HALF_ROOT = Double.doubleToRawLongBits(Math.sqrt(0.5));
  private static final double LN2 = Math.log(2);

  /** Added to a double, it leaves the nearest whole number in the lowest bits. */
  private static final double ROUNDING = 0x1.8p52;

  /** Up to here an exponential neither overflows nor loses bits. */
  private static final double MAX_EXPONENT = 700;

  private final long[] c0 = new long[BLOCK];
  private final long[] c1 = new long[BLOCK];
  private final long[] c2 = new long[BLOCK];
  private final long[] c3 = new long[BLOCK];
  private final double[] scale = new double[BLOCK];
  private final double[] first = new double[BLOCK];
  private final double[] second = new double[BLOCK];
  private final double[] third = new double[BLOCK];
  private final double[] fourth = new double[BLOCK];

  /**
   * Makes pairs of normal numbers, {@link #first} and {@link #second}.
   *
   * @param block the first pair's place in the stream
   * @param count pairs, at most {@link #BLOCK}
   */
  void pairs(long seed, long stream, long block, int count) {
    words(seed, stream, block, count);
    radii(count);
    turn(count);
  }

  /**
   * Makes uniform numbers in (0, 1), {@link #first}.
   *
   * @param index the first number's place in the stream
   * @param count at most {@link #BLOCK}
   */
  void uniform(long seed, long stream, long index, int count) {
    words(seed, stream, index, count);
    for (int i = 0; i < count; i++) {
      first[i] = (real(c0[i]) + 0.5) * TO_UNIT;
    }
  }

  double[] first() {
    return first;
  }

  double[] second() {
    return second;
  }

  /** Multiplies pair {@code i} by {@code (1 + slope (from + i))^-decay}. */
  void weigh(double slope, long from, double decay, int count) {
    if (decay == 0) {
      return;
    }
    if (Math.abs(decay) * Math.log(1 + slope * (from + count)) < MAX_EXPONENT) {
      for (int i = 0; i < count; i++) {
        c0[i] = from + i;
      }
      for (int i = 0; i < count; i++) {
        scale[i] = 1 + slope * real(c0[i]);
      }
      logarithms(scale, third, fourth, count);
      for (int i = 0; i < count; i++) {
        scale[i] *= -decay;
      }
      exponentials(scale, third, count);
    } else {
      for (int i = 0; i < count; i++) {
        scale[i] = Math.pow(1 + slope * (from + i), -decay);
      }
    }
    for (int i = 0; i < count; i++) {
      first[i] *= scale[i];
      second[i] *= scale[i];
    }
  }

  /**
   * Raises {@link #first}, numbers in [0, 1], to a power above 0.
   *
   * @param count numbers
   */
  void raise(double power, int count) {
    for (int i = 0; i < count; i++) {
      // Zero has no logarithm and stays zero; ratios of floats are above 1e-100 or zero.
      second[i] = Math.min(1, first[i] * 1e100);
      first[i] = Math.max(first[i], 1e-100);
    }
    logarithms(first, third, fourth, count);
    for (int i = 0; i < count; i++) {
      first[i] = Math.max(power * first[i], -MAX_EXPONENT);
    }
    exponentials(first, third, count);
    for (int i = 0; i < count; i++) {
      first[i] *= second[i];
    }
  }

  /** Replaces {@link #first} by their hyperbolic tangents, which are 1 or -1 beyond 20. */
  void tanh(int count) {
    for (int i = 0; i < count; i++) {
      first[i] = Math.max(-40, Math.min(40, 2 * first[i]));
    }
    exponentials(first, third, count);
    for (int i = 0; i < count; i++) {
      first[i] = (first[i] - 1) / (first[i] + 1);
    }
  }

  /** Philox4x32-10: words 0 and 1 of blocks. */
  private void words(long seed, long stream, long block, int count) {
    for (int i = 0; i < count; i++) {
      long at = block + i;
      c0[i] = at & WORD;
      c1[i] = at >>> 32;
    }
    Arrays.fill(c2, 0, count, stream & WORD);
    Arrays.fill(c3, 0, count, stream >>> 32);
    long k0 = seed & WORD;
    long k1 = seed >>> 32;
    for (int r = 0; r < ROUNDS; r++) {
      round(c0, c1, c2, c3, k0, k1, count);
      k0 = (k0 + W0) & WORD;
      k1 = (k1 + W1) & WORD;
    }
  }

  /** One round is one loop: two in one are too much for the JIT. */
  private static void round(
      long[] c0, long[] c1, long[] c2, long[] c3, long k0, long k1, int count) {
    for (int i = 0; i < count; i++) {
      // The masks tell that the factors have 32 bits, which is a cheaper multiplication.
      long p0 = M0 * (c0[i] & WORD);
      long p1 = M1 * (c2[i] & WORD);
      c0[i] = (p1 >>> 32) ^ c1[i] ^ k0;
      c2[i] = (p0 >>> 32) ^ c3[i] ^ k1;
      c1[i] = p1 & WORD;
      c3[i] = p0 & WORD;
    }
  }

  private void radii(int count) {
    for (int i = 0; i < count; i++) {
      scale[i] = (real(c0[i]) + 0.5) * TO_UNIT;
    }
    logarithms(scale, first, second, count);
    for (int i = 0; i < count; i++) {
      scale[i] = Math.sqrt(-2 * scale[i]);
    }
  }

  /** Writes radius and angle as a pair of coordinates. */
  private void turn(int count) {
    // Quarters of a turn, to the nearest; the rest is an eighth at most.
    for (int i = 0; i < count; i++) {
      c2[i] = (c1[i] + (1L << 29)) >>> 30;
      second[i] = (real(c1[i]) + 0.5 - real(c2[i] << 30)) * TO_ANGLE;
    }
    cosines(second, first, count);
    sines(second, count);
    for (int i = 0; i < count; i++) {
      long c = bits(first[i]);
      long s = bits(second[i]);
      long exchanged = (c ^ s) & -(c2[i] & 1);
      long cosine = c ^ exchanged ^ (((c2[i] + 1) & 2) << 62);
      long sine = s ^ exchanged ^ ((c2[i] & 2) << 62);
      first[i] = scale[i] * Double.longBitsToDouble(cosine);
      second[i] = scale[i] * Double.longBitsToDouble(sine);
    }
  }

  private static long bits(double x) {
    return Double.doubleToRawLongBits(x);
  }

  private static double real(long word) {
    return Double.longBitsToDouble(word | WHOLE) - 0x1p52;
  }

  /** Replaces angles of at most an eighth of a turn by their sines. */
  private static void sines(double[] x, int count) {
    for (int i = 0; i < count; i++) {
      double z = x[i] * x[i];
      double s = 1 / 1_307_674_368_000.0;
      s = 1 / 6_227_020_800.0 - z * s;
      s = 1 / 39_916_800.0 - z * s;
      s = 1 / 362_880.0 - z * s;
      s = 1 / 5040.0 - z * s;
      s = 1 / 120.0 - z * s;
      s = 1 / 6.0 - z * s;
      x[i] -= x[i] * (z * s);
    }
  }

  private static void cosines(double[] x, double[] cosines, int count) {
    for (int i = 0; i < count; i++) {
      double z = x[i] * x[i];
      double c = 1 / 20_922_789_888_000.0;
      c = 1 / 87_178_291_200.0 - z * c;
      c = 1 / 479_001_600.0 - z * c;
      c = 1 / 3_628_800.0 - z * c;
      c = 1 / 40_320.0 - z * c;
      c = 1 / 720.0 - z * c;
      c = 1 / 24.0 - z * c;
      c = 1 / 2.0 - z * c;
      cosines[i] = 1 - z * c;
    }
  }

  /** Replaces normal numbers above 0 by their natural logarithms; two arrays help. */
  private static void logarithms(double[] x, double[] exponents, double[] ratios, int count) {
    // x = 2^e m, m within √2 of 1; ln m = 2 artanh((m - 1) / (m + 1)).
    for (int i = 0; i < count; i++) {
      long exponent = (bits(x[i]) + (ONE - HALF_ROOT)) >>> 52;
      exponents[i] = real(exponent) - 1023;
      x[i] = Double.longBitsToDouble(bits(x[i]) + ONE - (exponent << 52));
    }
    for (int i = 0; i < count; i++) {
      ratios[i] = (x[i] - 1) / (x[i] + 1);
    }
    for (int i = 0; i < count; i++) {
      double z = ratios[i] * ratios[i];
      double p = 1 / 21.0;
      p = 1 / 19.0 + z * p;
      p = 1 / 17.0 + z * p;
      p = 1 / 15.0 + z * p;
      p = 1 / 13.0 + z * p;
      p = 1 / 11.0 + z * p;
      p = 1 / 9.0 + z * p;
      p = 1 / 7.0 + z * p;
      p = 1 / 5.0 + z * p;
      p = 1 / 3.0 + z * p;
      x[i] = ratios[i] * (z * p);
    }
    for (int i = 0; i < count; i++) {
      x[i] = exponents[i] * LN2 + 2 * (ratios[i] + x[i]);
    }
  }

  /** Replaces numbers of at most {@link #MAX_EXPONENT} by their exponentials; an array helps. */
  private static void exponentials(double[] x, double[] powers, int count) {
    // e^x = 2^n e^r, r at most half of ln 2.
    for (int i = 0; i < count; i++) {
      double shifted = x[i] * (1 / LN2) + ROUNDING;
      powers[i] = Double.longBitsToDouble((bits(shifted) << 52) + ONE);
      x[i] -= (shifted - ROUNDING) * LN2;
    }
    for (int i = 0; i < count; i++) {
      double r = x[i];
      double p = 1 / 6_227_020_800.0;
      p = 1 / 479_001_600.0 + r * p;
      p = 1 / 39_916_800.0 + r * p;
      p = 1 / 3_628_800.0 + r * p;
      p = 1 / 362_880.0 + r * p;
      p = 1 / 40_320.0 + r * p;
      p = 1 / 5040.0 + r * p;
      p = 1 / 720.0 + r * p;
      p = 1 / 120.0 + r * p;
      p = 1 / 24.0 + r * p;
      p = 1 / 6.0 + r * p;
      p = 1 / 2.0 + r * p;
      p = 1 + r * p;
      p = 1 + r * p;
      x[i] = p * powers[i];
    }
  }
}
