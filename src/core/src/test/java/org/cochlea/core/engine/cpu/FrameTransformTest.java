package org.cochlea.core.engine.cpu;

import static org.cochlea.core.engine.cpu.Tiles.L;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jtransforms.fft.DoubleFFT_1D;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transforms of tiles against JTransforms in double. */
class FrameTransformTest {
  /** float32 with a few roundings per pass; 1.2e-7 for 2048 points is usual. */
  private static final double FLOAT32 = 3e-7;

  private static final int ROW = 2 * L;

  static IntStream smoothSizes() {
    return IntStream.concat(
        IntStream.rangeClosed(1, 1200).filter(FftPlan::supports),
        IntStream.of(1250, 1280, 1458, 1536, 1620, 2000, 2048, 2187, 2430, 3125, 4096, 6000, 8192));
  }

  @ParameterizedTest
  @MethodSource("smoothSizes")
  void tilesAgreeWithDouble(int size) {
    check(new TileFft(Tiles.window(size, size)), FLOAT32);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 14, 22, 97, 101, 509, 512, 749, 1009, 1022, 2018})
  void jTransformsAgreesWithDouble(int size) {
    // A prime size goes through two longer transforms.
    check(new ScalarFft(Tiles.window(size, size)), 2 * FLOAT32);
  }

  /** Without primes near 100, of which JTransforms loses two digits. */
  static IntStream preciseSizes() {
    return IntStream.concat(
        IntStream.rangeClosed(1, 96), IntStream.of(400, 509, 512, 1000, 1022, 1024, 2048, 2187));
  }

  @ParameterizedTest
  @MethodSource("preciseSizes")
  void everyBinOfAPreciseSpectrumIsPrecise(int size) {
    double[] window = Tiles.window(size, size);
    PreciseFft fft = new PreciseFft(window);
    float[] frames = Tiles.noise(size, size * L);
    int lanes = DoubleKernels.COUNT;
    double[] d = new double[fft.scratch() + fft.bins() * lanes];
    for (TileKernels k : new TileKernels[] {Tiles.vector(), Tiles.plain()}) {
      for (int half = 0; half < L; half += lanes) {
        fft.power(k.doubles(), frames, half, d, 0, fft.scratch(), lanes);
        for (int l = 0; l < lanes; l++) {
          double[] expected = spectrum(frames, window, half + l);
          for (int b = 0; b < fft.bins(); b++) {
            double power =
                expected[2 * b] * expected[2 * b] + expected[2 * b + 1] * expected[2 * b + 1];
            // The error of a transform is one of its size, which a weak bin sees most.
            double bound = 1e-13 * (Math.sqrt(power * size) + size * 1e-13);
            assertEquals(power, d[fft.scratch() + b * lanes + l], bound, () -> fft + "");
          }
        }
      }
    }
  }

  private static void check(FrameTransform transform, double bound) {
    int size = transform.size();
    int bins = transform.bins();
    float[] frames = Tiles.noise(size, size * L);
    double[][] expected = new double[L][];
    double[] window = Tiles.window(size, size);
    for (int l = 0; l < L; l++) {
      expected[l] = spectrum(frames, window, l);
    }
    float[] previous = null;
    for (TileKernels k : new TileKernels[] {Tiles.vector(), Tiles.plain()}) {
      int z0 = size * L;
      int y0 = z0 + transform.scratch();
      int p0 = y0 + bins * ROW;
      int x0 = p0 + bins * L;
      float[] a = Arrays.copyOf(frames, x0 + size * L);
      transform.power(k, a, 0, z0, p0, L);
      transform.spectrum(k, a, 0, z0, y0, L);
      transform.inverse(k, a, y0, z0, x0, L);
      double error = 0;
      double norm = 0;
      double powerError = 0;
      double powerNorm = 0;
      double backError = 0;
      double backNorm = 0;
      for (int l = 0; l < L; l++) {
        for (int b = 0; b < bins; b++) {
          double re = expected[l][2 * b];
          double im = expected[l][2 * b + 1];
          error += Math.pow(a[y0 + b * ROW + l] - re, 2);
          error += Math.pow(a[y0 + b * ROW + L + l] - im, 2);
          norm += re * re + im * im;
          powerError += Math.pow(a[p0 + b * L + l] - (re * re + im * im), 2);
          powerNorm += Math.pow(re * re + im * im, 2);
        }
        for (int n = 0; n < size; n++) {
          double x = window[n] * frames[n * L + l];
          backError += Math.pow(a[x0 + n * L + l] - x, 2);
          backNorm += x * x;
        }
      }
      assertTrue(Math.sqrt(error / norm) < bound, () -> transform + " spectrum");
      assertTrue(Math.sqrt(powerError / powerNorm) < 2 * bound, () -> transform + " power");
      assertTrue(Math.sqrt(backError / backNorm) < 2 * bound, () -> transform + " inverse");
      if (previous != null) {
        assertEquals(
            Tiles.hash(0, previous, y0, a.length),
            Tiles.hash(0, a, y0, a.length),
            () -> transform + ": vector and plain kernels differ");
      }
      previous = a;
    }
  }

  private static double[] spectrum(float[] frames, double[] window, int lane) {
    int size = window.length;
    double[] packed = new double[2 * size];
    for (int n = 0; n < size; n++) {
      packed[2 * n] = window[n] * frames[n * L + lane];
    }
    new DoubleFFT_1D(size).complexForward(packed);
    return packed;
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 10, 64, 256, 320, 400, 480, 512, 640, 1024, 1200, 2048})
  void aTransposedSignalGivesTheBitsOfItsFrames(int size) {
    for (int hop : new int[] {2, 10, size / 8, size / 4, size / 3, size / 2, 160, size, size + 6}) {
      if (hop < 2 || hop % 2 == 1 || (size - 1) / hop + L > TileKernels.COLUMNS) {
        continue;
      }
      TileFft fft = new TileFft(Tiles.window(size, size));
      assertTrue(fft.canGather(hop));
      int rows = Math.min(hop, size);
      int columns = (size - 1) / hop + L;
      int padded = (columns + L) * hop + 2 * L;
      float[] x = Tiles.noise(hop, padded);
      for (TileKernels k : new TileKernels[] {Tiles.vector(), Tiles.plain()}) {
        int t0 = padded;
        int f0 = t0 + (rows + L) * TileKernels.COLUMNS;
        int z0 = f0 + size * L;
        int y0 = z0 + fft.scratch();
        int p0 = y0 + fft.bins() * ROW;
        int y1 = p0 + fft.bins() * L;
        int p1 = y1 + fft.bins() * ROW;
        float[] a = Arrays.copyOf(x, p1 + fft.bins() * L);
        k.transpose(a, 0, hop, rows, columns, a, t0, TileKernels.COLUMNS);
        TileFft.Gather gather = fft.gather(hop);
        fft.spectrum(k, gather, a, t0, z0, y0, L);
        fft.power(k, gather, a, t0, z0, p0, L);
        fft.leavePower(k, gather, a, t0, z0, L);
        assertPowerLeft(fft, a, z0, p0);
        for (int l = 0; l < L; l++) {
          for (int n = 0; n < size; n++) {
            a[f0 + n * L + l] = x[l * hop + n];
          }
        }
        fft.spectrum(k, a, f0, z0, y1, L);
        fft.power(k, a, f0, z0, p1, L);
        fft.leavePower(k, a, f0, z0, L);
        assertPowerLeft(fft, a, z0, p1);
        int length = p0 - y0 + fft.bins() * L;
        assertEquals(
            Tiles.hash(0, a, y0, y0 + length),
            Tiles.hash(0, a, y1, y1 + length),
            "size %d, hop %d".formatted(size, hop));
      }
    }
  }

  /** Rows of pairs that begin at every place of a cache line, tile by tile. */
  @ParameterizedTest
  @ValueSource(ints = {64, 256, 400, 480, 512, 800, 1024, 1200, 2048, 4096, 8192})
  void pairsStoredPastTheCachesAreThoseOfTheSpectrum(int size) {
    assumeTrue(Lanes.NATIVE && Tiles.inC().streamsSpectra(), "kernels that store past the caches");
    TileKernels k = Tiles.inC();
    TileFft fft = new TileFft(Tiles.window(size, size));
    assumeTrue(fft.canStream());
    int tiles = 3;
    int bins = fft.bins();
    int z0 = size * L;
    int y0 = z0 + fft.scratch() + fft.keptFloats();
    float[] x = Tiles.noise(size, tiles * size * L);
    float[] a = new float[y0 + bins * ROW];
    for (int apart : new int[] {tiles * ROW, tiles * ROW + 1, tiles * ROW + 14}) {
      for (int begin = 0; begin < 18; begin += 3) {
        float[] expected = new float[begin + bins * apart + 20];
        Arrays.fill(expected, 7);
        float[] pairs = expected.clone();
        TileStage.Stream to = new TileStage.Stream();
        to.data = pairs;
        to.apart = apart;
        to.first = 1;
        for (int i = 0; i < tiles; i++) {
          int at = begin + i * ROW;
          System.arraycopy(x, i * size * L, a, 0, size * L);
          fft.spectrum(k, a, 0, z0, y0, L);
          k.storePairs(a, y0, 0, 1, expected, at, apart, bins);
        }
        for (int i = 0; i < tiles; i++) {
          System.arraycopy(x, i * size * L, a, 0, size * L);
          to.at = begin + i * ROW;
          fft.stream(k, a, 0, z0, to);
          to.first = 0;
        }
        k.finishPairs(a, z0 + fft.kept(), pairs, begin + tiles * ROW, apart, bins);
        assertArrayEquals(expected, pairs);
      }
    }
  }

  private static void assertPowerLeft(TileFft fft, float[] a, int z0, int p0) {
    for (int b = 0; b < fft.bins(); b++) {
      int left = z0 + fft.powerRow(b);
      assertArrayEquals(
          Arrays.copyOfRange(a, p0 + b * L, p0 + b * L + L), Arrays.copyOfRange(a, left, left + L));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 15, 16, 75, 400, 512})
  void whatIsInOneLaneStaysThere(int size) {
    TileFft fft = new TileFft(Tiles.window(1, size));
    float[] clean = Tiles.noise(2, size * L);
    float[] dirty = clean.clone();
    for (int n = 0; n < size; n++) {
      dirty[n * L + 1] = n % 3 == 0 ? Float.NaN : n % 3 == 1 ? Float.POSITIVE_INFINITY : 1e-42f;
    }
    TileKernels k = Tiles.vector();
    int y0 = size * L + fft.scratch();
    float[] a = Arrays.copyOf(clean, y0 + fft.bins() * ROW);
    float[] b = Arrays.copyOf(dirty, a.length);
    fft.spectrum(k, a, 0, size * L, y0, L);
    fft.spectrum(k, b, 0, size * L, y0, L);
    for (int i = y0; i < a.length; i++) {
      if (i % L != 1) {
        assertEquals(a[i], b[i]);
      } else if (i != y0 + L + 1 && (size % 2 == 1 || i != a.length - L + 1)) {
        // But the imaginary parts that are 0 by definition.
        assertTrue(Float.isNaN(b[i]));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 75, 400, 512})
  void denormalsAreScaledSamples(int size) {
    // A power of two times the input gives that power times the output, down to lost bits.
    double[] ones = new double[size];
    Arrays.fill(ones, 1);
    TileFft fft = new TileFft(ones);
    float[] x = Tiles.noise(3, size * L);
    float[] tiny = x.clone();
    for (int i = 0; i < tiny.length; i++) {
      tiny[i] *= 0x1p-130f;
    }
    int y0 = size * L + fft.scratch();
    float[] a = Arrays.copyOf(x, y0 + fft.bins() * ROW);
    float[] b = Arrays.copyOf(tiny, a.length);
    fft.spectrum(Tiles.vector(), a, 0, size * L, y0, L);
    fft.spectrum(Tiles.vector(), b, 0, size * L, y0, L);
    for (int i = y0; i < a.length; i++) {
      // Each of at most 4 size roundings may lose one unit of the smallest denormal.
      assertEquals(a[i], b[i] * 0x1p130, 4 * size * 0x1p-149 * 0x1p130 + 1e-4);
    }
  }
}
