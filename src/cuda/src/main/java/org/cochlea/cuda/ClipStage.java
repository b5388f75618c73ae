package org.cochlea.cuda;

import java.lang.foreign.Arena;
import org.cochlea.core.basis.SavitzkyGolay;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;

/** Stages that need whole clips: kernels/clip.cu. */
final class ClipStage extends Launch {
  private static final Struct S = new Struct();
  private static final long IN = S.matrix();
  private static final long OUT = S.matrix();
  private static final long FRAMES = S.address();
  private static final long LINES = S.address();
  private static final long SCOPES = S.address();
  private static final long WEIGHTS = S.address();
  private static final long ROWS = S.int32();
  private static final long BINS = S.int32();
  private static final long OUT_FRAMES = S.int32();
  private static final long BLOCKS_PER_ROW = S.int32();
  private static final long LINES_PER_SCOPE = S.int32();
  private static final long LIMIT = S.int32();
  private static final long OFFSET = S.int32();
  private static final long SPREAD = S.int32();
  private static final long EPSILON = S.float32();
  private static final long RANGE = S.float32();
  private static final long WIDTH = S.int32();
  private static final long PADDING = S.int32();
  private static final long LEAST_WIDTH = S.int32();
  private static final long CENTER = S.int32();
  private static final long VARIANCE = S.int32();
  private static final long SMOOTHING = S.float32();
  private static final long GAIN = S.float32();
  private static final long BIAS = S.float32();
  private static final long POWER = S.float32();
  private static final long OUT_TYPE = S.int32();
  static final long BYTES = S.size();

  private static final int THREADS = 128;
  private static final int WIDE_THREADS = 256;
  private static final int STATISTICS_SHARED = 48;
  private static final int STATISTICS_BYTES = 32;
  private static final int NORMALIZER_BYTES = 24;
  private static final int VALUES_PER_BLOCK = 1024;
  private static final int FRAMES_PER_THREAD = 32;

  private final Stage stage;
  private final Value in;
  private final Value out;
  private final Value lines;
  private final Value scopes;
  private final Parameters p = new Parameters(Arena.ofAuto(), BYTES);
  private long function;
  private long lineFunction;
  private long scopeFunction;

  /** Prepares a stage that {@link #runs}. */
  ClipStage(Stage stage, Value in, Value out) {
    this.stage = stage;
    this.in = in;
    this.out = out;
    this.lines = Value.scratch(out.time(), c -> (long) STATISTICS_BYTES * lineCount(c));
    this.scopes =
        Value.scratch(
            out.time(),
            c -> (long) NORMALIZER_BYTES * (lineCount(c) / Math.max(1, linesPerScope(c))));
  }

  /** Whether a stage is one of these. */
  static boolean runs(Stage stage) {
    return switch (stage) {
      case Stage.Normalize _,
          Stage.DynamicRange _,
          Stage.Pcen _,
          Stage.Delta _,
          Stage.SlidingNormalize _ ->
          true;
      default -> false;
    };
  }

  private Scope scope() {
    Scope scope =
        switch (stage) {
          case Stage.Normalize s -> s.scope();
          case Stage.DynamicRange s -> s.scope();
          default -> Scope.BIN;
        };
    // Of a signal a channel has one line.
    return in.layout().isSignal() && (scope == Scope.FRAME || scope == Scope.CHANNEL)
        ? Scope.BIN
        : scope;
  }

  private boolean hasStatistics() {
    return (stage instanceof Stage.Normalize || stage instanceof Stage.DynamicRange)
        && scope() != Scope.FRAME;
  }

  private long lineCount(Chunk chunk) {
    return hasStatistics() ? (long) chunk.rows() * in.layout().bins() : 0;
  }

  private int linesPerScope(Chunk chunk) {
    int bins = in.layout().bins();
    return switch (scope()) {
      case BIN, FRAME -> 1;
      case CHANNEL -> bins;
      case ITEM -> Math.multiplyExact(chunk.channels(), bins);
      case BATCH -> Math.multiplyExact(chunk.rows(), bins);
    };
  }

  Value lines() {
    return lines;
  }

  Value scopes() {
    return scopes;
  }

  @Override
  void use(int at) {
    in.use(at);
    out.use(at);
    lines.use(at);
    scopes.use(at);
  }

  @Override
  void load(Loader loader) {
    String name =
        switch (stage) {
          case Stage.Pcen _ -> "pcen";
          case Stage.Delta _ -> "delta";
          case Stage.SlidingNormalize _ -> "sliding_normalize";
          default -> scope() == Scope.FRAME ? "normalize_frames" : "normalize";
        };
    function = loader.kernel("clip", name, 0);
    if (hasStatistics()) {
      lineFunction = loader.kernel("clip", "line_statistics", STATISTICS_SHARED);
      scopeFunction = loader.kernel("clip", "scope_statistics", STATISTICS_SHARED);
    }
    p.int32(BINS, in.layout().bins());
    switch (stage) {
      case Stage.Normalize s -> {
        p.int32(OFFSET, Codes.of(s.offset()));
        p.int32(SPREAD, Codes.of(s.spread()));
        p.float32(EPSILON, (float) s.epsilon());
      }
      case Stage.DynamicRange s -> {
        p.int32(LIMIT, 1);
        p.float32(RANGE, (float) s.range());
      }
      case Stage.Pcen s -> {
        p.float32(SMOOTHING, (float) s.smoothing());
        p.float32(GAIN, (float) s.gain());
        p.float32(BIAS, (float) s.bias());
        p.float32(POWER, (float) s.power());
        p.float32(EPSILON, (float) s.epsilon());
        p.int32(WIDTH, s.maxBins());
      }
      case Stage.Delta s -> {
        double[] weights = SavitzkyGolay.derivative(s.width(), s.order());
        float[] rounded = new float[weights.length];
        for (int i = 0; i < weights.length; i++) {
          rounded[i] = (float) weights[i];
        }
        p.address(WEIGHTS, loader.floats(rounded));
        p.int32(WIDTH, s.width());
        boolean interpolates = s.edge() == Stage.Delta.Edge.INTERPOLATE;
        p.int32(PADDING, interpolates ? -1 : Codes.of(s.edge().padding()));
      }
      case Stage.SlidingNormalize s -> {
        p.int32(WIDTH, s.window());
        p.int32(LEAST_WIDTH, s.minWindow());
        p.int32(CENTER, s.center() ? 1 : 0);
        p.int32(VARIANCE, s.variance() ? 1 : 0);
      }
      default -> throw new AssertionError(stage + " does not need whole clips");
    }
  }

  @Override
  void run(Chunk chunk, Queue queue) {
    if (stage instanceof Stage.Delta delta) {
      requireFrames(delta, chunk);
    }
    int room = chunk.room(out);
    int rows = chunk.rows();
    int bins = in.layout().bins();
    if (room == 0 || rows == 0 || bins == 0) {
      return;
    }
    p.matrix(IN, chunk, in);
    p.matrix(OUT, chunk, out);
    p.address(FRAMES, chunk.framesAddress(in.time()));
    p.int32(ROWS, rows);
    p.int32(OUT_FRAMES, room);
    p.int32(OUT_TYPE, chunk.outType(out));
    int count = divideUp((long) rows * bins, 1);
    int blocks;
    int threads = THREADS;
    switch (stage) {
      case Stage.Pcen _, Stage.Delta _ -> blocks = divideUp(count, THREADS / 32);
      case Stage.SlidingNormalize _ ->
          blocks = divideUp((long) count * Math.ceilDiv(room, FRAMES_PER_THREAD), THREADS);
      default -> {
        threads = WIDE_THREADS;
        boolean frame = scope() == Scope.FRAME;
        int perRow =
            frame ? divideUp(room, WIDE_THREADS) : divideUp(perRow(out, room), VALUES_PER_BLOCK);
        p.int32(BLOCKS_PER_ROW, perRow);
        blocks = grid(rows, perRow);
      }
    }
    if (hasStatistics()) {
      int together = linesPerScope(chunk);
      p.address(LINES, chunk.address(lines));
      p.address(SCOPES, chunk.address(scopes));
      p.int32(LINES_PER_SCOPE, together);
      queue.launch(lineFunction, count, THREADS, STATISTICS_SHARED, p.kernel());
      if (together > 1) {
        queue.launch(scopeFunction, count / together, THREADS, STATISTICS_SHARED, p.kernel());
      }
    }
    queue.launch(function, blocks, threads, 0, p.kernel());
  }

  private void requireFrames(Stage.Delta delta, Chunk chunk) {
    for (int i = 0; i < chunk.items(); i++) {
      int n = chunk.frames(in.time(), i);
      if (delta.edge() == Stage.Delta.Edge.INTERPOLATE && n > 0 && n < delta.width()) {
        throw new IllegalArgumentException(
            "a clip must have at least width = %d frames for a delta that interpolates, it has %d"
                .formatted(delta.width(), n));
      }
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
