package org.cochlea.core.engine.cpu;

import static org.cochlea.core.engine.cpu.Tiles.L;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.cochlea.core.stage.Basis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels one by one, against double. */
class TileKernelsTest {
  private static final double ULP = 0x1p-24;

  @ParameterizedTest
  @CsvSource({"vector, 128", "vector, 256", "vector, 512", "native, 256", "native, 512"})
  void everyVectorWidthGivesTheBitsOfPlainLoops(String kernels, int bits)
      throws IOException, InterruptedException {
    assumeTrue(
        kernels.equals("vector") || NativeLanes.supports(bits / 32),
        () -> NativeLanes.problem(bits / 32));
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Dcochlea.cpu.kernels=" + kernels,
                "-Dcochlea.cpu.vectorBits=" + bits,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Fingerprint.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String printed = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, jvm.waitFor());
    String expected = Long.toHexString(Fingerprint.of(Tiles.plain()));
    assertEquals(bits / 32 + " lanes, " + expected, printed.strip());
  }

  @Test
  void thisWidthGivesThemToo() {
    assertEquals(Fingerprint.of(Tiles.plain()), Fingerprint.of(Tiles.vector()));
  }

  @Test
  void nativeKernelsGiveThemToo() {
    assumeTrue(Lanes.NATIVE, () -> NativeLanes.problem(L));
    assertEquals(Fingerprint.of(Tiles.plain()), Fingerprint.of(Tiles.inC()));
  }

  @Test
  void samplesOf16BitsAreTheSameInAllKernels() {
    short[] x = new short[1000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (short) (i * 65_537L / x.length * 64 - 32_768);
    }
    float[] expected = new float[x.length];
    for (int i = 0; i < 990; i++) {
      expected[5 + i] = x[3 + i] / 32_768f;
    }
    List<TileKernels> all =
        Lanes.NATIVE
            ? List.of(Tiles.plain(), Tiles.vector(), Tiles.inC())
            : List.of(Tiles.plain(), Tiles.vector());
    for (TileKernels k : all) {
      float[] y = new float[x.length];
      k.fromInt16(x, 3, y, 5, 990);
      assertArrayEquals(expected, y);
    }
  }

  @Test
  void aLibraryOfAnotherVersionIsNotCalled() {
    Path other = Path.of("/lib/x86_64-linux-gnu/libc.so.6");
    assumeTrue(Files.exists(other));
    NativeLanes.Loaded loaded = NativeLanes.load(other);
    assertEquals(0, loaded.lanes());
    assertEquals(other + " has no native kernels of this version", loaded.problem());
  }

  @Test
  void thereAreNativeKernelsWhereTheyCanBeBuilt() throws IOException {
    Path processor = Path.of("/proc/cpuinfo");
    boolean built =
        System.getProperty("os.arch").equals("amd64")
            && Files.exists(processor)
            && Files.readString(processor).contains(" avx2 ")
            && Files.exists(Path.of("/usr/bin/g++"));
    assumeTrue(built, "neither Linux, x86-64, AVX2 nor g++");
    assertTrue(Lanes.NATIVE, () -> NativeLanes.problem(L));
  }

  // ---- functions -----------------------------------------------------------------------------

  private interface InPlace {
    void run(TileKernels k, float[] a, int rows);
  }

  /** Values over all binades, and what has no neighbours. */
  private static float[] positive() {
    float[] x = new float[1 << 14];
    for (int i = 0; i < x.length; i++) {
      x[i] = Float.intBitsToFloat((int) ((long) i * 0x7f800000L / x.length));
    }
    x[x.length - 1] = Float.MAX_VALUE;
    return x;
  }

  private static void check(
      float[] x, InPlace kernel, DoubleUnaryOperator expected, double ulps, double absolute) {
    float[] a = x.clone();
    kernel.run(Tiles.vector(), a, a.length / L);
    for (int i = 0; i < x.length; i++) {
      double y = expected.applyAsDouble(x[i]);
      if (Double.isFinite((float) y)) {
        double bound = Math.max(ulps * ULP * Math.abs(y), absolute);
        int at = i;
        assertEquals(y, a[i], Math.max(bound, 2 * Float.MIN_VALUE), () -> "at " + x[at]);
      } else {
        assertEquals((float) y, a[i], "at " + x[i]);
      }
    }
  }

  @Test
  void logarithm() {
    check(positive(), (k, a, rows) -> k.log(a, 0, 1, rows, L), Math::log, 2.5, 0);
    float[] near = new float[1024];
    for (int i = 0; i < near.length; i++) {
      near[i] = 1 + (i - 512) * 0x1p-12f;
    }
    check(near, (k, a, rows) -> k.log(a, 0, 1, rows, L), Math::log, 2.5, 0);
    check(
        positive(),
        (k, a, rows) -> k.logAtLeast(a, 0, 1e-10f, 0.5f, rows, L),
        v -> 0.5f * Math.log(Math.max(v, 1e-10f)),
        3,
        0);
  }

  @Test
  void limitsOfTheLogarithm() {
    float[] x = new float[L];
    x[0] = Float.NEGATIVE_INFINITY;
    x[1] = -1;
    x[2] = Float.NaN;
    x[3] = Float.POSITIVE_INFINITY;
    float[] a = x.clone();
    Tiles.vector().log(a, 0, 2, 1, L);
    assertArrayEquals(
        new float[] {Float.NaN, Float.NaN, Float.NaN, Float.POSITIVE_INFINITY},
        Arrays.copyOf(a, 4));
    float[] b = x.clone();
    Tiles.vector().logAtLeast(b, 0, 1, 2, 1, L);
    assertArrayEquals(new float[] {0, 0, Float.NaN, Float.POSITIVE_INFINITY}, Arrays.copyOf(b, 4));
    float[] zero = new float[L];
    Tiles.vector().log(zero, 0, 1, 1, L);
    assertEquals(Float.NEGATIVE_INFINITY, zero[0]);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1 / 3.0, 0.75, 1, 1.5, 3, -0.98})
  void power(double exponent) {
    float high = (float) exponent;
    float low = (float) (exponent - high);
    check(
        positive(),
        (k, a, rows) -> k.power(a, 0, high, low, rows, L),
        v -> Math.pow(v, exponent),
        4,
        0);
  }

  @Test
  void limitsOfThePower() {
    float[] x = new float[L];
    x[0] = Float.NaN;
    x[1] = Float.POSITIVE_INFINITY;
    x[2] = -2;
    float[] a = x.clone();
    Tiles.vector().power(a, 0, 0.5f, 0, 1, L);
    assertArrayEquals(
        new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NaN, 0}, Arrays.copyOf(a, 4));
    float[] b = x.clone();
    Tiles.vector().power(b, 0, -0.5f, 0, 1, L);
    assertArrayEquals(
        new float[] {Float.NaN, 0, Float.NaN, Float.POSITIVE_INFINITY}, Arrays.copyOf(b, 4));
  }

  @Test
  void logarithmOfOnePlus() {
    check(positive(), (k, a, rows) -> k.log1p(a, 0, rows, L), Math::log1p, 4, 0);
  }

  @Test
  void compression() {
    float[] x = positive();
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.min(x[i], 1e12f);
    }
    check(
        x,
        (k, a, rows) -> k.compress(a, 0, 0.5f, 0.25f, 3, rows, L),
        v -> 3 * Math.expm1(0.25 * Math.log1p(0.5 * v)),
        8,
        0);
  }

  @Test
  void angle() {
    float[] noise = Tiles.noise(1, 2 * 64 * L);
    float[] y = new float[64 * L];
    Tiles.vector().angle(noise, 0, y, 0, 64, L);
    for (int i = 0; i < y.length; i++) {
      int at = i / L * 2 * L + i % L;
      assertEquals(Math.atan2(noise[at + L], noise[at]), y[i], 4e-7);
    }
    float[] zeros = new float[4 * L];
    zeros[1] = -0f;
    zeros[L + 1] = -0f;
    zeros[2] = -1;
    zeros[3] = -1;
    zeros[L + 3] = -0f;
    Tiles.vector().angle(zeros, 0, y, 0, 1, L);
    assertArrayEquals(new float[] {0, 0, (float) Math.PI, (float) Math.PI}, Arrays.copyOf(y, 4));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 8, 31})
  void medians(int width) {
    int rows = 40;
    float[] x = Tiles.noise(width, (rows + width) * L);
    for (int i = 0; i < x.length; i++) {
      // Many are equal.
      x[i] = i % 3 == 0 ? Math.abs(x[i]) : Math.round(4 * Math.abs(x[i]));
    }
    for (TileKernels k : List.of(Tiles.vector(), Tiles.plain())) {
      float[] y = new float[rows * L];
      k.medians(x, 0, rows, width, new float[width * L], 0, y, 0, L);
      for (int t = 0; t < rows; t++) {
        for (int l = 0; l < L; l++) {
          float[] window = new float[width];
          for (int i = 0; i < width; i++) {
            window[i] = x[(t + i) * L + l];
          }
          Arrays.sort(window);
          assertEquals(window[width / 2], y[t * L + l]);
        }
      }
    }
  }

  @Test
  void pointwise() {
    check(
        Tiles.noise(2, 16 * L),
        (k, a, rows) -> k.affine(a, 0, 3, -0.5f, rows, L),
        v -> 3 * v - 0.5,
        1,
        ULP);
    check(positive(), (k, a, rows) -> k.squareRoot(a, 0, rows, L), Math::sqrt, 1, 0);
    check(Tiles.noise(3, 16 * L), (k, a, rows) -> k.square(a, 0, rows, L), v -> v * v, 1, 0);
    check(
        Tiles.noise(4, 16 * L),
        (k, a, rows) -> k.atLeast(a, 0, 0.25f, rows, L),
        v -> Math.max(v, 0.25),
        0,
        0);
    check(new float[L], (k, a, rows) -> k.replaceZero(a, 0, 0.25f, rows, L), v -> 0.25, 0, 0);
  }

  // ---- matrices ------------------------------------------------------------------------------

  static List<Basis> bases() {
    double[][] sparse = new double[9][40];
    for (int r = 0; r < sparse.length; r++) {
      sparse[r][(r * 7) % 40] = r + 1;
      sparse[r][(r * 7 + 3) % 40] = -r;
    }
    double[][] single = new double[5][5];
    single[1][3] = 2;
    single[4][0] = 3;
    return List.of(
        Fingerprint.mel(20, 65),
        Fingerprint.mel(128, 513),
        Fingerprint.mel(3, 4),
        Fingerprint.dense(1, 1),
        Fingerprint.dense(15, 33),
        Fingerprint.dense(2, 1000),
        Basis.of(sparse),
        Basis.of(single),
        Basis.of(new double[4][6]));
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.MethodSource("bases")
  void matrix(Basis basis) {
    TileMatrix matrix = TileMatrix.of(basis);
    int rows = basis.rows();
    int columns = basis.columns();
    float[] x = Tiles.noise(7, columns * L);
    float[] a = Arrays.copyOf(x, columns * L + matrix.resultFloats());
    Arrays.fill(a, columns * L, a.length, Float.NaN);
    matrix.multiply(Tiles.vector(), a, 0, columns * L, L);
    for (int l = 0; l < L; l++) {
      for (int r = 0; r < rows; r++) {
        double sum = 0;
        double size = 0;
        for (int c = 0; c < columns; c++) {
          sum += basis.at(r, c) * x[c * L + l];
          size += Math.abs(basis.at(r, c) * x[c * L + l]);
        }
        assertEquals(sum, a[(columns + r) * L + l], 20 * ULP * size, matrix + " row " + r);
      }
    }
  }

  @Test
  void complexMatrix() {
    Basis re = Fingerprint.mel(6, 20);
    Basis im = Fingerprint.dense(6, 20);
    for (boolean complex : new boolean[] {false, true}) {
      TileMatrix matrix = TileMatrix.of(re, im, complex);
      int rows = complex ? 40 : 20;
      float[] x = Tiles.noise(8, rows * L);
      float[] a = Arrays.copyOf(x, rows * L + matrix.resultFloats());
      matrix.multiply(Tiles.vector(), a, 0, rows * L, L);
      for (int r = 0; r < 6; r++) {
        double sumRe = 0;
        double sumIm = 0;
        for (int c = 0; c < 20; c++) {
          double xr = complex ? x[2 * c * L] : x[c * L];
          double xi = complex ? x[(2 * c + 1) * L] : 0;
          sumRe += re.at(r, c) * xr - im.at(r, c) * xi;
          sumIm += re.at(r, c) * xi + im.at(r, c) * xr;
        }
        assertEquals(sumRe, a[(rows + 2 * r) * L], 1e-5);
        assertEquals(sumIm, a[(rows + 2 * r + 1) * L], 1e-5);
      }
    }
  }

  // ---- the rest ------------------------------------------------------------------------------

  @Test
  void transposition() {
    for (TileKernels k : new TileKernels[] {Tiles.vector(), Tiles.plain()}) {
      for (int pitch : new int[] {1, 3, 16, 161}) {
        int rows = 21;
        int columns = 37;
        float[] x = Tiles.noise(pitch, (columns + L) * pitch + rows + 2 * L);
        float[] y = new float[(rows + L) * 64 + 1];
        k.transpose(x, 1, pitch, rows, columns, y, 1, 64);
        for (int m = 0; m < rows; m++) {
          for (int c = 0; c < columns; c++) {
            assertEquals(x[1 + c * pitch + m], y[1 + m * 64 + c]);
          }
        }
      }
    }
  }

  /** Kernels of every kind there is here. */
  private static List<TileKernels> kinds() {
    return Lanes.NATIVE
        ? List.of(Tiles.vector(), Tiles.plain(), Tiles.inC())
        : List.of(Tiles.vector(), Tiles.plain());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void storingTilesSideBySide(int tiles) {
    int rows = 7;
    int apart = 2 * (rows + 2) * L;
    // Rows begin at every place of a cache line, one after the other.
    int stride = 8 * L + 1;
    float[] x = Tiles.noise(11, 4 * apart);
    for (int y0 = 0; y0 < 16; y0 += rows) {
      float[] real = new float[y0 + rows * stride];
      float[] pairs = real.clone();
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < tiles * L; i++) {
          int from = i / L * apart + i % L;
          real[y0 + row * stride + i] = x[from + row * L];
          pairs[y0 + row * stride + 2 * i] = x[from + 2 * row * L];
          pairs[y0 + row * stride + 2 * i + 1] = x[from + (2 * row + 1) * L];
        }
      }
      for (TileKernels k : kinds()) {
        float[] y = new float[real.length];
        k.storeRows(x, 0, apart, tiles, y, y0, stride, rows);
        assertArrayEquals(real, y);
        Arrays.fill(y, 0);
        k.streamRows(x, 0, apart, tiles, y, y0, stride, rows);
        assertArrayEquals(real, y);
        Arrays.fill(y, 0);
        k.storePairs(x, 0, apart, tiles, y, y0, stride, rows);
        assertArrayEquals(pairs, y);
        Arrays.fill(y, 0);
        k.streamPairs(x, 0, apart, tiles, y, y0, stride, rows);
        assertArrayEquals(pairs, y);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void storingLogarithmsOfTilesSideBySide(int tiles) {
    float[] x = Tiles.noise(11, 4 * 9 * L);
    for (TileKernels k : kinds()) {
      float[] stored = new float[7 * 5 * L];
      k.storeRows(x, 0, 9 * L, tiles, stored, 3, 5 * L, 7);
      float[] expected = stored.clone();
      k.logAtLeast(expected, 0, 0.1f, 2, 7 * 5, L);
      float[] y = new float[stored.length];
      k.storeLogs(x, 0, 9 * L, tiles, y, 3, 5 * L, 7, 0.1f, 2);
      for (int at = 0; at < y.length; at++) {
        assertEquals(stored[at] == 0 ? 0 : expected[at], y[at]);
      }
    }
  }

  @Test
  void logarithmsPastTheCaches() {
    // Rows begin at every place of a cache line, one after the other.
    int stride = 4 * L + 1;
    int rows = 18;
    float[] x = Tiles.noise(12, 4 * rows * L);
    for (TileKernels k : kinds()) {
      float[] expected = new float[rows * stride];
      k.storeLogs(x, 0, rows * L, 4, expected, 0, stride, rows, 0.1f, 2);
      float[] y = new float[expected.length];
      k.streamLogs(x, 0, rows * L, y, 0, stride, rows, 0.1f, 2);
      assertArrayEquals(expected, y);
    }
  }

  @Test
  void pairsAndBack() {
    for (TileKernels k : kinds()) {
      float[] x = Tiles.noise(9, 10 * L);
      float[] pairs = new float[5 * 3 * L];
      float[] back = new float[10 * L];
      k.storePairs(x, 0, 0, 1, pairs, 0, 3 * L, 5);
      k.unweave(pairs, 0, 3 * L, back, 0, 5, L);
      assertArrayEquals(x, back);
    }
  }

  @Test
  void differencesMayOverwriteTheirInput() {
    for (TileKernels k : new TileKernels[] {Tiles.vector(), Tiles.plain()}) {
      float[] x = Tiles.noise(10, 4 * L + 1);
      float[] y = x.clone();
      k.difference(y, 0, 0.5f, y, 0, 4, L);
      for (int i = 0; i < 4 * L; i++) {
        assertEquals(Math.fma(x[i], -0.5f, x[i + 1]), y[i]);
      }
    }
  }

  @Test
  void reductions() {
    for (int rows : new int[] {1, 2, 7, 400}) {
      float[] x = Tiles.noise(rows, rows * L);
      float[] y = new float[3 * L];
      TileKernels k = Tiles.vector();
      k.sum(x, 0, rows, y, 0, L);
      k.sumOfSquares(x, 0, rows, y, L, L);
      k.signChanges(x, 0, rows, 1e-10f, y, 2 * L, L);
      float[] centred = x.clone();
      k.subtractMean(centred, 0, rows, 1f / rows, new float[L], 0, L);
      for (int l = 0; l < L; l++) {
        double sum = 0;
        double squares = 0;
        int changes = 0;
        for (int r = 0; r < rows; r++) {
          double v = x[r * L + l];
          sum += v;
          squares += v * v;
          if (r > 0 && (v < -1e-10) != (x[(r - 1) * L + l] < -1e-10)) {
            changes++;
          }
        }
        assertEquals(sum, y[l], rows * 4 * ULP);
        assertEquals(squares, y[L + l], rows * 4 * ULP);
        assertEquals(changes, y[2 * L + l]);
        assertEquals(x[l] - sum / rows, centred[l], 8 * ULP);
      }
    }
  }

  @Test
  void sumsOfColumnsAreThoseOfRows() {
    for (int rows : new int[] {1, 2, 7, 300}) {
      float[] columns = Tiles.noise(rows, rows * TileKernels.COLUMNS);
      float[] x = new float[rows * L];
      for (int r = 0; r < rows; r++) {
        System.arraycopy(columns, r * TileKernels.COLUMNS, x, r * L, L);
      }
      float[] expected = new float[L];
      Tiles.plain().sumOfSquares(x, 0, rows, expected, 0, L);
      for (TileKernels k : new TileKernels[] {Tiles.vector(), Tiles.plain()}) {
        float[] y = new float[L];
        k.sumOfSquaresInColumns(columns, 0, rows, y, 0, L);
        assertArrayEquals(expected, y);
      }
    }
  }

  @Test
  void onlyTheLanesAskedForAreTouchedByPlainLoops() {
    float[] a = new float[4 * L];
    Arrays.fill(a, 2);
    Tiles.plain().affine(a, 0, 3, 0, 4, 1);
    for (int i = 0; i < a.length; i++) {
      assertEquals(i % L == 0 ? 6 : 2, a[i]);
    }
    assertTrue(L >= 4);
  }
}
