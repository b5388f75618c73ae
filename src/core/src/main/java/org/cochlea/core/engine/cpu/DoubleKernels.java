package org.cochlea.core.engine.cpu;

/**
 * What the CPU engine computes in double, on half a tile: as many frames at once as a vector has
 * lanes of double, one frame per lane.
 *
 * <p>A real row is {@link #COUNT} doubles, a complex one a row of real and a row of imaginary
 * parts; rows of {@code float[]} are those of a tile, {@link Lanes#COUNT} apart, of which an offset
 * chooses a half. All else is as in {@link TileKernels}, the transforms too.
 */
abstract class DoubleKernels {

  /** Lanes of a vector of doubles. */
  static final int COUNT = Lanes.COUNT / 2;

  // ---- transforms ----------------------------------------------------------------------------

  /** The first pass, of real rows of floats; see {@link TileKernels#frame}. */
  final void frame(int radix, float[] x, int x0, double[] z, int z0, int q, double[] w, int lanes) {
    switch (radix) {
      case 2 -> frame2(x, x0, z, z0, q, w, lanes);
      case 3 -> frame3(x, x0, z, z0, q, w, lanes);
      case 4 -> frame4(x, x0, z, z0, q, w, lanes);
      case 5 -> frame5(x, x0, z, z0, q, w, lanes);
      case 8 -> frame8(x, x0, z, z0, q, w, lanes);
      default -> throw new IllegalArgumentException("radix must be 2, 3, 4, 5 or 8, was " + radix);
    }
  }

  /** A pass in place; see {@link TileKernels#middle}. */
  final void middle(int radix, double[] z, int z0, int blocks, int q, double[] w, int lanes) {
    switch (radix) {
      case 2 -> middle2(z, z0, blocks, q, w, lanes);
      case 3 -> middle3(z, z0, blocks, q, w, lanes);
      case 4 -> middle4(z, z0, blocks, q, w, lanes);
      case 5 -> middle5(z, z0, blocks, q, w, lanes);
      case 8 -> middle8(z, z0, blocks, q, w, lanes);
      default -> throw new IllegalArgumentException("radix must be 2, 3, 4, 5 or 8, was " + radix);
    }
  }

  /** The last pass in place; see {@link TileKernels#last}. */
  final void last(int radix, double[] z, int z0, int count, int lanes) {
    switch (radix) {
      case 2 -> last2(z, z0, count, lanes);
      case 3 -> last3(z, z0, count, lanes);
      case 4 -> last4(z, z0, count, lanes);
      case 5 -> last5(z, z0, count, lanes);
      case 8 -> last8(z, z0, count, lanes);
      default -> throw new IllegalArgumentException("radix must be 2, 3, 4, 5 or 8, was " + radix);
    }
  }

  /** The last pass with the split; see {@link TileKernels#splitPower}. */
  final void splitPower(
      int radix,
      double[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      double[] y,
      int y0,
      double[] w,
      int w0,
      int lanes) {
    switch (radix) {
      case 2 -> splitPower2(z, z0, pairs, count, stride, y, y0, w, w0, lanes);
      case 3 -> splitPower3(z, z0, pairs, count, stride, y, y0, w, w0, lanes);
      case 4 -> splitPower4(z, z0, pairs, count, stride, y, y0, w, w0, lanes);
      case 5 -> splitPower5(z, z0, pairs, count, stride, y, y0, w, w0, lanes);
      case 8 -> splitPower8(z, z0, pairs, count, stride, y, y0, w, w0, lanes);
      default -> throw new IllegalArgumentException("radix must be 2, 3, 4, 5 or 8, was " + radix);
    }
  }

  /** The split alone. */
  abstract void splitPower(
      double[] z, int z0, int[] pairs, int count, double[] y, int y0, double[] w, int lanes);

  /** The split of Z[0]. */
  abstract void splitPowerZero(double[] z, int z0, double[] y, int y0, int last, int lanes);

  /** Rows of floats, each times a weight, to complex rows. */
  abstract void widen(float[] x, int x0, double[] w, double[] z, int z0, int rows, int lanes);

  /** The square moduli of complex rows in an order. */
  abstract void pickPower(double[] z, int z0, int[] order, double[] y, int y0, int rows, int lanes);

  // ---- rows ----------------------------------------------------------------------------------

  /** Rows of floats to rows of doubles. */
  abstract void load(float[] x, int x0, double[] y, int y0, int rows, int lanes);

  /** And back, rounded. */
  abstract void store(double[] x, int x0, float[] y, int y0, int rows, int lanes);

  /** {@code a = √a}. */
  abstract void squareRoot(double[] a, int a0, int rows, int lanes);

  /** {@code a = max(a, least)}. */
  abstract void atLeast(double[] a, int a0, double least, int rows, int lanes);

  // ---- one number per frame ------------------------------------------------------------------

  /** The sum of all rows, in one row. */
  abstract void sum(double[] x, int x0, int rows, double[] y, int y0, int lanes);

  /** The sum as {@link #countBelow} adds it up. */
  abstract void sumInOrder(double[] x, int x0, int rows, double[] y, int y0, int lanes);

  /** {@code Σ w[r] x[r]}. */
  abstract void weightedSum(
      double[] x, int x0, double[] w, int rows, double[] y, int y0, int lanes);

  /** {@code Σ (w[r] - c)² x[r]}, c a row. */
  abstract void secondMoment(
      double[] x, int x0, double[] w, int rows, double[] c, int c0, double[] y, int y0, int lanes);

  /** How many rows there are before the running sum of x, at least 0, comes up to a row. */
  abstract void countBelow(
      double[] x, int x0, int rows, double[] least, int l0, double[] y, int y0, int lanes);

  /** The greatest of 0 and all rows. */
  abstract void greatest(double[] x, int x0, int rows, double[] y, int y0, int lanes);

  /**
   * The product of all rows, positive normal numbers: a row of the product of their mantissas, at
   * most 1000, and one whose bits are the sum of their exponents, each 1023 too much.
   */
  abstract void product(double[] x, int x0, int rows, double[] y, int y0, int lanes);

  /**
   * The least value of x in y, and the others in {@code rest}, which may be x; in place of the
   * least of a row there is an infinity. NaN is never the least.
   */
  abstract void keepLeast1(
      double[] x, int x0, int rows, double[] rest, int r0, double[] y, int y0, int lanes);

  /** The least 2, in order. */
  abstract void keepLeast2(
      double[] x, int x0, int rows, double[] rest, int r0, double[] y, int y0, int lanes);

  /** The least 3, in order. */
  abstract void keepLeast3(
      double[] x, int x0, int rows, double[] rest, int r0, double[] y, int y0, int lanes);

  /** The least 4, in order. */
  abstract void keepLeast4(
      double[] x, int x0, int rows, double[] rest, int r0, double[] y, int y0, int lanes);

  /** The greatest value. */
  abstract void keepGreatest1(
      double[] x, int x0, int rows, double[] rest, int r0, double[] y, int y0, int lanes);

  /** The greatest 2, in order. */
  abstract void keepGreatest2(
      double[] x, int x0, int rows, double[] rest, int r0, double[] y, int y0, int lanes);

  /** The greatest 3, in order. */
  abstract void keepGreatest3(
      double[] x, int x0, int rows, double[] rest, int r0, double[] y, int y0, int lanes);

  /** The greatest 4, in order. */
  abstract void keepGreatest4(
      double[] x, int x0, int rows, double[] rest, int r0, double[] y, int y0, int lanes);

  /** The least values, 1 to 4 of them. */
  final void keepLeast(
      int count,
      double[] x,
      int x0,
      int rows,
      double[] rest,
      int r0,
      double[] y,
      int y0,
      int lanes) {
    switch (count) {
      case 1 -> keepLeast1(x, x0, rows, rest, r0, y, y0, lanes);
      case 2 -> keepLeast2(x, x0, rows, rest, r0, y, y0, lanes);
      case 3 -> keepLeast3(x, x0, rows, rest, r0, y, y0, lanes);
      default -> keepLeast4(x, x0, rows, rest, r0, y, y0, lanes);
    }
  }

  /** The greatest values, 1 to 4 of them. */
  final void keepGreatest(
      int count,
      double[] x,
      int x0,
      int rows,
      double[] rest,
      int r0,
      double[] y,
      int y0,
      int lanes) {
    switch (count) {
      case 1 -> keepGreatest1(x, x0, rows, rest, r0, y, y0, lanes);
      case 2 -> keepGreatest2(x, x0, rows, rest, r0, y, y0, lanes);
      case 3 -> keepGreatest3(x, x0, rows, rest, r0, y, y0, lanes);
      default -> keepGreatest4(x, x0, rows, rest, r0, y, y0, lanes);
    }
  }

  // ---- one pass per radix --------------------------------------------------------------------

  abstract void frame2(float[] x, int x0, double[] z, int z0, int q, double[] w, int lanes);

  abstract void frame3(float[] x, int x0, double[] z, int z0, int q, double[] w, int lanes);

  abstract void frame4(float[] x, int x0, double[] z, int z0, int q, double[] w, int lanes);

  abstract void frame5(float[] x, int x0, double[] z, int z0, int q, double[] w, int lanes);

  abstract void frame8(float[] x, int x0, double[] z, int z0, int q, double[] w, int lanes);

  abstract void middle2(double[] z, int z0, int blocks, int q, double[] w, int lanes);

  abstract void middle3(double[] z, int z0, int blocks, int q, double[] w, int lanes);

  abstract void middle4(double[] z, int z0, int blocks, int q, double[] w, int lanes);

  abstract void middle5(double[] z, int z0, int blocks, int q, double[] w, int lanes);

  abstract void middle8(double[] z, int z0, int blocks, int q, double[] w, int lanes);

  abstract void last2(double[] z, int z0, int count, int lanes);

  abstract void last3(double[] z, int z0, int count, int lanes);

  abstract void last4(double[] z, int z0, int count, int lanes);

  abstract void last5(double[] z, int z0, int count, int lanes);

  abstract void last8(double[] z, int z0, int count, int lanes);

  abstract void splitPower2(
      double[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      double[] y,
      int y0,
      double[] w,
      int w0,
      int lanes);

  abstract void splitPower3(
      double[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      double[] y,
      int y0,
      double[] w,
      int w0,
      int lanes);

  abstract void splitPower4(
      double[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      double[] y,
      int y0,
      double[] w,
      int w0,
      int lanes);

  abstract void splitPower5(
      double[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      double[] y,
      int y0,
      double[] w,
      int w0,
      int lanes);

  abstract void splitPower8(
      double[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      double[] y,
      int y0,
      double[] w,
      int w0,
      int lanes);
}
