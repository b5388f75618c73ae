package org.cochlea.cuda;

import java.lang.foreign.Arena;
import java.util.Arrays;
import org.cochlea.core.SampleType;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Matrix products over bins, and correlations with a signal: kernels/project.cu. */
final class Projection extends Launch {
  private static final Struct S = new Struct();
  private static final long IN = S.matrix();
  private static final long OUT = S.matrix();
  private static final long FRAMES = S.address();
  private static final long TILES = S.address();
  private static final long WEIGHTS = S.address();
  private static final long TILE_COUNT = S.int32();
  private static final long OUTPUTS = S.int32();
  private static final long OUT_FRAMES = S.int32();
  private static final long FRAME_BLOCKS = S.int32();
  private static final long OUT_TYPE = S.int32();
  private static final long COMPLEX_INPUT = S.int32();
  private static final long SAMPLES = S.address();
  private static final long ROWS = S.address();
  private static final long SAMPLE_TYPE = S.int32();
  private static final long HOP = S.int32();
  private static final long LEFT = S.int32();
  private static final long SHIFT = S.int32();
  private static final long PADDING = S.int32();
  private static final long BEFORE = S.int32();
  private static final long EMPHASIS = S.float32();

  @SuppressWarnings("unused")
  private static final long RESERVED = S.int32();

  private static final long CHAIN = S.chain();
  static final long BYTES = S.size();

  /** Outputs that share a band. */
  private static final int TILE = 8;

  private static final int THREADS = 128;
  private static final int CORRELATE_FRAMES = 256;
  private static final int CORRELATE_BYTES = 4 * CORRELATE_FRAMES * 33;

  private final Basis real;
  private final @Nullable Basis imaginary;
  private final @Nullable Value in;
  private final Value out;
  private final Stage.@Nullable Frame frame;
  private final @Nullable RowTable rows;
  private final FrameWork work;
  private final Chain chain = new Chain();
  private final Arena arena = Arena.ofAuto();

  /** For float32 samples, and for int16. */
  private final @Nullable Parameters[] parameters = new @Nullable Parameters[2];

  private @Nullable Loader loader;
  private long function;

  private Projection(
      Basis real,
      @Nullable Basis imaginary,
      @Nullable Value in,
      Value out,
      Stage.@Nullable Frame frame,
      @Nullable RowTable rows,
      FrameWork work) {
    this.real = real;
    this.imaginary = imaginary;
    this.in = in;
    this.out = out;
    this.frame = frame;
    this.rows = rows;
    this.work = work;
  }

  static Projection project(Basis basis, Value in, Value out) {
    return new Projection(basis, null, in, out, null, null, FrameWork.NONE);
  }

  static Projection complex(Stage.ComplexProject stage, Value in, Value out) {
    return new Projection(stage.real(), stage.imaginary(), in, out, null, null, FrameWork.NONE);
  }

  /** The same on frames that are never stored; the work has no more than a window and a factor. */
  static Projection correlate(
      Stage.ComplexProject stage, Stage.Frame frame, RowTable rows, FrameWork work, Value out) {
    return new Projection(stage.real(), stage.imaginary(), null, out, frame, rows, work);
  }

  @Override
  void use(int at) {
    if (in != null) {
      in.use(at);
    }
    Reader reader = rows == null ? null : rows.reader();
    if (reader != null && reader.signal() != null) {
      reader.signal().use(at);
    }
    out.use(at);
  }

  @Override
  void load(Loader from) {
    loader = from;
    String name = frame != null ? "correlate" : imaginary != null ? "complex_project" : "project";
    function = from.kernel("project", name, frame != null ? CORRELATE_BYTES : 0);
    parameters(from, SampleType.FLOAT32);
  }

  private Parameters parameters(Loader from, SampleType samples) {
    Reader reader = rows == null ? null : rows.reader();
    boolean shorts = reader != null && reader.signal() == null && samples == SampleType.INT16;
    int at = shorts ? 1 : 0;
    Parameters known = parameters[at];
    if (known != null) {
      return known;
    }
    Parameters p = new Parameters(arena, BYTES);
    double unit = 1;
    if (reader != null && frame != null) {
      unit = reader.scale() * (shorts ? 1.0 / 32_768 : 1);
      p.int32(SAMPLE_TYPE, shorts ? 1 : 0);
      p.int32(HOP, frame.hop());
      p.int32(LEFT, reader.padded() ? reader.left() : frame.left());
      p.int32(SHIFT, reader.shift());
      p.int32(PADDING, Codes.of(reader.padded() ? reader.padding() : frame.padding()));
      p.int32(BEFORE, Codes.of(reader.before()));
      p.float32(EMPHASIS, (float) reader.emphasis());
    }
    storeTiles(p, from, work.weights(real.columns(), unit));
    p.int32(OUTPUTS, real.rows());
    p.int32(COMPLEX_INPUT, in != null && in.layout().complex() ? 1 : 0);
    chain.store(p, CHAIN);
    parameters[at] = p;
    return p;
  }

  /** Outputs in tiles of 8 with the bins that any of them needs. */
  private void storeTiles(Parameters p, Loader from, double[] factors) {
    int count = (real.rows() + TILE - 1) / TILE;
    int parts = imaginary == null ? 1 : 2;
    int[] tiles = new int[4 * count];
    float[] weights = new float[1024];
    int used = 0;
    for (int tile = 0; tile < count; tile++) {
      int first = tile * TILE;
      int last = Math.min(first + TILE, real.rows());
      int begin = real.columns();
      int end = 0;
      for (int r = first; r < last; r++) {
        for (Basis basis : imaginary == null ? new Basis[] {real} : new Basis[] {real, imaginary}) {
          if (basis.bandLength(r) > 0) {
            begin = Math.min(begin, basis.bandStart(r));
            end = Math.max(end, basis.bandStart(r) + basis.bandLength(r));
          }
        }
      }
      begin = Math.min(begin, end);
      tiles[4 * tile] = first;
      tiles[4 * tile + 1] = begin;
      tiles[4 * tile + 2] = end;
      tiles[4 * tile + 3] = used / 4;
      int needed = used + (end - begin) * TILE * parts;
      if (needed > weights.length) {
        weights = Arrays.copyOf(weights, Math.max(needed, 2 * weights.length));
      }
      for (int k = begin; k < end; k++) {
        for (int r = first; r < first + TILE; r++) {
          weights[used++] = r < last ? (float) (real.at(r, k) * factors[k]) : 0;
          if (imaginary != null) {
            weights[used++] = r < last ? (float) (imaginary.at(r, k) * factors[k]) : 0;
          }
        }
      }
    }
    p.address(TILES, from.ints(tiles));
    p.address(WEIGHTS, from.floats(Arrays.copyOf(weights, used)));
    p.int32(TILE_COUNT, count);
  }

  @Override
  void run(Chunk chunk, Queue queue) {
    int room = chunk.room(out);
    if (loader == null || room == 0 || chunk.rows() == 0) {
      return;
    }
    Parameters p = parameters(loader, chunk.type());
    int framesPerBlock = frame != null ? CORRELATE_FRAMES : THREADS;
    int sharedBytes = 0;
    if (in != null) {
      p.matrix(IN, chunk, in);
    } else if (rows != null) {
      sharedBytes = CORRELATE_BYTES;
      Value signal = rows.reader() == null ? null : rows.reader().signal();
      p.address(SAMPLES, signal == null ? chunk.inputAddress() : chunk.address(signal));
      p.address(ROWS, chunk.rowsAddress(rows));
    }
    p.matrix(OUT, chunk, out);
    p.address(FRAMES, chunk.framesAddress(out.time()));
    p.int32(OUT_FRAMES, room);
    p.int32(OUT_TYPE, chunk.outType(out));
    int blocks = divideUp(room, framesPerBlock);
    p.int32(FRAME_BLOCKS, blocks);
    int tiles = (real.rows() + TILE - 1) / TILE;
    queue.launch(
        function,
        grid(Math.multiplyExact((long) chunk.rows(), tiles), blocks),
        THREADS,
        sharedBytes,
        p.kernel());
  }

  @Override
  boolean storesHalf() {
    return imaginary == null;
  }

  @Override
  Value result() {
    return out;
  }

  @Override
  @Nullable Chain chain() {
    return imaginary == null ? chain : null;
  }
}
