package org.cochlea.cuda;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.SampleType;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Waveform (or ready frames) to spectrum or filter bank in one launch: kernels/frontend_*.cu. */
final class Frontend extends Launch {
  /** What of the spectrum comes out. */
  enum Tap {
    COMPLEX,
    MODULUS,
    ANGLE
  }

  /** {@code kMatrix} of kernels/signal.cuh. */
  private static final int MATRIX = 2;

  private final List<FrontendPlan> plans;
  private final Stage.@Nullable Frame frame;
  private final RowTable rows;
  private final FrameWork work;
  private final int size;
  private final int frameLength;
  private final boolean stagedFrames;
  private final Tap tap;
  private final double power;
  private final int multiprocessors;
  private final Value out;
  private final Chain chain = new Chain();
  private final Arena arena = Arena.ofAuto();

  /** For every plan: for float32 samples, and for int16. */
  private final @Nullable Parameters[][] parameters;

  private final long[] functions;
  private @Nullable Loader loader;

  /**
   * Prepares the launch.
   *
   * @param plans at least one
   * @param frame how frames are cut, or null for ready ones
   * @param frameLength samples of a frame that are read
   * @param power of the modulus
   */
  Frontend(
      List<FrontendPlan> plans,
      Stage.@Nullable Frame frame,
      RowTable rows,
      FrameWork work,
      int size,
      int frameLength,
      boolean stagedFrames,
      Tap tap,
      double power,
      int multiprocessors,
      Value out) {
    this.plans = plans;
    this.frame = frame;
    this.rows = rows;
    this.work = work;
    this.size = size;
    this.frameLength = frameLength;
    this.stagedFrames = stagedFrames;
    this.tap = tap;
    this.power = power;
    this.multiprocessors = multiprocessors;
    this.out = out;
    this.parameters = new Parameters[plans.size()][2];
    this.functions = new long[plans.size()];
  }

  /** Whether every frame needs a place of its own in shared memory. */
  static boolean stagedFrames(
      Stage.@Nullable Frame frame, FrameWork work, int frameLength, int size) {
    return frame == null || work.operations() != 0 || frameLength < size || frame.hop() >= size;
  }

  /** Returns what the plans depend on. */
  static FrontendPlan.Request request(
      Stage.@Nullable Frame frame,
      FrameWork work,
      int frameLength,
      int size,
      @Nullable Basis bank) {
    return new FrontendPlan.Request(
        size,
        frame == null ? size : frame.hop(),
        frameLength,
        stagedFrames(frame, work, frameLength, size),
        bank);
  }

  @Override
  void use(int at) {
    Value matrix = rows.matrix();
    if (matrix != null) {
      matrix.use(at);
    }
    Reader reader = rows.reader();
    if (reader != null && reader.signal() != null) {
      reader.signal().use(at);
    }
    out.use(at);
  }

  @Override
  void load(Loader from) {
    loader = from;
    for (int i = 0; i < functions.length; i++) {
      FrontendPlan plan = plans.get(i);
      functions[i] = from.kernel(plan.module(), plan.kernel(), plan.sharedBytes());
      parameters(from, i, SampleType.FLOAT32);
    }
  }

  /** Makes what does not depend on a batch; the window has the factor of the samples. */
  private Parameters parameters(Loader from, int plan, SampleType samples) {
    Reader reader = rows.reader();
    boolean shorts = reader != null && reader.signal() == null && samples == SampleType.INT16;
    int at = shorts ? 1 : 0;
    Parameters known = parameters[plan][at];
    if (known != null) {
      return known;
    }
    Parameters p = new Parameters(arena, FrontendLayout.BYTES);
    double unit = 1;
    if (reader != null) {
      unit = reader.scale() * (shorts ? 1.0 / 32_768 : 1);
      p.int32(FrontendLayout.SAMPLE_TYPE, shorts ? 1 : 0);
      p.int32(FrontendLayout.SHIFT, reader.shift());
      p.int32(FrontendLayout.BEFORE, Codes.of(reader.before()));
      p.float32(FrontendLayout.EMPHASIS, (float) reader.emphasis());
    } else {
      p.int32(FrontendLayout.SAMPLE_TYPE, MATRIX);
    }
    if (frame != null && reader != null) {
      p.int32(FrontendLayout.HOP, frame.hop());
      p.int32(FrontendLayout.LEFT, reader.padded() ? reader.left() : frame.left());
      p.int32(
          FrontendLayout.PADDING, Codes.of(reader.padded() ? reader.padding() : frame.padding()));
    } else {
      p.int32(FrontendLayout.HOP, size);
    }
    p.int32(
        FrontendLayout.STAGE_COLUMNS, stagedFrames || frame == null ? frameLength : frame.hop());
    p.int32(FrontendLayout.STAGE_FRAMES, stagedFrames ? 1 : 0);
    p.int32(FrontendLayout.FRAME_OPERATIONS, work.operations());
    p.int32(FrontendLayout.FRAME_BEFORE, Codes.of(work.before()));
    p.float32(FrontendLayout.FRAME_EMPHASIS, (float) work.emphasis());
    p.float32(FrontendLayout.DITHER, (float) (work.dither() / unit));
    p.int64(FrontendLayout.DITHER_SEED, work.seed());
    p.int32(FrontendLayout.TAP, Codes.of(tap));
    p.float32(FrontendLayout.POWER, (float) power);
    p.int32(FrontendLayout.OUT_BINS, out.layout().bins());
    chain.store(p, FrontendLayout.CHAIN);
    double[] window = Arrays.copyOf(work.weights(frameLength, unit), size);
    plans.get(plan).store(p, from, window);
    parameters[plan][at] = p;
    return p;
  }

  @Override
  void run(Chunk chunk, Queue queue) {
    int frames = chunk.room(out);
    if (loader == null || frames == 0 || chunk.rows() == 0) {
      return;
    }
    int i = 0;
    // More frames to a block share more work; fewer make blocks for all multiprocessors.
    while (i + 1 < plans.size() && blocks(chunk, plans.get(i), frames) < 2L * multiprocessors) {
      i++;
    }
    FrontendPlan plan = plans.get(i);
    Parameters p = parameters(loader, i, chunk.type());
    Value matrix = rows.matrix();
    Reader reader = rows.reader();
    if (matrix != null) {
      p.address(FrontendLayout.SAMPLES, chunk.address(matrix));
      p.int64(FrontendLayout.MATRIX_BIN, chunk.binPitch(matrix));
    } else {
      Value signal = reader == null ? null : reader.signal();
      p.address(
          FrontendLayout.SAMPLES, signal == null ? chunk.inputAddress() : chunk.address(signal));
    }
    p.address(FrontendLayout.ROWS, chunk.rowsAddress(rows));
    p.address(FrontendLayout.OUT, chunk.address(out));
    p.int64(FrontendLayout.OUT_ROW, chunk.rowPitch(out));
    p.int64(FrontendLayout.OUT_BIN, chunk.binPitch(out));
    p.int32(FrontendLayout.OUT_FRAMES, frames);
    p.int32(FrontendLayout.OUT_TYPE, chunk.outType(out));
    p.int32(FrontendLayout.OUT_VECTOR, chunk.isVector(out) ? 1 : 0);
    int tiles = divideUp(frames, plan.framesPerBlock());
    int shift = 31 + (Integer.SIZE - Integer.numberOfLeadingZeros(tiles - 1));
    p.int32(FrontendLayout.TILES, tiles);
    p.int32(FrontendLayout.TILES_FACTOR, (int) ((1L << shift) / tiles + 1));
    p.int32(FrontendLayout.TILES_SHIFT, shift);
    queue.launch(
        functions[i],
        divideUp(blocks(chunk, plan, frames), 1),
        plan.threads(),
        plan.sharedBytes(),
        p.kernel());
  }

  /** Returns the names of the kernels it chooses from. */
  List<String> kernels() {
    return plans.stream().map(FrontendPlan::kernel).toList();
  }

  /** Returns the most shared memory a block takes. */
  int mostSharedBytes() {
    return plans.stream().mapToInt(FrontendPlan::sharedBytes).max().orElse(0);
  }

  private static long blocks(Chunk chunk, FrontendPlan plan, int frames) {
    return (long) chunk.rows() * divideUp(frames, plan.framesPerBlock());
  }

  @Override
  boolean storesHalf() {
    return tap != Tap.COMPLEX;
  }

  @Override
  Value result() {
    return out;
  }

  @Override
  @Nullable Chain chain() {
    return tap == Tap.COMPLEX ? null : chain;
  }
}
