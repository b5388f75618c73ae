package org.cochlea.cuda;

import java.lang.foreign.Arena;

/** Transforms of any length through device memory: kernels/fourier.cu. */
final class LongFourier extends Launch {
  private static final Struct S = new Struct();
  private static final long IN = S.matrix();
  private static final long OUT = S.matrix();
  private static final long FROM = S.address();
  private static final long TO = S.address();
  private static final long FRAMES = S.address();
  private static final long TABLE = S.address();
  private static final long ROOTS = S.address();
  private static final long FILTER = S.address();
  private static final long SIZE = S.int32();
  private static final long LENGTH = S.int32();
  private static final long WORK_FRAMES = S.int32();
  private static final long BLOCKS_PER_ROW = S.int32();
  private static final long INPUT = S.int32();
  private static final long IN_BINS = S.int32();
  private static final long RADIX = S.int32();
  private static final long STRIDE = S.int32();
  private static final long INVERSE = S.int32();
  private static final long CONJUGATE = S.int32();
  private static final long OUT_FRAMES = S.int32();

  @SuppressWarnings("unused")
  private static final long RESERVED = S.int32();

  static final long BYTES = S.size();

  private static final int THREADS = 256;

  private final int size;
  private final boolean inverse;
  private final boolean smooth;
  private final int length;
  private final int[] passes;
  private final Value in;
  private final Value out;
  private final Value first;
  private final Value second;
  private final Parameters p = new Parameters(Arena.ofAuto(), BYTES);
  private long loadFunction;
  private long passFunction;
  private long multiplyFunction;
  private long storeFunction;

  /** Prepares frames to spectra, or spectra to frames. */
  LongFourier(int size, boolean inverse, Value in, Value out) {
    this.size = size;
    this.inverse = inverse;
    this.smooth = Radix.smooth(size);
    this.length = smooth ? size : Radix.smoothFrom(Math.subtractExact(2 * size, 1));
    this.passes = Radix.passes(length);
    this.in = in;
    this.out = out;
    this.first = Value.scratch(out.time(), this::workBytes);
    this.second = Value.scratch(out.time(), this::workBytes);
  }

  private long workBytes(Chunk chunk) {
    return 8L * length * chunk.most(in.time()) * chunk.rows();
  }

  @Override
  void use(int at) {
    in.use(at);
    out.use(at);
    first.use(at);
    second.use(at);
  }

  Value firstWork() {
    return first;
  }

  Value secondWork() {
    return second;
  }

  @Override
  void load(Loader loader) {
    loadFunction = loader.kernel("fourier", "fourier_load", 0);
    passFunction = loader.kernel("fourier", "fourier_pass", 0);
    multiplyFunction = loader.kernel("fourier", "fourier_multiply", 0);
    storeFunction = loader.kernel("fourier", "fourier_store", 0);
    p.address(ROOTS, loader.floats(Radix.roots(length)));
    if (!smooth) {
      Bluestein bluestein = new Bluestein(size, length);
      float[] chirps = new float[2 * size];
      for (int i = 0; i < size; i++) {
        bluestein.chirp(chirps, i, i, 1);
      }
      p.address(TABLE, loader.floats(chirps));
      p.address(FILTER, loader.floats(bluestein.filter(size - 1)));
    }
    p.int32(SIZE, size);
    p.int32(LENGTH, length);
    p.int32(INPUT, inverse ? 1 : 0);
    p.int32(IN_BINS, in.layout().bins());
    p.int32(INVERSE, inverse ? 1 : 0);
    p.int32(CONJUGATE, smooth ? 0 : 1);
  }

  @Override
  void run(Chunk chunk, Queue queue) {
    int room = chunk.room(out);
    int work = chunk.most(in.time());
    if (room == 0 || chunk.rows() == 0) {
      return;
    }
    p.matrix(IN, chunk, in);
    p.matrix(OUT, chunk, out);
    p.address(FRAMES, chunk.framesAddress(in.time()));
    p.int32(WORK_FRAMES, work);
    p.int32(OUT_FRAMES, room);
    long now = chunk.address(first);
    long next = chunk.address(second);
    if (work > 0) {
      p.address(TO, now);
      one(chunk, queue, loadFunction, length, work);
      for (int round = 0; round < (smooth ? 1 : 2); round++) {
        if (round == 1) {
          p.address(TO, now);
          one(chunk, queue, multiplyFunction, length, work);
        }
        int stride = 1;
        for (int radix : passes) {
          p.int32(RADIX, radix);
          p.int32(STRIDE, stride);
          p.address(FROM, now);
          p.address(TO, next);
          one(chunk, queue, passFunction, length / radix, work);
          stride *= radix;
          long swap = now;
          now = next;
          next = swap;
        }
      }
    }
    p.address(FROM, now);
    one(chunk, queue, storeFunction, inverse ? size : size / 2 + 1, room);
  }

  private void one(Chunk chunk, Queue queue, long function, int items, int frames) {
    long values = (long) items * frames;
    if (values > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a transform of %d values for %d frames is more than %d values"
              .formatted(items, frames, Integer.MAX_VALUE));
    }
    int blocks = divideUp(values, THREADS);
    p.int32(BLOCKS_PER_ROW, blocks);
    queue.launch(function, grid(chunk.rows(), blocks), THREADS, 0, p.kernel());
  }

  @Override
  Value result() {
    return out;
  }
}
