package org.cochlea.core.engine.cpu;

import java.util.Arrays;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Philox;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;

/** Single-frame stages as plain loops over the lanes of a tile. */
final class PlainTileStages {
  private static final int L = Lanes.COUNT;

  private PlainTileStages() {}

  /** A stage that changes values where they are. */
  abstract static class Pointwise extends TileStage {
    final int rows;

    Pointwise(Layout in) {
      this.rows = in.bins();
    }

    @Override
    final boolean inPlace() {
      return true;
    }

    abstract float value(float x);

    @Override
    final void run(float[] a, int in, int out, int scratch, Tile tile) {
      for (int row = 0; row < rows; row++) {
        for (int l = 0; l < tile.lanes; l++) {
          a[out + row * L + l] = value(a[in + row * L + l]);
        }
      }
    }
  }

  static TileStage affine(Stage.Affine s, Layout in) {
    float scale = (float) s.scale();
    float offset = (float) s.offset();
    return new Pointwise(in) {
      @Override
      float value(float x) {
        return x * scale + offset;
      }
    };
  }

  static TileStage power(Stage.Power s, Layout in) {
    if (s.exponent() == 0.5) {
      return new Pointwise(in) {
        @Override
        float value(float x) {
          return (float) Math.sqrt(x);
        }
      };
    }
    return new Pointwise(in) {
      @Override
      float value(float x) {
        return (float) Math.pow(x, s.exponent());
      }
    };
  }

  static TileStage quantize(Stage.Quantize s, Layout in) {
    return new Pointwise(in) {
      @Override
      float value(float x) {
        return (float) (Math.floor(s.levels() * x) / s.levels());
      }
    };
  }

  static TileStage log(Stage.Log s, Layout in) {
    float floor = (float) s.value();
    return switch (s.floor()) {
      case CLAMP ->
          new Pointwise(in) {
            @Override
            float value(float x) {
              return (float) (s.scale() * Math.log(Math.max(x, floor)));
            }
          };
      case ADD ->
          new Pointwise(in) {
            @Override
            float value(float x) {
              return (float) (s.scale() * Math.log(x + floor));
            }
          };
      case REPLACE_ZERO ->
          new Pointwise(in) {
            @Override
            float value(float x) {
              return (float) (s.scale() * Math.log(x == 0 ? floor : x));
            }
          };
    };
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
          long index = (long) (tile.frame + l) * rows + row;
          a[out + row * L + l] =
              a[in + row * L + l]
                  + (float) (stage.amount() * Philox.normal(stage.seed(), tile.channel, index));
        }
      }
    }
  }

  /** Pre-emphasis along the samples of every frame. */
  static final class PreEmphasis extends TileStage {
    private final float coefficient;
    private final Stage.PreEmphasis.Before before;
    private final int rows;

    PreEmphasis(Stage.PreEmphasis stage, Layout in) {
      this.coefficient = (float) stage.coefficient();
      this.before = stage.before();
      this.rows = in.bins();
    }

    @Override
    boolean inPlace() {
      return true;
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      for (int l = 0; l < tile.lanes; l++) {
        float first = a[in + l];
        float second = a[in + Math.min(1, rows - 1) * L + l];
        for (int row = rows - 1; row > 0; row--) {
          a[out + row * L + l] =
              Math.fma(-coefficient, a[in + (row - 1) * L + l], a[in + row * L + l]);
        }
        a[out + l] =
            switch (before) {
              case ZERO -> first;
              case FIRST -> Math.fma(-coefficient, first, first);
              case EXTRAPOLATE -> 3 * first - second;
            };
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
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      for (int l = 0; l < tile.lanes; l++) {
        double sum = 0;
        for (int row = 0; row < rows; row++) {
          sum += a[in + row * L + l];
        }
        float mean = (float) (sum / rows);
        for (int row = 0; row < rows; row++) {
          a[out + row * L + l] = a[in + row * L + l] - mean;
        }
      }
    }
  }

  /** Multiplies by a window. */
  static final class Window extends TileStage {
    private final float[] weights;

    Window(Stage.Window stage) {
      this.weights = floats(stage.weights().row(0));
    }

    @Override
    boolean inPlace() {
      return true;
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      for (int row = 0; row < weights.length; row++) {
        for (int l = 0; l < tile.lanes; l++) {
          a[out + row * L + l] = weights[row] * a[in + row * L + l];
        }
      }
    }
  }

  /** JTransforms, frame by frame. */
  static final class RealFft extends TileStage {
    private final int size;
    private final int rows;
    private final FrameFft fft;
    private final ThreadLocal<float[]> buffer;

    RealFft(Stage.RealFft stage, Layout in) {
      this.size = stage.size();
      this.rows = Math.min(size, in.bins());
      this.fft = new FrameFft(size);
      this.buffer = ThreadLocal.withInitial(() -> new float[size]);
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      float[] x = buffer.get();
      for (int l = 0; l < tile.lanes; l++) {
        for (int n = 0; n < rows; n++) {
          x[n] = a[in + n * L + l];
        }
        for (int n = rows; n < size; n++) {
          x[n] = 0;
        }
        if (size > 1) {
          fft.forward(x);
        }
        // Packed as re0, re(n/2) or the last imaginary part, re1, im1, …
        int bins = size / 2 + 1;
        a[out + l] = x[0];
        a[out + L + l] = 0;
        for (int k = 1; k < bins; k++) {
          boolean last = 2 * k + 1 >= size;
          boolean nyquist = 2 * k == size;
          a[out + 2 * k * L + l] = nyquist ? x[1] : x[2 * k];
          a[out + (2 * k + 1) * L + l] = nyquist ? 0 : last ? x[1] : x[2 * k + 1];
        }
      }
    }
  }

  /** JTransforms, frame by frame. */
  static final class InverseRealFft extends TileStage {
    private final int size;
    private final FrameFft fft;
    private final ThreadLocal<float[]> buffer;

    InverseRealFft(Stage.InverseRealFft stage) {
      this.size = stage.size();
      this.fft = new FrameFft(size);
      this.buffer = ThreadLocal.withInitial(() -> new float[size]);
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      float[] x = buffer.get();
      for (int l = 0; l < tile.lanes; l++) {
        int bins = size / 2 + 1;
        x[0] = a[in + l];
        for (int k = 1; k < bins; k++) {
          float re = a[in + 2 * k * L + l];
          float im = a[in + (2 * k + 1) * L + l];
          if (2 * k == size) {
            x[1] = re;
          } else {
            x[2 * k] = re;
            x[2 * k + 1 >= size ? 1 : 2 * k + 1] = im;
          }
        }
        if (size > 1) {
          fft.inverse(x);
        }
        for (int n = 0; n < size; n++) {
          a[out + n * L + l] = x[n];
        }
      }
    }
  }

  /** A power of the magnitude. */
  static final class Modulus extends TileStage {
    private final double power;
    private final int bins;

    Modulus(Stage.Modulus stage, Layout in) {
      this.power = stage.power();
      this.bins = in.bins();
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      for (int k = 0; k < bins; k++) {
        for (int l = 0; l < tile.lanes; l++) {
          float re = a[in + 2 * k * L + l];
          float im = a[in + (2 * k + 1) * L + l];
          float square = Math.fma(re, re, im * im);
          a[out + k * L + l] =
              power == 2
                  ? square
                  : power == 1 ? (float) Math.sqrt(square) : (float) Math.pow(square, power / 2);
        }
      }
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
      for (int k = 0; k < bins; k++) {
        for (int l = 0; l < tile.lanes; l++) {
          // + 0 turns -0 into 0, so that silence has angle 0 and not π.
          a[out + k * L + l] =
              (float) Math.atan2(a[in + (2 * k + 1) * L + l] + 0f, a[in + 2 * k * L + l] + 0f);
        }
      }
    }
  }

  /** A banded matrix in float32. */
  static final class Bands {
    final int[] start;
    final float[][] values;

    Bands(Basis basis) {
      start = new int[basis.rows()];
      values = new float[basis.rows()][];
      for (int r = 0; r < start.length; r++) {
        start[r] = basis.bandStart(r);
        values[r] = new float[basis.bandLength(r)];
        for (int i = 0; i < values[r].length; i++) {
          values[r][i] = (float) basis.at(r, start[r] + i);
        }
      }
    }

    /** Adds {@code sign} times row r to the values at {@code to}; input rows are a stride apart. */
    void add(int r, float sign, float[] a, int in, int stride, int to, int lanes) {
      float[] band = values[r];
      for (int i = 0; i < band.length; i++) {
        float weight = sign * band[i];
        int from = in + (start[r] + i) * stride;
        for (int l = 0; l < lanes; l++) {
          a[to + l] = Math.fma(weight, a[from + l], a[to + l]);
        }
      }
    }
  }

  /** Multiplies by a real matrix. */
  static final class Project extends TileStage {
    private final Bands bands;

    Project(Stage.Project stage) {
      this.bands = new Bands(stage.basis());
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      for (int r = 0; r < bands.start.length; r++) {
        int to = out + r * L;
        Arrays.fill(a, to, to + L, 0);
        bands.add(r, 1, a, in, L, to, tile.lanes);
      }
    }
  }

  /** Multiplies by a complex matrix. */
  static final class ComplexProject extends TileStage {
    private final Bands real;
    private final Bands imaginary;
    private final boolean complex;

    ComplexProject(Stage.ComplexProject stage, Layout in) {
      this.real = new Bands(stage.real());
      this.imaginary = new Bands(stage.imaginary());
      this.complex = in.complex();
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      int stride = complex ? 2 * L : L;
      for (int r = 0; r < real.start.length; r++) {
        int re = out + 2 * r * L;
        int im = re + L;
        Arrays.fill(a, re, re + 2 * L, 0);
        real.add(r, 1, a, in, stride, re, tile.lanes);
        imaginary.add(r, 1, a, in, stride, im, tile.lanes);
        if (complex) {
          imaginary.add(r, -1, a, in + L, stride, re, tile.lanes);
          real.add(r, 1, a, in + L, stride, im, tile.lanes);
        }
      }
    }
  }

  /** One number per frame. */
  static final class Reduce extends TileStage {
    private final Stage.Reduce.Reduction reduction;
    private final int rows;

    Reduce(Stage.Reduce stage, Layout in) {
      this.reduction = stage.reduction();
      this.rows = in.bins();
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      for (int l = 0; l < tile.lanes; l++) {
        a[out + l] = (float) of(a, in + l);
      }
    }

    private double of(float[] a, int at) {
      double sum = 0;
      switch (reduction) {
        case SUM, MEAN -> {
          for (int row = 0; row < rows; row++) {
            sum += a[at + row * L];
          }
        }
        case SUM_OF_SQUARES, MEAN_SQUARE -> {
          for (int row = 0; row < rows; row++) {
            double x = a[at + row * L];
            sum += x * x;
          }
        }
        case ZERO_CROSSING_RATE -> {
          boolean before = negative(a[at]);
          for (int row = 1; row < rows; row++) {
            boolean now = negative(a[at + row * L]);
            sum += now == before ? 0 : 1;
            before = now;
          }
        }
      }
      return switch (reduction) {
        case SUM, SUM_OF_SQUARES -> sum;
        case MEAN, MEAN_SQUARE, ZERO_CROSSING_RATE -> sum / rows;
      };
    }

    private static boolean negative(float x) {
      return x < -Stage.Reduce.ZERO_CROSSING_THRESHOLD;
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
        Statistics of = new Statistics();
        of.add(a, in + l, rows, L);
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
