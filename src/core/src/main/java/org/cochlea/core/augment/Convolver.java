package org.cochlea.core.augment;

import java.util.Arrays;

/** Convolution by transforms of blocks (overlap-add), and filters that are made of it. */
final class Convolver {
  private Convolver() {}

  /**
   * Writes {@code y[t] = Σ_k h[k] x[from + t - k]}, {@code x} being 0 outside.
   *
   * @param n samples of {@code x}
   * @param m samples of {@code h}, at least 1
   * @param y another array than {@code x}
   * @param count samples to write
   */
  static void convolve(
      float[] x, int n, float[] h, int m, float[] y, int from, int count, Scratch scratch) {
    Arrays.fill(y, 0, count, 0);
    if (n == 0) {
      return;
    }
    Fft fft = Fft.of(Fft.sizeFor(Math.min((long) n + m - 1, Math.max(256, 4L * m))));
    int size = fft.size();
    float[] kernel = scratch.kernel(size);
    System.arraycopy(h, 0, kernel, 0, m);
    Arrays.fill(kernel, m, size, 0);
    fft.forward(kernel);
    float[] block = scratch.block(size);
    int step = size - m + 1;
    for (int start = 0; start < n && start < from + count; start += step) {
      int samples = Math.min(step, n - start);
      System.arraycopy(x, start, block, 0, samples);
      Arrays.fill(block, samples, size, 0);
      fft.forward(block);
      fft.multiply(block, kernel);
      fft.inverse(block);
      int first = Math.max(0, from - start);
      int last = (int) Math.min((long) samples + m - 1, (long) from + count - start);
      for (int i = first; i < last; i++) {
        y[start + i - from] += block[i];
      }
    }
  }

  /**
   * Writes what a low pass lets through.
   *
   * @param cutoff as a part of the sample rate
   * @param half how far the sinc reaches
   * @param y another array than {@code x}
   */
  static void lowPass(
      float[] x, int n, double cutoff, int half, float[] y, float[] taps, Scratch scratch) {
    if (cutoff >= 0.5 || n == 0) {
      System.arraycopy(x, 0, y, 0, n);
      return;
    }
    int m = 2 * half + 1;
    Applied.lowPass(cutoff, half, taps);
    float[] padded = scratch.padded(n + 2 * half);
    Arrays.fill(padded, 0, half, x[0]);
    System.arraycopy(x, 0, padded, half, n);
    Arrays.fill(padded, half + n, n + 2 * half, x[n - 1]);
    convolve(padded, n + 2 * half, taps, m, y, 2 * half, n, scratch);
  }
}
