package org.cochlea.cli.verify;

import java.util.Arrays;
import java.util.List;
import org.cochlea.core.feature.Custom;
import org.cochlea.core.signal.Interval;
import org.cochlea.core.signal.MuLaw;
import org.cochlea.core.signal.Resampler;
import org.cochlea.core.signal.Silence;
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

  static Recipe resample(String type, Params p, Library.Context context) {
    int from = p.integer("orig_sr", context.sampleRate());
    int to = p.integer("target_sr", context.sampleRate());
    String name = p.text("res_type", type.isEmpty() ? "soxr_hq" : type);
    Resampler.Quality quality =
        switch (name) {
          case "soxr_vhq" -> Resampler.Quality.VERY_HIGH;
          case "soxr_hq" -> Resampler.Quality.HIGH;
          case "soxr_mq" -> Resampler.Quality.MEDIUM;
          default -> throw UnsupportedCaseException.value("res_type", name);
        };
    p.expect("fix", true);
    p.expect("axis", -1, 0);
    // scale=True keeps the energy: librosa divides by the root of the ratio.
    double scale = p.flag("scale", false) ? Math.sqrt((double) from / to) : 1;
    Resampler resampler = Resampler.of(from, to, quality);
    return Recipe.ofSignal(resampler::resample).scaled(scale);
  }

  static Recipe trim(Params p, Library.Context context) {
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
    // One interval for all channels together, or one for each: the reference's shape tells.
    boolean together = context.shape().length == 1;
    return (input, _) -> {
      float[][] channels =
          Arrays.stream(input.channels())
              .map(channel -> padded(channel, front, back))
              .toArray(float[][]::new);
      return together
          ? List.of(array(silence.trim(channels)))
          : Arrays.stream(channels).map(channel -> array(silence.trim(channel))).toList();
    };
  }

  private static Silence.Reduction reduction(String parameter, String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "max" -> Silence.Reduction.MAX;
      case "mean" -> Silence.Reduction.MEAN;
      case "median" -> Silence.Reduction.MEDIAN;
      case "min" -> Silence.Reduction.MIN;
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

  static Recipe muLaw(Params p) {
    MuLaw law = new MuLaw(p.number("mu", 255));
    return Recipe.ofSignal(p.flag("quantize", true) ? x -> floats(law.quantize(x)) : law::compress);
  }

  private static float[] floats(int[] levels) {
    float[] values = new float[levels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = levels[i];
    }
    return values;
  }
}
