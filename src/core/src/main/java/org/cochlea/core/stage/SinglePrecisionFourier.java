package org.cochlea.core.stage;

import java.util.Arrays;

/**
 * The discrete Fourier transform of real signals in float32 with the rounding of FFTPACK: its
 * factors, its order of operations, no fused multiply-add. scipy, and PyTorch where it is built
 * without MKL, compute with pocketfft, which keeps that order; results agree to the last bit. Sizes
 * with a prime factor above the root of the size are computed in double and rounded, as pocketfft
 * has another algorithm for most of them.
 *
 * <p>Only for what follows the rounding of another library; {@link Fourier} is the better
 * transform.
 *
 * <p>Swarztrauber, "Vectorizing the FFTs", 1982; Temperton, "Fast mixed-radix real Fourier
 * transforms", 1983.
 */
final class SinglePrecisionFourier {
  private final int size;
  private final Pass[] passes;

  /**
   * Prepares transforms.
   *
   * @param size at least 1
   */
  SinglePrecisionFourier(int size) {
    this.size = size;
    int[] factors = factors(size);
    int largest = Arrays.stream(factors).max().orElse(1);
    boolean small = size < 50 || (long) largest * largest <= size;
    this.passes = new Pass[small ? factors.length : 0];
    int outer = 1;
    for (int i = 0; i < passes.length; i++) {
      passes[i] = new Pass(factors[i], outer, size);
      outer *= factors[i];
    }
  }

  /** Fours, then a two in front of them, then odd numbers upwards. */
  private static int[] factors(int size) {
    int[] factors = new int[Integer.SIZE];
    int count = 0;
    int rest = size;
    for (; rest % 4 == 0; rest /= 4) {
      factors[count++] = 4;
    }
    if (rest % 2 == 0) {
      factors[count++] = factors[0];
      factors[0] = 2;
      rest /= 2;
    }
    for (int odd = 3; (long) odd * odd <= rest; odd += 2) {
      for (; rest % odd == 0; rest /= odd) {
        factors[count++] = odd;
      }
    }
    if (rest > 1) {
      factors[count++] = rest;
    }
    return Arrays.copyOf(factors, count);
  }

  /** Returns the bins 0 … size / 2 as pairs. */
  float[] forward(float[] samples) {
    float[] bins = new float[2 * (size / 2 + 1)];
    if (passes.length == 0) {
      double[] wide = new double[size];
      for (int n = 0; n < size; n++) {
        wide[n] = samples[n];
      }
      wide = new Fourier(size).forward(wide);
      for (int k = 0; k < bins.length; k++) {
        bins[k] = (float) wide[k];
      }
      return bins;
    }
    float[] x = samples.clone();
    float[] y = new float[size];
    for (int i = passes.length - 1; i >= 0; i--) {
      passes[i].run(x, y);
      float[] done = y;
      y = x;
      x = done;
    }
    bins[0] = x[0];
    System.arraycopy(x, 1, bins, 2, size - 1);
    return bins;
  }

  /**
   * Joins {@code factor} transforms of {@code inner} values into one, {@code outer} times. A
   * transform of real values is kept as its real part at 0, then pairs of real and imaginary parts,
   * then for even sizes the real part at the middle.
   */
  private static final class Pass {
    private static final float HALF_ROOT = (float) Math.sqrt(0.5);

    private final int factor;
    private final int outer;
    private final int inner;
    private final float[] twiddles;
    private final float[] roots;

    /**
     * The parts to join at one frequency, turned: real, imaginary; then their sums, differences.
     */
    private final float[] re;

    private final float[] im;

    Pass(int factor, int outer, int size) {
      this.factor = factor;
      this.outer = outer;
      this.inner = size / (outer * factor);
      this.re = new float[factor];
      this.im = new float[factor];
      this.twiddles = new float[factor * inner];
      this.roots = new float[2 * factor];
      for (int j = 0; j < factor; j++) {
        for (int m = 1; 2 * m < inner; m++) {
          double angle = 2 * Math.PI * ((long) j * m * outer % size) / size;
          twiddles[j * inner + 2 * m - 1] = (float) Math.cos(angle);
          twiddles[j * inner + 2 * m] = (float) Math.sin(angle);
        }
        // Conjugates are alike to the last bit.
        double angle = 2 * Math.PI * Math.min(j, factor - j) / factor;
        roots[2 * j] = (float) Math.cos(angle);
        roots[2 * j + 1] = (float) (2 * j > factor ? -Math.sin(angle) : Math.sin(angle));
      }
    }

    void run(float[] x, float[] y) {
      for (int k = 0; k < outer; k++) {
        switch (factor) {
          case 2 -> two(x, y, k);
          case 4 -> four(x, y, k);
          default -> odd(x, y, k);
        }
      }
    }

    /** Where value {@code a} of part j is. */
    private int from(int k, int j, int a) {
      return a + inner * (k + outer * j);
    }

    /** Where value {@code a} of row j of the joined transform goes. */
    private int to(int k, int j, int a) {
      return a + inner * (j + factor * k);
    }

    /** Reads pair {@code a}, {@code a + 1} of the parts, each turned by its twiddle. */
    private void read(float[] x, int k, int a) {
      re[0] = x[from(k, 0, a)];
      im[0] = x[from(k, 0, a + 1)];
      for (int j = 1; j < factor; j++) {
        float c = twiddles[j * inner + a];
        float s = twiddles[j * inner + a + 1];
        float real = x[from(k, j, a)];
        float imaginary = x[from(k, j, a + 1)];
        re[j] = c * real + s * imaginary;
        im[j] = c * imaginary - s * real;
      }
    }

    private void two(float[] x, float[] y, int k) {
      float first = x[from(k, 0, 0)];
      float second = x[from(k, 1, 0)];
      y[to(k, 0, 0)] = first + second;
      y[to(k, 1, inner - 1)] = first - second;
      if (inner % 2 == 0) {
        y[to(k, 1, 0)] = -x[from(k, 1, inner - 1)];
        y[to(k, 0, inner - 1)] = x[from(k, 0, inner - 1)];
      }
      for (int a = 1; a + 1 < inner; a += 2) {
        int b = inner - a - 2;
        read(x, k, a);
        y[to(k, 0, a)] = re[0] + re[1];
        y[to(k, 1, b)] = re[0] - re[1];
        y[to(k, 0, a + 1)] = im[1] + im[0];
        y[to(k, 1, b + 1)] = im[1] - im[0];
      }
    }

    private void four(float[] x, float[] y, int k) {
      float odd = x[from(k, 3, 0)] + x[from(k, 1, 0)];
      float even = x[from(k, 0, 0)] + x[from(k, 2, 0)];
      y[to(k, 0, 0)] = even + odd;
      y[to(k, 3, inner - 1)] = even - odd;
      y[to(k, 2, 0)] = x[from(k, 3, 0)] - x[from(k, 1, 0)];
      y[to(k, 1, inner - 1)] = x[from(k, 0, 0)] - x[from(k, 2, 0)];
      if (inner % 2 == 0) {
        float first = x[from(k, 0, inner - 1)];
        float second = x[from(k, 1, inner - 1)];
        float third = x[from(k, 2, inner - 1)];
        float fourth = x[from(k, 3, inner - 1)];
        float real = HALF_ROOT * (second - fourth);
        float imaginary = -HALF_ROOT * (second + fourth);
        y[to(k, 0, inner - 1)] = first + real;
        y[to(k, 2, inner - 1)] = first - real;
        y[to(k, 3, 0)] = imaginary + third;
        y[to(k, 1, 0)] = imaginary - third;
      }
      for (int a = 1; a + 1 < inner; a += 2) {
        int b = inner - a - 2;
        read(x, k, a);
        float oddRe = re[3] + re[1];
        float oddReDifference = re[3] - re[1];
        float oddIm = im[1] + im[3];
        float oddImDifference = im[1] - im[3];
        float evenRe = re[0] + re[2];
        float evenReDifference = re[0] - re[2];
        float evenIm = im[0] + im[2];
        float evenImDifference = im[0] - im[2];
        y[to(k, 0, a)] = evenRe + oddRe;
        y[to(k, 3, b)] = evenRe - oddRe;
        y[to(k, 0, a + 1)] = oddIm + evenIm;
        y[to(k, 3, b + 1)] = oddIm - evenIm;
        y[to(k, 2, a)] = evenReDifference + oddImDifference;
        y[to(k, 1, b)] = evenReDifference - oddImDifference;
        y[to(k, 2, a + 1)] = oddReDifference + evenImDifference;
        y[to(k, 1, b + 1)] = oddReDifference - evenImDifference;
      }
    }

    /** Any odd factor; twos and fours stand in front of it, so that {@code inner} is odd. */
    private void odd(float[] x, float[] y, int k) {
      for (int j = 0; j < factor; j++) {
        re[j] = x[from(k, j, 0)];
      }
      fold(re, 1);
      y[to(k, 0, 0)] = sum(re);
      for (int l = 1; 2 * l < factor; l++) {
        y[to(k, 2 * l - 1, inner - 1)] = cosines(re, l);
        y[to(k, 2 * l, 0)] = sines(re, l);
      }
      for (int a = 1; a + 1 < inner; a += 2) {
        int b = inner - a - 2;
        read(x, k, a);
        fold(re, 1);
        fold(im, -1);
        y[to(k, 0, a)] = sum(re);
        y[to(k, 0, a + 1)] = sum(im);
        for (int l = 1; 2 * l < factor; l++) {
          float real = cosines(re, l);
          float imaginary = cosines(im, l);
          float realOfSines = sines(im, l);
          float imaginaryOfSines = sines(re, l);
          y[to(k, 2 * l, a)] = real + realOfSines;
          y[to(k, 2 * l - 1, b)] = real - realOfSines;
          y[to(k, 2 * l, a + 1)] = imaginary + imaginaryOfSines;
          y[to(k, 2 * l - 1, b + 1)] = imaginaryOfSines - imaginary;
        }
      }
    }

    /** Parts j and {@code factor - j} become their sum and their difference, times the sign. */
    private void fold(float[] v, float sign) {
      for (int j = 1; 2 * j < factor; j++) {
        float low = v[j];
        float high = v[factor - j];
        v[j] = high + low;
        v[factor - j] = sign * (high - low);
      }
    }

    private float sum(float[] v) {
      float sum = v[0];
      for (int j = 1; 2 * j < factor; j++) {
        sum += v[j];
      }
      return sum;
    }

    private float cosines(float[] v, int l) {
      return weighted(v[0] + term(v, l, 1, 0), v, l, 0);
    }

    private float sines(float[] v, int l) {
      return weighted(term(v, l, 1, 1), v, l, 1);
    }

    /** The other terms: one, then as many fours, pairs and ones as there are. */
    private float weighted(float first, float[] v, int l, int part) {
      int half = factor / 2;
      float sum = half < 2 ? first : first + term(v, l, 2, part);
      int j = 3;
      for (; j + 3 <= half; j += 4) {
        sum +=
            term(v, l, j, part)
                + term(v, l, j + 1, part)
                + term(v, l, j + 2, part)
                + term(v, l, j + 3, part);
      }
      for (; j + 1 <= half; j += 2) {
        sum += term(v, l, j, part) + term(v, l, j + 1, part);
      }
      return j <= half ? sum + term(v, l, j, part) : sum;
    }

    /** A cosine times a sum (part 0) or a sine times a difference (part 1). */
    private float term(float[] v, int l, int j, int part) {
      return roots[2 * (l * j % factor) + part] * v[part == 0 ? j : factor - j];
    }
  }
}
