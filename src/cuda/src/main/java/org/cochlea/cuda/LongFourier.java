package org.cochlea.cuda;

import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import org.cochlea.cuda.driver.Cufft;
import org.jspecify.annotations.Nullable;

/**
 * Transforms of any length through device memory: kernels/fourier.cu, or cuFFT between its first
 * and its last kernel.
 */
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

  /** What passes write to; cuFFT works in place. */
  private final @Nullable Value second;

  private final boolean byCufft;

  /** Every queue has a plan and a work area of its own: they run at the same time. */
  private final Map<Queue, LibraryPlan> plans = new HashMap<>();

  private @Nullable Loader loader;
  private final Parameters p = new Parameters(Arena.ofAuto(), BYTES);
  private long loadFunction;
  private long passFunction;
  private long multiplyFunction;
  private long storeFunction;

  /** Prepares frames to spectra, or spectra to frames. */
  LongFourier(int size, boolean inverse, boolean byCufft, Value in, Value out) {
    this.size = size;
    this.inverse = inverse;
    this.byCufft = byCufft;
    this.smooth = byCufft || Radix.smooth(size);
    this.length = smooth ? size : Radix.smoothFrom(Math.subtractExact(2 * size, 1));
    this.passes = byCufft ? new int[0] : Radix.passes(length);
    this.in = in;
    this.out = out;
    this.first = Value.scratch(out.time(), this::workBytes);
    this.second = byCufft ? null : Value.scratch(out.time(), this::workBytes);
  }

  private long workBytes(Chunk chunk) {
    return 8L * length * chunk.most(in.time()) * chunk.rows();
  }

  @Override
  void use(int at) {
    in.use(at);
    out.use(at);
    first.use(at);
    if (second != null) {
      second.use(at);
    }
  }

  Value firstWork() {
    return first;
  }

  @Nullable Value secondWork() {
    return second;
  }

  @Override
  void load(Loader from) {
    loader = from;
    loadFunction = from.kernel("fourier", "fourier_load", 0);
    passFunction = from.kernel("fourier", "fourier_pass", 0);
    multiplyFunction = from.kernel("fourier", "fourier_multiply", 0);
    storeFunction = from.kernel("fourier", "fourier_store", 0);
    if (!byCufft) {
      p.address(ROOTS, from.floats(Radix.roots(length)));
    }
    if (!smooth) {
      Bluestein bluestein = new Bluestein(size, length);
      float[] chirps = new float[2 * size];
      for (int i = 0; i < size; i++) {
        bluestein.chirp(chirps, i, i, 1);
      }
      p.address(TABLE, from.floats(chirps));
      p.address(FILTER, from.floats(bluestein.filter(size - 1)));
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
    long next = second == null ? now : chunk.address(second);
    if (work > 0) {
      p.address(TO, now);
      one(chunk, queue, loadFunction, length, work);
      if (byCufft && loader != null) {
        plan(queue, loader, work).transform(queue.stream(), now, chunk.rows());
      }
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

  /** A plan of cuFFT for the frames of one row, and its work area. */
  private record LibraryPlan(Cufft cufft, int handle, int size, int frames, Memory area) {
    /** Transforms rows in place; frames are innermost. */
    void transform(long stream, long address, int rows) {
      cufft.setStream(handle, stream);
      for (int row = 0; row < rows; row++) {
        long at = address + 2L * Float.BYTES * size * frames * row;
        cufft.execC2C(handle, at, at, false);
      }
    }

    void close() {
      Cleanup.quietly(() -> cufft.destroy(handle));
      Cleanup.quietly(area::free);
    }
  }

  private LibraryPlan plan(Queue queue, Loader from, int frames) {
    LibraryPlan known = plans.get(queue);
    if (known != null && known.frames == frames) {
      return known;
    }
    if (known != null) {
      // It may still run.
      from.driver().streamSynchronize(queue.stream());
      plans.remove(queue);
      known.close();
    }
    Cufft cufft = from.cufft();
    Memory area = Memory.ofDevice(from.driver());
    int handle = cufft.planMany(Cufft.Type.C2C, size, frames, 1, frames, 1, frames);
    LibraryPlan plan = new LibraryPlan(cufft, handle, size, frames, area);
    try {
      long bytes = cufft.workBytes(handle);
      if (bytes > 0) {
        area.grow(bytes);
        cufft.setWorkArea(handle, area.address());
      }
    } catch (RuntimeException e) {
      plan.close();
      throw e;
    }
    plans.put(queue, plan);
    return plan;
  }

  @Override
  void close() {
    plans.values().forEach(LibraryPlan::close);
    plans.clear();
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
