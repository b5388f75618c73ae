package org.cochlea.core.engine.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.basis.SavitzkyGolay;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.HarmonicPercussive;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.OnsetStrength;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.SpectralShape;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Statistics;
import org.jspecify.annotations.Nullable;

/** A stage that needs whole clips; a task is one panel, one clip or the batch. */
final class ClipPhase extends Phase implements Workers.Job {
  private static final int L = Lanes.COUNT;

  private final Stage stage;
  private final Layout layout;
  private final Scope scope;
  private final float[][] buffers;
  private final double[][] sums;
  private final Statistics[] statistics;

  /** Means of PCEN that a call ended with, by panel and bin. */
  private double[][] memory = {};

  private boolean continues;

  /** Of a delta. */
  private final double[] weights;

  /** Of an onset strength: which bins every row is made of. */
  private final List<OnsetStrength.Band> bands = new ArrayList<>();

  private final List<Separation> separations = new ArrayList<>();

  private TileKernels kernels = new PlainKernels();
  private Block source = new Block();
  private Block result = new Block();

  ClipPhase(Stage stage, Layout in, int workers) {
    this.stage = stage;
    this.layout = in;
    this.scope =
        switch (stage) {
          case Stage.Normalize s -> s.scope();
          case Stage.DynamicRange s -> s.scope();
          default -> Scope.CHANNEL;
        };
    this.buffers = new float[workers][0];
    this.sums = new double[workers][0];
    this.statistics = new Statistics[workers];
    for (int i = 0; i < workers; i++) {
      statistics[i] = new Statistics();
    }
    if (stage instanceof OnsetStrength s) {
      for (int r = 0; r < s.apply(in).bins(); r++) {
        bands.add(s.band(r, in.bins()));
      }
    }
    for (int i = 0; i < workers && stage instanceof HarmonicPercussive; i++) {
      separations.add(new Separation((HarmonicPercussive) stage));
    }
    this.weights =
        stage instanceof Stage.Delta s
            ? SavitzkyGolay.derivative(s.width(), s.order())
            : new double[0];
  }

  @Override
  void reset() {
    Arrays.fill(memory, null);
  }

  @Override
  boolean inPlace() {
    return switch (stage) {
      case Stage.Normalize _, Stage.DynamicRange _, Stage.Pcen _ -> true;
      default -> false;
    };
  }

  @Override
  long frames(long in) {
    return stage.frames(in);
  }

  @Override
  void run(Call call, @Nullable Block in, Block out, Workers workers) {
    if (in == null) {
      throw new AssertionError("a clip stage needs an input");
    }
    kernels = call.kernels;
    source = in;
    result = out;
    continues = call.continues;
    if (continues && memory.length < out.count()) {
      memory = new double[out.count()][];
    }
    int tasks =
        switch (scope) {
          case BATCH -> 1;
          case ITEM -> out.items();
          case BIN, FRAME, CHANNEL -> out.count();
        };
    workers.run(this, tasks);
  }

  @Override
  public void run(int task, Worker worker) {
    int per =
        switch (scope) {
          case BATCH -> result.count();
          case ITEM -> result.channels();
          case BIN, FRAME, CHANNEL -> 1;
        };
    int first = task * per;
    switch (stage) {
      case Stage.Normalize s -> normalize(s, first, per, statistics[worker.index()]);
      case Stage.DynamicRange s -> limit(s, first, per, worker);
      case Stage.DropFrames s -> drop(s, source.panel(first), result.panel(first));
      case Stage.FitFrames s -> fit(s, source.panel(first), result.panel(first));
      case Stage.SlidingNormalize s -> slide(s, source.panel(first), result.panel(first));
      case Stage.Pcen s -> pcen(s, first, worker);
      case Stage.Delta s -> delta(s, source.panel(first), result.panel(first));
      case Stage.OverlapAdd s -> overlapAdd(s, source.panel(first), result.panel(first), worker);
      case SpectralShape _ -> contrast(source.panel(first), result.panel(first));
      case OnsetStrength s -> onsets(s, source.panel(first), result.panel(first), worker);
      case HarmonicPercussive s -> separate(s, source.panel(first), result.panel(first), worker);
      case Stage.Analysis s -> analyse(s, source.panel(first), result.panel(first));
      default -> throw new AssertionError(stage + " does not need whole clips");
    }
  }

  private void separate(HarmonicPercussive s, Panel in, Panel out, Worker worker) {
    if (!separations.get(worker.index()).run(kernels, in, out)) {
      analyse(s, in, out);
    }
  }

  /** The end of a contrast in decibels: {@link PreciseStage} leaves pairs (peak, valley). */
  private static void contrast(Panel in, Panel out) {
    float peak = Float.NEGATIVE_INFINITY;
    float valley = Float.NEGATIVE_INFINITY;
    for (int k = 0; k < in.rows; k++) {
      for (int i = in.row(k); i < in.row(k) + 2 * in.frames; i += 2) {
        peak = Math.max(peak, in.data[i]);
        valley = Math.max(valley, in.data[i + 1]);
      }
    }
    float leastPeak = (float) (peak - SpectralShape.DECIBEL_RANGE);
    float leastValley = (float) (valley - SpectralShape.DECIBEL_RANGE);
    for (int k = 0; k < in.rows; k++) {
      int from = in.row(k);
      int to = out.row(k);
      for (int t = 0; t < in.frames; t++) {
        out.data[to + t] =
            Math.max(in.data[from + 2 * t], leastPeak)
                - Math.max(in.data[from + 2 * t + 1], leastValley);
      }
    }
  }

  /** Bin by bin along the frames, in loops that the compiler makes vectors of. */
  private void onsets(OnsetStrength s, Panel in, Panel out, Worker worker) {
    int n = Math.max(0, in.frames - s.lag() - s.shift());
    for (int r = 0; r < out.rows; r++) {
      int to = out.row(r);
      Arrays.fill(out.data, to, to + out.frames, 0);
      OnsetStrength.Band band = bands.get(r);
      if (s.aggregate() == OnsetStrength.Aggregate.MEDIAN) {
        medianGrowth(s, in, band, n, out.data, out.row(r) + s.lag() + s.shift(), worker);
      } else if (n > 0) {
        growth(s, in, band, n, out.data, out.row(r) + s.lag() + s.shift(), worker);
      }
      if (s.detrend()) {
        highPass(out.data, to, out.frames);
      }
    }
  }

  private static void highPass(float[] y, int y0, int n) {
    double before = 0;
    double state = 0;
    for (int t = y0; t < y0 + n; t++) {
      double now = y[t];
      state = now - before + OnsetStrength.POLE * state;
      before = now;
      y[t] = (float) state;
    }
  }

  private void growth(
      OnsetStrength s, Panel in, OnsetStrength.Band band, int n, float[] y, int y0, Worker worker) {
    float[] g = buffer(worker, n);
    double[] sums = sums(worker, n);
    growth(s, in, band.from(), n, y, y0);
    for (int t = 0; t < n; t++) {
      sums[t] = y[y0 + t];
    }
    for (int k = band.from() + 1; k < band.to(); k++) {
      growth(s, in, k, n, g, 0);
      switch (s.aggregate()) {
        case MEAN, SUM -> {
          for (int t = 0; t < n; t++) {
            sums[t] += g[t];
          }
        }
        case MAX -> greater(g, 0, y, y0, n);
        case MIN -> {
          for (int t = 0; t < n; t++) {
            y[y0 + t] = Math.min(g[t], y[y0 + t]);
          }
        }
        case MEDIAN, NONE -> throw new AssertionError(s.aggregate());
      }
    }
    if (s.aggregate() == OnsetStrength.Aggregate.MEAN
        || s.aggregate() == OnsetStrength.Aggregate.SUM) {
      int by = s.aggregate() == OnsetStrength.Aggregate.MEAN ? band.to() - band.from() : 1;
      for (int t = 0; t < n; t++) {
        y[y0 + t] = (float) (sums[t] / by);
      }
    }
  }

  private void medianGrowth(
      OnsetStrength s, Panel in, OnsetStrength.Band band, int n, float[] y, int y0, Worker worker) {
    int bins = band.to() - band.from();
    float[] g = buffer(worker, bins * (n + 1));
    for (int k = 0; k < bins; k++) {
      growth(s, in, band.from() + k, n, g, k * n);
    }
    int column = bins * n;
    for (int t = 0; t < n; t++) {
      for (int k = 0; k < bins; k++) {
        g[column + k] = g[k * n + t];
      }
      Arrays.sort(g, column, column + bins);
      y[y0 + t] = (float) (((double) g[column + (bins - 1) / 2] + g[column + bins / 2]) / 2);
    }
  }

  /** {@code max(0, x[k, t + lag] - peak[t])} for t in [0, n), with the peak over bins around k. */
  private static void growth(OnsetStrength s, Panel in, int k, int n, float[] g, int g0) {
    int low = Math.max(0, k - s.maxBins() / 2);
    int high = Math.min(in.rows, k - s.maxBins() / 2 + s.maxBins());
    System.arraycopy(in.data, in.row(k), g, g0, n);
    for (int j = low; j < high && s.maxBins() > 1; j++) {
      greater(in.data, in.row(j), g, g0, n);
    }
    int now = in.row(k) + s.lag();
    for (int t = 0; t < n; t++) {
      g[g0 + t] = Math.max(0, in.data[now + t] - g[g0 + t]);
    }
  }

  private void analyse(Stage.Analysis s, Panel in, Panel out) {
    double[][] x =
        layout.isSignal() ? new double[1][in.frames] : new double[in.frames][in.rows * in.parts];
    boolean signal = layout.isSignal();
    for (int k = 0; k < in.rows; k++) {
      for (int i = 0; i < in.frames * in.parts; i++) {
        float v = in.data[in.row(k) + i];
        if (signal) {
          x[0][i] = v;
        } else {
          x[i / in.parts][k * in.parts + i % in.parts] = v;
        }
      }
    }
    double[][] y = s.compute(x, layout);
    signal = s.apply(layout).isSignal();
    for (int k = 0; k < out.rows; k++) {
      for (int i = 0; i < out.frames * out.parts; i++) {
        double v = signal ? y[0][i] : y[i / out.parts][k * out.parts + i % out.parts];
        out.data[out.row(k) + i] = (float) v;
      }
    }
  }

  private float[] buffer(Worker worker, int floats) {
    if (buffers[worker.index()].length < floats) {
      buffers[worker.index()] = new float[floats];
    }
    return buffers[worker.index()];
  }

  private double[] sums(Worker worker, int count) {
    if (sums[worker.index()].length < count) {
      sums[worker.index()] = new double[count];
    }
    return sums[worker.index()];
  }

  private void normalize(Stage.Normalize s, int first, int count, Statistics of) {
    of.clear();
    if (scope == Scope.BIN) {
      Panel in = source.panel(first);
      Panel out = result.panel(first);
      for (int k = 0; k < in.rows; k++) {
        of.clear();
        of.add(in.data, in.row(k), in.frames, 1);
        if (Statistics.needsBounds(s)) {
          of.bound(in.data, in.row(k), in.frames, 1);
        }
        if (Statistics.needsSquares(s)) {
          of.square(in.data, in.row(k), in.frames, 1);
        }
        of.normalize(s, in.data, in.row(k), out.data, out.row(k), in.frames, 1);
      }
      return;
    }
    for (int p = first; p < first + count; p++) {
      Panel in = source.panel(p);
      for (int k = 0; k < in.rows; k++) {
        of.add(in.data, in.row(k), in.frames, 1);
        if (Statistics.needsBounds(s)) {
          of.bound(in.data, in.row(k), in.frames, 1);
        }
      }
    }
    if (Statistics.needsSquares(s)) {
      for (int p = first; p < first + count; p++) {
        Panel in = source.panel(p);
        for (int k = 0; k < in.rows; k++) {
          of.square(in.data, in.row(k), in.frames, 1);
        }
      }
    }
    for (int p = first; p < first + count; p++) {
      Panel in = source.panel(p);
      Panel out = result.panel(p);
      for (int k = 0; k < in.rows; k++) {
        of.normalize(s, in.data, in.row(k), out.data, out.row(k), in.frames, 1);
      }
    }
  }

  private void limit(Stage.DynamicRange s, int first, int count, Worker worker) {
    if (scope == Scope.BIN) {
      Statistics of = statistics[worker.index()];
      Panel in = source.panel(first);
      Panel out = result.panel(first);
      for (int k = 0; k < in.rows; k++) {
        of.clear();
        of.bound(in.data, in.row(k), in.frames, 1);
        of.limit(s, in.data, in.row(k), out.data, out.row(k), in.frames, 1);
      }
      return;
    }
    float[] lanes = buffer(worker, L);
    float max = Float.NEGATIVE_INFINITY;
    for (int p = first; p < first + count; p++) {
      Panel in = source.panel(p);
      for (int k = 0; k < in.rows; k++) {
        max = Math.max(max, greatest(in.data, in.row(k), in.frames, lanes));
      }
    }
    float least = (float) (max - s.range());
    for (int p = first; p < first + count; p++) {
      Panel in = source.panel(p);
      Panel out = result.panel(p);
      for (int k = 0; k < in.rows; k++) {
        System.arraycopy(in.data, in.row(k), out.data, out.row(k), in.frames);
        int tail = in.frames - in.frames % L;
        kernels.atLeast(out.data, out.row(k), least, tail / L, L);
        for (int i = out.row(k) + tail; i < out.row(k) + in.frames; i++) {
          out.data[i] = Math.max(out.data[i], least);
        }
      }
    }
  }

  private float greatest(float[] x, int at, int n, float[] lanes) {
    int tail = n - n % L;
    kernels.greatest(x, at, tail / L, lanes, 0, L);
    float greatest = Float.NEGATIVE_INFINITY;
    for (float lane : lanes) {
      greatest = Math.max(greatest, lane);
    }
    for (int i = tail; i < n; i++) {
      greatest = Math.max(greatest, x[at + i]);
    }
    return greatest;
  }

  private static void drop(Stage.DropFrames s, Panel in, Panel out) {
    int from = Math.min(s.first(), in.frames) * in.parts;
    for (int k = 0; k < in.rows; k++) {
      System.arraycopy(in.data, in.row(k) + from, out.data, out.row(k), out.frames * in.parts);
    }
  }

  private static void fit(Stage.FitFrames s, Panel in, Panel out) {
    int kept = Math.min(in.frames, out.frames);
    for (int k = 0; k < in.rows; k++) {
      int to = out.row(k);
      System.arraycopy(in.data, in.row(k), out.data, to, kept);
      Arrays.fill(out.data, to + kept, to + out.frames, (float) s.value());
    }
  }

  private static void slide(Stage.SlidingNormalize s, Panel in, Panel out) {
    int n = in.frames;
    for (int k = 0; k < in.rows; k++) {
      int row = in.row(k);
      int from = 0;
      int to = 0;
      double sum = 0;
      double squares = 0;
      for (int t = 0; t < n; t++) {
        int end = s.to(t, n);
        int start = s.from(t, n);
        while (to < end) {
          double v = in.data[row + to++];
          sum += v;
          squares += v * v;
        }
        while (from < start) {
          double v = in.data[row + from++];
          sum -= v;
          squares -= v * v;
        }
        int count = to - from;
        double mean = sum / count;
        double y = in.data[row + t] - mean;
        if (s.variance()) {
          y = count == 1 ? 0 : y / Math.sqrt(squares / count - mean * mean);
        }
        out.data[out.row(k) + t] = (float) y;
      }
    }
  }

  /** {@code x M^-gain = (x / M) M^(1 - gain)} first: neither factor leaves the range of floats. */
  private void pcen(Stage.Pcen s, int panel, Worker worker) {
    Panel in = source.panel(panel);
    Panel out = result.panel(panel);
    if (continues && memory[panel] == null) {
      memory[panel] = new double[in.rows];
      Arrays.fill(memory[panel], 1);
    }
    int n = in.frames;
    int padded = (n + L - 1) / L * L;
    // The maximum over bins looks at inputs, so their rows are kept until no bin needs them.
    boolean kept = s.maxBins() > 1 && in == out;
    float[] a = buffer(worker, 3 * padded + (kept ? in.rows * n : 0));
    float[] rows = in.data;
    int first = in.row(0);
    int stride = in.stride;
    if (kept) {
      rows = a;
      first = 3 * padded;
      stride = n;
      for (int k = 0; k < in.rows; k++) {
        System.arraycopy(in.data, in.row(k), a, first + k * n, n);
      }
    }
    int count = padded / L;
    int smooth = padded;
    int factor = 2 * padded;
    for (int k = 0; k < in.rows; k++) {
      int low = Math.max(0, k - s.maxBins() / 2);
      int high = Math.min(in.rows, k - s.maxBins() / 2 + s.maxBins());
      System.arraycopy(in.data, in.row(k), a, 0, n);
      System.arraycopy(in.data, in.row(k), a, smooth, n);
      for (int j = low; j < high && s.maxBins() > 1; j++) {
        greater(rows, first + j * stride, a, smooth, n);
      }
      Arrays.fill(a, n, padded, 0);
      Arrays.fill(a, smooth + n, smooth + padded, 1);
      double mean = smooth(s, continues ? memory[panel][k] : 1, a, smooth, n);
      if (continues) {
        memory[panel][k] = mean;
      }
      if (s.gain() != 0) {
        System.arraycopy(a, smooth, a, factor, padded);
        kernels.divide(a, 0, a, smooth, count, L);
        power(1 - s.gain(), a, factor, count);
        kernels.multiply(a, 0, a, factor, count, L);
      }
      if (s.power() == 0) {
        kernels.log1p(a, 0, count, L);
      } else if (s.bias() == 0) {
        power(s.power(), a, 0, count);
      } else {
        float scale = (float) Math.pow(s.bias(), s.power());
        kernels.compress(a, 0, (float) (1 / s.bias()), (float) s.power(), scale, count, L);
      }
      System.arraycopy(a, 0, out.data, out.row(k), n);
    }
  }

  /** {@code y = max(x, y)}. */
  private static void greater(float[] x, int from, float[] y, int to, int n) {
    for (int t = 0; t < n; t++) {
      y[to + t] = Math.max(x[from + t], y[to + t]);
    }
  }

  /**
   * Replaces one row by its running mean plus epsilon, kept in double on the way, and returns it.
   */
  private static double smooth(Stage.Pcen s, double mean, float[] a, int at, int n) {
    double b = s.smoothing();
    double epsilon = s.epsilon();
    double state = mean;
    for (int t = at; t < at + n; t++) {
      state = (1 - b) * state + b * a[t];
      a[t] = (float) (state + epsilon);
    }
    return state;
  }

  private void power(double exponent, float[] a, int at, int count) {
    if (exponent == 0) {
      Arrays.fill(a, at, at + count * L, 1);
    } else {
      float high = (float) exponent;
      kernels.power(a, at, high, (float) (exponent - high), count, L);
    }
  }

  private void delta(Stage.Delta s, Panel in, Panel out) {
    int n = in.frames;
    int half = s.width() / 2;
    if (s.edge() == Stage.Delta.Edge.INTERPOLATE && n > 0 && n < s.width()) {
      throw new IllegalArgumentException(
          "a clip must have at least width = %d frames for a delta that interpolates, it has %d"
              .formatted(s.width(), n));
    }
    for (int k = 0; k < in.rows; k++) {
      int row = in.row(k);
      for (int t = 0; t < n; t++) {
        int first = t - half;
        if (s.edge() == Stage.Delta.Edge.INTERPOLATE) {
          first = Math.clamp(first, 0, n - s.width());
        }
        boolean inside = first >= 0 && first + weights.length <= n;
        out.data[out.row(k) + t] =
            (float) (inside ? dot(in.data, row + first) : dot(s.edge(), in, row, first));
      }
    }
  }

  private double dot(float[] x, int at) {
    double y = 0;
    for (int i = 0; i < weights.length; i++) {
      y += weights[i] * x[at + i];
    }
    return y;
  }

  /** The same where some of the frames lie outside. */
  private double dot(Stage.Delta.Edge edge, Panel in, int row, int first) {
    double y = 0;
    for (int i = 0; i < weights.length; i++) {
      int at = edge.padding().index(first + i, in.frames);
      if (at >= 0) {
        y += weights[i] * in.data[row + at];
      }
    }
    return y;
  }

  private void overlapAdd(Stage.OverlapAdd s, Panel in, Panel out, Worker worker) {
    Basis window = s.window();
    int size = window.columns();
    int n = in.frames;
    int full = n == 0 ? 0 : Math.toIntExact(size + (long) s.hop() * (n - 1));
    float[] memory = buffer(worker, full + 3 * size);
    Arrays.fill(memory, 0, full, 0);
    for (int m = 0; m < size; m++) {
      float w = (float) window.at(0, m);
      int row = in.row(m);
      for (int t = 0; t < n; t++) {
        int at = t * s.hop() + m;
        memory[at] = Math.fma(w, in.data[row + t], memory[at]);
      }
    }
    int samples = out.frames;
    int to = out.row(0);
    for (int i = 0; i < samples; i++) {
      int at = i + s.trim();
      out.data[to + i] = at < full ? (float) (memory[at] / weight(window, s.hop(), n, at)) : 0;
    }
  }

  /** The sum of squared windows over one sample. */
  private static double weight(Basis window, int hop, int frames, int at) {
    int size = window.columns();
    int last = Math.min(frames - 1, at / hop);
    int first = at < size ? 0 : (at - size) / hop + 1;
    double sum = 0;
    for (int t = first; t <= last; t++) {
      double w = window.at(0, at - t * hop);
      sum += w * w;
    }
    return sum > 1e-10 ? sum : 1;
  }
}
