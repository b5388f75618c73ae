package org.cochlea.core.engine.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.stage.Autocorrelation;
import org.cochlea.core.stage.FrameNorm;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Tempogram;
import org.cochlea.core.stage.Yin;

/** Analyses of single frames on the kernels. */
final class TileAnalyses {
  private static final int L = Lanes.COUNT;

  /** Values that are correlated on tiles, at most: longer frames would fill the caches. */
  private static final int MOST_CORRELATED = 1 << 13;

  private TileAnalyses() {}

  /** Whether an analysis can be a step of a {@link TileProgram}, or a tempogram one's frames. */
  static boolean runs(Stage.Analysis stage) {
    return switch (stage) {
      case FrameNorm s -> s.threshold() == Double.NEGATIVE_INFINITY && Norm.handles(s.order());
      case Autocorrelation s -> s.of() == Layout.Domain.FRAMES;
      case Yin _ -> true;
      default -> false;
    };
  }

  /** The same for a tempogram, whose frames a segment cuts. */
  static boolean runs(Tempogram stage) {
    return stage.window().columns() <= MOST_CORRELATED
        && (Double.isNaN(stage.order()) || Norm.handles(stage.order()));
  }

  /** Returns what a tempogram does with its frames. */
  static List<Stage> stages(Tempogram stage) {
    List<Stage> stages = new ArrayList<>();
    stages.add(new Stage.Window(stage.window()));
    stages.add(new Autocorrelation(0, Layout.Domain.FRAMES));
    if (!Double.isNaN(stage.order())) {
      stages.add(new FrameNorm(stage.order(), Double.NEGATIVE_INFINITY));
    }
    return stages;
  }

  static TileStage of(Stage.Analysis stage, Layout in) {
    if (in.bins() > MOST_CORRELATED && !(stage instanceof FrameNorm)) {
      return new Single(stage, in);
    }
    return switch (stage) {
      case FrameNorm s -> new Norm(s.order(), in.bins());
      case Autocorrelation s -> new Lags(in.bins(), s.apply(in).bins());
      case Yin s -> new Pitch(s, in.bins());
      default -> throw new AssertionError(stage + " does not run on tiles");
    };
  }

  /** An analysis that computes itself, frame by frame. */
  private static final class Single extends TileStage {
    private final Stage.Analysis stage;
    private final Layout layout;

    Single(Stage.Analysis stage, Layout in) {
      this.stage = stage;
      this.layout = in;
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      double[][] x = new double[1][layout.bins()];
      for (int l = 0; l < tile.lanes; l++) {
        for (int r = 0; r < x[0].length; r++) {
          x[0][r] = a[in + r * L + l];
        }
        double[] y = stage.compute(x, layout)[0];
        for (int r = 0; r < y.length; r++) {
          a[out + r * L + l] = (float) y[r];
        }
      }
    }
  }

  /** Every frame divided by its norm, unless that is next to 0. */
  private static final class Norm extends TileStage {
    private final double order;
    private final int rows;

    Norm(double order, int rows) {
      this.order = order;
      this.rows = rows;
    }

    static boolean handles(double order) {
      return order == 1 || order == 2 || order == Double.POSITIVE_INFINITY;
    }

    @Override
    boolean inPlace() {
      return true;
    }

    @Override
    int scratch() {
      return L;
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      TileKernels k = tile.kernels;
      if (in != out) {
        System.arraycopy(a, in, a, out, rows * L);
      }
      if (order == 1) {
        k.sumOfMagnitudes(a, out, rows, a, scratch, tile.lanes);
      } else if (order == 2) {
        k.sumOfSquares(a, out, rows, a, scratch, tile.lanes);
        k.squareRoot(a, scratch, 1, tile.lanes);
      } else {
        k.peak(a, out, rows, a, scratch, tile.lanes);
      }
      for (int l = scratch; l < scratch + tile.lanes; l++) {
        a[l] = a[l] >= Float.MIN_NORMAL ? a[l] : 1;
      }
      k.divideBy(a, out, a, scratch, rows, tile.lanes);
    }
  }

  /** Autocorrelations by a transform so long that the lags asked for do not wrap around. */
  private static final class Correlation {
    private final FrameTransform transform;
    private final int length;

    Correlation(int length, int lags) {
      this.length = length;
      int size = length + lags;
      while (size % 2 != 0 || !FftPlan.supports(size)) {
        size++;
      }
      double[] ones = new double[size];
      Arrays.fill(ones, 0, length, 1);
      this.transform = FrameTransform.of(ones);
    }

    int inputRows() {
      return transform.size();
    }

    int scratch() {
      return (2 * transform.bins() + transform.size()) * L + transform.scratch();
    }

    /** Correlates the frames at {@code in}, and returns where the lags from 0 on are. */
    int run(float[] a, int in, int scratch, TileStage.Tile tile) {
      int spectrum = scratch + transform.size() * L;
      int work = spectrum + 2 * transform.bins() * L;
      Arrays.fill(a, in + length * L, in + transform.size() * L, 0);
      transform.spectrum(tile.kernels, a, in, work, spectrum, tile.lanes);
      tile.kernels.autoSpectrum(a, spectrum, transform.bins(), tile.lanes);
      transform.inverse(tile.kernels, a, spectrum, work, scratch, tile.lanes);
      return scratch;
    }
  }

  /** The autocorrelation of every frame. */
  private static final class Lags extends TileStage {
    private final Correlation correlation;
    private final int lags;

    Lags(int length, int lags) {
      this.correlation = new Correlation(length, lags);
      this.lags = lags;
    }

    @Override
    int inputRows() {
      return correlation.inputRows();
    }

    @Override
    int scratch() {
      return correlation.scratch();
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      System.arraycopy(a, correlation.run(a, in, scratch, tile), a, out, lags * L);
    }
  }

  /** The frequency of every frame by YIN. */
  private static final class Pitch extends TileStage {
    private final Yin stage;
    private final Correlation correlation;
    private final int shortest;
    private final int longest;

    Pitch(Yin stage, int length) {
      this.stage = stage;
      this.shortest = stage.shortestLag();
      this.longest = stage.longestLag(length);
      this.correlation = new Correlation(length, longest + 1);
    }

    @Override
    int inputRows() {
      return correlation.inputRows();
    }

    @Override
    int scratch() {
      return longest * L + correlation.scratch();
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      int lags = correlation.run(a, in, scratch + longest * L, tile);
      tile.kernels.yinDifferences(a, lags, a, in, longest, a, scratch, tile.lanes);
      int first = scratch + (shortest - 1) * L;
      for (int l = 0; l < tile.lanes; l++) {
        double period = shortest + period(a, first + l, longest - shortest + 1);
        a[out + l] = (float) (stage.sampleRate() / period);
      }
    }

    /** The first trough below the threshold, or the minimum, refined. */
    private double period(float[] d, int d0, int count) {
      int least = 0;
      int found = -1;
      for (int i = 0; i < count && found < 0; i++) {
        float v = d[d0 + i * L];
        least = v < d[d0 + least * L] ? i : least;
        if (v < stage.threshold() && isTrough(d, d0, i, count)) {
          found = i;
        }
      }
      int at = found < 0 ? least : found;
      if (at == 0 || at == count - 1) {
        return at;
      }
      return at + Yin.shift(d[d0 + (at - 1) * L], d[d0 + at * L], d[d0 + (at + 1) * L]);
    }

    private static boolean isTrough(float[] d, int d0, int i, int count) {
      if (count == 1) {
        return false;
      }
      float v = d[d0 + i * L];
      if (i == 0) {
        return v < d[d0 + L];
      }
      return v < d[d0 + (i - 1) * L] && (i == count - 1 || v <= d[d0 + (i + 1) * L]);
    }
  }
}
