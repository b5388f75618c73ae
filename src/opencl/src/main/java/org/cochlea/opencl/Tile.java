package org.cochlea.opencl;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Fourier;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Stage;
import org.cochlea.opencl.kernel.Op;

/**
 * What is done to a tile of frames in local memory. An operation reads one region and writes
 * another; where they lie is decided here, in elements of one frame.
 */
final class Tile {
  private final Tables tables;

  /** Bands of matrices: they go behind the program. */
  private final List<int[]> bands;

  private final List<List<Object>> operations = new ArrayList<>();
  private Time time;
  private int shift;
  private int re;
  private int im;
  private int bins;
  private boolean complex;
  private int high;

  /** A factor that is not applied yet. */
  private double scale = 1;

  private Tile(Tables tables, List<int[]> bands, Time time) {
    this.tables = tables;
    this.bands = bands;
    this.time = time;
  }

  /** Frames that are cut of a signal; room is what later stages need of the region. */
  static Tile gather(
      Tables tables, List<int[]> bands, Value signal, Stage.Frame s, double scale, int room) {
    Tile tile = new Tile(tables, bands, signal.time().then(s));
    tile.operations.add(
        new ArrayList<>(
            List.of(
                Op.GATHER,
                signal,
                0,
                s.length(),
                s.length(),
                s.hop(),
                s.left(),
                Codes.of(s.padding()),
                -1,
                new Pass.Place(signal),
                0)));
    tile.bins = s.length();
    tile.high = Math.max(s.length(), room);
    tile.scale = scale;
    return tile;
  }

  /** Frames that are read. */
  static Tile read(Tables tables, List<int[]> bands, Value value, int room) {
    Tile tile = new Tile(tables, bands, value.time());
    Layout layout = value.layout();
    int imaginary = layout.complex() ? layout.bins() : -1;
    tile.operations.add(
        new ArrayList<>(
            List.of(Op.READ, value, 0, layout.bins(), imaginary, 0, new Pass.Place(value), 0)));
    tile.bins = layout.bins();
    tile.im = layout.bins();
    tile.complex = layout.complex();
    tile.high = Math.max(value.width(), room);
    return tile;
  }

  Time time() {
    return time;
  }

  Layout layout() {
    return complex ? Layout.complex(bins) : Layout.real(bins);
  }

  /** Returns the elements of one frame that local memory must have room for. */
  int elements() {
    return high;
  }

  List<List<Object>> operations() {
    return operations;
  }

  private void add(Object... operation) {
    operations.add(new ArrayList<>(List.of(operation)));
  }

  /** Returns where a region of a size can lie beside one in use. */
  private int beside(int from, int used, int size) {
    int at = size <= from ? 0 : from + used;
    high = Math.max(high, at + size);
    return at;
  }

  /** Returns the first element in use, and how many are, in this order. */
  private int[] used() {
    int from = complex ? Math.min(re, im) : re;
    int to = complex ? Math.max(re, im) + bins : re + bins;
    return new int[] {from, to - from};
  }

  private int beside(int size) {
    int[] used = used();
    return beside(used[0], used[1], size);
  }

  private void real(int at, int count) {
    re = at;
    bins = count;
    complex = false;
  }

  private void complex(int real, int imaginary, int count) {
    re = real;
    im = imaginary;
    bins = count;
    complex = true;
  }

  private void settle() {
    if (scale != 1) {
      add(Op.POINTWISE, re, bins, Op.AFFINE, tables.add(scale, 0));
      scale = 1;
    }
  }

  /** Writes what there is to a value. */
  void write(Value to, int bin) {
    settle();
    add(Op.WRITE, to, re, bins, complex ? im : -1, bin, new Pass.Place(to));
    // The first and the last word of an operation's head: how long it is, whose frames are counted.
    for (List<Object> operation : operations) {
      operation.add(1, to);
      if (operation.getFirst().equals(Op.GATHER) || operation.getFirst().equals(Op.READ)) {
        operation.set(operation.size() - 1, shift);
      } else if (operation.getFirst().equals(Op.DITHER_FRAMES)) {
        // Noise is drawn for the frames that are there when it is added.
        operation.set(operation.size() - 1, shift - (int) operation.getLast());
      }
    }
  }

  /**
   * Does a stage.
   *
   * @param room elements that later stages need of a region of real samples
   */
  void stage(Stage stage, int room) {
    if (!(stage instanceof Stage.Window) && !(stage instanceof Stage.Affine)) {
      settle();
    }
    switch (stage) {
      case Stage.Affine s -> {
        if (s.offset() == 0) {
          scale *= s.scale();
        } else {
          pointwise(Op.AFFINE, scale * s.scale(), s.offset());
          scale = 1;
        }
      }
      case Stage.Quantize s -> pointwise(Op.QUANTIZE, s.levels(), 0);
      case Stage.Power s -> pointwise(Op.POWER, s.exponent(), 0);
      case Stage.Log s ->
          pointwise(
              switch (s.floor()) {
                case CLAMP -> Op.LOG_CLAMP;
                case ADD -> Op.LOG_ADD;
                case REPLACE_ZERO -> Op.LOG_REPLACE;
              },
              s.scale(),
              s.value());
      case Stage.Window s -> window(s);
      case Stage.PreEmphasis s -> {
        int to = beside(Math.max(bins, room));
        add(Op.EMPHASIS, re, bins, to, tables.add(Codes.emphasis(s)));
        real(to, bins);
      }
      case Stage.Dither s ->
          add(
              Op.DITHER_FRAMES,
              re,
              bins,
              tables.add(s.amount()),
              (int) s.seed(),
              (int) (s.seed() >> 32),
              shift);
      case Stage.RemoveDcOffset _ -> {
        int parts = beside(re, Math.max(bins, room), Op.PARTS);
        add(Op.PARTIAL_SUMS, re, bins, parts, Op.SUM);
        add(Op.REMOVE_MEAN, re, bins, parts);
      }
      case Stage.Reduce s -> reduce(s);
      case Stage.RealFft s -> forward(s.size());
      case Stage.InverseRealFft s -> inverse(s.size(), room);
      case Stage.Modulus s -> modulus(s);
      case Stage.Angle _ -> {
        int to = beside(bins);
        add(Op.ANGLE, bins, re, im, to);
        real(to, bins);
      }
      case Stage.Project s -> {
        int rows = s.basis().rows();
        int to = beside(Math.max(rows, room));
        add(Op.PROJECT, rows, re, to, bands(s.basis()));
        real(to, rows);
      }
      case Stage.ComplexProject s -> {
        int rows = s.real().rows();
        int to = beside(2 * rows);
        add(
            Op.COMPLEX_PROJECT,
            rows,
            re,
            complex ? im : -1,
            to,
            to + rows,
            bands(s.real()),
            bands(s.imaginary()));
        complex(to, to + rows, rows);
      }
      case Stage.SliceBins s -> {
        re += s.from();
        im += s.from();
        bins = s.to() - s.from();
      }
      case Stage.DropFrames s -> {
        shift += s.first();
        time = time.then(s);
      }
      default -> throw new AssertionError(stage + " is not a stage of frames");
    }
  }

  private Bands bands(Basis basis) {
    bands.add(tables.bands(basis));
    return new Bands(bands.size() - 1);
  }

  /**
   * Bands of a matrix.
   *
   * @param index which
   */
  record Bands(int index) {}

  private void pointwise(int function, double a, double b) {
    add(Op.POINTWISE, re, bins, function, tables.add(a, b));
  }

  private void window(Stage.Window s) {
    double[] weights = s.weights().row(0);
    for (int k = 0; k < weights.length; k++) {
      weights[k] *= scale;
    }
    scale = 1;
    int table = tables.add(weights);
    List<Object> last = operations.getLast();
    if (last.getFirst().equals(Op.GATHER) && last.get(8).equals(-1)) {
      last.set(8, table);
    } else {
      add(Op.POINTWISE, re, bins, Op.WEIGHTS, table);
    }
  }

  private void reduce(Stage.Reduce s) {
    int what =
        switch (s.reduction()) {
          case SUM, MEAN -> Op.SUM;
          case SUM_OF_SQUARES, MEAN_SQUARE -> Op.SQUARES;
          case ZERO_CROSSING_RATE -> Op.CROSSINGS;
        };
    double factor =
        switch (s.reduction()) {
          case SUM, SUM_OF_SQUARES -> 1;
          case MEAN, MEAN_SQUARE, ZERO_CROSSING_RATE -> 1.0 / bins;
        };
    int parts = beside(Op.PARTS + 1);
    add(Op.PARTIAL_SUMS, re, bins, parts, what);
    add(Op.TOTAL, parts, parts + Op.PARTS, tables.add(factor));
    real(parts + Op.PARTS, 1);
  }

  private void modulus(Stage.Modulus s) {
    int power = s.power() == 1 ? 1 : s.power() == 2 ? 2 : 3;
    int exponent = tables.add(s.power() / 2);
    List<Object> last = operations.getLast();
    if (last.getFirst().equals(Op.SPLIT) && last.get(5).equals(re)) {
      last.set(8, power);
      last.set(9, exponent);
      real(re, bins);
      return;
    }
    int to = beside(bins);
    add(Op.MODULUS, bins, re, im, to, power, exponent);
    real(to, bins);
  }

  // ---- Fourier transforms
  // ------------------------------------------------------------------------

  private void forward(int size) {
    int have = Math.min(bins, size);
    int points = size / 2;
    if (size % 2 == 0 && Factors.areSmall(points)) {
      zero(re + have, size - have);
      int roots = tables.roots(size);
      Points z = passes(new Points(re, re + 1, 2, size), points, roots, 2, size + 2);
      int to = beside(z.first(), z.room(), size + 2);
      add(Op.SPLIT, points, z.re(), z.im(), z.step(), to, to + points + 1, roots, 0, tables.add(0));
      complex(to, to + points + 1, points + 1);
    } else if (Factors.areSmall(size)) {
      zero(re + have, 2 * size - have);
      Points z =
          passes(new Points(re, re + size, 1, 2 * size), size, tables.roots(size), 1, 2 * size);
      complex(z.re(), z.im(), size / 2 + 1);
    } else {
      Points z = bluestein(re, -1, have, size, size / 2 + 1, re, bins);
      complex(z.re(), z.im(), size / 2 + 1);
    }
  }

  private void inverse(int size, int room) {
    int points = size / 2;
    if (size % 2 == 0 && Factors.areSmall(points)) {
      int roots = tables.roots(size);
      int to = beside(Math.max(size + 2, room));
      boolean direct = points == 1;
      add(
          Op.MERGE,
          points,
          re,
          im,
          to,
          direct ? to + 1 : to + points,
          direct ? 2 : 1,
          roots,
          tables.add(1.0 / size));
      if (direct) {
        real(to, size);
        return;
      }
      // Real and imaginary parts change places: that makes the inverse of the transform. The last
      // pass puts the two next to each other.
      Points z =
          passes(
              new Points(to + points, to, 1, size),
              points,
              roots,
              2,
              Math.max(size + 2, room),
              true);
      real(z.im(), size);
      return;
    }
    int full = beside(2 * size);
    add(Op.HERMITIAN, size, re, im, full, full + size, tables.add(1.0 / size));
    Points z =
        Factors.areSmall(size)
            ? passes(
                new Points(full + size, full, 1, 2 * size),
                size,
                tables.roots(size),
                1,
                Math.max(2 * size, room))
            : bluestein(full + size, full, size, size, size, full, 2 * size);
    real(z.im(), size);
  }

  private void zero(int from, int count) {
    if (count > 0) {
      high = Math.max(high, from + count);
      add(Op.POINTWISE, from, count, Op.ZERO, tables.add(0, 0));
    }
  }

  /** Where complex numbers lie, in a region of some room. */
  private record Points(int re, int im, int step, int room) {
    int first() {
      return Math.min(re, im);
    }
  }

  private Points passes(Points from, int n, int roots, int rootStep, int room) {
    return passes(from, n, roots, rootStep, room, false);
  }

  /** Transforms n points; the last pass may put the parts of a number next to each other. */
  private Points passes(
      Points from, int n, int roots, int rootStep, int room, boolean alternating) {
    Points at = from;
    int stride = 1;
    List<Integer> factors = Factors.of(n);
    for (int i = 0; i < factors.size(); i++) {
      int radix = factors.get(i);
      int to = beside(at.first(), at.room(), room);
      boolean swapped = at.re() > at.im();
      Points next;
      if (alternating && i == factors.size() - 1) {
        next = new Points(swapped ? to + 1 : to, swapped ? to : to + 1, 2, room);
      } else {
        next = new Points(swapped ? to + n : to, swapped ? to : to + n, 1, room);
      }
      add(
          Op.BUTTERFLIES,
          radix,
          n,
          stride,
          at.re(),
          at.im(),
          at.step(),
          next.re(),
          next.im(),
          next.step(),
          roots,
          rootStep);
      at = next;
      stride *= radix;
    }
    return at;
  }

  /** A transform of any size as a convolution with a chirp; have numbers in, count numbers out. */
  private Points bluestein(
      int real, int imaginary, int have, int size, int count, int first, int used) {
    int n = Factors.roomy(size + count - 1);
    double[] chirp = new double[2 * size];
    double[] filter = new double[2 * n];
    for (int k = 0; k < size; k++) {
      double turn = Math.PI * ((long) k * k % (2L * size)) / size;
      chirp[2 * k] = Math.cos(turn);
      chirp[2 * k + 1] = -Math.sin(turn);
      if (k < count) {
        filter[2 * k] = Math.cos(turn) / n;
        filter[2 * k + 1] = Math.sin(turn) / n;
      }
      if (k > 0) {
        filter[2 * (n - k)] = Math.cos(turn) / n;
        filter[2 * (n - k) + 1] = Math.sin(turn) / n;
      }
    }
    new Fourier(n).complexForward(filter);
    int chirps = tables.add(chirp);
    int filters = tables.add(filter);
    int roots = tables.roots(n);
    int room = 2 * n;
    int to = beside(first, used, room);
    add(Op.MULTIPLY, have, n, real, imaginary, to, to + n, chirps);
    Points z = passes(new Points(to, to + n, 1, room), n, roots, 1, room);
    add(Op.MULTIPLY, n, n, z.re(), z.im(), z.re(), z.im(), filters);
    z = passes(new Points(z.im(), z.re(), 1, room), n, roots, 1, room);
    add(Op.MULTIPLY, count, count, z.im(), z.re(), z.im(), z.re(), chirps);
    return new Points(z.im(), z.re(), 1, room);
  }

  /** Returns the elements that a transform needs of the region of its samples. */
  static int roomFor(Stage.RealFft s) {
    if (s.size() % 2 == 0 && Factors.areSmall(s.size() / 2)) {
      return s.size() + 2;
    }
    return Factors.areSmall(s.size()) ? 2 * s.size() : 0;
  }
}
