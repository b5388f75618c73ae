package org.cochlea.cuda;

import java.lang.foreign.Arena;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Work on frames in memory: operate_frames and reduce_frames of kernels/frame.cu. */
final class FrameOperations extends Launch {
  private static final Struct S = new Struct();
  private static final long IN = S.matrix();
  private static final long OUT = S.matrix();
  private static final long FRAMES = S.address();
  private static final long CHANNELS = S.address();
  private static final long WINDOW = S.address();
  private static final long DITHER_SEED = S.int64();
  private static final long LENGTH = S.int32();
  private static final long OUT_FRAMES = S.int32();
  private static final long BLOCKS_PER_ROW = S.int32();
  private static final long OPERATIONS = S.int32();
  private static final long BEFORE = S.int32();
  private static final long REDUCTION = S.int32();
  private static final long EMPHASIS = S.float32();
  private static final long DITHER = S.float32();
  static final long BYTES = S.size();

  private static final int THREADS = 256;

  private final Value in;
  private final Value out;
  private final FrameWork work;
  private final Stage.@Nullable Reduce reduce;
  private final Parameters p = new Parameters(Arena.ofAuto(), BYTES);
  private long function;

  private FrameOperations(Value in, Value out, FrameWork work, Stage.@Nullable Reduce reduce) {
    this.in = in;
    this.out = out;
    this.work = work;
    this.reduce = reduce;
  }

  /** Noise, offset, emphasis, window: in place. */
  static FrameOperations operate(Value frames, FrameWork work) {
    return new FrameOperations(frames, frames, work, null);
  }

  /** One number per frame. */
  static FrameOperations reduce(Value in, Stage.Reduce reduce, Value out) {
    return new FrameOperations(in, out, FrameWork.NONE, reduce);
  }

  @Override
  void use(int at) {
    in.use(at);
    out.use(at);
  }

  @Override
  void load(Loader loader) {
    function = loader.kernel("frame", reduce == null ? "operate_frames" : "reduce_frames", 0);
    int length = in.layout().bins();
    p.int32(LENGTH, length);
    if (reduce != null) {
      p.int32(REDUCTION, Codes.of(reduce.reduction()));
      return;
    }
    p.int64(DITHER_SEED, work.seed());
    p.int32(OPERATIONS, work.operations());
    p.int32(BEFORE, Codes.of(work.before()));
    p.float32(EMPHASIS, (float) work.emphasis());
    p.float32(DITHER, (float) work.dither());
    if (work.window() != null || work.scale() != 1) {
      double[] weights = work.weights(length, 1);
      float[] window = new float[length];
      for (int n = 0; n < length; n++) {
        window[n] = (float) weights[n];
      }
      p.address(WINDOW, loader.floats(window));
    }
  }

  @Override
  void run(Chunk chunk, Queue queue) {
    int room = chunk.room(out);
    if (room == 0 || chunk.rows() == 0) {
      return;
    }
    p.matrix(IN, chunk, in);
    p.matrix(OUT, chunk, out);
    p.address(FRAMES, chunk.framesAddress(in.time()));
    p.address(CHANNELS, chunk.channelsAddress());
    p.int32(OUT_FRAMES, room);
    int blocks = divideUp(room, THREADS);
    p.int32(BLOCKS_PER_ROW, blocks);
    queue.launch(function, grid(chunk.rows(), blocks), THREADS, 0, p.kernel());
  }

  @Override
  Value result() {
    return out;
  }
}
