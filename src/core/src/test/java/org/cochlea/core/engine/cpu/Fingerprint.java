package org.cochlea.core.engine.cpu;

import static org.cochlea.core.engine.cpu.Tiles.L;

import java.util.Arrays;
import org.cochlea.core.stage.Basis;

/**
 * A number that stands for the bits of everything the kernels compute for {@value #FRAMES} frames,
 * whatever the number of lanes; the main method prints it for the kernels and the vector width of
 * its JVM.
 */
final class Fingerprint {
  static final int FRAMES = 16;
  private static final int[] SIZES = {1, 2, 3, 4, 10, 15, 16, 27, 64, 75, 90, 240, 400, 512, 1024};
  private static final int HOP = 6;

  private Fingerprint() {}

  public static void main(String[] args) {
    TileKernels kernels = Lanes.choice().equals("native") ? Tiles.inC() : Tiles.vector();
    System.out.println(L + " lanes, " + Long.toHexString(of(kernels)));
  }

  static long of(TileKernels k) {
    long h = 1;
    for (int size : SIZES) {
      h = transforms(k, size, h);
      h = precise(k.doubles(), size, h);
    }
    h = matrix(k, mel(40, 129), h);
    h = matrix(k, dense(13, 40), h);
    h = matrix(k, dense(3, 700), h);
    h = stores(k, h);
    return functions(k, h);
  }

  /** Frames in lanes, tile by tile; hashed frame by frame. */
  private static long transforms(TileKernels k, int size, long seed) {
    TileFft fft = new TileFft(Tiles.window(size, size));
    int bins = fft.bins();
    float[] x = Tiles.noise(size, FRAMES * HOP + size + 64 * HOP);
    int each = 3 * bins + size;
    float[] byFrame = new float[FRAMES * each];
    for (int f = 0; f < FRAMES; f += L) {
      int z0 = size * L;
      int p0 = z0 + fft.scratch();
      int y0 = p0 + bins * L;
      int t0 = y0 + 2 * bins * L + size * L;
      float[] a = new float[t0 + (HOP + 2 * L) * TileKernels.COLUMNS + L * L];
      if (fft.canGather(HOP) && size / HOP + L <= TileKernels.COLUMNS) {
        int rows = Math.min(size, HOP);
        k.transpose(x, f * HOP, HOP, rows, (size - 1) / HOP + L, a, t0, TileKernels.COLUMNS);
        TileFft.Gather gather = fft.gather(HOP);
        fft.power(k, gather, a, t0, z0, p0, L);
        fft.spectrum(k, gather, a, t0, z0, y0, L);
      } else {
        k.transpose(x, f * HOP, HOP, size, L, a, 0, L);
        fft.power(k, a, 0, z0, p0, L);
        fft.spectrum(k, a, 0, z0, y0, L);
      }
      fft.inverse(k, a, y0, z0, y0 + 2 * bins * L, L);
      collect(a, p0, each, f, byFrame);
    }
    return Tiles.hash(seed, byFrame, 0, byFrame.length);
  }

  /** The same in double, half a tile at a time, and what is made of spectra. */
  private static long precise(DoubleKernels k, int size, long seed) {
    PreciseFft fft = new PreciseFft(Tiles.window(size, size));
    int bins = fft.bins();
    double[] weights = Tiles.window(size + 1, bins);
    float[] x = Tiles.noise(size, FRAMES * size);
    int numbers = 2 * bins + 14;
    double[] byFrame = new double[FRAMES * numbers];
    int lanes = DoubleKernels.COUNT;
    for (int f = 0; f < FRAMES; f += lanes) {
      float[] a = new float[size * L];
      for (int l = 0; l < lanes; l++) {
        for (int n = 0; n < size; n++) {
          a[n * L + l] = x[(f + l) * size + n];
        }
      }
      int rest = fft.scratch();
      int few = rest + bins * lanes;
      int magnitude = few + 14 * lanes;
      double[] d = new double[magnitude + bins * lanes];
      fft.power(k, a, 0, d, 0, rest, lanes);
      System.arraycopy(d, rest, d, magnitude, bins * lanes);
      k.squareRoot(d, magnitude, bins, lanes);
      k.sum(d, rest, bins, d, few, lanes);
      k.sumInOrder(d, rest, bins, d, few + lanes, lanes);
      k.weightedSum(d, rest, weights, bins, d, few + 2 * lanes, lanes);
      k.secondMoment(d, rest, weights, bins, d, few, d, few + 3 * lanes, lanes);
      for (int l = 0; l < lanes; l++) {
        d[few + 4 * lanes + l] = 0.6 * d[few + lanes + l];
      }
      k.countBelow(d, rest, bins, d, few + 4 * lanes, d, few + 5 * lanes, lanes);
      k.greatest(d, rest, bins, d, few + 6 * lanes, lanes);
      k.product(d, rest, bins, d, few + 7 * lanes, lanes);
      k.keepLeast(1 + size % 4, d, rest, bins, d, 0, d, few + 9 * lanes, lanes);
      k.keepGreatest(1 + size % 4, d, rest, bins, d, rest, d, few + 10 * lanes, lanes);
      k.atLeast(d, rest, 1e-3, bins, lanes);
      for (int l = 0; l < lanes; l++) {
        for (int n = 0; n < numbers; n++) {
          byFrame[(f + l) * numbers + n] = d[rest + n * lanes + l];
        }
      }
    }
    long h = seed;
    for (double v : byFrame) {
      h = (h ^ Double.doubleToLongBits(v)) * 0x100000001b3L;
    }
    return h;
  }

  /** Rows of all frames, which begin at every place of a cache line. */
  private static long stores(TileKernels k, long seed) {
    int rows = 2 * FRAMES;
    int apart = rows * L;
    int tiles = Math.ceilDiv(FRAMES, L);
    float[] x = Tiles.noise(3, rows * FRAMES);
    float[] a = new float[tiles * apart];
    for (int r = 0; r < rows; r++) {
      for (int f = 0; f < FRAMES; f++) {
        a[f / L * apart + r * L + f % L] = x[r * FRAMES + f];
      }
    }
    int stride = 2 * FRAMES + 1;
    float[] y = new float[rows * stride];
    k.storeRows(a, 0, apart, tiles, y, 0, stride, rows);
    long h = Tiles.hash(seed, y, 0, y.length);
    k.storePairs(a, 0, apart, tiles, y, 0, stride, FRAMES);
    h = Tiles.hash(h, y, 0, y.length);
    Arrays.fill(y, 0);
    k.streamRows(a, 0, apart, tiles, y, 0, stride, rows);
    h = Tiles.hash(h, y, 0, y.length);
    k.streamPairs(a, 0, apart, tiles, y, 0, stride, FRAMES);
    return Tiles.hash(h, y, 0, y.length);
  }

  private static long matrix(TileKernels k, Basis basis, long seed) {
    TileMatrix matrix = TileMatrix.of(basis);
    int columns = basis.columns();
    float[] byFrame = new float[FRAMES * basis.rows()];
    float[] x = Tiles.noise(columns, FRAMES * columns);
    for (int f = 0; f < FRAMES; f += L) {
      float[] a = new float[columns * L + matrix.resultFloats()];
      for (int l = 0; l < L; l++) {
        for (int c = 0; c < columns; c++) {
          a[c * L + l] = x[(f + l) * columns + c];
        }
      }
      matrix.multiply(k, a, 0, columns * L, L);
      collect(a, columns * L, basis.rows(), f, byFrame);
    }
    return Tiles.hash(seed, byFrame, 0, byFrame.length);
  }

  private static long functions(TileKernels k, long seed) {
    int n = 64;
    float[] byFrame = new float[FRAMES * 20 * n];
    float[] x = Tiles.noise(5, FRAMES * n);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.abs(x[i] * Math.pow(10, i % 60 - 30));
    }
    float[] special = {0, Float.MIN_VALUE, Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE};
    System.arraycopy(special, 0, x, 0, special.length);
    for (int f = 0; f < FRAMES; f += L) {
      float[] a = new float[21 * n * L];
      for (int part = 0; part < 19; part++) {
        for (int l = 0; l < L; l++) {
          for (int r = 0; r < n; r++) {
            a[part * n * L + r * L + l] = x[(f + l) * n + r] * (part > 13 && r % 2 == 1 ? -1 : 1);
          }
        }
      }
      int part = n * L;
      k.affine(a, 0, 3, 0.1f, n, L);
      k.squareRoot(a, part, n, L);
      k.square(a, 2 * part, n, L);
      k.power(a, 3 * part, 0.3f, 1e-9f, n, L);
      k.power(a, 4 * part, -0.98f, 0, n, L);
      k.atLeast(a, 5 * part, 1e-5f, n, L);
      k.replaceZero(a, 6 * part, 7, n, L);
      k.logAtLeast(a, 7 * part, 1e-10f, 0.43f, n, L);
      k.log(a, 8 * part, 1, n, L);
      k.log1p(a, 9 * part, n, L);
      k.compress(a, 10 * part, 0.5f, 0.5f, 1.4f, n, L);
      k.squareModulus(a, 11 * part, a, 12 * part, n / 2, L);
      k.angle(a, 14 * part, a, 13 * part, n / 2, L);
      k.divide(a, 14 * part, a, 15 * part, n / 2, L);
      k.multiply(a, 14 * part, a, 15 * part + part / 2, n / 2, L);
      k.emphasize(a, 16 * part, 0.97f, 0.03f, 0.5f, n, L);
      k.subtractMean(a, 17 * part, n, 1f / n, a, 18 * part, L);
      k.sumOfSquares(a, 16 * part, n, a, 17 * part, L);
      k.signChanges(a, 14 * part, n, 1e-10f, a, 17 * part + L, L);
      k.sumOfMagnitudes(a, 14 * part, n, a, 17 * part + 2 * L, L);
      k.peak(a, 14 * part, n, a, 17 * part + 3 * L, L);
      k.yinDifferences(a, 12 * part, a, 13 * part, n / 2, a, 17 * part + 4 * L, L);
      k.greatest(a, 4 * part, n, a, 17 * part + 40 * L, L);
      k.divideBy(a, 9 * part, a, 17 * part + 3 * L, n, L);
      k.autoSpectrum(a, 5 * part, n / 2, L);
      k.medians(a, 18 * part, n - 6, 7, a, 20 * part, a, 19 * part, L);
      collect(a, 0, 20 * n, f, byFrame);
    }
    return Tiles.hash(seed, byFrame, 0, byFrame.length);
  }

  private static void collect(float[] a, int a0, int rows, int frame, float[] byFrame) {
    for (int l = 0; l < L; l++) {
      for (int r = 0; r < rows; r++) {
        byFrame[(frame + l) * rows + r] = a[a0 + r * L + l];
      }
    }
  }

  /** Triangles that overlap by half, narrow first. */
  static Basis mel(int rows, int columns) {
    double[][] w = new double[rows][columns];
    double[] edges = new double[rows + 2];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = columns * Math.pow((i + 0.1) / (rows + 1), 1.7);
    }
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double up = (c - edges[r]) / (edges[r + 1] - edges[r]);
        double down = (edges[r + 2] - c) / (edges[r + 2] - edges[r + 1]);
        w[r][c] = Math.max(0, Math.min(up, down));
      }
    }
    return Basis.of(w);
  }

  static Basis dense(int rows, int columns) {
    double[][] w = new double[rows][columns];
    float[] noise = Tiles.noise(rows, rows * columns);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        w[r][c] = noise[r * columns + c];
      }
    }
    return Basis.of(w);
  }
}
