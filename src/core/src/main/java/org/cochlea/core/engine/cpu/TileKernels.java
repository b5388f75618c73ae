package org.cochlea.core.engine.cpu;

/**
 * The arithmetic of the CPU engine, on tiles: as many frames at once as a vector has lanes, one
 * frame per lane.
 *
 * <p>A real row is {@link Lanes#COUNT} floats, one number of every frame; a complex row is a row of
 * real and a row of imaginary parts. All methods read and write rows of {@code float[]} from an
 * offset on; offsets of rows that do not follow each other come in tables of ints, in floats.
 * {@code lanes} says how many lanes matter: the vector kernels compute all of them, the plain ones
 * only those.
 *
 * <p>There are two subclasses, {@code VectorKernels} and {@code PlainKernels}, both generated from
 * one description ({@code src/generator}). Every operation is one IEEE rounding in a fixed order,
 * lane by lane: results do not depend on the subclass, on the number of lanes or on what lies in
 * other lanes.
 *
 * <p>Transforms are decimations in frequency, in place: points come in natural order and leave in
 * the digit-reversed order of the radices; see {@link TileFft}. A twiddle factor w is stored as (Re
 * w, Im w, -Im w).
 */
abstract class TileKernels {

  /**
   * Floats from one row of a transposed signal to the next: row m, column c holds sample {@code c
   * hop + m}. It is a constant so that the compiler sees the strides.
   */
  static final int COLUMNS = Math.max(40, 5 * Lanes.COUNT);

  /** Returns the kernels of the same kind for what is computed in double. */
  abstract DoubleKernels doubles();

  // ---- transforms ----------------------------------------------------------------------------

  /**
   * First pass of a transform of real frames of {@code 2 radix q} samples, taken as complex points
   * (even sample, odd sample), out of a transposed signal, for butterflies {@code k … k + count -
   * 1}: windowed points {@code k + i q}, a butterfly, twiddles. Both samples of a point lie in
   * neighbouring rows, and so do the points of one leg.
   *
   * @param legs at {@code l0}: where leg i begins, relative to {@code x0}
   * @param w for every k: 2 radix window values, then 3 (radix - 1) numbers of twiddles
   */
  final void gather(
      int radix,
      float[] x,
      int x0,
      int[] legs,
      int l0,
      float[] z,
      int z0,
      int k,
      int count,
      int q,
      float[] w,
      int lanes) {
    switch (radix) {
      case 2 -> gather2(x, x0, legs, l0, z, z0, k, count, q, w, lanes);
      case 3 -> gather3(x, x0, legs, l0, z, z0, k, count, q, w, lanes);
      case 4 -> gather4(x, x0, legs, l0, z, z0, k, count, q, w, lanes);
      case 5 -> gather5(x, x0, legs, l0, z, z0, k, count, q, w, lanes);
      case 8 -> gather8(x, x0, legs, l0, z, z0, k, count, q, w, lanes);
      default -> throw noPass(radix);
    }
  }

  /** The same out of real rows, all q butterflies. */
  final void frame(int radix, float[] x, int x0, float[] z, int z0, int q, float[] w, int lanes) {
    switch (radix) {
      case 2 -> frame2(x, x0, z, z0, q, w, lanes);
      case 3 -> frame3(x, x0, z, z0, q, w, lanes);
      case 4 -> frame4(x, x0, z, z0, q, w, lanes);
      case 5 -> frame5(x, x0, z, z0, q, w, lanes);
      case 8 -> frame8(x, x0, z, z0, q, w, lanes);
      default -> throw noPass(radix);
    }
  }

  /** A pass in place over blocks of {@code radix q} points: butterflies, then twiddles. */
  final void middle(int radix, float[] z, int z0, int blocks, int q, float[] w, int lanes) {
    switch (radix) {
      case 2 -> middle2(z, z0, blocks, q, w, lanes);
      case 3 -> middle3(z, z0, blocks, q, w, lanes);
      case 4 -> middle4(z, z0, blocks, q, w, lanes);
      case 5 -> middle5(z, z0, blocks, q, w, lanes);
      case 8 -> middle8(z, z0, blocks, q, w, lanes);
      default -> throw noPass(radix);
    }
  }

  /** The last pass in place: {@code count} butterflies of neighbouring points, no twiddles. */
  final void last(int radix, float[] z, int z0, int count, int lanes) {
    switch (radix) {
      case 2 -> last2(z, z0, count, lanes);
      case 3 -> last3(z, z0, count, lanes);
      case 4 -> last4(z, z0, count, lanes);
      case 5 -> last5(z, z0, count, lanes);
      case 8 -> last8(z, z0, count, lanes);
      default -> throw noPass(radix);
    }
  }

  /**
   * The last pass together with the step from the transform Z of the points to the spectrum X of
   * the samples: {@code |X|²} in real rows.
   *
   * <p>With {@code Z} halved, {@code X[k] = Z[k] + Z*[h - k] - i w^k (Z[k] - Z*[h - k])}, h points.
   * Every entry of {@code pairs} is two blocks of points, whose butterflies give {@code Z[k + j q]}
   * and {@code Z[q - k + j q]}, and where {@code X[k]} and {@code X[q - k]} go; the results of a
   * block are {@code stride} floats apart. They may go where their points come from.
   *
   * @param w twiddles {@code w^(k + j q)} in the order of use, from {@code w0} on
   */
  final void splitPower(
      int radix,
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      float[] y,
      int y0,
      float[] w,
      int w0,
      int lanes) {
    switch (radix) {
      case 2 -> splitPower2(z, z0, pairs, count, stride, y, y0, w, w0, lanes);
      case 3 -> splitPower3(z, z0, pairs, count, stride, y, y0, w, w0, lanes);
      case 4 -> splitPower4(z, z0, pairs, count, stride, y, y0, w, w0, lanes);
      case 5 -> splitPower5(z, z0, pairs, count, stride, y, y0, w, w0, lanes);
      case 8 -> splitPower8(z, z0, pairs, count, stride, y, y0, w, w0, lanes);
      default -> throw noPass(radix);
    }
  }

  /** The same with X in complex rows. */
  final void splitSpectrum(
      int radix,
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      float[] y,
      int y0,
      float[] w,
      int w0,
      int lanes) {
    switch (radix) {
      case 2 -> splitSpectrum2(z, z0, pairs, count, stride, y, y0, w, w0, lanes);
      case 3 -> splitSpectrum3(z, z0, pairs, count, stride, y, y0, w, w0, lanes);
      case 4 -> splitSpectrum4(z, z0, pairs, count, stride, y, y0, w, w0, lanes);
      case 5 -> splitSpectrum5(z, z0, pairs, count, stride, y, y0, w, w0, lanes);
      case 8 -> splitSpectrum8(z, z0, pairs, count, stride, y, y0, w, w0, lanes);
      default -> throw noPass(radix);
    }
  }

  private static IllegalArgumentException noPass(int radix) {
    return new IllegalArgumentException("radix must be 2, 3, 4, 5 or 8, was " + radix);
  }

  /**
   * The step alone, after the last pass. Every entry of {@code pairs} is where {@code Z[k]} and
   * {@code Z[h - k]} are and where {@code X[k]} and {@code X[h - k]} go.
   */
  abstract void splitPower(
      float[] z, int z0, int[] pairs, int count, float[] y, int y0, float[] w, int lanes);

  abstract void splitSpectrum(
      float[] z, int z0, int[] pairs, int count, float[] y, int y0, float[] w, int lanes);

  /** The step for Z[0] (at z0), which gives X[0] and, {@code last} floats after it, X[h]. */
  abstract void splitPowerZero(float[] z, int z0, float[] y, int y0, int last, int lanes);

  abstract void splitSpectrumZero(float[] z, int z0, float[] y, int y0, int last, int lanes);

  /** Complex rows {@code (w[r] x[r], 0)}, for transforms of an odd size. */
  abstract void widen(float[] x, int x0, float[] w, float[] z, int z0, int rows, int lanes);

  /** Complex rows from where {@code order} says. */
  abstract void pickSpectrum(
      float[] z, int z0, int[] order, float[] y, int y0, int rows, int lanes);

  /** Their square moduli. */
  abstract void pickPower(float[] z, int z0, int[] order, float[] y, int y0, int rows, int lanes);

  /** The whole of a spectrum of an odd size out of its half, parts exchanged, for an inverse. */
  abstract void reflect(float[] s, int s0, int size, float[] z, int z0, int rows, int lanes);

  /**
   * The points whose transform gives back the frames of a spectrum of {@code half + 1} rows: the
   * opposite of {@link #splitSpectrum}, parts exchanged, times 2.
   *
   * @param w twiddles {@code exp(2πi k / (2 half))}
   */
  abstract void join(float[] s, int s0, int half, float[] z, int z0, float[] w, int lanes);

  /** Real rows 2r and 2r + 1 out of complex rows whose parts were exchanged, scaled. */
  abstract void spreadPairs(
      float[] z, int z0, int[] order, float[] y, int y0, float scale, int rows, int lanes);

  /** Real rows out of complex rows whose parts were exchanged, scaled. */
  abstract void spreadReal(
      float[] z, int z0, int[] order, float[] y, int y0, float scale, int rows, int lanes);

  // ---- matrices ------------------------------------------------------------------------------

  /**
   * Adds the products of a sparse matrix, given as blocks of 4 columns and 2 rows: every entry of
   * {@code blocks} is the places of four rows of x and of the first of two rows of y; {@code w}
   * holds 8 weights per block, column by column.
   */
  abstract void addBands(
      float[] x, int x0, float[] y, int y0, int[] blocks, int count, float[] w, int lanes);

  /** Adds to y the product of x and one row of weights. */
  abstract void addProducts1(
      float[] x, int x0, int rows, float[] y, int y0, float[] w, int w0, int lanes);

  /** The same for 2 rows of y at once; weights alternate between them. */
  abstract void addProducts2(
      float[] x, int x0, int rows, float[] y, int y0, float[] w, int w0, int lanes);

  /** For 4 rows. */
  abstract void addProducts4(
      float[] x, int x0, int rows, float[] y, int y0, float[] w, int w0, int lanes);

  /** For 8 rows. */
  abstract void addProducts8(
      float[] x, int x0, int rows, float[] y, int y0, float[] w, int w0, int lanes);

  // ---- rows, one by one ----------------------------------------------------------------------

  /** {@code a = scale a + offset}. */
  abstract void affine(float[] a, int a0, float scale, float offset, int rows, int lanes);

  /** {@code a = √a}. */
  abstract void squareRoot(float[] a, int a0, int rows, int lanes);

  /** {@code a = a²}. */
  abstract void square(float[] a, int a0, int rows, int lanes);

  /** {@code a = a^(high + low)} for a that is not negative and an exponent that is not zero. */
  abstract void power(float[] a, int a0, float high, float low, int rows, int lanes);

  /** {@code a = max(a, least)}. */
  abstract void atLeast(float[] a, int a0, float least, int rows, int lanes);

  /** {@code by} where a is 0. */
  abstract void replaceZero(float[] a, int a0, float by, int rows, int lanes);

  /** {@code a = scale ln max(a, least)} for a positive normal {@code least}. */
  abstract void logAtLeast(float[] a, int a0, float least, float scale, int rows, int lanes);

  /** {@code a = scale ln a}. */
  abstract void log(float[] a, int a0, float scale, int rows, int lanes);

  /** {@code a = ln(1 + a)}. */
  abstract void log1p(float[] a, int a0, int rows, int lanes);

  /** {@code a = scale ((1 + perBias a)^power - 1)}, without loss where a is small. */
  abstract void compress(
      float[] a, int a0, float perBias, float power, float scale, int rows, int lanes);

  /** {@code a[r] = w[r] a[r]}. */
  abstract void weight(float[] a, int a0, float[] w, int rows, int lanes);

  /** {@code a = |a|²} of complex rows, which stay complex. */
  abstract void autoSpectrum(float[] a, int a0, int rows, int lanes);

  /** {@code y = |x|²} of complex rows. */
  abstract void squareModulus(float[] x, int x0, float[] y, int y0, int rows, int lanes);

  /** {@code y = atan2(Im x, Re x)} of complex rows. */
  abstract void angle(float[] x, int x0, float[] y, int y0, int rows, int lanes);

  /** {@code a = a b}. */
  abstract void multiply(float[] a, int a0, float[] b, int b0, int rows, int lanes);

  /** {@code a = a / b}. */
  abstract void divide(float[] a, int a0, float[] b, int b0, int rows, int lanes);

  /** {@code c = a b + c}. */
  abstract void multiplyAdd(
      float[] a, int a0, float[] b, int b0, float[] c, int c0, int rows, int lanes);

  /** {@code c = scale a + c}. */
  abstract void scaleAdd(float[] a, int a0, float scale, float[] c, int c0, int rows, int lanes);

  /**
   * {@code y[i] = a[i + 1] - coefficient a[i]} for single floats, not rows; y may lie where a does.
   */
  abstract void difference(
      float[] a, int a0, float coefficient, float[] y, int y0, int rows, int lanes);

  /**
   * {@code a[r] = a[r] - coefficient a[r - 1]}, and {@code a[0] = ofFirst a[0] + ofSecond a[1]}.
   */
  abstract void emphasize(
      float[] a, int a0, float coefficient, float ofFirst, float ofSecond, int rows, int lanes);

  // ---- one number per frame ------------------------------------------------------------------

  /** The sum of all rows, in one row. */
  abstract void sum(float[] x, int x0, int rows, float[] y, int y0, int lanes);

  /** The sum of their squares. */
  abstract void sumOfSquares(float[] x, int x0, int rows, float[] y, int y0, int lanes);

  /** The same of rows in a transposed signal, {@link #COLUMNS} floats apart. */
  abstract void sumOfSquaresInColumns(float[] x, int x0, int rows, float[] y, int y0, int lanes);

  /** The sum of their magnitudes. */
  abstract void sumOfMagnitudes(float[] x, int x0, int rows, float[] y, int y0, int lanes);

  /** The greatest of their magnitudes. */
  abstract void peak(float[] x, int x0, int rows, float[] y, int y0, int lanes);

  /** The greatest of them; NaN if one is. */
  abstract void greatest(float[] x, int x0, int rows, float[] y, int y0, int lanes);

  /** Divides all rows by one. */
  abstract void divideBy(float[] a, int a0, float[] y, int y0, int rows, int lanes);

  /**
   * The differences of YIN from autocorrelations c of frames x: {@code v[lag] = 2 (c[0] - c[lag]) -
   * Σ x[n]², n < lag} (nothing for the lag 1), {@code y[lag - 1] = lag v[lag] / Σ v[j], j = 1 …
   * lag}, for the lags {@code 1 … longest}.
   */
  abstract void yinDifferences(
      float[] c, int c0, float[] x, int x0, int longest, float[] y, int y0, int lanes);

  /** Subtracts {@code perRow} times the sum of all rows; s is a row of scratch. */
  abstract void subtractMean(
      float[] a, int a0, int rows, float perRow, float[] s, int s0, int lanes);

  /** How often neighbours lie on different sides of {@code -threshold}. */
  abstract void signChanges(
      float[] x, int x0, int rows, float threshold, float[] y, int y0, int lanes);

  // ---- order ---------------------------------------------------------------------------------

  /**
   * {@code y[t]} is the median of the rows {@code x[t] … x[t + width - 1]}, the upper one of an
   * even number, of values that are neither negative nor NaN; s is {@code width} rows of scratch.
   */
  abstract void medians(
      float[] x, int x0, int rows, int width, float[] s, int s0, float[] y, int y0, int lanes);

  // ---- moving --------------------------------------------------------------------------------

  /** 16-bit samples as floats, full scale at ±1. */
  abstract void fromInt16(short[] x, int x0, float[] y, int y0, int count);

  /**
   * {@code y[m, c] = x[c, m]}: columns {@code pitch} apart, rows {@code stride} apart. The vector
   * kernels work on whole blocks: they read and write up to the next multiple of {@link
   * Lanes#COUNT} in both directions.
   */
  abstract void transpose(
      float[] x, int x0, int pitch, int rows, int columns, float[] y, int y0, int stride);

  /** Copies rows that are {@code from} apart to rows that are {@code to} apart. */
  abstract void copyRows(
      float[] x, int x0, int from, float[] y, int y0, int to, int rows, int lanes);

  /**
   * Stores the real rows of up to 4 tiles, {@code apart} floats apart, side by side in rows that
   * are {@code stride} apart; all lanes count.
   */
  abstract void storeRows(
      float[] x, int x0, int apart, int tiles, float[] y, int y0, int stride, int rows);

  /** Stores {@code scale ln max(x, least)} of them in the same way; see {@link #logAtLeast}. */
  abstract void storeLogs(
      float[] x,
      int x0,
      int apart,
      int tiles,
      float[] y,
      int y0,
      int stride,
      int rows,
      float least,
      float scale);

  /** Stores complex rows in the same way, as (re, im) pairs. */
  abstract void storePairs(
      float[] x, int x0, int apart, int tiles, float[] y, int y0, int stride, int rows);

  /** The same of 4 tiles, past the caches, where kernels can. */
  void streamLogs(
      float[] x,
      int x0,
      int apart,
      float[] y,
      int y0,
      int stride,
      int rows,
      float least,
      float scale) {
    storeLogs(x, x0, apart, 4, y, y0, stride, rows, least, scale);
  }

  /** Stores real rows past the caches, where kernels can. */
  void streamRows(
      float[] x, int x0, int apart, int tiles, float[] y, int y0, int stride, int rows) {
    storeRows(x, x0, apart, tiles, y, y0, stride, rows);
  }

  /** Stores complex rows past the caches, where kernels can. */
  void streamPairs(
      float[] x, int x0, int apart, int tiles, float[] y, int y0, int stride, int rows) {
    storePairs(x, x0, apart, tiles, y, y0, stride, rows);
  }

  /** Whether spectra can be stored past the caches while they are computed. */
  boolean streamsSpectra() {
    return false;
  }

  /**
   * {@link #splitSpectrum} with X as (re, im) pairs in rows that are {@code apart} floats apart,
   * tile by tile, where {@link #streamsSpectra}: past the caches in whole lines, what is left over
   * kept in a row of L floats per frequency behind the points. Places are frequencies; all lanes
   * count.
   *
   * @param first 1 for the first tile of a row, else 0
   */
  final void streamSpectrum(
      int radix,
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      float[] y,
      int y0,
      float[] w,
      int w0,
      int apart,
      int first) {
    switch (radix) {
      case 4 -> streamSpectrum4(z, z0, pairs, count, stride, y, y0, w, w0, apart, first);
      case 8 -> streamSpectrum8(z, z0, pairs, count, stride, y, y0, w, w0, apart, first);
      default -> throw noPass(radix);
    }
  }

  void streamSpectrum4(
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      float[] y,
      int y0,
      float[] w,
      int w0,
      int apart,
      int first) {
    throw new AssertionError();
  }

  void streamSpectrum8(
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      float[] y,
      int y0,
      float[] w,
      int w0,
      int apart,
      int first) {
    throw new AssertionError();
  }

  /** The step alone, of so many points. */
  void streamSpectrum(
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int points,
      float[] y,
      int y0,
      float[] w,
      int apart,
      int first) {
    throw new AssertionError();
  }

  void streamSpectrumZero(float[] z, int z0, float[] y, int y0, int last, int apart, int first) {
    throw new AssertionError();
  }

  /** Stores what is kept from {@code k0} on of rows that end at {@code y0}. */
  void finishPairs(float[] kept, int k0, float[] y, int y0, int apart, int rows) {
    throw new AssertionError();
  }

  /** Rows of (re, im) pairs, {@code stride} floats apart, to complex rows. */
  abstract void unweave(float[] x, int x0, int stride, float[] y, int y0, int rows, int lanes);

  // ---- one pass per radix --------------------------------------------------------------------

  abstract void gather2(
      float[] x,
      int x0,
      int[] legs,
      int l0,
      float[] z,
      int z0,
      int k,
      int count,
      int q,
      float[] w,
      int lanes);

  abstract void gather3(
      float[] x,
      int x0,
      int[] legs,
      int l0,
      float[] z,
      int z0,
      int k,
      int count,
      int q,
      float[] w,
      int lanes);

  abstract void gather4(
      float[] x,
      int x0,
      int[] legs,
      int l0,
      float[] z,
      int z0,
      int k,
      int count,
      int q,
      float[] w,
      int lanes);

  abstract void gather5(
      float[] x,
      int x0,
      int[] legs,
      int l0,
      float[] z,
      int z0,
      int k,
      int count,
      int q,
      float[] w,
      int lanes);

  abstract void gather8(
      float[] x,
      int x0,
      int[] legs,
      int l0,
      float[] z,
      int z0,
      int k,
      int count,
      int q,
      float[] w,
      int lanes);

  abstract void frame2(float[] x, int x0, float[] z, int z0, int q, float[] w, int lanes);

  abstract void frame3(float[] x, int x0, float[] z, int z0, int q, float[] w, int lanes);

  abstract void frame4(float[] x, int x0, float[] z, int z0, int q, float[] w, int lanes);

  abstract void frame5(float[] x, int x0, float[] z, int z0, int q, float[] w, int lanes);

  abstract void frame8(float[] x, int x0, float[] z, int z0, int q, float[] w, int lanes);

  abstract void middle2(float[] z, int z0, int blocks, int q, float[] w, int lanes);

  abstract void middle3(float[] z, int z0, int blocks, int q, float[] w, int lanes);

  abstract void middle4(float[] z, int z0, int blocks, int q, float[] w, int lanes);

  abstract void middle5(float[] z, int z0, int blocks, int q, float[] w, int lanes);

  abstract void middle8(float[] z, int z0, int blocks, int q, float[] w, int lanes);

  abstract void last2(float[] z, int z0, int count, int lanes);

  abstract void last3(float[] z, int z0, int count, int lanes);

  abstract void last4(float[] z, int z0, int count, int lanes);

  abstract void last5(float[] z, int z0, int count, int lanes);

  abstract void last8(float[] z, int z0, int count, int lanes);

  abstract void splitPower2(
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      float[] y,
      int y0,
      float[] w,
      int w0,
      int lanes);

  abstract void splitPower3(
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      float[] y,
      int y0,
      float[] w,
      int w0,
      int lanes);

  abstract void splitPower4(
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      float[] y,
      int y0,
      float[] w,
      int w0,
      int lanes);

  abstract void splitPower5(
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      float[] y,
      int y0,
      float[] w,
      int w0,
      int lanes);

  abstract void splitPower8(
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      float[] y,
      int y0,
      float[] w,
      int w0,
      int lanes);

  abstract void splitSpectrum2(
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      float[] y,
      int y0,
      float[] w,
      int w0,
      int lanes);

  abstract void splitSpectrum3(
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      float[] y,
      int y0,
      float[] w,
      int w0,
      int lanes);

  abstract void splitSpectrum4(
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      float[] y,
      int y0,
      float[] w,
      int w0,
      int lanes);

  abstract void splitSpectrum5(
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      float[] y,
      int y0,
      float[] w,
      int w0,
      int lanes);

  abstract void splitSpectrum8(
      float[] z,
      int z0,
      int[] pairs,
      int count,
      int stride,
      float[] y,
      int y0,
      float[] w,
      int w0,
      int lanes);
}
