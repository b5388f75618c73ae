package org.cochlea.core.engine.cpu;

import java.util.List;
import org.cochlea.core.Waveform;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * A change of the sample rate, on the kernels. A lane takes a stretch of neighbouring outputs of
 * its own; the outputs of some periods are a band matrix times the samples below it, the same for
 * every period. A task is one tile of stretches of one channel of one clip.
 *
 * <p>An output is one sum in the order of its taps wherever it lies in a stretch, so that its bits
 * do not depend on how a signal is cut.
 */
final class ResamplePhase extends Phase implements Workers.Job {
  private static final int L = Lanes.COUNT;

  /** Outputs of the matrix, at least: as many as a kernel sums at once. */
  private static final int ROWS = 8;

  /** Samples that a stretch begins at a distance of, about: what they overlap by is read twice. */
  private static final int STRETCH = 256;

  /** Values of the matrix at most; beyond that the stage computes itself. */
  private static final long MOST_VALUES = 1 << 20;

  private final List<Stage> signal;
  private final Stage.Resample stage;
  private final TileMatrix matrix;

  /** Outputs of one product, whole periods, and the samples they are apart. */
  private final int rows;

  private final int step;

  /** Samples of one product. */
  private final int columns;

  /** Products of a stretch, at most. */
  private final int most;

  private final PerWorker[] perWorker;

  // Of the call at hand.
  private @Nullable Waveform waveform;
  private TileKernels kernels = new PlainKernels();
  private @Nullable Block source;
  private Block result = new Block();
  private long firstSample;
  private int[] firstTask = {};

  private static final class PerWorker {
    final SignalReader.Samples samples = new SignalReader.Samples();
    final SignalReader reader;

    PerWorker(List<Stage> signal) {
      reader = SignalReader.of(samples, signal);
    }
  }

  /**
   * Prepares the stage.
   *
   * @param signal stages applied to samples as they are read
   * @param stage one that {@link #runs} accepts
   */
  ResamplePhase(List<Stage> signal, Stage.Resample stage, int workers) {
    this.signal = signal;
    this.stage = stage;
    int periods = periods(stage);
    this.rows = periods * stage.out();
    this.step = periods * stage.in();
    this.columns = columns(stage);
    this.matrix = TileMatrix.ofRows(bands(stage, rows, columns));
    this.most = Math.max(1, STRETCH / step);
    this.perWorker = new PerWorker[workers];
    for (int i = 0; i < workers; i++) {
      perWorker[i] = new PerWorker(signal);
    }
  }

  /** Whether the matrix of a stage is small enough. */
  static boolean runs(Stage.Resample stage) {
    long values = (long) periods(stage) * stage.out() * columns(stage);
    return stage.in() <= MOST_VALUES / L && values <= MOST_VALUES;
  }

  private static int periods(Stage.Resample stage) {
    return Math.ceilDiv(ROWS, stage.out());
  }

  private static int columns(Stage.Resample stage) {
    long last = (long) periods(stage) * stage.out() - 1;
    return (int) Math.min(MOST_VALUES, last * stage.in() / stage.out() + stage.taps().columns());
  }

  private static Basis bands(Stage.Resample stage, int rows, int columns) {
    double[][] matrix = new double[rows][columns];
    for (int r = 0; r < rows; r++) {
      double[] taps = stage.taps().row(r % stage.out());
      int from = (int) ((long) r * stage.in() / stage.out());
      System.arraycopy(taps, 0, matrix[r], from, taps.length);
    }
    return Basis.of(matrix);
  }

  /** Returns the samples that a tile of stretches of so many products reads. */
  private int samples(int products) {
    return (L - 1) * products * step + height(products);
  }

  /** Returns the samples of one stretch; a transposition reads whole blocks of them. */
  private int height(int products) {
    return ((products - 1) * step + columns + L - 1) / L * L;
  }

  @Override
  int memory() {
    int outputs = (most * rows + L) * L;
    return TileProgram.aligned(samples(most))
        + height(most) * L
        + outputs
        + matrix.resultFloats()
        + outputs;
  }

  @Override
  long frames(long in) {
    long n = in;
    for (int i = 0; i < signal.size(); i++) {
      n = signal.get(i).frames(n);
    }
    return stage.frames(n);
  }

  /** Returns how many tiles a signal takes. */
  private int tiles(int outputs) {
    return Math.ceilDiv(outputs, L * rows * most);
  }

  @Override
  void run(Call call, @Nullable Block in, Block out, Workers workers) {
    waveform = call.waveform;
    kernels = call.kernels;
    firstSample = call.firstSample;
    source = in;
    result = out;
    int panels = out.count();
    if (firstTask.length < panels + 1) {
      firstTask = new int[panels + 1];
    }
    for (int p = 0; p < panels; p++) {
      firstTask[p + 1] = firstTask[p] + tiles(out.panel(p).frames);
    }
    workers.run(this, firstTask[panels]);
    waveform = null;
    source = null;
  }

  @Override
  public void run(int task, Worker worker) {
    int panel = 0;
    while (firstTask[panel + 1] <= task) {
      panel++;
    }
    Panel to = result.panel(panel);
    PerWorker own = perWorker[worker.index()];
    bind(own, panel);
    // Stretches as short as they may be for that number of tiles, so that no lane idles.
    int products = Math.ceilDiv(Math.ceilDiv(to.frames, L * rows), tiles(to.frames));
    int stretch = products * rows;
    int first = (task - firstTask[panel]) * L * stretch;
    int lanes = Math.min(L, Math.ceilDiv(to.frames - first, stretch));
    if (lanes <= 0) {
      return;
    }
    float[] a = worker.memory();
    int samples = worker.base();
    int transposed = samples + TileProgram.aligned(samples(products));
    int outputs = transposed + height(products) * L;
    int back = outputs + (stretch + L) * L + matrix.resultFloats();
    long from = (long) first / rows * step - stage.reach();
    int needed = (lanes - 1) * products * step + (products - 1) * step + columns;
    own.reader.readPadded(from, needed, Padding.ZERO, a, samples);
    kernels.transpose(a, samples, products * step, height(products), lanes, a, transposed, L);
    for (int p = 0; p < products; p++) {
      matrix.multiply(kernels, a, transposed + p * step * L, outputs + p * rows * L, lanes);
    }
    int width = (stretch + L - 1) / L * L;
    kernels.transpose(a, outputs, L, lanes, stretch, a, back, width);
    for (int l = 0; l < lanes; l++) {
      int at = first + l * stretch;
      int count = Math.min(stretch, to.frames - at);
      System.arraycopy(a, back + l * width, to.data, to.row(0) + at, count);
    }
  }

  private void bind(PerWorker own, int panel) {
    int channels = result.channels();
    Block from = source;
    if (from != null) {
      own.samples.bind(from.panel(panel), panel % channels);
    } else if (waveform != null) {
      own.samples.bind(waveform, panel / channels, panel % channels);
    }
    own.samples.beginAt(firstSample);
  }
}
