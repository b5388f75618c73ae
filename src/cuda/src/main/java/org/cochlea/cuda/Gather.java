package org.cochlea.cuda;

import java.lang.foreign.Arena;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Signals and frames out of samples: gather_signal and gather_frames of kernels/frame.cu. */
final class Gather extends Launch {
  private static final Struct S = new Struct();
  private static final long SAMPLES = S.address();
  private static final long ROWS = S.address();
  private static final long OUT = S.matrix();
  private static final long DITHER_SEED = S.int64();
  private static final long OUT_BINS = S.int32();
  private static final long OUT_FRAMES = S.int32();
  private static final long BLOCKS_PER_ROW = S.int32();
  private static final long HOP = S.int32();
  private static final long LEFT = S.int32();
  private static final long SHIFT = S.int32();
  private static final long SAMPLE_TYPE = S.int32();
  private static final long PADDING = S.int32();
  private static final long BEFORE = S.int32();
  private static final long EMPHASIS = S.float32();
  private static final long DITHER = S.float32();
  private static final long SCALE = S.float32();
  private static final long CHAIN = S.chain();
  static final long BYTES = S.size();

  private static final int THREADS = 256;
  private static final int VALUES_PER_BLOCK = 1024;

  private final RowTable rows;
  private final Reader reader;
  private final Stage.@Nullable Frame frame;
  private final double scale;
  private final double dither;
  private final long seed;
  private final Value out;
  private final Chain chain = new Chain();
  private final Parameters p = new Parameters(Arena.ofAuto(), BYTES);
  private long function;

  /**
   * Prepares the launch.
   *
   * @param frame how frames are cut, or null to store the signal itself
   * @param scale of every sample, besides the reader's
   * @param dither standard deviation of the noise added to a signal
   */
  Gather(
      RowTable rows,
      Reader reader,
      Stage.@Nullable Frame frame,
      double scale,
      double dither,
      long seed,
      Value out) {
    this.rows = rows;
    this.reader = reader;
    this.frame = frame;
    this.scale = scale;
    this.dither = dither;
    this.seed = seed;
    this.out = out;
  }

  @Override
  void use(int at) {
    if (reader.signal() != null) {
      reader.signal().use(at);
    }
    out.use(at);
  }

  @Override
  void load(Loader loader) {
    function = loader.kernel("frame", frame == null ? "gather_signal" : "gather_frames", 0);
    p.int64(DITHER_SEED, seed);
    p.int32(OUT_BINS, out.layout().bins());
    p.int32(SHIFT, reader.shift());
    p.int32(BEFORE, Codes.of(reader.before()));
    p.float32(EMPHASIS, (float) reader.emphasis());
    p.float32(DITHER, (float) dither);
    if (reader.padded() || frame == null) {
      p.int32(LEFT, reader.left());
      p.int32(PADDING, Codes.of(reader.padding()));
    } else {
      p.int32(LEFT, frame.left());
      p.int32(PADDING, Codes.of(frame.padding()));
    }
    if (frame != null) {
      p.int32(HOP, frame.hop());
    }
    chain.store(p, CHAIN);
  }

  @Override
  void run(Chunk chunk, Queue queue) {
    int room = chunk.room(out);
    if (room == 0 || chunk.rows() == 0) {
      return;
    }
    Value signal = reader.signal();
    p.address(SAMPLES, signal == null ? chunk.inputAddress() : chunk.address(signal));
    p.int32(SAMPLE_TYPE, signal == null ? Codes.of(chunk.type()) : 0);
    double unit = signal == null ? chunk.sampleScale() : 1;
    p.float32(SCALE, (float) (scale * reader.scale() * unit));
    p.address(ROWS, chunk.rowsAddress(rows));
    p.matrix(OUT, chunk, out);
    p.int32(OUT_FRAMES, room);
    int blocks = divideUp(perRow(out, room), VALUES_PER_BLOCK);
    p.int32(BLOCKS_PER_ROW, blocks);
    queue.launch(function, grid(chunk.rows(), blocks), THREADS, 0, p.kernel());
  }

  @Override
  Value result() {
    return out;
  }

  @Override
  @Nullable Chain chain() {
    return frame == null ? chain : null;
  }
}
