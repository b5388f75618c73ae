package org.cochlea.core.engine.reference;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Fourier;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Philox;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Runs stages one after the other on a whole batch: {@code clips[item][channel]}. */
final class StageInterpreter {
  private StageInterpreter() {}

  static Clip[][] run(List<Stage> stages, Clip[][] clips) {
    return run(stages, clips, null);
  }

  /** Runs on a piece of a clip, with what came before it. */
  static Clip[][] run(List<Stage> stages, Clip[][] clips, @Nullable Pieces pieces) {
    Clip[][] current = clips;
    for (Stage stage : stages) {
      current = run(stage, current, pieces);
    }
    return current;
  }

  private static Clip[][] run(Stage stage, Clip[][] clips, @Nullable Pieces pieces) {
    if (stage instanceof Stage.Normalize s) {
      return Statistics.normalize(s, clips);
    }
    if (stage instanceof Stage.DynamicRange s) {
      return Statistics.limitRange(s, clips);
    }
    if (stage instanceof Stage.Branch s) {
      return branch(s, clips, pieces);
    }
    Clip[][] out = new Clip[clips.length][];
    for (int b = 0; b < clips.length; b++) {
      out[b] = new Clip[clips[b].length];
      for (int c = 0; c < clips[b].length; c++) {
        out[b][c] = new Clip(stage.apply(clips[b][c].layout()), run(stage, clips[b][c], c, pieces));
      }
    }
    return out;
  }

  private static double[][] run(Stage stage, Clip in, int channel, @Nullable Pieces pieces) {
    double[][] x = in.values();
    Pieces before = pieces == null ? Pieces.none() : pieces;
    return switch (stage) {
      case Stage.Affine s -> map(x, v -> s.scale() * v + s.offset());
      case Stage.PreEmphasis s -> preEmphasis(s, x);
      case Stage.Dither s -> dither(s, x, channel, before.first(in.layout()));
      case Stage.Pad s -> new double[][] {pad(s, in.samples())};
      case Stage.FitLength s -> new double[][] {fit(in.samples(), s.frames(in.length()))};
      case Stage.Frame s -> frame(s, in.samples());
      case Stage.RemoveDcOffset _ -> removeDcOffset(x);
      case Stage.Window s -> window(s, x);
      case Stage.RealFft s -> {
        Fourier fourier = new Fourier(s.size());
        yield eachFrame(x, fourier::forward);
      }
      case Stage.InverseRealFft s -> {
        Fourier fourier = new Fourier(s.size());
        yield eachFrame(x, fourier::inverse);
      }
      case Stage.OverlapAdd s -> new double[][] {overlapAdd(s, x)};
      case Stage.Modulus s -> eachFrame(x, frame -> modulus(frame, s.power()));
      case Stage.Angle _ -> eachFrame(x, StageInterpreter::angle);
      case Stage.Project s -> eachFrame(x, frame -> project(s.basis(), frame, 0, 1));
      case Stage.ComplexProject s -> {
        boolean complex = in.layout().complex();
        yield eachFrame(x, frame -> complexProject(s, frame, complex));
      }
      case Stage.Log s -> map(x, v -> s.scale() * Math.log(floored(s, v)));
      case Stage.Power s -> map(x, v -> Math.pow(v, s.exponent()));
      case Stage.Reduce s -> eachFrame(x, frame -> new double[] {reduce(s.reduction(), frame)});
      case Stage.SliceBins s -> {
        int parts = in.layout().complex() ? 2 : 1;
        yield eachFrame(x, frame -> Arrays.copyOfRange(frame, parts * s.from(), parts * s.to()));
      }
      case Stage.DropFrames s -> {
        int frames = (int) s.frames(x.length);
        double[][] kept = new double[frames][];
        System.arraycopy(x, Math.min(s.first(), x.length), kept, 0, frames);
        yield kept;
      }
      case Stage.FitFrames s -> fitFrames(s, x, in.layout().bins());
      case Stage.SlidingNormalize s -> Recursions.slidingNormalize(s, x);
      case Stage.Quantize s -> map(x, v -> Math.floor(s.levels() * v) / s.levels());
      case Stage.Pcen s -> Recursions.pcen(s, x, before.means(channel, in.layout().bins()));
      case Stage.Delta s -> Recursions.delta(s, x);
      case Stage.Analysis s -> s.compute(x, in.layout());
      case Stage.Normalize _, Stage.DynamicRange _, Stage.Branch _ ->
          throw new AssertionError("runs on the whole batch");
    };
  }

  private interface FrameFunction {
    double[] apply(double[] frame);
  }

  private static double[][] eachFrame(double[][] x, FrameFunction function) {
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = function.apply(x[t]);
    }
    return y;
  }

  static double[][] map(double[][] x, DoubleUnaryOperator function) {
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = new double[x[t].length];
      for (int k = 0; k < x[t].length; k++) {
        y[t][k] = function.applyAsDouble(x[t][k]);
      }
    }
    return y;
  }

  private static double[][] preEmphasis(Stage.PreEmphasis s, double[][] x) {
    return eachFrame(
        x,
        frame -> {
          double[] y = new double[frame.length];
          if (frame.length > 0) {
            y[0] =
                switch (s.before()) {
                  case ZERO -> frame[0];
                  case FIRST -> frame[0] - s.coefficient() * frame[0];
                  case EXTRAPOLATE ->
                      frame[0] + 2 * frame[0] - (frame.length > 1 ? frame[1] : frame[0]);
                };
          }
          for (int n = 1; n < frame.length; n++) {
            y[n] = frame[n] - s.coefficient() * frame[n - 1];
          }
          return y;
        });
  }

  private static double[][] dither(Stage.Dither s, double[][] x, int channel, long first) {
    double[][] y = new double[x.length][];
    long at = first;
    for (int t = 0; t < x.length; t++) {
      y[t] = new double[x[t].length];
      for (int n = 0; n < x[t].length; n++) {
        y[t][n] = x[t][n] + s.amount() * Philox.normal(s.seed(), channel, at++);
      }
    }
    return y;
  }

  private static double[] pad(Stage.Pad s, double[] x) {
    double[] y = new double[Math.toIntExact(s.frames(x.length))];
    for (int n = 0; n < y.length; n++) {
      int at = s.padding().index((long) n - s.left(), x.length);
      y[n] = at < 0 ? 0 : x[at];
    }
    return y;
  }

  private static double[] fit(double[] samples, long length) {
    return Arrays.copyOf(samples, Math.toIntExact(length));
  }

  private static double[][] frame(Stage.Frame s, double[] x) {
    double[][] y = new double[Math.toIntExact(s.frames(x.length))][s.length()];
    for (int t = 0; t < y.length; t++) {
      for (int k = 0; k < s.length(); k++) {
        int at = s.padding().index((long) t * s.hop() - s.left() + k, x.length);
        y[t][k] = at < 0 ? 0 : x[at];
      }
    }
    return y;
  }

  private static double[][] removeDcOffset(double[][] x) {
    return eachFrame(
        x,
        frame -> {
          double mean = reduce(Stage.Reduce.Reduction.MEAN, frame);
          double[] y = new double[frame.length];
          for (int n = 0; n < frame.length; n++) {
            y[n] = frame[n] - mean;
          }
          return y;
        });
  }

  private static double[][] window(Stage.Window s, double[][] x) {
    double[] weights = s.weights().row(0);
    return eachFrame(
        x,
        frame -> {
          double[] y = new double[frame.length];
          for (int n = 0; n < frame.length; n++) {
            y[n] = weights[n] * frame[n];
          }
          return y;
        });
  }

  private static double[] overlapAdd(Stage.OverlapAdd s, double[][] x) {
    double[] window = s.window().row(0);
    int full = x.length == 0 ? 0 : Math.toIntExact(window.length + (long) s.hop() * (x.length - 1));
    double[] sum = new double[full];
    double[] weight = new double[full];
    for (int t = 0; t < x.length; t++) {
      for (int n = 0; n < window.length; n++) {
        sum[t * s.hop() + n] += window[n] * x[t][n];
        weight[t * s.hop() + n] += window[n] * window[n];
      }
    }
    double[] y = new double[Math.toIntExact(s.frames(x.length))];
    for (int n = 0; n < y.length && n + s.trim() < full; n++) {
      double w = weight[n + s.trim()];
      y[n] = sum[n + s.trim()] / (w > 1e-10 ? w : 1);
    }
    return y;
  }

  private static double[] modulus(double[] frame, double power) {
    double[] y = new double[frame.length / 2];
    for (int k = 0; k < y.length; k++) {
      double square = frame[2 * k] * frame[2 * k] + frame[2 * k + 1] * frame[2 * k + 1];
      y[k] = power == 2 ? square : power == 1 ? Math.sqrt(square) : Math.pow(square, power / 2);
    }
    return y;
  }

  private static double[] angle(double[] frame) {
    double[] y = new double[frame.length / 2];
    for (int k = 0; k < y.length; k++) {
      // + 0.0 turns -0 into 0, so that silence has angle 0 and not π.
      y[k] = Math.atan2(frame[2 * k + 1] + 0.0, frame[2 * k] + 0.0);
    }
    return y;
  }

  /** Multiplies by the values {@code frame[offset], frame[offset + stride], …}. */
  private static double[] project(Basis basis, double[] frame, int offset, int stride) {
    double[] y = new double[basis.rows()];
    for (int r = 0; r < y.length; r++) {
      double sum = 0;
      int start = basis.bandStart(r);
      for (int k = start; k < start + basis.bandLength(r); k++) {
        sum += basis.at(r, k) * frame[offset + stride * k];
      }
      y[r] = sum;
    }
    return y;
  }

  private static double[] complexProject(Stage.ComplexProject s, double[] x, boolean complex) {
    double[] y = new double[2 * s.real().rows()];
    int stride = complex ? 2 : 1;
    double[] realByReal = project(s.real(), x, 0, stride);
    double[] realByImaginary = project(s.imaginary(), x, 0, stride);
    for (int r = 0; r < realByReal.length; r++) {
      y[2 * r] = realByReal[r];
      y[2 * r + 1] = realByImaginary[r];
    }
    if (complex) {
      double[] imaginaryByReal = project(s.real(), x, 1, stride);
      double[] imaginaryByImaginary = project(s.imaginary(), x, 1, stride);
      for (int r = 0; r < imaginaryByReal.length; r++) {
        y[2 * r] -= imaginaryByImaginary[r];
        y[2 * r + 1] += imaginaryByReal[r];
      }
    }
    return y;
  }

  private static double floored(Stage.Log s, double v) {
    return switch (s.floor()) {
      case CLAMP -> Math.max(v, s.value());
      case ADD -> v + s.value();
      case REPLACE_ZERO -> v == 0 ? s.value() : v;
    };
  }

  private static double reduce(Stage.Reduce.Reduction reduction, double[] x) {
    double sum = 0;
    switch (reduction) {
      case SUM, MEAN -> {
        for (double v : x) {
          sum += v;
        }
      }
      case SUM_OF_SQUARES, MEAN_SQUARE -> {
        for (double v : x) {
          sum += v * v;
        }
      }
      case ZERO_CROSSING_RATE -> {
        for (int n = 1; n < x.length; n++) {
          if (negative(x[n]) != negative(x[n - 1])) {
            sum++;
          }
        }
      }
    }
    return switch (reduction) {
      case SUM, SUM_OF_SQUARES -> sum;
      case MEAN, MEAN_SQUARE, ZERO_CROSSING_RATE -> sum / x.length;
    };
  }

  private static boolean negative(double v) {
    return v < -Stage.Reduce.ZERO_CROSSING_THRESHOLD;
  }

  private static double[][] fitFrames(Stage.FitFrames s, double[][] x, int bins) {
    double[][] y = new double[Math.toIntExact(s.frames(x.length))][bins];
    for (int t = 0; t < y.length; t++) {
      if (t < x.length) {
        y[t] = x[t];
      } else {
        Arrays.fill(y[t], s.value());
      }
    }
    return y;
  }

  private static Clip[][] branch(Stage.Branch s, Clip[][] clips, @Nullable Pieces pieces) {
    Clip[][][] results = new Clip[s.paths().size()][][];
    for (int p = 0; p < results.length; p++) {
      results[p] = run(s.paths().get(p), clips, pieces);
    }
    Clip[][] out = new Clip[clips.length][];
    for (int b = 0; b < clips.length; b++) {
      out[b] = new Clip[clips[b].length];
      for (int c = 0; c < out[b].length; c++) {
        Layout layout = s.apply(clips[b][c].layout());
        double[][] joined = results[0][b][c].values();
        for (int p = 1; p < results.length; p++) {
          joined = join(s.join(), joined, results[p][b][c].values());
        }
        out[b][c] = new Clip(layout, joined);
      }
    }
    return out;
  }

  private static double[][] join(Stage.Branch.Join join, double[][] left, double[][] right) {
    boolean shortest = join == Stage.Branch.Join.CONCATENATE_SHORTEST;
    if (left.length != right.length && !shortest) {
      throw new IllegalArgumentException(
          "the paths of a branch gave %d and %d frames".formatted(left.length, right.length));
    }
    double[][] y = new double[Math.min(left.length, right.length)][];
    for (int t = 0; t < y.length; t++) {
      double[] a = left[t];
      double[] b = right[t];
      if (shortest || join == Stage.Branch.Join.CONCATENATE) {
        y[t] = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, y[t], a.length, b.length);
      } else {
        y[t] = new double[a.length];
        for (int k = 0; k < a.length; k++) {
          y[t][k] = join == Stage.Branch.Join.MULTIPLY ? a[k] * b[k] : a[k] / b[k];
        }
      }
    }
    return y;
  }
}
