package org.cochlea.cuda;

import java.lang.foreign.Arena;
import org.cochlea.core.stage.Stage;

/** Another sample rate: kernels/resample.cu. */
final class Resampling extends Launch {
  private static final Struct S = new Struct();
  private static final long SAMPLES = S.address();
  private static final long ROWS = S.address();
  private static final long OUT = S.matrix();
  private static final long TAPS = S.address();
  private static final long OUT_FRAMES = S.int32();
  private static final long TILES = S.int32();
  private static final long IN = S.int32();
  private static final long PHASES = S.int32();
  private static final long COUNT = S.int32();
  private static final long REACH = S.int32();
  private static final long GROUP = S.int32();

  @SuppressWarnings("unused")
  private static final long RESOLUTION = S.int32();

  private static final long SAMPLE_TYPE = S.int32();
  private static final long OUT_TYPE = S.int32();
  private static final long SCALE = S.float32();

  @SuppressWarnings("unused")
  private static final long RESERVED = S.int32();

  static final long BYTES = S.size();

  private static final int THREADS = 256;

  /** Groups of outputs that a block computes: {@code kGroups}. */
  private static final int GROUPS = 4;

  /** Shared memory of a block; every GPU has as much. */
  private static final long MOST_BYTES = 48 << 10;

  private final Stage.Resample stage;
  private final RowTable rows;
  private final Reader reader;
  private final Value out;
  private final int group;
  private final Parameters p = new Parameters(Arena.ofAuto(), BYTES);
  private long function;

  /**
   * Prepares the launch.
   *
   * @param reader at most a factor of the samples
   */
  Resampling(Stage.Resample stage, RowTable rows, Reader reader, Value out) {
    this.stage = stage;
    this.rows = rows;
    this.reader = reader;
    this.out = out;
    this.group = group(stage);
  }

  /** Whether a block's samples fit shared memory. */
  static boolean fits(Stage.Resample stage) {
    return sharedBytes(stage, stage.out()) <= MOST_BYTES;
  }

  /** Returns the outputs of a group, whole periods, so that few threads have nothing to do. */
  private static int group(Stage.Resample stage) {
    int best = stage.out();
    double most = 0;
    for (int n = stage.out(); n <= 8 * THREADS; n += stage.out()) {
      double busy = (double) n / (Math.ceilDiv(n, THREADS) * THREADS);
      if (sharedBytes(stage, n) <= MOST_BYTES && busy > most) {
        most = busy;
        best = n;
      }
    }
    return best;
  }

  private static long sharedBytes(Stage.Resample s, long group) {
    long step = group / s.out() * s.in();
    long words = (GROUPS - 1) * step + (group - 1) * s.in() / s.out() + s.taps().columns();
    return Float.BYTES * (words + words / 32 + 1);
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
    function = loader.kernel("resample", "resample", (int) sharedBytes(stage, group));
    int count = stage.taps().columns();
    float[] taps = new float[count * stage.out()];
    for (int k = 0; k < count; k++) {
      for (int phase = 0; phase < stage.out(); phase++) {
        taps[k * stage.out() + phase] = (float) stage.taps().at(phase, k);
      }
    }
    p.address(TAPS, loader.floats(taps));
    p.int32(IN, stage.in());
    p.int32(PHASES, stage.out());
    p.int32(COUNT, count);
    p.int32(REACH, stage.reach());
    p.int32(GROUP, group);
  }

  @Override
  void run(Chunk chunk, Queue queue) {
    int room = chunk.room(out);
    if (room == 0 || chunk.rows() == 0) {
      return;
    }
    reader.store(p, chunk, SAMPLES, SAMPLE_TYPE, SCALE);
    p.address(ROWS, chunk.rowsAddress(rows));
    p.matrix(OUT, chunk, out);
    p.int32(OUT_FRAMES, room);
    p.int32(OUT_TYPE, chunk.outType(out));
    int tiles = divideUp(room, (long) GROUPS * group);
    p.int32(TILES, tiles);
    queue.launch(
        function, grid(chunk.rows(), tiles), THREADS, (int) sharedBytes(stage, group), p.kernel());
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
