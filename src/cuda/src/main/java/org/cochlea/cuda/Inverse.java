package org.cochlea.cuda;

import java.lang.foreign.Arena;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Spectra to frames, frames to signals, or both in one launch: kernels/inverse.cu. */
final class Inverse extends Launch {
  private static final Struct S = new Struct();
  private static final long IN = S.matrix();
  private static final long OUT = S.matrix();
  private static final long FRAMES = S.address();
  private static final long SAMPLES = S.address();
  private static final long WINDOW = S.address();
  private static final long ROOTS = S.address();
  private static final long HALF_ROOTS = S.address();
  private static final long POSITIONS = S.address();
  private static final long SIZE = S.int32();
  private static final long COLUMNS = S.int32();
  private static final long PASSES = S.int32();
  private static final long RADIX = S.int32s(8);
  private static final long FRAMES_PER_BLOCK = S.int32();
  private static final long TILES = S.int32();
  private static final long HOP = S.int32();
  private static final long TRIM = S.int32();
  private static final long OUT_FRAMES = S.int32();

  @SuppressWarnings("unused")
  private static final long RESERVED = S.int32();

  static final long BYTES = S.size();

  /** The longest transform of these kernels. */
  private static final int LONGEST = 8192;

  private static final int THREADS = 256;

  private final Value in;
  private final Value out;
  private final int size;
  private final int framesPerBlock;
  private final Stage.@Nullable OverlapAdd add;
  private final Parameters p = new Parameters(Arena.ofAuto(), BYTES);
  private long function;

  private Inverse(
      Value in, Value out, int size, int framesPerBlock, Stage.@Nullable OverlapAdd add) {
    this.in = in;
    this.out = out;
    this.size = size;
    this.framesPerBlock = framesPerBlock;
    this.add = add;
  }

  /** Returns the length of the transforms that a size needs: half of it, or all. */
  private static int columns(int size) {
    return size % 2 == 0 ? size / 2 : size;
  }

  private static int sharedBytes(int size, int framesPerBlock) {
    return 8 * columns(size) * (framesPerBlock | 1);
  }

  /** Returns how many frames fit a block, at most 32; 0 when these kernels cannot do a size. */
  private static int framesPerBlock(int size, int bytes) {
    if (size > LONGEST || !Radix.smooth(size)) {
      return 0;
    }
    int f = 32;
    while (f > 0 && sharedBytes(size, f) > bytes) {
      f /= 2;
    }
    return f;
  }

  /** Returns spectra to frames, or null for sizes these kernels cannot do. */
  static @Nullable Inverse frames(Stage.InverseRealFft fft, Value in, Value out, Limits limits) {
    int f = framesPerBlock(fft.size(), limits.sharedOfTwo());
    if (f == 0) {
      f = framesPerBlock(fft.size(), limits.sharedPerBlock());
    }
    return f == 0 ? null : new Inverse(in, out, fft.size(), f, null);
  }

  /** Whether spectra to a signal is one launch. */
  static boolean isOneLaunch(Stage.InverseRealFft fft, Stage.OverlapAdd add, Limits limits) {
    return blockOf(fft, add, limits) > 0;
  }

  /** Returns the frames of a block; of those that meet in a hop all but one are computed twice. */
  private static int blockOf(Stage.InverseRealFft fft, Stage.OverlapAdd add, Limits limits) {
    int meet = Math.ceilDiv(fft.size(), add.hop());
    int f = framesPerBlock(fft.size(), limits.sharedOfTwo());
    if (f < 2 * meet) {
      f = framesPerBlock(fft.size(), limits.sharedPerBlock());
    }
    return f < meet ? 0 : f;
  }

  /** Returns spectra to a signal, where {@link #isOneLaunch}. */
  static Inverse signal(
      Stage.InverseRealFft fft, Stage.OverlapAdd add, Value in, Value out, Limits limits) {
    return new Inverse(in, out, fft.size(), blockOf(fft, add, limits), add);
  }

  /** Returns frames to a signal. */
  static Inverse overlapAdd(Stage.OverlapAdd add, Value in, Value out) {
    return new Inverse(in, out, add.window().columns(), 0, add);
  }

  private boolean transforms() {
    return framesPerBlock > 0;
  }

  @Override
  void use(int at) {
    in.use(at);
    out.use(at);
  }

  @Override
  void load(Loader loader) {
    String name = add == null ? "inverse_frames" : transforms() ? "inverse_stft" : "overlap_add";
    function = loader.kernel("inverse", name, transforms() ? sharedBytes(size, framesPerBlock) : 0);
    p.int32(SIZE, size);
    p.int32(FRAMES_PER_BLOCK, framesPerBlock);
    if (transforms()) {
      int m = columns(size);
      int[] passes = Radix.passes(m);
      int[] positions = new int[m];
      for (int k = 0; k < m; k++) {
        positions[k] = Radix.place(passes, 0, m, k);
      }
      float[] half = new float[2 * (m / 2 + 1)];
      for (int k = 0; k <= m / 2; k++) {
        Radix.root(half, k, size - k, size);
      }
      p.int32(COLUMNS, m);
      p.int32(PASSES, passes.length);
      p.int32s(RADIX, passes);
      p.address(ROOTS, loader.floats(Radix.roots(m)));
      p.address(HALF_ROOTS, loader.floats(half));
      p.address(POSITIONS, loader.ints(positions));
    }
    if (add != null) {
      Basis basis = add.window();
      float[] window = new float[basis.columns()];
      for (int n = 0; n < window.length; n++) {
        window[n] = (float) basis.at(0, n);
      }
      p.address(WINDOW, loader.floats(window));
      p.int32(HOP, add.hop());
      p.int32(TRIM, add.trim());
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
    p.address(SAMPLES, chunk.framesAddress(out.time()));
    p.int32(OUT_FRAMES, room);
    int tiles;
    if (add == null) {
      tiles = divideUp(room, framesPerBlock);
    } else if (transforms()) {
      int owned = framesPerBlock - Math.ceilDiv(size, add.hop()) + 1;
      tiles = divideUp((long) room + add.trim(), (long) owned * add.hop());
    } else {
      tiles = divideUp(room, THREADS);
    }
    p.int32(TILES, tiles);
    int sharedBytes = transforms() ? sharedBytes(size, framesPerBlock) : 0;
    queue.launch(function, grid(chunk.rows(), tiles), THREADS, sharedBytes, p.kernel());
  }

  @Override
  Value result() {
    return out;
  }
}
