package org.cochlea.core.engine.cpu;

import java.util.Arrays;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Philox;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Statistics;
import org.jspecify.annotations.Nullable;

/** Single-frame stages on the kernels. */
final class TileStages {
  private static final int L = Lanes.COUNT;

  private TileStages() {}

  /** A stage that changes values where they are. */
  private static final class InPlace extends TileStage {
    private final int rows;
    private final Change change;

    interface Change {
      void run(TileKernels k, float[] a, int at, int rows, int lanes);
    }

    InPlace(Layout in, Change change) {
      this.rows = in.bins();
      this.change = change;
    }

    @Override
    boolean inPlace() {
      return true;
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      if (in != out) {
        System.arraycopy(a, in, a, out, rows * L);
      }
      change.run(tile.kernels, a, out, rows, tile.lanes);
    }
  }

  static TileStage affine(Stage.Affine s, Layout in) {
    float scale = (float) s.scale();
    float offset = (float) s.offset();
    return new InPlace(in, (k, a, at, rows, n) -> k.affine(a, at, scale, offset, rows, n));
  }

  static TileStage power(Stage.Power s, Layout in) {
    return new InPlace(in, power(s.exponent()));
  }

  private static InPlace.Change power(double exponent) {
    if (exponent == 0.5) {
      return TileKernels::squareRoot;
    }
    if (exponent == 1) {
      return (k, a, at, rows, n) -> {};
    }
    if (exponent == 2) {
      return TileKernels::square;
    }
    float high = (float) exponent;
    float low = (float) (exponent - high);
    return (k, a, at, rows, n) -> k.power(a, at, high, low, rows, n);
  }

  /**
   * {@code scale ln max(x, least)} for a normal least: the logarithm that has kernels of its own.
   */
  record ClampedLog(float least, float scale) {

    /** Returns what a stage is of this kind, or null. */
    static @Nullable ClampedLog of(Stage stage) {
      return stage instanceof Stage.Log s
              && s.floor() == Stage.Log.Floor.CLAMP
              && (float) s.value() >= Float.MIN_NORMAL
          ? new ClampedLog((float) s.value(), (float) s.scale())
          : null;
    }

    void run(TileKernels k, float[] a, int at, int rows, int lanes) {
      k.logAtLeast(a, at, least, scale, rows, lanes);
    }
  }

  static TileStage log(Stage.Log s, Layout in) {
    ClampedLog clamped = ClampedLog.of(s);
    if (clamped != null) {
      return new InPlace(in, clamped::run);
    }
    float value = (float) s.value();
    float scale = (float) s.scale();
    InPlace.Change change =
        switch (s.floor()) {
          case CLAMP ->
              (k, a, at, rows, n) -> {
                k.atLeast(a, at, value, rows, n);
                k.log(a, at, scale, rows, n);
              };
          case ADD ->
              (k, a, at, rows, n) -> {
                k.affine(a, at, 1, value, rows, n);
                k.log(a, at, scale, rows, n);
              };
          case REPLACE_ZERO ->
              (k, a, at, rows, n) -> {
                k.replaceZero(a, at, value, rows, n);
                k.log(a, at, scale, rows, n);
              };
        };
    return new InPlace(in, change);
  }

  static TileStage preEmphasis(Stage.PreEmphasis s, Layout in) {
    float coefficient = (float) s.coefficient();
    float second = s.before() == Stage.PreEmphasis.Before.EXTRAPOLATE ? -1 : 0;
    float first =
        switch (s.before()) {
          case ZERO -> 1;
          case FIRST -> (float) (1 - s.coefficient());
          case EXTRAPOLATE -> 3;
        };
    return new InPlace(
        in, (k, a, at, rows, n) -> k.emphasize(a, at, coefficient, first, second, rows, n));
  }

  static TileStage window(Stage.Window s, Layout in) {
    float[] weights = floats(s.weights().row(0));
    return new InPlace(in, (k, a, at, rows, n) -> k.weight(a, at, weights, rows, n));
  }

  static TileStage quantize(Stage.Quantize s, Layout in) {
    double levels = s.levels();
    return new InPlace(
        in,
        (k, a, at, rows, n) -> {
          for (int i = at; i < at + rows * L; i++) {
            a[i] = (float) (Math.floor(levels * a[i]) / levels);
          }
        });
  }

  /** Dither of frames. */
  static final class Dither extends TileStage {
    private final Stage.Dither stage;
    private final int rows;

    Dither(Stage.Dither stage, Layout in) {
      this.stage = stage;
      this.rows = in.bins();
    }

    @Override
    boolean inPlace() {
      return true;
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      for (int row = 0; row < rows; row++) {
        for (int l = 0; l < tile.lanes; l++) {
          long index = (tile.firstFrame + tile.frame + l) * rows + row;
          a[out + row * L + l] =
              a[in + row * L + l]
                  + (float) (stage.amount() * Philox.normal(stage.seed(), tile.channel, index));
        }
      }
    }
  }

  /** Subtracts every frame's mean. */
  static final class RemoveDcOffset extends TileStage {
    private final int rows;

    RemoveDcOffset(Layout in) {
      this.rows = in.bins();
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
      if (in != out) {
        System.arraycopy(a, in, a, out, rows * L);
      }
      tile.kernels.subtractMean(a, out, rows, 1f / rows, a, scratch, tile.lanes);
    }
  }

  /** The transform of a frame; its window and what is made of the spectrum are done on the way. */
  static final class Transform extends TileStage {
    private final FrameTransform transform;
    private final int rows;
    private final boolean spectrum;
    private final double power;
    private final InPlace.Change ofPower;

    /** A filter bank that follows; null if none does. */
    private @Nullable TileMatrix bank;

    /**
     * Prepares a transform.
     *
     * @param window the weights of a frame
     * @param size samples transformed: a shorter frame is padded with zeros, a longer one cut
     * @param power of the modulus; 0 for the spectrum itself
     */
    Transform(double[] window, int size, double power) {
      this.transform = FrameTransform.of(Arrays.copyOf(window, size));
      this.rows = window.length;
      this.spectrum = power == 0;
      this.power = power;
      this.ofPower = power(power / 2);
    }

    /** Takes over the filter bank that follows, or returns false if it should stay a stage. */
    boolean takes(Basis basis) {
      if (power == 2 && transform instanceof TileFft fft && fft.canLeavePower()) {
        bank = TileMatrix.of(basis, fft::powerRow);
      }
      return bank != null;
    }

    @Override
    int inputRows() {
      return transform.size();
    }

    @Override
    int overhang() {
      return bank == null ? 0 : L;
    }

    @Override
    int scratch() {
      return transform.scratch() + (canStream() ? ((TileFft) transform).keptFloats() : 0);
    }

    @Override
    boolean canStream() {
      return spectrum && transform instanceof TileFft fft && fft.canStream();
    }

    @Override
    void finishStream(float[] a, int scratch, Tile tile) {
      TileFft fft = (TileFft) transform;
      Stream to = tile.stream;
      tile.kernels.finishPairs(a, scratch + fft.kept(), to.data, to.at, to.apart, fft.bins());
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      if (rows < transform.size()) {
        Arrays.fill(a, in + rows * L, in + transform.size() * L, 0);
      }
      if (tile.streams) {
        ((TileFft) transform).stream(tile.kernels, a, in, scratch, tile.stream);
      } else if (bank != null) {
        ((TileFft) transform).leavePower(tile.kernels, a, in, scratch, tile.lanes);
        bank.multiply(tile.kernels, a, scratch, out, tile.lanes);
      } else if (spectrum) {
        transform.spectrum(tile.kernels, a, in, scratch, out, tile.lanes);
      } else {
        transform.power(tile.kernels, a, in, scratch, out, tile.lanes);
        ofPower.run(tile.kernels, a, out, transform.bins(), tile.lanes);
      }
    }

    /** Returns how frames so far apart are read, or null where only single frames can be. */
    TileFft.@Nullable Gather gather(int hop) {
      return transform instanceof TileFft fft && rows >= fft.size() && fft.canGather(hop)
          ? fft.gather(hop)
          : null;
    }

    /** Runs on frames of a transposed signal, the first one's samples from {@code t0} on. */
    void run(TileFft.Gather gather, float[] a, int t0, int out, int scratch, Tile tile) {
      TileFft fft = (TileFft) transform;
      if (tile.streams) {
        fft.stream(tile.kernels, gather, a, t0, scratch, tile.stream);
      } else if (bank != null) {
        fft.leavePower(tile.kernels, gather, a, t0, scratch, tile.lanes);
        bank.multiply(tile.kernels, a, scratch, out, tile.lanes);
      } else if (spectrum) {
        fft.spectrum(tile.kernels, gather, a, t0, scratch, out, tile.lanes);
      } else {
        fft.power(tile.kernels, gather, a, t0, scratch, out, tile.lanes);
        ofPower.run(tile.kernels, a, out, fft.bins(), tile.lanes);
      }
    }
  }

  /** Back from a spectrum. */
  static final class InverseTransform extends TileStage {
    private final FrameTransform transform;

    InverseTransform(Stage.InverseRealFft stage) {
      double[] ones = new double[stage.size()];
      Arrays.fill(ones, 1);
      this.transform = FrameTransform.of(ones);
    }

    @Override
    int scratch() {
      return transform.scratch();
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      transform.inverse(tile.kernels, a, in, scratch, out, tile.lanes);
    }
  }

  /** A power of the magnitude. */
  static final class Modulus extends TileStage {
    private final int bins;
    private final InPlace.Change ofPower;

    Modulus(Stage.Modulus stage, Layout in) {
      this.bins = in.bins();
      this.ofPower = power(stage.power() / 2);
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      tile.kernels.squareModulus(a, in, a, out, bins, tile.lanes);
      ofPower.run(tile.kernels, a, out, bins, tile.lanes);
    }
  }

  /** The phase. */
  static final class Angle extends TileStage {
    private final int bins;

    Angle(Layout in) {
      this.bins = in.bins();
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      tile.kernels.angle(a, in, a, out, bins, tile.lanes);
    }
  }

  /** Multiplies by a matrix, real or complex. */
  static final class Project extends TileStage {
    private final TileMatrix matrix;

    Project(Basis basis) {
      this.matrix = TileMatrix.of(basis);
    }

    Project(Stage.ComplexProject stage, Layout in) {
      this.matrix = TileMatrix.of(stage.real(), stage.imaginary(), in.complex());
    }

    @Override
    int overhang() {
      return L;
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      matrix.multiply(tile.kernels, a, in, out, tile.lanes);
    }
  }

  /** One number per frame. */
  static final class Reduce extends TileStage {
    /** Hops of a frame that share sums, at most: as many fit the columns on any vector. */
    private static final int MOST_SHARED = 32;

    private final Stage.Reduce.Reduction reduction;
    private final int rows;

    Reduce(Stage.Reduce stage, Layout in) {
      this.reduction = stage.reduction();
      this.rows = in.bins();
    }

    /** Whether frames share the sums over the samples of a hop. */
    boolean canShare(int hop) {
      return rows > hop
          && rows % hop == 0
          && rows / hop <= MOST_SHARED
          && switch (reduction) {
            case SUM_OF_SQUARES, MEAN_SQUARE -> true;
            case SUM, MEAN, ZERO_CROSSING_RATE -> false;
          };
    }

    /** Runs on frames whose sums of squares of every hop are the rows at {@code in}. */
    void runOnSums(float[] a, int in, int count, int out, Tile tile) {
      tile.kernels.sum(a, in, count, a, out, tile.lanes);
      scale(a, out, tile);
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      TileKernels k = tile.kernels;
      int lanes = tile.lanes;
      switch (reduction) {
        case SUM, MEAN -> k.sum(a, in, rows, a, out, lanes);
        case SUM_OF_SQUARES, MEAN_SQUARE -> k.sumOfSquares(a, in, rows, a, out, lanes);
        case ZERO_CROSSING_RATE -> {
          float threshold = (float) Stage.Reduce.ZERO_CROSSING_THRESHOLD;
          k.signChanges(a, in, rows, threshold, a, out, lanes);
        }
      }
      scale(a, out, tile);
    }

    private void scale(float[] a, int out, Tile tile) {
      switch (reduction) {
        case SUM, SUM_OF_SQUARES -> {}
        case MEAN, MEAN_SQUARE, ZERO_CROSSING_RATE ->
            tile.kernels.affine(a, out, 1f / rows, 0, 1, tile.lanes);
      }
    }
  }

  /** Keeps some rows. */
  static final class SliceBins extends TileStage {
    private final int from;
    private final int floats;

    SliceBins(Stage.SliceBins stage, Layout in) {
      int row = in.complex() ? 2 * L : L;
      this.from = stage.from() * row;
      this.floats = (stage.to() - stage.from()) * row;
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      System.arraycopy(a, in + from, a, out, floats);
    }
  }

  /** Shifts and scales every frame by its own statistics, or limits its range. */
  static final class FrameStatistics extends TileStage {
    private final Stage stage;
    private final int rows;

    FrameStatistics(Stage stage, Layout in) {
      this.stage = stage;
      this.rows = in.bins();
    }

    static boolean handles(Stage stage) {
      return switch (stage) {
        case Stage.Normalize s -> s.scope() == Scope.FRAME;
        case Stage.DynamicRange s -> s.scope() == Scope.FRAME;
        default -> false;
      };
    }

    @Override
    boolean inPlace() {
      return true;
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      for (int l = 0; l < tile.lanes; l++) {
        Statistics of = tile.statistics;
        of.clear();
        of.add(a, in + l, rows, L);
        of.bound(a, in + l, rows, L);
        of.square(a, in + l, rows, L);
        switch (stage) {
          case Stage.Normalize n -> of.normalize(n, a, in + l, a, out + l, rows, L);
          case Stage.DynamicRange r -> of.limit(r, a, in + l, a, out + l, rows, L);
          default -> throw new AssertionError(stage);
        }
      }
    }
  }

  static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
