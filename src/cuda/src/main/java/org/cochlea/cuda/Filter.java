package org.cochlea.cuda;

import java.lang.foreign.Arena;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Filters along a signal: kernels/filter.cu. */
final class Filter extends Launch {
  private static final Struct S = new Struct();
  private static final long SAMPLES = S.address();
  private static final long ROWS = S.address();
  private static final long OUT = S.matrix();
  private static final long TAPS = S.address();
  private static final long SECTIONS = S.address();
  private static final long WORK = S.address();
  private static final long WORK_ROW = S.int64();
  private static final long OUT_FRAMES = S.int32();
  private static final long TILES = S.int32();
  private static final long TAP_COUNT = S.int32();
  private static final long OFFSET = S.int32();
  private static final long SECTION_COUNT = S.int32();
  private static final long ZERO_PHASE = S.int32();
  private static final long PADDING = S.int32();
  private static final long CLAMP = S.int32();
  private static final long SAMPLE_TYPE = S.int32();
  private static final long OUT_TYPE = S.int32();
  private static final long SCALE = S.float32();

  @SuppressWarnings("unused")
  private static final long RESERVED = S.int32();

  static final long BYTES = S.size();

  private static final int FIR_THREADS = 256;
  private static final int FIR_OUTPUTS = 1024;
  private static final int FIR_SHARED = 6144;
  static final int SOS_THREADS = 128;
  static final int SOS_SHARED = 33_792 + 64;

  /** Bytes of the state of a section. */
  static final int STATE = 16;

  /** Doubles of a {@code Section}: coefficients, steady state, one unused, powers. */
  static final int SECTION = 32;

  /** {@code A^32 … A^1024}. */
  private static final int POWERS = 6;

  private final Stage stage;
  private final RowTable rows;
  private final Reader reader;
  private final Value out;

  /** Of a filter that runs both ways: the signal continued at both ends, in double. */
  private final @Nullable Value work;

  private final Parameters p = new Parameters(Arena.ofAuto(), BYTES);
  private long function;

  private Filter(Stage stage, RowTable rows, Reader reader, Value out, @Nullable Value work) {
    this.stage = stage;
    this.rows = rows;
    this.reader = reader;
    this.out = out;
    this.work = work;
  }

  /** Returns the launch of a finite impulse response; the reader has at most a factor. */
  static Filter fir(Stage.FirFilter stage, RowTable rows, Reader reader, Value out) {
    return new Filter(stage, rows, reader, out, null);
  }

  /** Returns the launch of second-order sections; the reader has at most a factor. */
  static Filter sos(Stage.SosFilter stage, RowTable rows, Reader reader, Value out) {
    Value work =
        stage.direction() == Stage.SosFilter.Direction.FORWARDS
            ? null
            : Value.scratch(
                out.time(), chunk -> chunk.rows() * workRow(stage, chunk, out) * Double.BYTES);
    return new Filter(stage, rows, reader, out, work);
  }

  private static long workRow(Stage.SosFilter stage, Chunk chunk, Value out) {
    return chunk.most(out.time()) + 2L * stage.padding();
  }

  /** Returns its memory besides the result, or null. */
  @Nullable Value work() {
    return work;
  }

  @Override
  void use(int at) {
    if (reader.signal() != null) {
      reader.signal().use(at);
    }
    if (work != null) {
      work.use(at);
    }
    out.use(at);
  }

  @Override
  void load(Loader loader) {
    switch (stage) {
      case Stage.FirFilter fir -> {
        function = loader.kernel("filter", "fir", FIR_SHARED);
        int count = fir.taps().columns();
        float[] taps = new float[count];
        for (int k = 0; k < count; k++) {
          taps[k] = (float) fir.taps().at(0, k);
        }
        p.address(TAPS, loader.floats(taps));
        p.int32(TAP_COUNT, count);
        p.int32(OFFSET, fir.offset());
      }
      case Stage.SosFilter sos -> {
        function = loader.kernel("filter", "sos", sosShared(sos));
        p.address(SECTIONS, loader.ints(sections(sos)));
        p.int32(SECTION_COUNT, sos.sections().rows());
        p.int32(ZERO_PHASE, work == null ? 0 : 1);
        p.int32(PADDING, sos.padding());
        p.int32(CLAMP, sos.clamped() ? 1 : 0);
      }
      default -> throw new AssertionError(stage + " is no filter");
    }
  }

  private static int sosShared(Stage.SosFilter sos) {
    return SOS_SHARED + STATE * sos.sections().rows();
  }

  /** Returns the sections as the kernel reads them: doubles, as pairs of ints. */
  private static int[] sections(Stage.SosFilter sos) {
    Basis rows = sos.sections();
    boolean both = sos.direction() == Stage.SosFilter.Direction.BOTH;
    double[][] steady = both ? sos.steadyState() : new double[rows.rows()][2];
    double[] values = new double[SECTION * rows.rows()];
    for (int s = 0; s < rows.rows(); s++) {
      int at = SECTION * s;
      section(
          values, at, rows.at(s, 0), rows.at(s, 1), rows.at(s, 2), rows.at(s, 4), rows.at(s, 5));
      values[at + 5] = steady[s][0];
      values[at + 6] = steady[s][1];
    }
    int[] words = new int[2 * values.length];
    for (int i = 0; i < values.length; i++) {
      long bits = Double.doubleToRawLongBits(values[i]);
      words[2 * i] = (int) bits;
      words[2 * i + 1] = (int) (bits >>> 32);
    }
    return words;
  }

  /** Writes a section as the kernel reads it, but for its steady state. */
  static void section(double[] to, int at, double b0, double b1, double b2, double a1, double a2) {
    to[at] = b0;
    to[at + 1] = b1;
    to[at + 2] = b2;
    to[at + 3] = a1;
    to[at + 4] = a2;
    // By squares: A^2, A^4 … A^1024.
    double[] a = {-a1, 1, -a2, 0};
    for (int power = 1; power < 5 + POWERS; power++) {
      a = squared(a);
      if (power >= 5) {
        System.arraycopy(a, 0, to, at + 8 + 4 * (power - 5), 4);
      }
    }
  }

  private static double[] squared(double[] a) {
    return new double[] {
      a[0] * a[0] + a[1] * a[2],
      a[0] * a[1] + a[1] * a[3],
      a[2] * a[0] + a[3] * a[2],
      a[2] * a[1] + a[3] * a[3]
    };
  }

  @Override
  void run(Chunk chunk, Queue queue) {
    int room = chunk.room(out);
    if (room == 0 || chunk.rows() == 0) {
      return;
    }
    reader.store(p, chunk, SAMPLES, SAMPLE_TYPE, SCALE);
    p.address(ROWS, chunk.rowsAddress(rows));
    p.matrix(OUT, chunk, out);
    p.int32(OUT_FRAMES, room);
    p.int32(OUT_TYPE, chunk.outType(out));
    if (stage instanceof Stage.SosFilter sos) {
      if (work != null) {
        p.address(WORK, chunk.address(work));
        p.int64(WORK_ROW, workRow(sos, chunk, out));
      }
      queue.launch(function, chunk.rows(), SOS_THREADS, sosShared(sos), p.kernel());
    } else {
      int tiles = divideUp(room, FIR_OUTPUTS);
      p.int32(TILES, tiles);
      queue.launch(function, grid(chunk.rows(), tiles), FIR_THREADS, FIR_SHARED, p.kernel());
    }
  }

  @Override
  boolean storesHalf() {
    return true;
  }

  @Override
  Value result() {
    return out;
  }
}
