package org.cochlea.cuda;

/**
 * A transform of any length N as a convolution of a smooth length M with the chirp {@code c[n] =
 * exp(-πi n² / N)}: its tables, in double until they are stored.
 */
final class Bluestein {
  private final int size;
  private final int length;

  Bluestein(int size, int length) {
    this.size = size;
    this.length = length;
  }

  /** Stores {@code c[i] factor} as pair number {@code at}. */
  void chirp(float[] pairs, int at, long i, double factor) {
    double angle = angle(i);
    pairs[2 * at] = (float) (Math.cos(angle) * factor);
    pairs[2 * at + 1] = (float) (Math.sin(angle) * factor);
  }

  private double angle(long i) {
    return -Math.PI * (i * i % (2L * size)) / size;
  }

  /**
   * Returns the transform, over M, of the chirp's conjugate: bin k as pair number {@code k}.
   *
   * @param after how far the conjugate chirp reaches after 0
   */
  float[] filter(int after) {
    double[] re = new double[length];
    double[] im = new double[length];
    for (int i = 0; i <= after; i++) {
      re[i] = Math.cos(angle(i)) / length;
      im[i] = -Math.sin(angle(i)) / length;
    }
    for (int i = 1; i < size; i++) {
      re[length - i] = Math.cos(angle(i)) / length;
      im[length - i] = -Math.sin(angle(i)) / length;
    }
    double[] outRe = new double[length];
    double[] outIm = new double[length];
    transform(re, im, 0, 1, outRe, outIm, 0, length);
    float[] pairs = new float[2 * length];
    for (int k = 0; k < length; k++) {
      pairs[2 * k] = (float) outRe[k];
      pairs[2 * k + 1] = (float) outIm[k];
    }
    return pairs;
  }

  /** Decimation in time by the least prime factor, again and again. */
  private static void transform(
      double[] re, double[] im, int from, int step, double[] outRe, double[] outIm, int to, int n) {
    if (n == 1) {
      outRe[to] = re[from];
      outIm[to] = im[from];
      return;
    }
    int prime = 2;
    while (n % prime != 0) {
      prime++;
    }
    int part = n / prime;
    for (int p = 0; p < prime; p++) {
      transform(re, im, from + p * step, step * prime, outRe, outIm, to + p * part, part);
    }
    double[] sumRe = new double[prime];
    double[] sumIm = new double[prime];
    for (int k = 0; k < part; k++) {
      for (int q = 0; q < prime; q++) {
        sumRe[q] = 0;
        sumIm[q] = 0;
        for (int p = 0; p < prime; p++) {
          double angle = -2 * Math.PI * ((long) p * (k + (long) q * part) % n) / n;
          double cos = Math.cos(angle);
          double sin = Math.sin(angle);
          double x = outRe[to + p * part + k];
          double y = outIm[to + p * part + k];
          sumRe[q] += x * cos - y * sin;
          sumIm[q] += x * sin + y * cos;
        }
      }
      for (int q = 0; q < prime; q++) {
        outRe[to + q * part + k] = sumRe[q];
        outIm[to + q * part + k] = sumIm[q];
      }
    }
  }
}
