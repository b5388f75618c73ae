package org.cochlea.cli.verify;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.cochlea.core.feature.Custom;
import org.cochlea.core.feature.ZeroCrossingRate;
import org.cochlea.core.signal.FourierResampler;
import org.cochlea.core.signal.Interpolation;
import org.cochlea.core.signal.Interval;
import org.cochlea.core.signal.MuLaw;
import org.cochlea.core.signal.PreEmphasis;
import org.cochlea.core.signal.Resampler;
import org.cochlea.core.signal.Silence;
import org.cochlea.core.signal.SincKernel;
import org.cochlea.core.signal.TableResampler;
import org.cochlea.core.signal.TransferFunction;
import org.cochlea.core.signal.ZeroCrossings;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.PreEmphasis.Before;

/** librosa's functions from signals to signals. */
final class LibrosaSignals {
  private LibrosaSignals() {}

  static Recipe preemphasis(Params p) {
    double coefficient = p.number("coef", 0.97);
    p.expect("return_zf", false);
    if (p.take("zi", null) == null) {
      return preemphasis(coefficient, Before.EXTRAPOLATE);
    }
    double[] state = p.numbers("zi");
    if (state.length != 1) {
      throw UnsupportedCaseException.value("zi", Arrays.toString(state));
    }
    // The state is what is added to the first sample.
    return preemphasis(coefficient, Before.ZERO)
        .then(
            row -> {
              if (row.data().length > 0) {
                row.data()[0] += (float) state[0];
              }
              return row;
            });
  }

  private static Recipe preemphasis(double coefficient, Before before) {
    Stage stage = new Stage.PreEmphasis(coefficient, before);
    return Recipe.of(new Custom("pre-emphasis", Pipeline.of(0, stage)))
        .then(row -> NdArray.of(row.data()));
  }

  static Recipe deemphasis(Params p) {
    double coefficient = p.number("coef", 0.97);
    p.expect("return_zf", false);
    if (p.take("zi", null) == null) {
      return Recipe.ofSignal(PreEmphasis.librosa(coefficient)::invert);
    }
    double[] state = p.numbers("zi");
    if (state.length != 1) {
      throw UnsupportedCaseException.value("zi", Arrays.toString(state));
    }
    TransferFunction filter = TransferFunction.of(new double[] {1}, new double[] {1, -coefficient});
    return Recipe.ofSignal(Doubles.tool(samples -> filter.filter(samples, state.clone())));
  }

  static Recipe zeroCrossingRate(Params p, Library.Context context) {
    int length = p.integer("frame_length", 2048);
    int hop = p.integer("hop_length", 512);
    boolean center = p.flag("center", true);
    boolean zeroPositive = p.flag("zero_pos", true);
    boolean counted = p.flag("pad", false);
    double threshold = p.number("threshold", 1e-10);
    Object magnitude = p.take("ref_magnitude", null);
    if (magnitude instanceof Number n) {
      threshold *= n.doubleValue();
    }
    if (magnitude instanceof String || threshold == 0 || !zeroPositive) {
      double factor = threshold;
      Recipe all =
          (input, _) -> {
            List<float[]> channels =
                Arrays.stream(input.channels())
                    .map(channel -> framed(channel, length, hop, center))
                    .toList();
            double level =
                magnitude instanceof String name ? statistic(channels, length, hop, name) : 1;
            ZeroCrossings crossings = new ZeroCrossings(factor * level, zeroPositive);
            return channels.stream()
                .map(channel -> rate(crossings.find(channel), length, hop, counted))
                .toList();
          };
      return context.together() ? all : all.oneByOne();
    }
    Pipeline pipeline = new ZeroCrossingRate(length, hop, center).pipeline();
    if (threshold != Stage.Reduce.ZERO_CROSSING_THRESHOLD) {
      // Scaled so that the given threshold falls on the fixed one.
      Stage scale = new Stage.Affine(Stage.Reduce.ZERO_CROSSING_THRESHOLD / threshold, 0);
      pipeline = Pipeline.of(0, scale).then(pipeline.stages().toArray(Stage[]::new));
    }
    if (counted) {
      // The first sample of every frame counts as a crossing.
      pipeline = pipeline.then(new Stage.Affine(1, 1.0 / length));
    }
    return Recipe.of(new Custom("zero crossing rate", pipeline));
  }

  /** The samples that frames are cut from: none behind the last frame. */
  private static float[] framed(float[] samples, int length, int hop, boolean center) {
    float[] longer = samples;
    if (center) {
      int width = length / 2;
      longer = new float[samples.length + 2 * width];
      for (int i = 0; i < longer.length; i++) {
        longer[i] = samples[Math.clamp(i - width, 0, samples.length - 1)];
      }
    }
    return Arrays.copyOf(longer, (longer.length - length) / hop * hop + length);
  }

  /** A statistic of the magnitudes in all frames, where overlapping samples count repeatedly. */
  private static double statistic(List<float[]> channels, int length, int hop, String name) {
    int frames = (channels.getFirst().length - length) / hop + 1;
    float[] all = new float[Math.toIntExact((long) channels.size() * frames * length)];
    int at = 0;
    for (float[] channel : channels) {
      for (int t = 0; t < frames; t++) {
        for (int i = 0; i < length; i++) {
          all[at++] = Math.abs(channel[t * hop + i]);
        }
      }
    }
    return NumpyPadding.statistic(all, name);
  }

  private static NdArray rate(boolean[] crossings, int length, int hop, boolean counted) {
    float[] rates = new float[(crossings.length - length) / hop + 1];
    for (int t = 0; t < rates.length; t++) {
      // A frame has nothing before its first sample.
      int count = counted ? 1 : 0;
      for (int i = 1; i < length; i++) {
        count += crossings[t * hop + i] ? 1 : 0;
      }
      rates[t] = (float) count / length;
    }
    return new NdArray(new int[] {1, rates.length}, rates);
  }

  static Recipe resample(String type, Params p, Library.Context context) {
    int from = p.integer("orig_sr", context.sampleRate());
    int to = p.integer("target_sr", context.sampleRate());
    String name = p.text("res_type", type.isEmpty() ? "soxr_hq" : type);
    UnaryOperator<float[]> tool =
        switch (name) {
          case "fft", "scipy" -> x -> FourierResampler.resample(x, length(x, from, to));
          case "kaiser_best" -> x -> TableResampler.kaiserBest().resample(x, from, to);
          case "kaiser_fast" -> x -> TableResampler.kaiserFast().resample(x, from, to);
          case "zero_order_hold" -> x -> Interpolation.HOLD.resample(x, from, to);
          case "linear" -> x -> Interpolation.LINEAR.resample(x, from, to);
          case "soxr_qq" -> x -> Interpolation.CUBIC.resample(x, from, to);
          default -> Resampler.of(from, to, kernel(name, from, to))::resample;
        };
    return Recipe.ofSignal(x -> from == to ? x : Arrays.copyOf(tool.apply(x), length(x, from, to)))
        .scaled(scale(from, to, p));
  }

  /** Kernels with the bands of the libraries'; those of soxr and libsamplerate are tables. */
  private static SincKernel kernel(String name, int from, int to) {
    return switch (name) {
      case "soxr_vhq" -> Resampler.Quality.VERY_HIGH.kernel();
      case "soxr_hq" -> Resampler.Quality.HIGH.kernel();
      case "soxr_mq" -> SincKernel.design(0.913, 100);
      case "soxr_lq", "sinc_fastest" -> SincKernel.design(0.68, 97);
      case "sinc_medium" -> SincKernel.design(0.85, 121);
      case "sinc_best" -> SincKernel.design(0.96, 145);
      case "polyphase" -> SincKernel.scipy(from, to);
      default -> throw UnsupportedCaseException.value("res_type", name);
    };
  }

  /** librosa multiplies by the rounded ratio, which may end in one sample more. */
  private static int length(float[] samples, int from, int to) {
    return (int) Math.ceil(samples.length * ((double) to / from));
  }

  /** scale=True keeps the energy: librosa divides by the root of the ratio. */
  private static double scale(int from, int to, Params p) {
    p.expect("fix", true);
    p.expect("axis", -1, 0);
    return p.flag("scale", false) ? Math.sqrt((double) from / to) : 1;
  }

  static Recipe trim(Params p, Library.Context context) {
    Recipe all = silence(p, (silence, channels) -> array(silence.trim(channels)));
    return context.together() ? all : all.oneByOne();
  }

  static Recipe split(Params p, Library.Context context) {
    Recipe all =
        silence(
            p,
            (silence, channels) -> {
              List<Interval> intervals = silence.split(channels);
              float[] ends = new float[2 * intervals.size()];
              for (int i = 0; i < intervals.size(); i++) {
                ends[2 * i] = intervals.get(i).start();
                ends[2 * i + 1] = intervals.get(i).end();
              }
              return new NdArray(new int[] {intervals.size(), 2}, ends);
            });
    return context.together() ? all : all.oneByOne();
  }

  private static Recipe silence(Params p, BiFunction<Silence, float[][], NdArray> tool) {
    int front = p.integer("pad_front", 0);
    int back = p.integer("pad_back", 0);
    Object ref = p.take("ref", "max");
    Silence.Reference reference =
        switch (ref) {
          case Number n -> new Silence.Fixed(Math.abs(n.doubleValue()));
          case String name -> new Silence.Relative(reduction("ref", name));
          case null, default -> throw UnsupportedCaseException.value("ref", String.valueOf(ref));
        };
    Silence silence =
        new Silence(
            p.number("top_db", 60),
            p.integer("frame_length", 2048),
            p.integer("hop_length", 512),
            reference,
            reduction("aggregate", p.text("aggregate", "max")));
    return (input, _) ->
        List.of(
            tool.apply(
                silence,
                Arrays.stream(input.channels())
                    .map(channel -> padded(channel, front, back))
                    .toArray(float[][]::new)));
  }

  private static Silence.Reduction reduction(String parameter, String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "max", "amax" -> Silence.Reduction.MAX;
      case "mean" -> Silence.Reduction.MEAN;
      case "median" -> Silence.Reduction.MEDIAN;
      case "min", "amin" -> Silence.Reduction.MIN;
      default -> throw UnsupportedCaseException.value(parameter, name);
    };
  }

  private static float[] padded(float[] samples, int front, int back) {
    float[] longer = new float[front + samples.length + back];
    System.arraycopy(samples, 0, longer, front, samples.length);
    return longer;
  }

  private static NdArray array(Interval interval) {
    return NdArray.of(interval.start(), interval.end());
  }

  static Recipe muCompress(Params p) {
    MuLaw law = new MuLaw(p.number("mu", 255));
    return Recipe.ofSignal(p.flag("quantize", true) ? x -> floats(law.quantize(x)) : law::compress);
  }

  static Recipe muExpand(Params p) {
    MuLaw law = new MuLaw(p.number("mu", 255));
    boolean quantized = p.flag("quantize", true);
    return Recipe.ofSignal(
        x -> {
          float[] values = x.clone();
          for (int i = 0; quantized && i < x.length; i++) {
            values[i] = (float) (x[i] * 2.0 / (1 + law.mu()));
          }
          return law.expand(values);
        });
  }

  private static float[] floats(int[] levels) {
    float[] values = new float[levels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = levels[i];
    }
    return values;
  }
}
