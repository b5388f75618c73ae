package org.cochlea.cuda;

import java.lang.foreign.Arena;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Values to values: kernels/pointwise.cu. */
final class Pointwise extends Launch {
  private static final Struct S = new Struct();
  private static final long IN = S.matrix();
  private static final long OTHER = S.matrix();
  private static final long OUT = S.matrix();
  private static final long FRAMES = S.address();
  private static final long OUT_BINS = S.int32();
  private static final long OUT_FRAMES = S.int32();
  private static final long BLOCKS_PER_ROW = S.int32();
  private static final long WHAT = S.int32();
  private static final long OUT_TYPE = S.int32();
  private static final long POWER = S.float32();
  private static final long FILL = S.float32();

  @SuppressWarnings("unused")
  private static final long RESERVED = S.int32();

  private static final long CHAIN = S.chain();
  static final long BYTES = S.size();

  private static final int THREADS = 256;
  private static final int VALUES_PER_BLOCK = 1024;

  private enum Kernel {
    POINTWISE,
    POINTWISE_COMPLEX,
    COMBINE
  }

  private final Kernel kernel;
  private final int what;
  private final double power;
  private final double fill;
  private final Value in;
  private final @Nullable Value other;
  private final Value out;
  private final Time frames;

  /** Whether steps may follow: not on what is filled in. */
  private final boolean steps;

  private final Chain chain = new Chain();
  private final Parameters p = new Parameters(Arena.ofAuto(), BYTES);
  private long function;

  private Pointwise(
      Kernel kernel,
      int what,
      double power,
      double fill,
      Value in,
      @Nullable Value other,
      Value out,
      Time frames,
      boolean steps) {
    this.kernel = kernel;
    this.what = what;
    this.power = power;
    this.fill = fill;
    this.in = in;
    this.other = other;
    this.out = out;
    this.frames = frames;
    this.steps = steps;
  }

  /** A copy, complex or real; the latter with steps to come. */
  static Pointwise copy(Value in, Value out) {
    Kernel kernel = in.layout().complex() ? Kernel.POINTWISE_COMPLEX : Kernel.POINTWISE;
    boolean steps = !in.layout().complex() && in != out;
    return new Pointwise(kernel, 0, 0, 0, in, null, out, out.time(), steps);
  }

  /** A copy of the frames a row has at some point; the others become a value. */
  static Pointwise fill(Value in, Value out, Time frames, double value) {
    return new Pointwise(Kernel.POINTWISE, 0, 0, value, in, null, out, frames, false);
  }

  /** {@code |x|^power} of complex values. */
  static Pointwise modulus(Value in, double power, Value out) {
    return new Pointwise(Kernel.POINTWISE_COMPLEX, 1, power, 0, in, null, out, out.time(), true);
  }

  /** The angles of complex values. */
  static Pointwise angle(Value in, Value out) {
    return new Pointwise(Kernel.POINTWISE_COMPLEX, 2, 0, 0, in, null, out, out.time(), true);
  }

  /** A product or a quotient. */
  static Pointwise combine(Value in, Value other, Stage.Branch.Join join, Value out) {
    int what = join == Stage.Branch.Join.DIVIDE ? 1 : 0;
    return new Pointwise(Kernel.COMBINE, what, 0, 0, in, other, out, out.time(), false);
  }

  @Override
  void use(int at) {
    in.use(at);
    if (other != null) {
      other.use(at);
    }
    out.use(at);
  }

  @Override
  void load(Loader loader) {
    String name =
        switch (kernel) {
          case POINTWISE -> "pointwise";
          case POINTWISE_COMPLEX -> "pointwise_complex";
          case COMBINE -> "combine";
        };
    function = loader.kernel("pointwise", name, 0);
    p.int32(OUT_BINS, out.layout().bins());
    p.int32(WHAT, what);
    p.float32(POWER, (float) power);
    p.float32(FILL, (float) fill);
    chain.store(p, CHAIN);
  }

  @Override
  void run(Chunk chunk, Queue queue) {
    int room = chunk.room(out);
    if (room == 0 || chunk.rows() == 0) {
      return;
    }
    p.matrix(IN, chunk, in);
    if (other != null) {
      p.matrix(OTHER, chunk, other);
    }
    p.matrix(OUT, chunk, out);
    p.address(FRAMES, chunk.framesAddress(frames));
    p.int32(OUT_FRAMES, room);
    p.int32(OUT_TYPE, chunk.outType(out));
    int blocks = divideUp(perRow(out, room), VALUES_PER_BLOCK);
    p.int32(BLOCKS_PER_ROW, blocks);
    queue.launch(function, grid(chunk.rows(), blocks), THREADS, 0, p.kernel());
  }

  @Override
  boolean storesHalf() {
    // What is written in place is read as float32 too.
    return !out.layout().complex() && in != out;
  }

  @Override
  Value result() {
    return out;
  }

  @Override
  @Nullable Chain chain() {
    return steps ? chain : null;
  }
}
