import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Writes {@code VectorKernels.java}, {@code PlainKernels.java} and {@code kernels.cc}: the same
 * arithmetic three times, with the Vector API, as loops over lanes and in C++, from one
 * description. Their results are equal to the last bit, so switching between them cannot be seen.
 * Likewise {@code VectorDoubles.java} and {@code PlainDoubles.java}, whose numbers are double.
 * {@code NativeKernels.java} and {@code NativeDoubles.java} call what {@code kernels.cc} becomes
 * where there is a compiler for it, see {@link NativeBuild}.
 *
 * <p>What each kernel does is said in {@code TileKernels.java} and {@code DoubleKernels.java}. The rules kept here: no method
 * that takes or returns vectors (the compiler may stop inlining it, and every vector becomes an
 * object), methods small enough for both compilers (about 3,000 bytecodes), plain arrays only.
 *
 * <p>Usage: {@code java KernelGenerator.java JAVA_FOLDER NATIVE_SOURCES BUILD_FOLDER}
 */
final class KernelGenerator {
  private static final String PACKAGE = "org.cochlea.core.engine.cpu";
  private static final int[] RADICES = {2, 3, 4, 5, 8};

  /** Output rows that a matrix kernel computes at once. */
  private static final int[] ROW_BLOCKS = {1, 2, 4, 8};

  /** How many rows ahead lines are fetched: a few hundred nanoseconds. */
  private static final int ROWS_AHEAD = 24;

  public static void main(String[] args) throws IOException, InterruptedException {
    String path = PACKAGE.replace('.', '/');
    Path folder = Path.of(args[0]).resolve(path);
    Files.createDirectories(folder);
    for (String name : new String[] {"Vector", "Plain"}) {
      Emitter.Flavour flavour = Emitter.Flavour.valueOf(name.toUpperCase(Locale.ROOT));
      Files.writeString(
          folder.resolve(name + "Kernels.java"), new KernelGenerator(flavour, false).write(name));
      Files.writeString(
          folder.resolve(name + "Doubles.java"), new KernelGenerator(flavour, true).write(name));
    }
    KernelGenerator floats = new KernelGenerator(Emitter.Flavour.NATIVE, false);
    KernelGenerator doubles = new KernelGenerator(Emitter.Flavour.NATIVE, true);
    floats.kernels();
    doubles.doubles();
    String version =
        Integer.toHexString(List.of(floats.e.text(), doubles.e.text()).hashCode());
    NativeCalls floatCalls = NativeCalls.floats(PACKAGE);
    NativeCalls doubleCalls = NativeCalls.doubles(PACKAGE);
    Files.writeString(
        folder.resolve("NativeKernels.java"),
        floatCalls.java(
            "NativeKernels",
            "TileKernels",
            """
              static final String VERSION = "%s";
              private final DoubleKernels doubles = new NativeDoubles();

              @Override
              DoubleKernels doubles() {
                return doubles;
              }

              @Override
              boolean streamsSpectra() {
                return Lanes.COUNT == 16;
              }
            """
                .formatted(version),
            floats.e.signatures()));
    Files.writeString(
        folder.resolve("NativeDoubles.java"),
        doubleCalls.java("NativeDoubles", "DoubleKernels", "", doubles.e.signatures()));
    String source =
        String.join(
            "\n",
            "// Written by KernelGenerator; changes belong there.",
            "#define VERSION " + version,
            "#include \"lanes.h\"",
            "#define L LANES",
            floats.e.text(),
            floatCalls.table(floats.e.signatures()),
            "#undef L",
            "#define L (LANES / 2)",
            doubles.e.text(),
            doubleCalls.table(doubles.e.signatures()));
    NativeBuild.run(source, Path.of(args[1]), Path.of(args[2]), "native/" + path);
  }

  private final boolean wide;

  /** double or float. */
  private final String number;

  private final Emitter e;
  private final Butterflies butterflies;
  private final Functions functions;

  private KernelGenerator(Emitter.Flavour flavour, boolean wide) {
    this.wide = wide;
    this.number = wide ? "double" : "float";
    this.e = new Emitter(flavour, wide);
    this.butterflies = new Butterflies(e);
    this.functions = new Functions(e);
  }

  private String write(String flavour) {
    e.line("// Written by KernelGenerator; changes belong there.");
    e.line("package %s;", PACKAGE);
    e.line("");
    if (e.isVector()) {
      String[] types =
          wide
              ? new String[] {
                "DoubleVector", "FloatVector", "LongVector", "VectorMask", "VectorOperators",
                "VectorSpecies"
              }
              : new String[] {
                "FloatVector", "IntVector", "VectorMask", "VectorOperators", "VectorShuffle",
                "VectorSpecies"
              };
      for (String type : types) {
        e.line("import jdk.incubator.vector.%s;", type);
      }
      e.line("");
    }
    if (wide) {
      e.block("final class " + flavour + "Doubles extends DoubleKernels", this::doubles);
    } else {
      e.block(
          "final class " + flavour + "Kernels extends TileKernels",
          () -> {
            e.line("private final DoubleKernels doubles = new %sDoubles();", flavour);
            kernels();
            e.line("");
            e.line("@Override");
            e.block("DoubleKernels doubles()", () -> e.line("return doubles;"));
          });
    }
    return e.text();
  }

  /** What runs in double: see {@code DoubleKernels.java}. */
  private void doubles() {
    if (e.isVector()) {
      e.line("private static final VectorSpecies<Double> S = VectorLanes.DOUBLES;");
      e.line("private static final VectorSpecies<Float> FLOATS = VectorLanes.HALF;");
    }
    if (!e.isNative()) {
      e.line("private static final int L = DoubleKernels.COUNT;");
      e.line("private static final int ROW = 2 * L;");
      e.line("private static final int TILE = Lanes.COUNT;");
    }
    for (int radix : RADICES) {
      first(radix, false);
      middle(radix);
      last(radix);
      splitLast(radix, Split.POWER);
    }
    splits(Split.POWER);
    eachRow(
        "widen(float[] x, int x0, double[] w, double[] z, int z0, int rows, int lanes)",
        () ->
            e.store(
                new Emitter.Complex(
                    e.mul(e.loadFloats("x", "x0 + r * TILE"), e.spread("w[r]")),
                    e.value(e.constant(0).name())),
                "z",
                "z0 + r * ROW"));
    pickPower();
    eachRow(
        "load(float[] x, int x0, double[] y, int y0, int rows, int lanes)",
        () -> e.store(e.loadFloats("x", "x0 + r * TILE"), "y", "y0 + r * L"));
    eachRow(
        "store(double[] x, int x0, float[] y, int y0, int rows, int lanes)",
        () -> e.storeFloats(e.load("x", "x0 + r * L"), "y", "y0 + r * TILE"));
    inPlace("squareRoot", "", e::sqrt);
    reduction("sum", "", (sum, x, r) -> e.add(sum, x));
    reduction(
        "weightedSum", "double[] w, ", (sum, x, r) -> e.fma(x, e.spread("w[%s]", r), sum));
    shapes();
    for (int count = 1; count <= 4; count++) {
      keep("keepLeast", count, true);
      keep("keepGreatest", count, false);
    }
  }

  private void shapes() {
    e.method(
        "sumInOrder(double[] x, int x0, int rows, double[] y, int y0, int lanes)",
        () ->
            e.lanesAround(
                () -> {
                  Emitter.Value sum = e.accumulator();
                  e.block(
                      "for (int r = 0; r < rows; r++)",
                      () -> e.assign(sum, e.add(sum, e.load("x", "x0 + r * L"))));
                  e.store(sum, "y", "y0");
                }));
    e.method(
        "secondMoment(double[] x, int x0, double[] w, int rows, double[] c, int c0, double[] y, int y0, int lanes)",
        () ->
            e.lanesAround(
                () -> {
                  Emitter.Value centre = e.load("c", "c0");
                  Emitter.Value sum = e.accumulator();
                  e.block(
                      "for (int r = 0; r < rows; r++)",
                      () -> {
                        Emitter.Value d = e.sub(e.spread("w[r]"), centre);
                        e.assign(sum, e.fma(e.load("x", "x0 + r * L"), e.mul(d, d), sum));
                      });
                  e.store(sum, "y", "y0");
                }));
    e.method(
        "countBelow(double[] x, int x0, int rows, double[] least, int l0, double[] y, int y0, int lanes)",
        () ->
            e.lanesAround(
                () -> {
                  Emitter.Value least = e.load("least", "l0");
                  Emitter.Value one = e.value(e.constant(1).name());
                  Emitter.Value zero = e.value(e.constant(0).name());
                  Emitter.Value sum = e.accumulator();
                  Emitter.Value reached = e.accumulator();
                  e.block(
                      "for (int r = 0; r < rows; r++)",
                      () -> {
                        e.assign(sum, e.add(sum, e.load("x", "x0 + r * L")));
                        Emitter.Mask is = e.atMost(least, sum);
                        e.assign(reached, e.add(reached, e.select(is, one, zero)));
                      });
                  e.store(e.sub(e.spread("(double) rows"), reached), "y", "y0");
                }));
    e.method(
        "greatest(double[] x, int x0, int rows, double[] y, int y0, int lanes)",
        () ->
            e.lanesAround(
                () -> {
                  Emitter.Value max = e.accumulator();
                  e.block(
                      "for (int r = 0; r < rows; r++)",
                      () -> e.assign(max, e.max(max, e.load("x", "x0 + r * L"))));
                  e.store(max, "y", "y0");
                }));
    e.method(
        "product(double[] x, int x0, int rows, double[] y, int y0, int lanes)",
        () ->
            e.lanesAround(
                () -> {
                  Emitter.Value product = e.accumulator(e.constant(1));
                  Emitter.Bits exponents = e.bitsAccumulator();
                  e.block(
                      "for (int r = 0; r < rows; r++)",
                      () -> {
                        Emitter.Bits bits = e.bits(e.load("x", "x0 + r * L"));
                        e.assign(exponents, e.add(exponents, e.shiftRightUnsigned(bits, 52)));
                        Emitter.Bits mantissa =
                            e.or(e.and(bits, 0x000fffffffffffffL), 0x3ff0000000000000L);
                        e.assign(product, e.mul(product, e.floats(mantissa)));
                      });
                  e.store(product, "y", "y0");
                  e.store(e.floats(exponents), "y", "y0 + L");
                }));
    inPlace("atLeast", "double least", x -> {
      Emitter.Value least = e.spread("least");
      return e.select(e.less(x, least), least, x);
    });
  }

  /** A few values in order; every other one pushes out the last of them, or is none of them. */
  private void keep(String name, int count, boolean least) {
    e.method(
        name
            + count
            + "(double[] x, int x0, int rows, double[] rest, int r0, double[] y, int y0, int lanes)",
        () ->
            e.lanesAround(
                () -> {
                  double none = least ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
                  Emitter.Value[] kept = new Emitter.Value[count];
                  for (int i = 0; i < count; i++) {
                    kept[i] = e.accumulator(e.constant(none));
                  }
                  e.block(
                      "for (int r = 0; r < rows; r++)",
                      () -> {
                        Emitter.Value v = e.load("x", "x0 + r * L");
                        for (int i = 0; i < count; i++) {
                          Emitter.Mask goes = least ? e.less(v, kept[i]) : e.less(kept[i], v);
                          Emitter.Value pushed = e.select(goes, kept[i], v);
                          e.assign(kept[i], e.select(goes, v, kept[i]));
                          v = pushed;
                        }
                        e.store(v, "rest", "r0 + r * L");
                      });
                  for (int i = 0; i < count; i++) {
                    e.store(kept[i], "y", "y0 + %d * L", i);
                  }
                }));
  }

  private void kernels() {
    if (e.isVector()) {
      e.line("private static final VectorSpecies<Float> S = VectorLanes.SPECIES;");
      e.line("private static final VectorSpecies<Integer> INTS = VectorLanes.INTS;");
    }
    if (!e.isNative()) {
      e.line("private static final int L = Lanes.COUNT;");
      e.line("private static final int ROW = 2 * L;");
    }
    for (int radix : RADICES) {
      first(radix, true);
      first(radix, false);
      middle(radix);
      last(radix);
      splitLast(radix, Split.POWER);
      splitLast(radix, Split.SPECTRUM);
    }
    splits(Split.POWER);
    splits(Split.SPECTRUM);
    if (e.isNative()) {
      splitLast(4, Split.STREAM);
      splitLast(8, Split.STREAM);
      splits(Split.STREAM);
    }
    widen();
    join();
    spreadPairs();
    spreadReal();
    matrices();
    rows();
    reductions();
    medians();
    storeLogs();
    fromInt16();
    if (e.isVector()) {
      vectorMoves();
    } else if (e.isNative()) {
      nativeMoves();
    } else {
      plainMoves();
    }
  }

  // ---- Fourier transforms ------------------------------------------------------------------

  private void first(int radix, boolean gather) {
    int perButterfly = 2 * radix + 3 * (radix - 1);
    String source =
        gather
            ? "gather%d(float[] x, int x0, int[] legs, int l0, float[] z, int z0, int k, int count, int q, float[] w, int lanes)"
            : "frame%d(float[] x, int x0, @[] z, int z0, int q, @[] w, int lanes)".replace("@", number);
    e.method(
        source.formatted(radix),
        () -> {
          String at = gather ? "k + " : "";
          String tile = wide ? "TILE" : "L";
          for (int i = 0; i < radix; i++) {
            if (gather) {
              e.line("final int x%d_ = x0 + legs[l0 + %d];", i, i);
            } else {
              e.line("final int x%d_ = x0 + %d * q * 2 * %s;", i, i, tile);
            }
            e.line("final int z%d_ = z0 + (%s%d * q) * ROW;", i, at, i);
          }
          e.line("final int w0 = %s;", gather ? "k * " + perButterfly : "0");
          String step = "2 * " + (gather ? "COLUMNS" : tile);
          String next = gather ? "COLUMNS" : tile;
          e.block(
              "for (int j = 0; j < %s; j++)".formatted(gather ? "count" : "q"),
              () ->
                  e.lanes(
                      () -> {
                        Emitter.Complex[] x = new Emitter.Complex[radix];
                        for (int i = 0; i < radix; i++) {
                          x[i] =
                              new Emitter.Complex(
                                  e.mul(
                                      sample("x%d_ + j * (%s)", i, step),
                                      e.spread("w[w0 + j * %d + %d]", perButterfly, 2 * i)),
                                  e.mul(
                                      sample("x%d_ + j * (%s) + %s", i, step, next),
                                      e.spread("w[w0 + j * %d + %d]", perButterfly, 2 * i + 1)));
                        }
                        Emitter.Complex[] y = butterflies.transform(x);
                        for (int i = 0; i < radix; i++) {
                          Emitter.Complex turned =
                              i == 0
                                  ? y[0]
                                  : e.twiddle(
                                      y[i],
                                      "w",
                                      "w0 + j * %d + %d"
                                          .formatted(perButterfly, 2 * radix + 3 * (i - 1)));
                          e.store(turned, "z", "z%d_ + j * ROW", i);
                        }
                      }));
        });
  }

  private Emitter.Value sample(String index, Object... args) {
    return wide ? e.loadFloats("x", index, args) : e.load("x", index, args);
  }

  private void middle(int radix) {
    e.method(
        "middle%d(@[] z, int z0, int blocks, int q, @[] w, int lanes)"
            .formatted(radix)
            .replace("@", number),
        () ->
            e.block(
                "for (int b = 0; b < blocks; b++)",
                () -> {
                  e.line("final int x0 = z0 + b * q * (%d * ROW);", radix);
                  for (int i = 1; i < radix; i++) {
                    e.line("final int x%d = x0 + %d * q * ROW;", i, i);
                  }
                  e.block(
                      "for (int k = 0; k < q; k++)",
                      () ->
                          e.lanes(
                              () -> {
                                Emitter.Complex[] x =
                                    points(radix, i -> e.loadComplex("z", "x%d + k * ROW", i));
                                Emitter.Complex[] y = butterflies.transform(x);
                                for (int i = 0; i < radix; i++) {
                                  int at = 3 * (i - 1);
                                  Emitter.Complex turned =
                                      i == 0
                                          ? y[0]
                                          : e.twiddle(
                                              y[i],
                                              "w",
                                              "k * %d + %d".formatted(3 * (radix - 1), at));
                                  e.store(turned, "z", "x%d + k * ROW", i);
                                }
                              }));
                }));
  }

  private void last(int radix) {
    e.method(
        "last%d(%s[] z, int z0, int count, int lanes)".formatted(radix, number),
        () ->
            e.block(
                "for (int b = 0; b < count; b++)",
                () -> {
                  e.line("final int x = z0 + b * (%d * ROW);", radix);
                  e.lanes(
                      () -> {
                        Emitter.Complex[] y =
                            butterflies.transform(
                                points(radix, i -> e.loadComplex("z", "x + %d * ROW", i)));
                        for (int i = 0; i < radix; i++) {
                          e.store(y[i], "z", "x + %d * ROW", i);
                        }
                      });
                }));
  }

  /** What becomes of a spectrum: squares in real rows, complex rows, or pairs past the caches. */
  private enum Split {
    POWER("splitPower", "int stride, @[] y, int y0, @[] w, int w0, int lanes"),
    SPECTRUM("splitSpectrum", "int stride, @[] y, int y0, @[] w, int w0, int lanes"),
    STREAM("streamSpectrum", "int stride, @[] y, int y0, @[] w, int w0, int apart, int first");

    final String kernel;
    final String parameters;

    Split(String kernel, String parameters) {
      this.kernel = kernel;
      this.parameters = parameters;
    }
  }

  private void splitLast(int radix, Split split) {
    e.method(
        "%s%d(@[] z, int z0, int[] pairs, int count, %s)"
            .formatted(split.kernel, radix, split.parameters)
            .replace("@", number),
        () -> {
          if (split == Split.STREAM) {
            e.line("float *const kept = z + (z0 + %d * stride * ROW);", radix);
          }
          e.block(
              "for (int i = 0; i < count; i++)",
              () -> {
                pair(split);
                if (radix == 8 && split == Split.SPECTRUM && !e.isNative()) {
                  splitLargeSpectrum(radix);
                  return;
                }
                e.lanes(
                    () -> {
                      Emitter.Complex[] a =
                          butterflies.transform(
                              points(radix, j -> e.loadComplex("z", "a + %d * ROW", j)));
                      Emitter.Complex[] b =
                          butterflies.transform(
                              points(radix, j -> e.loadComplex("z", "b + %d * ROW", j)));
                      for (int j = 0; j < radix; j++) {
                        int mirror = radix - 1 - j;
                        String twiddle = "w0 + %d * i + %d".formatted(3 * radix, 3 * j);
                        Emitter.Complex z = a[j];
                        // In a block of its own: local variables are used again.
                        e.block(
                            "",
                            () -> {
                              Emitter.Complex[] pair = splitPair(z, b[mirror], twiddle);
                              storePart(
                                  pair[0], false, split, "k + %d * stride", radix - 1 - mirror);
                              storePart(pair[1], true, split, "m + %d * stride", mirror);
                            });
                      }
                    });
              });
        });
  }

  /**
   * The same through memory, pair by pair: in one piece it is more than the JVM's first compiler
   * takes, and a method that this gives up on may never get to the last one.
   */
  private void splitLargeSpectrum(int radix) {
    for (String block : new String[] {"a", "b"}) {
      e.lanes(
          () -> {
            Emitter.Complex[] x =
                butterflies.transform(
                    points(radix, j -> e.loadComplex("z", block + " + %d * ROW", j)));
            for (int j = 0; j < radix; j++) {
              e.store(x[j], "z", block + " + %d * ROW", j);
            }
          });
    }
    e.block(
        "for (int j = 0; j < %d; j++)".formatted(radix),
        () ->
            e.lanes(
                () -> {
                  Emitter.Complex[] pair =
                      splitPair(
                          e.loadComplex("z", "a + j * ROW"),
                          e.loadComplex("z", "b + (%d - j) * ROW", radix - 1),
                          "w0 + %d * i + 3 * j".formatted(3 * radix));
                  storePart(pair[0], false, Split.SPECTRUM, "k + j * stride");
                  storePart(
                      pair[1], true, Split.SPECTRUM, "m + (%d - j) * stride", radix - 1);
                }));
  }

  /** Every other pair of points, after the last pass, and the point whose partner it is itself. */
  private void splits(Split split) {
    boolean stream = split == Split.STREAM;
    String parameters =
        stream
            ? "int points, @[] y, int y0, @[] w, int apart, int first"
            : "@[] y, int y0, @[] w, int lanes";
    e.method(
        "%s(@[] z, int z0, int[] pairs, int count, %s)"
            .formatted(split.kernel, parameters)
            .replace("@", number),
        () -> {
          if (stream) {
            e.line("float *const kept = z + (z0 + points * ROW);");
          }
          e.block(
              "for (int i = 0; i < count; i++)",
              () -> {
                pair(split);
                e.lanes(
                    () -> {
                      Emitter.Complex[] pair =
                          splitPair(e.loadComplex("z", "a"), e.loadComplex("z", "b"), "3 * i");
                      storePart(pair[0], false, split, "k");
                      if (stream) {
                        // A row must get its pairs once.
                        e.block("if (m != k)", () -> storePart(pair[1], true, split, "m"));
                      } else {
                        storePart(pair[1], true, split, "m");
                      }
                    });
              });
        });
    splitZero(split);
  }

  /** Where the points of pair i lie, and where its results go. */
  private void pair(Split split) {
    e.line("final int a = z0 + pairs[4 * i];");
    e.line("final int b = z0 + pairs[4 * i + 1];");
    String begin = split == Split.STREAM ? "" : "y0 + ";
    e.line("final int k = %spairs[4 * i + 2];", begin);
    e.line("final int m = %spairs[4 * i + 3];", begin);
  }

  /** X[k], and the conjugate of X[half - k], out of Z[k] and Z[half - k] (both halved). */
  private Emitter.Complex[] splitPair(Emitter.Complex a, Emitter.Complex b, String twiddle) {
    Emitter.Complex even =
        new Emitter.Complex(e.add(a.re(), b.re()), e.sub(a.im(), b.im()));
    Emitter.Complex odd = new Emitter.Complex(e.add(a.im(), b.im()), e.sub(b.re(), a.re()));
    Emitter.Complex turned = e.twiddle(odd, "w", twiddle);
    return new Emitter.Complex[] {e.add(even, turned), e.sub(even, turned)};
  }

  private void storePart(
      Emitter.Complex x, boolean conjugate, Split split, String index, Object... args) {
    if (split == Split.POWER) {
      e.store(e.squareModulus(x), "y", index, args);
      return;
    }
    Emitter.Complex result = conjugate ? new Emitter.Complex(x.re(), negative(x.im())) : x;
    if (split == Split.SPECTRUM) {
      e.store(result, "y", index, args);
    } else {
      String row = index.formatted(args);
      e.line(
          "streamPairs(%s, %s, kept + (%s) * L, y + (y0 + (%s) * apart), first);",
          result.re(), result.im(), row, row);
    }
  }

  private Emitter.Value negative(Emitter.Value x) {
    return e.sub(e.constant(0), x);
  }

  private void splitZero(Split split) {
    boolean stream = split == Split.STREAM;
    e.method(
        "%sZero(@[] z, int z0, @[] y, int y0, int last, %s)"
            .formatted(split.kernel, stream ? "int apart, int first" : "int lanes")
            .replace("@", number),
        () ->
            e.lanes(
                () -> {
                  Emitter.Complex z = e.loadComplex("z", "z0");
                  Emitter.Value sum = e.add(z.re(), z.im());
                  Emitter.Value difference = e.sub(z.re(), z.im());
                  sum = e.add(sum, sum);
                  difference = e.add(difference, difference);
                  if (stream) {
                    e.line("float *const kept = z + (z0 + last * ROW);");
                  }
                  if (split == Split.POWER) {
                    e.store(e.mul(sum, sum), "y", "y0");
                    e.store(e.mul(difference, difference), "y", "y0 + last");
                    return;
                  }
                  String begin = stream ? "" : "y0 + ";
                  Emitter.Value zero = e.value(e.constant(0).name());
                  storePart(new Emitter.Complex(sum, zero), false, split, begin + "0");
                  storePart(new Emitter.Complex(difference, zero), false, split, begin + "last");
                }));
  }

  /** Real rows to complex rows, for transforms without a half-length form, and back. */
  private void widen() {
    eachRow(
        "widen(float[] x, int x0, float[] w, float[] z, int z0, int rows, int lanes)",
        () ->
            e.store(
                new Emitter.Complex(
                    e.mul(e.load("x", "x0 + r * L"), e.spread("w[r]")),
                    e.value(e.constant(0).name())),
                "z",
                "z0 + r * ROW"));
    eachRow(
        "pickSpectrum(float[] z, int z0, int[] order, float[] y, int y0, int rows, int lanes)",
        () -> e.store(e.loadComplex("z", "z0 + order[r]"), "y", "y0 + r * ROW"));
    pickPower();
    eachRow(
        "reflect(float[] s, int s0, int size, float[] z, int z0, int rows, int lanes)",
        () -> {
          // Real and imaginary parts change places: a forward transform then inverts.
          Emitter.Complex x = e.loadComplex("s", "s0 + r * ROW");
          e.store(new Emitter.Complex(x.im(), x.re()), "z", "z0 + r * ROW");
          e.store(
              new Emitter.Complex(negative(x.im()), x.re()), "z", "z0 + (r == 0 ? 0 : size - r) * ROW");
        });
  }

  private void pickPower() {
    eachRow(
        "pickPower(%s[] z, int z0, int[] order, %s[] y, int y0, int rows, int lanes)"
            .formatted(number, number),
        () ->
            e.store(e.squareModulus(e.loadComplex("z", "z0 + order[r]")), "y", "y0 + r * L"));
  }

  private void join() {
    e.method(
        "join(float[] s, int s0, int half, float[] z, int z0, float[] w, int lanes)",
        () -> {
          e.lanes(
              () -> {
                Emitter.Value a = e.load("s", "s0");
                Emitter.Value b = e.load("s", "s0 + half * ROW");
                e.store(new Emitter.Complex(e.sub(a, b), e.add(a, b)), "z", "z0");
              });
          e.block(
              "for (int k = 1; k <= half / 2; k++)",
              () -> {
                e.line("final int m = half - k;");
                e.lanes(
                    () -> {
                      Emitter.Complex a = e.loadComplex("s", "s0 + k * ROW");
                      Emitter.Complex b = e.loadComplex("s", "s0 + m * ROW");
                      Emitter.Value evenRe = e.add(a.re(), b.re());
                      Emitter.Value evenIm = e.sub(a.im(), b.im());
                      Emitter.Complex odd =
                          new Emitter.Complex(e.sub(a.re(), b.re()), e.add(a.im(), b.im()));
                      Emitter.Complex turned = e.twiddle(odd, "w", "3 * k");
                      // Real and imaginary parts change places: a forward transform then inverts.
                      e.store(
                          new Emitter.Complex(
                              e.add(evenIm, turned.re()), e.sub(evenRe, turned.im())),
                          "z",
                          "z0 + k * ROW");
                      e.store(
                          new Emitter.Complex(
                              e.sub(turned.re(), evenIm), e.add(evenRe, turned.im())),
                          "z",
                          "z0 + m * ROW");
                    });
              });
        });
  }

  private void spreadPairs() {
    eachRow(
        "spreadPairs(float[] z, int z0, int[] order, float[] y, int y0, float scale, int rows, int lanes)",
        () -> {
          Emitter.Complex x = e.loadComplex("z", "z0 + order[r]");
          Emitter.Value s = e.spread("scale");
          e.store(
              new Emitter.Complex(e.mul(x.im(), s), e.mul(x.re(), s)), "y", "y0 + r * ROW");
        });
  }

  private void spreadReal() {
    eachRow(
        "spreadReal(float[] z, int z0, int[] order, float[] y, int y0, float scale, int rows, int lanes)",
        () ->
            e.store(
                e.mul(e.load("z", "z0 + order[r] + L"), e.spread("scale")), "y", "y0 + r * L"));
  }

  private Emitter.Complex[] points(
      int count, java.util.function.IntFunction<Emitter.Complex> point) {
    return IntStream.range(0, count).mapToObj(point).toArray(Emitter.Complex[]::new);
  }

  // ---- matrices ----------------------------------------------------------------------------

  private void matrices() {
    e.method(
        "addBands(float[] x, int x0, float[] y, int y0, int[] blocks, int count, float[] w, int lanes)",
        () ->
            e.block(
                "for (int b = 0; b < count; b++)",
                () -> {
                  for (int i = 0; i < 4; i++) {
                    e.line("final int from%d = x0 + blocks[5 * b + %d];", i, i);
                  }
                  e.line("final int to = y0 + blocks[5 * b + 4];");
                  e.lanes(
                      () -> {
                        // All rows first: with their range checks behind, weights are read and
                        // spread by one instruction each.
                        Emitter.Value[] sum = new Emitter.Value[2];
                        for (int j = 0; j < 2; j++) {
                          sum[j] = e.load("y", "to + %d * L", j);
                        }
                        Emitter.Value[] x = new Emitter.Value[4];
                        for (int i = 0; i < 4; i++) {
                          x[i] = e.load("x", "from%d", i);
                        }
                        for (int j = 0; j < 2; j++) {
                          Emitter.Value even = e.mul(x[0], e.spread("w[8 * b + %d]", j));
                          Emitter.Value odd = e.mul(x[1], e.spread("w[8 * b + %d]", 2 + j));
                          even = e.fma(x[2], e.spread("w[8 * b + %d]", 4 + j), even);
                          odd = e.fma(x[3], e.spread("w[8 * b + %d]", 6 + j), odd);
                          sum[j] = e.add(sum[j], e.add(even, odd));
                        }
                        for (int j = 0; j < 2; j++) {
                          e.store(sum[j], "y", "to + %d * L", j);
                        }
                      });
                }));
    for (int block : ROW_BLOCKS) {
      e.method(
          "addProducts%d(float[] x, int x0, int rows, float[] y, int y0, float[] w, int w0, int lanes)"
              .formatted(block),
          () ->
              e.lanesAround(
                  () -> {
                    Emitter.Value[] sum = new Emitter.Value[block];
                    for (int j = 0; j < block; j++) {
                      sum[j] = e.accumulator();
                    }
                    e.block(
                        "for (int r = 0; r < rows; r++)",
                        () -> {
                          Emitter.Value x = e.load("x", "x0 + r * L");
                          for (int j = 0; j < block; j++) {
                            e.assign(
                                sum[j], e.fma(x, e.spread("w[w0 + r * %d + %d]", block, j), sum[j]));
                          }
                        });
                    for (int j = 0; j < block; j++) {
                      e.store(e.add(e.load("y", "y0 + %d * L", j), sum[j]), "y", "y0 + %d * L", j);
                    }
                  }));
    }
  }

  // ---- rows, one by one --------------------------------------------------------------------

  private void rows() {
    inPlace("affine", "float scale, float offset", x ->
        e.fma(x, e.spread("scale"), e.spread("offset")));
    inPlace("squareRoot", "", e::sqrt);
    inPlace("square", "", x -> e.mul(x, x));
    inPlace("power", "float high, float low", x -> functions.power(x, "high", "low"));
    inPlace("atLeast", "float least", x -> {
      Emitter.Value least = e.spread("least");
      return e.select(e.less(x, least), least, x);
    });
    inPlace("replaceZero", "float by", x ->
        e.select(e.equal(x, e.constant(0)), e.spread("by"), x));
    inPlace("logAtLeast", "float least, float scale", this::logAtLeast);
    inPlace("log", "float scale", x -> e.mul(functions.log(x), e.spread("scale")));
    inPlace("log1p", "", functions::log1p);
    inPlace("compress", "float perBias, float power, float scale", x -> {
      Emitter.Value log = functions.log1p(e.mul(x, e.spread("perBias")));
      return e.mul(functions.expm1(e.mul(log, e.spread("power"))), e.spread("scale"));
    });
    eachRow(
        "weight(float[] a, int a0, float[] w, int rows, int lanes)",
        () -> e.store(e.mul(e.load("a", "a0 + r * L"), e.spread("w[r]")), "a", "a0 + r * L"));
    eachRow(
        "autoSpectrum(float[] a, int a0, int rows, int lanes)",
        () ->
            e.store(
                new Emitter.Complex(
                    e.squareModulus(e.loadComplex("a", "a0 + r * ROW")),
                    e.value(e.constant(0).name())),
                "a",
                "a0 + r * ROW"));
    eachRow(
        "squareModulus(float[] x, int x0, float[] y, int y0, int rows, int lanes)",
        () -> e.store(e.squareModulus(e.loadComplex("x", "x0 + r * ROW")), "y", "y0 + r * L"));
    eachRow(
        "angle(float[] x, int x0, float[] y, int y0, int rows, int lanes)",
        () -> {
          Emitter.Complex x = e.loadComplex("x", "x0 + r * ROW");
          e.store(functions.atan2(x.im(), x.re()), "y", "y0 + r * L");
        });
    pairwise("multiply", e::mul);
    pairwise("divide", e::div);
    eachRow(
        "multiplyAdd(float[] a, int a0, float[] b, int b0, float[] c, int c0, int rows, int lanes)",
        () ->
            e.store(
                e.fma(
                    e.load("a", "a0 + r * L"),
                    e.load("b", "b0 + r * L"),
                    e.load("c", "c0 + r * L")),
                "c",
                "c0 + r * L"));
    eachRow(
        "scaleAdd(float[] a, int a0, float scale, float[] c, int c0, int rows, int lanes)",
        () ->
            e.store(
                e.fma(
                    e.load("a", "a0 + r * L"), e.spread("scale"), e.load("c", "c0 + r * L")),
                "c",
                "c0 + r * L"));
    eachRow(
        "difference(float[] a, int a0, float coefficient, float[] y, int y0, int rows, int lanes)",
        () ->
            e.store(
                e.fma(
                    e.load("a", "a0 + r * L"),
                    e.spread("-coefficient"),
                    e.load("a", "a0 + r * L + 1")),
                "y",
                "y0 + r * L"));
    e.method(
        "emphasize(float[] a, int a0, float coefficient, float ofFirst, float ofSecond, int rows, int lanes)",
        () -> {
          e.block(
              "if (rows == 0)",
              () -> e.line("return;"));
          e.lanesAround(
              () -> {
                Emitter.Value first =
                    e.mul(e.load("a", "a0"), e.spread("ofFirst"));
                e.line("final int second = rows > 1 ? a0 + L : a0;");
                Emitter.Value start =
                    e.fma(e.load("a", "second"), e.spread("ofSecond"), first);
                e.block(
                    "for (int r = rows - 1; r > 0; r--)",
                    () ->
                        e.store(
                            e.fma(
                                e.load("a", "a0 + r * L - L"),
                                e.spread("-coefficient"),
                                e.load("a", "a0 + r * L")),
                            "a",
                            "a0 + r * L"));
                e.store(start, "a", "a0");
              });
        });
  }

  private Emitter.Value logAtLeast(Emitter.Value x) {
    Emitter.Value least = e.spread("least");
    Emitter.Value y = functions.logOfNormal(e.select(e.less(x, least), least, x));
    return e.mul(y, e.spread("scale"));
  }

  private void eachRow(String signature, Runnable body) {
    e.method(
        signature, () -> e.block("for (int r = 0; r < rows; r++)", () -> e.lanes(body)));
  }

  private void inPlace(
      String name, String parameters, Function<Emitter.Value, Emitter.Value> function) {
    eachRow(
        "%s(%s[] a, int a0, %sint rows, int lanes)"
            .formatted(name, number, parameters.isEmpty() ? "" : parameters + ", "),
        () -> e.store(function.apply(e.load("a", "a0 + r * L")), "a", "a0 + r * L"));
  }

  private void pairwise(
      String name,
      java.util.function.BinaryOperator<Emitter.Value> operation) {
    eachRow(
        name + "(float[] a, int a0, float[] b, int b0, int rows, int lanes)",
        () ->
            e.store(
                operation.apply(e.load("a", "a0 + r * L"), e.load("b", "b0 + r * L")),
                "a",
                "a0 + r * L"));
  }

  // ---- one number per frame ----------------------------------------------------------------

  private void reductions() {
    reduction("sum", "", (sum, x, r) -> e.add(sum, x));
    reduction("sumOfSquares", "", (sum, x, r) -> e.add(sum, e.mul(x, x)));
    reduction("sumOfMagnitudes", "", (sum, x, r) -> e.add(sum, e.abs(x)));
    reduction("sumOfSquaresInColumns", "", "COLUMNS", (sum, x, r) -> e.add(sum, e.mul(x, x)));
    e.method(
        "peak(float[] x, int x0, int rows, float[] y, int y0, int lanes)",
        () ->
            e.lanesAround(
                () -> {
                  Emitter.Value peak = e.accumulator();
                  e.block(
                      "for (int r = 0; r < rows; r++)",
                      () -> {
                        Emitter.Value x = e.abs(e.load("x", "x0 + r * L"));
                        e.assign(peak, e.select(e.less(peak, x), x, peak));
                      });
                  e.store(peak, "y", "y0");
                }));
    e.method(
        "greatest(float[] x, int x0, int rows, float[] y, int y0, int lanes)",
        () ->
            e.lanesAround(
                () -> {
                  Emitter.Value max = e.accumulator(e.constant(Double.NEGATIVE_INFINITY));
                  e.block(
                      "for (int r = 0; r < rows; r++)",
                      () -> e.assign(max, e.max(max, e.load("x", "x0 + r * L"))));
                  e.store(max, "y", "y0");
                }));
    e.method(
        "divideBy(float[] a, int a0, float[] y, int y0, int rows, int lanes)",
        () ->
            e.lanesAround(
                () -> {
                  Emitter.Value divisor = e.load("y", "y0");
                  e.block(
                      "for (int r = 0; r < rows; r++)",
                      () ->
                          e.store(
                              e.div(e.load("a", "a0 + r * L"), divisor), "a", "a0 + r * L"));
                }));
    yinDifferences();
    e.method(
        "subtractMean(float[] a, int a0, int rows, float perRow, float[] s, int s0, int lanes)",
        () -> {
          e.line("sum(a, a0, rows, s, s0, lanes);");
          e.lanesAround(
              () -> {
                Emitter.Value mean = e.mul(e.load("s", "s0"), e.spread("perRow"));
                e.block(
                    "for (int r = 0; r < rows; r++)",
                    () ->
                        e.store(e.sub(e.load("a", "a0 + r * L"), mean), "a", "a0 + r * L"));
              });
        });
    e.method(
        "signChanges(float[] x, int x0, int rows, float threshold, float[] y, int y0, int lanes)",
        () ->
            e.lanesAround(
                () -> {
                  Emitter.Value count = e.accumulator();
                  Emitter.Value one = e.value(e.constant(1).name());
                  Emitter.Value zero = e.value(e.constant(0).name());
                  Emitter.Value least = e.spread("-threshold");
                  e.block(
                      "for (int r = 1; r < rows; r++)",
                      () -> {
                        Emitter.Mask before = e.less(e.load("x", "x0 + r * L - L"), least);
                        Emitter.Mask now = e.less(e.load("x", "x0 + r * L"), least);
                        e.assign(
                            count, e.add(count, e.select(e.differ(before, now), one, zero)));
                      });
                  e.store(count, "y", "y0");
                }));
  }

  private void yinDifferences() {
    e.method(
        "yinDifferences(float[] c, int c0, float[] x, int x0, int longest, float[] y, int y0, int lanes)",
        () ->
            e.lanesAround(
                () -> {
                  Emitter.Value whole = e.load("c", "c0");
                  Emitter.Value first = e.load("x", "x0");
                  Emitter.Value least = e.value(e.constant(Float.MIN_NORMAL).name());
                  Emitter.Value energy = e.accumulator();
                  Emitter.Value sum = e.accumulator();
                  e.block(
                      "for (int lag = 1; lag <= longest; lag++)",
                      () -> {
                        Emitter.Value x = e.load("x", "x0 + lag * L");
                        Emitter.Value gone = e.sub(whole, e.load("c", "c0 + lag * L"));
                        Emitter.Value value = e.sub(e.add(gone, gone), energy);
                        e.assign(energy, e.fma(x, x, energy));
                        e.assign(sum, e.add(sum, value));
                        Emitter.Value scaled = e.mul(value, e.spread("(float) lag"));
                        e.store(e.div(scaled, e.add(sum, least)), "y", "y0 + lag * L - L");
                        // The energy before the lag 1 counts from the lag 2 on.
                        e.block(
                            "if (lag == 1)",
                            () -> e.assign(energy, e.fma(first, first, energy)));
                      });
                }));
  }

  /** Adds what a row gives to a sum. */
  private interface Term {
    Emitter.Value add(Emitter.Value sum, Emitter.Value x, String row);
  }

  private void reduction(String name, String parameters, Term of) {
    reduction(name, parameters, "L", of);
  }

  /** Four sums side by side: shorter chains of additions, and a smaller error. */
  private void reduction(String name, String parameters, String stride, Term of) {
    e.method(
        "%s(%s[] x, int x0, %sint rows, %s[] y, int y0, int lanes)"
            .formatted(name, number, parameters, number),
        () ->
            e.lanesAround(
                () -> {
                  Emitter.Value[] sum = new Emitter.Value[4];
                  for (int i = 0; i < 4; i++) {
                    sum[i] = e.accumulator();
                  }
                  e.line("int r = 0;");
                  e.block(
                      "for (; r + 3 < rows; r += 4)",
                      () -> {
                        for (int i = 0; i < 4; i++) {
                          Emitter.Value x = e.load("x", "x0 + (r + %d) * %s", i, stride);
                          e.assign(sum[i], of.add(sum[i], x, "r + " + i));
                        }
                      });
                  e.block(
                      "for (; r < rows; r++)",
                      () ->
                          e.assign(
                              sum[0], of.add(sum[0], e.load("x", "x0 + r * %s", stride), "r")));
                  e.store(
                      e.add(e.add(sum[0], sum[1]), e.add(sum[2], sum[3])), "y", "y0");
                }));
  }

  // ---- order ---------------------------------------------------------------------------------

  /**
   * A window in order, from which the oldest value goes as a new one comes. The bits of numbers that
   * are not negative are integers of the same order, whose minimum and maximum are one instruction.
   */
  private void medians() {
    e.method(
        "medians(float[] x, int x0, int rows, int width, float[] s, int s0, float[] y, int y0, int lanes)",
        () ->
            e.lanesAround(
                () -> {
                  Emitter.Bits most = e.bitsAccumulator(Integer.MAX_VALUE);
                  e.block(
                      "for (int i = 0; i < width; i++)",
                      () -> e.store(e.floats(most), "s", "s0 + i * L"));
                  e.block(
                      "for (int t = 0; t < rows + width - 1; t++)",
                      () -> {
                        Emitter.Bits fresh = e.bits(e.load("x", "x0 + t * L"));
                        // While the window fills up, what goes is one of the places not yet taken.
                        Emitter.Bits old = e.bitsAccumulator(Integer.MAX_VALUE);
                        e.block(
                            "if (t >= width)",
                            () -> e.assign(old, e.bits(e.load("x", "x0 + (t - width) * L"))));
                        Emitter.Bits before = e.bitsAccumulator(0);
                        Emitter.Bits here = e.bitsAccumulator(0);
                        e.assign(here, e.bits(e.load("s", "s0")));
                        e.block(
                            "for (int i = 1; i < width; i++)",
                            () -> {
                              Emitter.Bits next = e.bits(e.load("s", "s0 + i * L"));
                              // One of both: the next where this one is the old value or above it.
                              Emitter.Bits not = e.max(here, e.min(next, old));
                              Emitter.Bits left = e.xor(e.xor(here, next), not);
                              e.store(
                                  e.floats(e.max(before, e.min(left, fresh))),
                                  "s",
                                  "s0 + i * L - L");
                              e.assign(before, left);
                              e.assign(here, next);
                            });
                        e.store(e.floats(e.max(before, fresh)), "s", "s0 + width * L - L");
                        e.block(
                            "if (t >= width - 1)",
                            () ->
                                e.store(
                                    e.load("s", "s0 + (width / 2) * L"),
                                    "y",
                                    "y0 + (t - width + 1) * L"));
                      });
                }));
  }

  // ---- moving --------------------------------------------------------------------------------

  /** Arithmetic hides the wait for memory that is written: 4 tiles at once, the others one by one. */
  private void storeLogs() {
    String parameters = "float[] y, int y0, int stride, int rows, float least, float scale)";
    for (int tiles : new int[] {1, 4}) {
      e.privateMethod(
          "storeLogs%d(float[] x, int x0, int apart, ".formatted(tiles) + parameters,
          () -> {
            if (!e.isVector() && !e.isNative()) {
              e.line("final int lanes = L;");
            }
            for (int i = 0; i < tiles; i++) {
              e.line("final int from%d = x0 + %d * apart;", i, i);
            }
            e.block(
                "for (int r = 0; r < rows; r++)",
                () ->
                    e.lanes(
                        () -> {
                          for (int i = 0; i < tiles; i++) {
                            Emitter.Value v = logAtLeast(e.load("x", "from%d + r * L", i));
                            e.store(v, "y", "y0 + r * stride + %d * L", i);
                          }
                        }));
          });
    }
    e.method(
        "storeLogs(float[] x, int x0, int apart, int tiles, " + parameters,
        () -> {
          e.block(
              "if (tiles == 4)",
              () -> {
                e.line("storeLogs4(x, x0, apart, y, y0, stride, rows, least, scale);");
                e.line("return;");
              });
          e.block(
              "for (int i = 0; i < tiles; i++)",
              () ->
                  e.line(
                      "storeLogs1(x, x0 + i * apart, apart, y, y0 + i * L, stride, rows, least, scale);"));
        });
  }

  /** The same of 4 tiles, past the caches. */
  private void streamLogs() {
    e.method(
        "streamLogs(float[] x, int x0, int apart, float[] y, int y0, int stride, int rows, float least, float scale)",
        () -> {
          e.block(
              "for (int r = 0; r < rows; r++)",
              () -> {
                e.line("float *to = y + (y0 + r * stride);");
                e.line("fetch(to + %d * stride, 4 * L);", ROWS_AHEAD);
                Emitter.Value[] logs = new Emitter.Value[4];
                for (int i = 0; i < 4; i++) {
                  logs[i] = logAtLeast(e.load("x", "x0 + %d * apart + r * L", i));
                }
                e.line("Row<true> row(to, 4, %s);", logs[0]);
                for (int i = 1; i < 4; i++) {
                  e.line("row.add(%s);", logs[i]);
                }
                e.line("row.finish();");
              });
          e.line("_mm_sfence();");
        });
  }

  /** No lanes: the loop is the same in all kinds of kernels, and every compiler vectorizes it. */
  private void fromInt16() {
    e.method(
        "fromInt16(short[] x, int x0, float[] y, int y0, int count)",
        () ->
            e.block(
                "for (int i = 0; i < count; i++)",
                () -> e.line("y[y0 + i] = x[x0 + i] * 0x1p-15f;")));
  }

  private static final String TRANSPOSE =
      "transpose(float[] x, int x0, int pitch, int rows, int columns, float[] y, int y0, int stride)";
  private static final String COPY_ROWS =
      "copyRows(float[] x, int x0, int from, float[] y, int y0, int to, int rows, int lanes)";
  private static final String STORE_ROWS =
      "storeRows(float[] x, int x0, int apart, int tiles, float[] y, int y0, int stride, int rows)";
  private static final String STORE_PAIRS = STORE_ROWS.replace("Rows", "Pairs");
  private static final String UNWEAVE =
      "unweave(float[] x, int x0, int stride, float[] y, int y0, int rows, int lanes)";

  private void plainMoves() {
    e.method(
        TRANSPOSE,
        () ->
            e.block(
                "for (int m = 0; m < rows; m++)",
                () ->
                    e.block(
                        "for (int c = 0; c < columns; c++)",
                        () -> e.line("y[y0 + m * stride + c] = x[x0 + c * pitch + m];"))));
    e.method(
        COPY_ROWS,
        () ->
            e.block(
                "for (int r = 0; r < rows; r++)",
                () -> e.line("System.arraycopy(x, x0 + r * from, y, y0 + r * to, lanes);")));
    e.method(
        STORE_ROWS,
        () ->
            e.block(
                "for (int r = 0; r < rows; r++)",
                () ->
                    e.block(
                        "for (int i = 0; i < tiles; i++)",
                        () ->
                            e.line(
                                "System.arraycopy(x, x0 + i * apart + r * L, y, y0 + r * stride + i * L, L);"))));
    e.method(
        STORE_PAIRS,
        () ->
            e.block(
                "for (int r = 0; r < rows; r++)",
                () ->
                    e.block(
                        "for (int i = 0; i < tiles; i++)",
                        () -> {
                          e.line("final int from = x0 + i * apart + r * ROW;");
                          e.line("final int to = y0 + r * stride + i * ROW;");
                          e.block(
                              "for (int l = 0; l < L; l++)",
                              () -> {
                                e.line("y[to + 2 * l] = x[from + l];");
                                e.line("y[to + 2 * l + 1] = x[from + L + l];");
                              });
                        })));
    e.method(
        UNWEAVE,
        () ->
            e.block(
                "for (int r = 0; r < rows; r++)",
                () ->
                    e.block(
                        "for (int l = 0; l < lanes; l++)",
                        () -> {
                          e.line("y[y0 + r * ROW + l] = x[x0 + r * stride + 2 * l];");
                          e.line("y[y0 + r * ROW + L + l] = x[x0 + r * stride + 2 * l + 1];");
                        })));
  }

  /** {@code lanes.h} has what moves between lanes. */
  private void nativeMoves() {
    e.method(
        TRANSPOSE,
        () ->
            e.block(
                "for (int c = 0; c < columns; c += L)",
                () ->
                    e.block(
                        "for (int m = 0; m < rows; m += L)",
                        () ->
                            e.line(
                                "transposeBlock(x + (x0 + c * pitch + m), pitch, y + (y0 + m * stride + c), stride);"))));
    e.method(
        COPY_ROWS,
        () ->
            e.block(
                "for (int r = 0; r < rows; r++)",
                () -> e.line("store(load(x + (x0 + r * from)), y + (y0 + r * to));")));
    nativeStores(false);
    nativeStores(true);
    streamLogs();
    e.method(
        "finishPairs(float[] kept, int k0, float[] y, int y0, int apart, int rows)",
        () -> {
          e.block(
              "for (int r = 0; r < rows; r++)",
              () -> e.line("finishPairs(kept + (k0 + r * L), y + (y0 + r * apart));"));
          e.line("_mm_sfence();");
        });
    e.method(
        UNWEAVE,
        () ->
            e.block(
                "for (int r = 0; r < rows; r++)",
                () -> e.line("unzip(x + (x0 + r * stride), y + (y0 + r * ROW));")));
  }

  /** Rows of tiles, and of pairs, side by side; or past the caches. */
  private void nativeStores(boolean past) {
    nativeStore(
        STORE_ROWS,
        past,
        "L",
        () -> {
          e.line("Row<%b> row(to, tiles, load(from));", past);
          e.block(
              "for (int i = 1; i < tiles; i++)", () -> e.line("row.add(load(from + i * apart));"));
        });
    nativeStore(
        STORE_PAIRS,
        past,
        "ROW",
        () -> {
          e.line("Floats re = load(from);");
          e.line("Floats im = load(from + L);");
          e.line("Row<%b> row(to, 2 * tiles, zipFirst(re, im));", past);
          e.line("row.add(zipRest(re, im));");
          e.block(
              "for (int i = 1; i < tiles; i++)",
              () -> {
                e.line("re = load(from + i * apart);");
                e.line("im = load(from + i * apart + L);");
                e.line("row.add(zipFirst(re, im));");
                e.line("row.add(zipRest(re, im));");
              });
        });
  }

  private void nativeStore(String signature, boolean past, String width, Runnable row) {
    e.method(
        past ? signature.replace("store", "stream") : signature,
        () -> {
          e.block(
              "for (int r = 0; r < rows; r++)",
              () -> {
                e.line("const float *from = x + (x0 + r * %s);", width);
                e.line("float *to = y + (y0 + r * stride);");
                if (past) {
                  e.line("fetch(to + %d * stride, tiles * %s);", ROWS_AHEAD, width);
                }
                row.run();
                e.line("row.finish();");
              });
          if (past) {
            // Such stores are not in order with others, which tell that these are done.
            e.line("_mm_sfence();");
          }
        });
  }

  private void vectorMoves() {
    e.method(
        TRANSPOSE,
        () -> {
          for (int n : new int[] {4, 8, 16}) {
            e.block(
                "if (L == %d)".formatted(n),
                () ->
                    e.line(
                        "VectorTranspose%d.blocks(x, x0, pitch, rows, columns, y, y0, stride);", n));
          }
        });
    for (int n : new int[] {4, 8, 16}) {
      e.line("");
      e.block("private static final class VectorTranspose" + n, () -> vectorTranspose(n));
    }
    e.method(
        COPY_ROWS,
        () ->
            e.block(
                "for (int r = 0; r < rows; r++)",
                () ->
                    e.line(
                        "FloatVector.fromArray(S, x, x0 + r * from).intoArray(y, y0 + r * to);")));
    e.method(
        STORE_ROWS,
        () -> {
          for (int tiles = 1; tiles <= 4; tiles++) {
            int n = tiles;
            e.block(
                "if (tiles == %d)".formatted(n),
                () -> {
                  for (int i = 1; i < n; i++) {
                    e.line("final int x%d = x0 + %d * apart;", i, i);
                  }
                  e.block(
                      "for (int r = 0; r < rows; r++)",
                      () -> {
                        for (int i = 0; i < n; i++) {
                          e.line(
                              "FloatVector.fromArray(S, x, x%d + r * L).intoArray(y, y0 + r * stride + %d * L);",
                              i, i);
                        }
                      });
                });
          }
        });
    e.line("");
    for (String part : new String[] {"0", "1"}) {
      e.line(
          "private static final VectorShuffle<Float> ZIP%s = VectorShuffle.makeZip(S, %s);",
          part, part);
      e.line(
          "private static final VectorShuffle<Float> UNZIP%s = VectorShuffle.makeUnzip(S, %s);",
          part, part);
    }
    e.method(
        STORE_PAIRS,
        () ->
            e.block(
                "for (int r = 0; r < rows; r++)",
                () ->
                    e.block(
                        "for (int i = 0; i < tiles; i++)",
                        () -> {
                          e.line("final int from = x0 + i * apart + r * ROW;");
                          e.line("final int to = y0 + r * stride + i * ROW;");
                          e.line("final FloatVector re = FloatVector.fromArray(S, x, from);");
                          e.line("final FloatVector im = FloatVector.fromArray(S, x, from + L);");
                          e.line("re.rearrange(ZIP0, im).intoArray(y, to);");
                          e.line("re.rearrange(ZIP1, im).intoArray(y, to + L);");
                        })));
    e.method(
        UNWEAVE,
        () ->
            e.block(
                "for (int r = 0; r < rows; r++)",
                () -> {
                  e.line("final FloatVector a = FloatVector.fromArray(S, x, x0 + r * stride);");
                  e.line("final FloatVector b = FloatVector.fromArray(S, x, x0 + r * stride + L);");
                  e.line("a.rearrange(UNZIP0, b).intoArray(y, y0 + r * ROW);");
                  e.line("a.rearrange(UNZIP1, b).intoArray(y, y0 + r * ROW + L);");
                }));
  }

  /**
   * Blocks of n x n: turn row i by i lanes, exchange between rows lane by lane, turn back. One
   * shuffle of one vector per turn is cheap everywhere; two-vector shuffles are not on AVX2.
   */
  private void vectorTranspose(int n) {
    for (int i = 1; i < n; i++) {
      e.line(
          "private static final VectorShuffle<Float> TURN%d = VectorLanes.turn(%d);",
          i, i);
    }
    for (int bit = 1; bit < n; bit *= 2) {
      e.line("private static final VectorMask<Float> BIT%d = VectorLanes.lanesWith(%d);", bit, bit);
    }
    e.line("");
    e.block(
        "static void blocks(float[] x, int x0, int pitch, int rows, int columns, float[] y, int y0, int stride)",
        () ->
            e.block(
                "for (int c = 0; c < columns; c += %d)".formatted(n),
                () -> {
                  for (int i = 0; i < n; i++) {
                    e.line("final int x%d_ = x0 + (c + %d) * pitch;", i, i);
                    e.line("final int y%d_ = y0 + c + %d * stride;", i, i);
                  }
                  e.block(
                      "for (int m = 0; m < rows; m += %d)".formatted(n),
                      () -> {
                        Emitter.Value[] v = new Emitter.Value[n];
                        for (int i = 0; i < n; i++) {
                          v[i] = turn(e.load("x", "x%d_ + m", i), i);
                        }
                        // v[i][l] = X[i][l - i]; gather u[j][l] = v[l - j][l] = X[l - j][j], bit by bit of l.
                        Emitter.Value[] u = new Emitter.Value[n];
                        for (int j = 0; j < n; j++) {
                          u[j] = v[(n - j) % n];
                        }
                        for (int bit = 1; bit < n; bit *= 2) {
                          Emitter.Value[] next = new Emitter.Value[n];
                          for (int j = 0; j < n; j++) {
                            next[j] =
                                e.value(
                                    "%s.blend(%s, BIT%d)".formatted(u[j], u[(j - bit + n) % n], bit));
                          }
                          u = next;
                        }
                        for (int j = 0; j < n; j++) {
                          e.line("%s.intoArray(y, y%d_ + m * stride);", turn(u[j], (n - j) % n), j);
                        }
                      });
                }));
  }

  private Emitter.Value turn(Emitter.Value v, int by) {
    return by == 0 ? v : e.value("%s.rearrange(TURN%d)".formatted(v, by));
  }
}
