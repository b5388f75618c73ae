package org.cochlea.cli.verify;

import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.UnaryOperator;
import org.cochlea.core.basis.Intervals;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.ChromaCens;
import org.cochlea.core.feature.ChromaCqt;
import org.cochlea.core.feature.ConstantQ;
import org.cochlea.core.feature.CqtSpec;
import org.cochlea.core.feature.EstimatedTuning;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Padding;
import org.jspecify.annotations.Nullable;

/** librosa 0.11's constant-Q transforms and the chroma features of them. */
final class LibrosaCqt {
  private LibrosaCqt() {}

  static Recipe recipe(String name, Params p, Library.Context context, int rate) {
    p.ignore("dtype");
    Object octave = p.take("intervals", "equal");
    int perOctave = octave instanceof List<?> list ? list.size() : p.integer("bins_per_octave", 12);
    p.ignore("bins_per_octave");
    List<Double> intervals = intervals(octave, perOctave);
    boolean variable = name.equals("vqt");
    Double gamma = variable ? p.numberOrNull("gamma", null) : Double.valueOf(0);
    CqtSpec spec =
        new CqtSpec(
            low(p),
            p.integer("n_bins", 84),
            perOctave,
            p.number("filter_scale", 1),
            LibrosaAnalyses.norm(p, "norm", 1),
            WindowArgument.scipy("window", p.take("window", "hann")),
            gamma == null ? Double.NaN : gamma,
            p.number("sparsity", 0.01),
            intervals);
    int hop = p.integer("hop_length", 512);
    boolean scaled = p.flag("scale", true);
    Padding padding = NumpyPadding.stage("pad_mode", p.text("pad_mode", "constant"), true);
    ConstantQ.Method method =
        switch (name) {
          case "pseudo_cqt" -> ConstantQ.Method.PSEUDO;
          case "hybrid_cqt" -> ConstantQ.Method.HYBRID;
          default -> ConstantQ.Method.RECURSIVE;
        };
    resampler(p);
    if (name.equals("icqt")) {
      CqtSpec tuned = spec.withTuning(p.number("tuning", 0));
      Stft.Output complex = Stft.Output.COMPLEX;
      return InverseCases.icqt(
          p, new ConstantQ(rate, hop, tuned, method, scaled, padding, complex));
    }
    int axes = context.shape().length - (context.channels() > 1 ? 1 : 0);
    Stft.Output output = axes == 3 ? Stft.Output.COMPLEX : Stft.Output.MAGNITUDE;
    return tuned(
        p,
        rate,
        0.0,
        spec.binsPerOctave(),
        tuning ->
            new ConstantQ(rate, hop, spec.withTuning(tuning), method, scaled, padding, output));
  }

  /** Returns the ratios of an octave; none for equal steps. */
  static List<Double> intervals(@Nullable Object value, int perOctave) {
    return switch (value) {
      case String s when s.equals("equal") -> List.of();
      case String s when s.equals("pythagorean") -> Intervals.pythagorean(perOctave);
      case String s when s.equals("ji3") -> Intervals.just(perOctave, 3);
      case String s when s.equals("ji5") -> Intervals.just(perOctave, 3, 5);
      case String s when s.equals("ji7") -> Intervals.just(perOctave, 3, 5, 7);
      case List<?> list when list.stream().allMatch(Number.class::isInstance) ->
          list.stream().map(ratio -> ((Number) ratio).doubleValue()).toList();
      case null, default ->
          throw UnsupportedCaseException.value("intervals", String.valueOf(value));
    };
  }

  private static double low(Params p) {
    Double low = p.numberOrNull("fmin", null);
    return low == null ? CqtSpec.C1 : low;
  }

  /** All but the coarsest resamplers agree where an octave has its bins. */
  private static void resampler(Params p) {
    String type = String.valueOf(p.take("res_type", "soxr_hq"));
    switch (type) {
      case "null",
          "soxr_vhq",
          "soxr_hq",
          "soxr_mq",
          "kaiser_best",
          "kaiser_fast",
          "fft",
          "scipy",
          "polyphase",
          "sinc_best",
          "sinc_medium" -> {}
      default -> throw UnsupportedCaseException.value("res_type", type);
    }
  }

  private static Recipe tuned(
      Params p,
      int rate,
      @Nullable Double ifAbsent,
      int binsPerOctave,
      DoubleFunction<Feature> feature) {
    Double tuning = p.numberOrNull("tuning", ifAbsent);
    if (tuning != null) {
      return Recipe.of(feature.apply(tuning));
    }
    Spectrogram magnitude = new Spectrogram(rate, StftSpec.librosa(), 1);
    return LibrosaAnalyses.estimated(
        new EstimatedTuning(magnitude, 0.01, binsPerOctave, 150, 4000, 0.1), feature);
  }

  static Recipe chroma(String name, Params p, int rate, UnaryOperator<Feature> then) {
    boolean cens = name.equals("chroma_cens");
    boolean variable = name.equals("chroma_vqt");
    Object octave = variable ? p.take("intervals", "equal") : "equal";
    Integer given = p.integerOrNull("bins_per_octave", variable ? 12 : 36);
    int classes =
        octave instanceof List<?> list
            ? list.size()
            : variable && given != null ? given : p.integer("n_chroma", 12);
    int perOctave = variable || given == null ? classes : given;
    List<Double> intervals = intervals(octave, perOctave);
    double low = low(p);
    String mode = p.text("cqt_mode", "full");
    p.expect("window", (Object) null);
    CqtSpec equal =
        CqtSpec.librosa().withBins(low, p.integer("n_octaves", 7) * perOctave, perOctave);
    Double gamma = variable ? p.numberOrNull("gamma", 0.0) : Double.valueOf(0);
    CqtSpec spec =
        (intervals.isEmpty() ? equal : equal.withIntervals(intervals))
            .withGamma(gamma == null ? Double.NaN : gamma);
    int hop = p.integer("hop_length", 512);
    ConstantQ.Method method =
        switch (mode) {
          case "full" -> ConstantQ.Method.RECURSIVE;
          case "hybrid" -> ConstantQ.Method.HYBRID;
          default -> throw UnsupportedCaseException.value("cqt_mode", mode);
        };
    double norm = LibrosaAnalyses.norm(p, "norm", cens ? 2 : Double.POSITIVE_INFINITY);
    Double threshold = cens ? Double.valueOf(0) : p.numberOrNull("threshold", 0.0);
    Integer smooth = cens ? p.integerOrNull("win_len_smooth", 41) : null;
    Window smoothing = WindowArgument.scipy("smoothing_window", p.take("smoothing_window", "hann"));
    DoubleFunction<Feature> tuned =
        tuning -> {
          ConstantQ transform =
              new ConstantQ(
                  rate,
                  hop,
                  spec.withTuning(tuning),
                  method,
                  true,
                  Padding.ZERO,
                  Stft.Output.MAGNITUDE);
          ChromaCqt chroma =
              new ChromaCqt(
                  transform,
                  low,
                  classes,
                  threshold == null ? Double.NEGATIVE_INFINITY : threshold,
                  cens ? Double.NaN : norm);
          return then.apply(
              cens ? new ChromaCens(chroma, smooth == null ? 0 : smooth, smoothing, norm) : chroma);
        };
    return tuned(p, rate, variable ? Double.valueOf(0) : null, perOctave, tuned);
  }
}
