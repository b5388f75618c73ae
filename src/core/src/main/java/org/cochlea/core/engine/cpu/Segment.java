package org.cochlea.core.engine.cpu;

import java.util.List;
import org.cochlea.core.Waveform;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Tempogram;
import org.jspecify.annotations.Nullable;

/**
 * Single-frame stages, from a signal or from the frames of a panel, tile by tile. A task is a run
 * of tiles of one channel of one clip.
 */
final class Segment extends Phase implements Workers.Job {
  private static final int L = Lanes.COUNT;

  /** Tiles per task: enough to make tasks cheap, the more the fewer samples are read twice. */
  private static final int LEAST_RUN_TILES = 8;

  private static final int MOST_RUN_TILES = 32;

  /** Tasks per thread, if runs may be so short: few enough to share them out evenly. */
  private static final int TASKS_PER_THREAD = 12;

  /** Results kept for one store at most, in tiles and in floats. */
  private static final int GROUP_TILES = 4;

  private static final int GROUP_FLOATS = 9 << 14;

  /** Rows of pairs of a tile with few lanes that are made at once. */
  private static final int PAIR_ROWS = 16;

  /**
   * Results of a call that are too many for the caches, in floats: they are stored past them. Fewer
   * are still there for what reads them next.
   */
  private static final int STREAMED_FLOATS = 1 << 20;

  private static final float[] NOTHING = {};

  private final List<Stage> signal;
  private final Stage.@Nullable Frame frame;

  /** Values before and after a signal that lines reach 0 over; 0 for none. */
  private final int ramp;

  private final TileProgram program;

  /** A logarithm at the end, taken as results are stored; null if there is none. */
  private final TileStages.@Nullable ClampedLog log;

  /**
   * Tiles whose results are stored together: every row lies in a page of its own, and one visit
   * that fills some cache lines costs no more than one for a single tile.
   */
  private final int group;

  private final int sourceFloats;
  private final PerWorker[] perWorker;

  // Of the call at hand.
  private @Nullable Waveform waveform;
  private TileKernels kernels = new PlainKernels();
  private @Nullable Block source;
  private Block result = new Block();
  private long firstSample;
  private long firstFrame;
  private int[] firstTask = {};
  private int runFrames;
  private boolean streams;

  /** What one thread needs. */
  private static final class PerWorker {
    final SignalReader.Samples samples = new SignalReader.Samples();
    final TileStage.Tile tile = new TileStage.Tile();
    final FrameSource frames;

    PerWorker(List<Stage> signal, int ramp, Stage.@Nullable Frame frame, TileProgram program) {
      SignalReader reader = SignalReader.of(samples, signal);
      frames =
          frame == null
              ? new FrameSource.FromPanel()
              : new FrameSource.Framed(SignalReader.ramped(reader, ramp), frame, program);
    }
  }

  /**
   * Prepares the stages.
   *
   * @param signal stages applied to samples as they are read
   * @param frame how frames are cut, or null when the input has frames
   * @param stages single-frame stages
   * @param in what the stages get
   */
  Segment(
      List<Stage> signal, Stage.@Nullable Frame frame, List<Stage> stages, Layout in, int workers) {
    this(signal, 0, frame, stages, in, workers);
  }

  /** Prepares a tempogram: frames of an onset strength, one per value. */
  Segment(Tempogram stage, int workers) {
    this(
        List.of(),
        stage.center() ? stage.window().columns() / 2 : 0,
        new Stage.Frame(stage.window().columns(), 1, 0, 0, Padding.ZERO, Stage.Frame.Tail.DROP),
        TileAnalyses.stages(stage),
        Layout.real(stage.window().columns()),
        workers);
  }

  private Segment(
      List<Stage> signal,
      int ramp,
      Stage.@Nullable Frame frame,
      List<Stage> stages,
      Layout in,
      int workers) {
    this.signal = signal;
    this.ramp = ramp;
    this.frame = frame;
    this.log = stages.isEmpty() ? null : TileStages.ClampedLog.of(stages.getLast());
    List<Stage> before = log == null ? stages : stages.subList(0, stages.size() - 1);
    this.program = new TileProgram(before, in, false);
    this.group =
        program.resultFloats() == 0
            ? 1
            : Math.clamp(GROUP_FLOATS / program.resultFloats(), 1, GROUP_TILES);
    this.perWorker = new PerWorker[workers];
    for (int i = 0; i < workers; i++) {
      perWorker[i] = new PerWorker(signal, ramp, frame, program);
    }
    this.sourceFloats = TileProgram.aligned(perWorker[0].frames.memory());
  }

  @Override
  int memory() {
    return sourceFloats
        + program.inputFloats()
        + group * program.resultFloats()
        + Math.max(program.memory(), PAIR_ROWS * 2 * L);
  }

  @Override
  int doubles() {
    return program.doubles();
  }

  @Override
  long frames(long in) {
    long n = in;
    for (int i = 0; i < signal.size(); i++) {
      n = signal.get(i).frames(n);
    }
    if (frame == null) {
      return n;
    }
    // Lines of even frames leave one frame over.
    return ramp == 0 ? frame.frames(n) : n;
  }

  @Override
  void run(Call call, @Nullable Block in, Block out, Workers workers) {
    waveform = call.waveform;
    kernels = call.kernels;
    firstSample = call.firstSample;
    firstFrame = call.firstFrame;
    source = in;
    result = out;
    int panels = out.count();
    if (firstTask.length < panels + 1) {
      firstTask = new int[panels + 1];
    }
    long tiles = 0;
    for (int p = 0; p < panels; p++) {
      tiles += (out.panel(p).frames + L - 1) / L;
    }
    streams = tiles * TileProgram.floats(program.output()) >= STREAMED_FLOATS;
    long each = workers.count() == 1 ? tiles : tiles / ((long) TASKS_PER_THREAD * workers.count());
    runFrames = Math.clamp(each, LEAST_RUN_TILES, MOST_RUN_TILES) * L;
    for (int p = 0; p < panels; p++) {
      firstTask[p + 1] = firstTask[p] + (out.panel(p).frames + runFrames - 1) / runFrames;
    }
    workers.run(this, firstTask[panels]);
    waveform = null;
    source = null;
  }

  @Override
  public void run(int task, Worker worker) {
    int panel = panelOf(task);
    Panel to = result.panel(panel);
    PerWorker own = perWorker[worker.index()];
    bind(own, panel);
    int first = (task - firstTask[panel]) * runFrames;
    int count = Math.min(runFrames, to.frames - first);
    float[] a = worker.memory();
    int source = worker.base();
    int input = source + sourceFloats;
    int results = input + program.inputFloats();
    int memory = results + group * program.resultFloats();
    TileStage.Tile tile = own.tile;
    tile.kernels = kernels;
    tile.doubles = worker.doubles();
    tile.doublesBase = worker.doublesBase();
    tile.channel = panel % result.channels();
    tile.firstFrame = firstFrame;
    TileStage.Stream stream = tile.stream;
    boolean pairs = streams && to.parts == 2 && program.canStream() && kernels.streamsSpectra();
    // A run before may have ended with an exception.
    tile.streams = false;
    stream.data = to.data;
    stream.apart = to.stride;
    int kept = 0;
    for (int done = 0; done < count; done += L) {
      tile.frame = first + done;
      tile.lanes = Math.min(L, count - done);
      stream.at = to.row(0) + 2 * tile.frame;
      stream.first = done == 0 ? 1 : 0;
      if (tile.streams && tile.lanes < L) {
        program.finishStream(a, memory, tile);
      }
      tile.streams = pairs && tile.lanes == L;
      int out = results + kept * program.resultFloats();
      int rows =
          own.frames.run(program, a, source, input, out, memory, tile, done == 0, count - done);
      if (tile.streams) {
        continue;
      }
      kept++;
      if (kept == group || done + L >= count) {
        int from = group == 1 ? rows : results;
        store(a, from, memory, kept, to, first + done + L - kept * L, tile.lanes);
        kept = 0;
      }
    }
    if (tile.streams) {
      stream.at += 2 * L;
      program.finishStream(a, memory, tile);
      tile.streams = false;
    }
    stream.data = NOTHING;
  }

  private int panelOf(int task) {
    int low = 0;
    int high = result.count() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (firstTask[middle] <= task) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private void bind(PerWorker own, int panel) {
    int channels = result.channels();
    Block from = source;
    if (from == null) {
      if (waveform == null) {
        throw new AssertionError("a segment needs an input");
      }
      own.samples.bind(waveform, panel / channels, panel % channels);
    } else if (own.frames instanceof FrameSource.FromPanel p) {
      p.bind(from.panel(panel));
    } else {
      own.samples.bind(from.panel(panel), panel % channels);
    }
    own.samples.beginAt(firstSample);
  }

  /** Stores the results of tiles that follow each other; the last one may have fewer lanes. */
  private void store(float[] a, int from, int memory, int tiles, Panel to, int frame, int lanes) {
    int at = to.row(0) + to.parts * frame;
    int apart = program.resultFloats();
    int full = lanes == L ? tiles : tiles - 1;
    if (full > 0) {
      storeFull(a, from, full, to, at);
    }
    if (full < tiles) {
      if (log != null) {
        log.run(kernels, a, from + full * apart, to.rows, lanes);
      }
      storeSome(a, from + full * apart, memory, to, at + full * to.parts * L, lanes);
    }
  }

  private void storeFull(float[] a, int from, int tiles, Panel to, int at) {
    TileKernels k = kernels;
    int apart = program.resultFloats();
    if (log != null && streams && tiles == GROUP_TILES) {
      k.streamLogs(a, from, apart, to.data, at, to.stride, to.rows, log.least(), log.scale());
    } else if (log != null) {
      k.storeLogs(a, from, apart, tiles, to.data, at, to.stride, to.rows, log.least(), log.scale());
    } else if (to.parts == 1) {
      if (streams) {
        k.streamRows(a, from, apart, tiles, to.data, at, to.stride, to.rows);
      } else {
        k.storeRows(a, from, apart, tiles, to.data, at, to.stride, to.rows);
      }
    } else if (streams) {
      k.streamPairs(a, from, apart, tiles, to.data, at, to.stride, to.rows);
    } else {
      k.storePairs(a, from, apart, tiles, to.data, at, to.stride, to.rows);
    }
  }

  private void storeSome(float[] a, int from, int memory, Panel to, int at, int lanes) {
    if (to.parts == 1) {
      for (int row = 0; row < to.rows; row++) {
        System.arraycopy(a, from + row * L, to.data, at + row * to.stride, lanes);
      }
      return;
    }
    for (int first = 0; first < to.rows; first += PAIR_ROWS) {
      int rows = Math.min(PAIR_ROWS, to.rows - first);
      kernels.storePairs(a, from + first * 2 * L, 0, 1, a, memory, 2 * L, rows);
      for (int row = 0; row < rows; row++) {
        int out = at + (first + row) * to.stride;
        System.arraycopy(a, memory + row * 2 * L, to.data, out, 2 * lanes);
      }
    }
  }
}
