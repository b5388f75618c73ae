package org.cochlea.cuda;

import java.lang.foreign.Arena;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** A step of Griffin and Lim's iteration, between two transforms: kernels/griffin_lim.cu. */
final class PhaseStep extends Launch {
  private static final Struct S = new Struct();
  private static final long MODULUS = S.matrix();
  private static final long REBUILT = S.matrix();
  private static final long PREVIOUS = S.matrix();
  private static final long OUT = S.matrix();
  private static final long FRAMES = S.address();
  private static final long SEED = S.int64();
  private static final long BINS = S.int32();
  private static final long OUT_FRAMES = S.int32();
  private static final long BLOCKS_PER_ROW = S.int32();
  private static final long RANDOM = S.int32();
  private static final long MOMENTUM = S.float32();
  private static final long EPSILON = S.float32();
  static final long BYTES = S.size();

  private static final int THREADS = 256;
  private static final int VALUES_PER_BLOCK = 1024;

  /** Keeps the phase of nothing from being NaN; torchaudio's. */
  private static final float LEAST = 1e-16f;

  private final Stage.GriffinLim stage;
  private final Value modulus;
  private final @Nullable Value rebuilt;
  private final @Nullable Value previous;
  private final Value out;
  private final Parameters p = new Parameters(Arena.ofAuto(), BYTES);
  private long function;

  private PhaseStep(
      Stage.GriffinLim stage,
      Value modulus,
      @Nullable Value rebuilt,
      @Nullable Value previous,
      Value out) {
    this.stage = stage;
    this.modulus = modulus;
    this.rebuilt = rebuilt;
    this.previous = previous;
    this.out = out;
  }

  /** Returns the spectrum to begin with. */
  static PhaseStep start(Stage.GriffinLim stage, Value modulus, Value out) {
    return new PhaseStep(stage, modulus, null, null, out);
  }

  /**
   * Returns the next spectrum.
   *
   * @param rebuilt the spectrum of the signal of the last one
   * @param previous the same of the round before, which is lost; in the first round rebuilt, for no
   *     momentum
   */
  static PhaseStep update(
      Stage.GriffinLim stage, Value modulus, Value rebuilt, Value previous, Value out) {
    return new PhaseStep(stage, modulus, rebuilt, previous, out);
  }

  @Override
  void use(int at) {
    modulus.use(at);
    if (rebuilt != null && previous != null) {
      rebuilt.use(at);
      previous.use(at);
    }
    out.use(at);
  }

  @Override
  void load(Loader loader) {
    function =
        loader.kernel(
            "griffin_lim", rebuilt == null ? "griffin_lim_start" : "griffin_lim_update", 0);
    boolean first = rebuilt == previous;
    p.int64(SEED, stage.seed());
    p.int32(BINS, out.layout().bins());
    p.int32(RANDOM, stage.start() == Stage.GriffinLim.Start.RANDOM ? 1 : 0);
    p.float32(MOMENTUM, first ? 0 : (float) (stage.momentum() / (1 + stage.momentum())));
    p.float32(EPSILON, LEAST);
  }

  @Override
  void run(Chunk chunk, Queue queue) {
    int room = chunk.room(out);
    if (room == 0 || chunk.rows() == 0) {
      return;
    }
    p.matrix(MODULUS, chunk, modulus);
    if (rebuilt != null && previous != null) {
      p.matrix(REBUILT, chunk, rebuilt);
      p.matrix(PREVIOUS, chunk, previous);
    }
    p.matrix(OUT, chunk, out);
    p.address(FRAMES, chunk.framesAddress(out.time()));
    p.int32(OUT_FRAMES, room);
    int blocks = divideUp(perRow(out, room), VALUES_PER_BLOCK);
    p.int32(BLOCKS_PER_ROW, blocks);
    queue.launch(function, grid(chunk.rows(), blocks), THREADS, 0, p.kernel());
  }

  @Override
  Value result() {
    return out;
  }
}
