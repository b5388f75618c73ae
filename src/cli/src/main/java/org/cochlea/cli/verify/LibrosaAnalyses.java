package org.cochlea.cli.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.UnaryOperator;
import org.cochlea.core.basis.PolynomialFit;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.Analyzed;
import org.cochlea.core.feature.Chroma;
import org.cochlea.core.feature.ChromaSpec;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.Custom;
import org.cochlea.core.feature.EstimatedTuning;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.HarmonicPercussiveSpectrogram;
import org.cochlea.core.feature.LinearPrediction;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.OnsetEnvelope;
import org.cochlea.core.feature.PolynomialFeatures;
import org.cochlea.core.feature.PyinPitch;
import org.cochlea.core.feature.SpectralDescriptor;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.feature.Tonnetz;
import org.cochlea.core.feature.YinPitch;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Beats;
import org.cochlea.core.stage.HarmonicPercussive;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.OnsetStrength;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.ProbabilisticYin;
import org.cochlea.core.stage.SpectralShape;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Tempo;
import org.cochlea.core.stage.Tempogram;
import org.jspecify.annotations.Nullable;

/** librosa 0.11's analyses of spectra and signals: their arguments and defaults. */
final class LibrosaAnalyses {
  private LibrosaAnalyses() {}

  static @Nullable Recipe recipe(String feature, Params p, Library.Context context, int rate) {
    return switch (feature) {
      case "spectral_centroid" -> shape(p, rate, new SpectralShape.Centroid());
      case "spectral_bandwidth" -> {
        p.expect("centroid", (Object) null);
        double order = p.number("p", 2);
        yield shape(p, rate, new SpectralShape.Bandwidth(order, p.flag("norm", true)));
      }
      case "spectral_rolloff" ->
          shape(p, rate, new SpectralShape.Rolloff(p.number("roll_percent", 0.85)));
      case "spectral_contrast" ->
          shape(
              p,
              rate,
              new SpectralShape.Contrast(
                  p.number("fmin", 200),
                  p.integer("n_bands", 6),
                  p.number("quantile", 0.02),
                  p.flag("linear", false)));
      case "spectral_flatness" ->
          shape(p, rate, new SpectralShape.Flatness(p.number("power", 2), p.number("amin", 1e-10)));
      case "poly_features" -> {
        double[] hz = p.take("freq", null) == null ? null : p.numbers("freq");
        int order = p.integer("order", 1);
        StftSpec stft = LibrosaCases.stft(p, 512);
        if (hz == null) {
          yield Recipe.of(new PolynomialFeatures(rate, stft, order));
        }
        yield Recipe.of(
            new Custom(
                "polynomials",
                new Spectrogram(rate, stft, 1)
                    .pipeline()
                    .then(new Stage.Project(PolynomialFit.matrix(hz, order)))));
      }
      case "chroma_stft" -> chroma(p, rate);
      case "estimate_tuning" -> {
        p.expect("ref", (Object) null);
        yield fitted(Recipe.of(tuning(p, rate)), context);
      }
      case "tonnetz" -> tonnetz(p, rate);
      case "onset_strength" -> fitted(onsetStrength(p, rate, context), context);
      case "onset_strength_multi" -> onsetStrength(p, rate, context);
      case "hpss_harmonic", "decompose.hpss_harmonic" ->
          separated(p, context, HarmonicPercussive.Part.HARMONIC);
      case "hpss_percussive", "decompose.hpss_percussive" ->
          separated(p, context, HarmonicPercussive.Part.PERCUSSIVE);
      case "pyin" -> pyin(p, context, rate);
      case "tempogram" -> Recipe.of(tempogram(p, rate, p.integer("hop_length", 512)));
      case "tempo", "feature.tempo" -> fitted(tempo(p, rate), context);
      case "beat_track", "beats" -> beats(p, context, rate);
      case "yin" -> fitted(Recipe.of(yin(p, rate)), context);
      case "cqt", "vqt", "pseudo_cqt", "hybrid_cqt", "icqt" ->
          LibrosaCqt.recipe(feature, p, context, rate);
      case "chroma_cqt", "chroma_cens", "chroma_vqt" ->
          LibrosaCqt.chroma(feature, p, rate, UnaryOperator.identity());
      case "lpc" -> {
        p.expect("axis", -1);
        yield fitted(Recipe.of(new LinearPrediction(p.integer("order", 16))), context);
      }
      default -> null;
    };
  }

  /** Drops or adds axes of size 1 as the reference has them. */
  static Recipe fitted(Recipe recipe, Library.Context context) {
    int[] shape = context.shape();
    int[] wanted = context.channels() > 1 ? Arrays.copyOfRange(shape, 1, shape.length) : shape;
    return recipe.then(
        array ->
            Arrays.equals(larger(array.shape()), larger(wanted))
                ? new NdArray(wanted.clone(), array.data())
                : array);
  }

  private static int[] larger(int[] shape) {
    return Arrays.stream(shape).filter(size -> size != 1).toArray();
  }

  private static Recipe shape(Params p, int rate, SpectralShape.Measure measure) {
    double[] hz = p.take("freq", null) == null ? null : p.numbers("freq");
    SpectralDescriptor plain = new SpectralDescriptor(rate, LibrosaCases.stft(p, 512), measure);
    if (hz == null) {
      return Recipe.of(plain);
    }
    List<Stage> stages = new ArrayList<>(plain.pipeline().stages());
    stages.removeLast();
    stages.add(new SpectralShape(Basis.row(hz), measure));
    return Recipe.of(new Custom("shape", new Pipeline(rate, Layout.signal(), stages)));
  }

  /** Returns the order of a norm as librosa.util.normalize takes it; NaN for none. */
  static double norm(Params p, String name, double ifAbsent) {
    Double order = p.numberOrNull(name, ifAbsent);
    return order == null ? Double.NaN : order;
  }

  private static Recipe chroma(Params p, int rate) {
    return chroma(p, rate, UnaryOperator.identity());
  }

  private static Recipe chroma(Params p, int rate, UnaryOperator<Feature> then) {
    double norm = norm(p, "norm", Double.POSITIVE_INFINITY);
    Double tuning = p.numberOrNull("tuning", null);
    StftSpec stft = LibrosaCases.stft(p, 512);
    Double width = p.numberOrNull("octwidth", 2.0);
    ChromaSpec spec =
        new ChromaSpec(
            p.integer("n_chroma", 12),
            0,
            2,
            p.number("ctroct", 5),
            width == null ? Double.POSITIVE_INFINITY : width,
            p.flag("base_c", true));
    DoubleFunction<Feature> tuned =
        t -> then.apply(new Chroma(rate, stft, spec.withTuning(t), norm));
    if (tuning != null) {
      return Recipe.of(tuned.apply(tuning));
    }
    Spectrogram power = new Spectrogram(rate, stft, 2);
    return estimated(new EstimatedTuning(power, 0.01, spec.bins(), 150, 4000, 0.1), tuned);
  }

  /** Estimates the tuning of every channel first. */
  static Recipe estimated(Feature tuning, DoubleFunction<Feature> feature) {
    Recipe first = Recipe.of(tuning);
    Recipe both =
        (input, engine) ->
            Recipe.of(feature.apply(first.run(input, engine).getFirst().data()[0]))
                .run(input, engine);
    return both.oneByOne();
  }

  private static EstimatedTuning tuning(Params p, int rate) {
    StftSpec stft = LibrosaCases.stft(p, null);
    return new EstimatedTuning(
        new Spectrogram(rate, stft, 1),
        p.number("resolution", 0.01),
        p.integer("bins_per_octave", 12),
        Math.max(0, p.number("fmin", 150)),
        p.number("fmax", 4000),
        p.number("threshold", 0.1));
  }

  /** The pitch classes are named with their arguments, such as {@code chroma_stft tuning=0.0}. */
  private static Recipe tonnetz(Params p, int rate) {
    String[] words = p.text("chroma", "chroma_cqt").split(" ", -1);
    for (String word : List.of(words).subList(1, words.length)) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw UnsupportedCaseException.value("chroma", String.join(" ", words));
      }
      String value = word.substring(equals + 1);
      p.replace(
          word.substring(0, equals),
          value.equals("None") ? null : (Object) Double.parseDouble(value));
    }
    UnaryOperator<Feature> tonnetz = Tonnetz::new;
    return switch (words[0]) {
      case "chroma_stft" -> chroma(p, rate, tonnetz);
      case "chroma_cqt", "chroma_cens" -> LibrosaCqt.chroma(words[0], p, rate, tonnetz);
      default -> throw UnsupportedCaseException.value("chroma", words[0]);
    };
  }

  private static Recipe onsetStrength(Params p, int rate, Library.Context context) {
    boolean center = p.flag("center", true);
    // The centring of the onsets, not that of the frames, which always are.
    p.replace("center", true);
    p.expect("ref", (Object) null);
    p.expect("feature", null, "melspectrogram", "librosa.feature.melspectrogram");
    MelBank mel = LibrosaCases.mel(p, rate, "norm", p.number("power", 2));
    StftSpec stft = mel.spectrogram().stft();
    Object aggregate = p.take("aggregate", null);
    OnsetStrength strength =
        new OnsetStrength(
            p.integer("lag", 1),
            p.integer("max_size", 1),
            aggregate(aggregate),
            bands(p.take("channels", null)),
            p.flag("detrend", false),
            center ? stft.fftSize() / (2 * stft.hopLength()) : 0);
    Feature log = mel.of(new LogMel(mel.spectrogram(), Compression.Decibels.ofPower()));
    return Recipe.of(new OnsetEnvelope(log, strength), context.together());
  }

  private static OnsetStrength.Aggregate aggregate(@Nullable Object value) {
    return switch (value) {
      case null -> OnsetStrength.Aggregate.MEAN;
      case Boolean flag when !flag -> OnsetStrength.Aggregate.NONE;
      case String name ->
          switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "mean", "average" -> OnsetStrength.Aggregate.MEAN;
            case "median" -> OnsetStrength.Aggregate.MEDIAN;
            case "max", "amax" -> OnsetStrength.Aggregate.MAX;
            case "min", "amin" -> OnsetStrength.Aggregate.MIN;
            case "sum" -> OnsetStrength.Aggregate.SUM;
            default -> throw UnsupportedCaseException.value("aggregate", name);
          };
      default -> throw UnsupportedCaseException.value("aggregate", value);
    };
  }

  /** The edges between bands, or a list of bands. */
  private static List<OnsetStrength.Band> bands(@Nullable Object value) {
    List<OnsetStrength.Band> bands = new ArrayList<>();
    if (value == null) {
      return bands;
    }
    if (!(value instanceof List<?> list) || list.isEmpty()) {
      throw UnsupportedCaseException.value("channels", value);
    }
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i) instanceof List<?> slice
          && slice.get(0) instanceof Number from
          && slice.get(1) instanceof Number to) {
        bands.add(new OnsetStrength.Band(from.intValue(), to.intValue()));
      } else if (list.get(i) instanceof Number to && i > 0 && list.get(i - 1) instanceof Number n) {
        bands.add(new OnsetStrength.Band(n.intValue(), to.intValue()));
      }
    }
    return bands;
  }

  private static Recipe separated(Params p, Library.Context context, HarmonicPercussive.Part part) {
    HarmonicPercussive separation = separation(p, part);
    StftSpec stft = LibrosaCases.stft(p, null);
    boolean complex = context.shape()[context.shape().length - 1] == 2;
    Stft.Output output = complex ? Stft.Output.COMPLEX : Stft.Output.MAGNITUDE;
    return Recipe.of(
        new HarmonicPercussiveSpectrogram(Stft.of(stft).withOutput(output), separation));
  }

  static HarmonicPercussive separation(Params p, HarmonicPercussive.Part part) {
    double[] width = pair(p, "kernel_size", 31);
    double[] margin = pair(p, "margin", 1);
    return new HarmonicPercussive(
        part,
        (int) width[0],
        (int) width[1],
        p.number("power", 2),
        margin[0],
        margin[1],
        p.flag("mask", false));
  }

  private static double[] pair(Params p, String name, double ifAbsent) {
    double[] given = p.has(name) ? p.numbers(name) : new double[] {ifAbsent};
    return given.length == 2 ? given : new double[] {given[0], given[0]};
  }

  private static Recipe pyin(Params p, Library.Context context, int rate) {
    int length = p.integer("frame_length", 2048);
    Integer hop = p.integerOrNull("hop_length", null);
    boolean center = p.flag("center", true);
    p.ignore("win_length");
    double[] beta = p.has("beta_parameters") ? p.numbers("beta_parameters") : new double[] {2, 18};
    Object fill = p.take("fill_na", Double.NaN);
    ProbabilisticYin model =
        new ProbabilisticYin(
            rate,
            p.number("fmin", 0),
            p.number("fmax", 0),
            hop == null ? length / 4 : hop,
            p.integer("n_thresholds", 100),
            beta[0],
            beta[1],
            p.number("boltzmann_parameter", 2),
            p.number("resolution", 0.1),
            p.number("max_transition_rate", 35.92),
            p.number("switch_prob", 0.01),
            p.number("no_trough_prob", 0.01),
            fill == null
                ? Double.POSITIVE_INFINITY
                : fill instanceof Number value ? value.doubleValue() : Double.NaN);
    Recipe all =
        Recipe.of(
            new PyinPitch(
                model,
                length,
                center,
                NumpyPadding.stage("pad_mode", p.text("pad_mode", "constant"), center)));
    String out = p.text("out", "f0");
    int row =
        switch (out) {
          case "f0" -> 0;
          case "voiced_flag" -> 1;
          case "voiced_prob", "voiced_probs" -> 2;
          default -> throw UnsupportedCaseException.value("out", out);
        };
    return fitted(all.then(array -> array.row(row)), context);
  }

  static OnsetEnvelope onsets(int rate, int hop, OnsetStrength.Aggregate aggregate) {
    LogMel plain = LogMel.librosa(rate);
    StftSpec stft = StftSpec.librosa().withHopLength(hop);
    LogMel mel =
        new LogMel(
            new MelSpectrogram(rate, stft, plain.mel().mel(), plain.mel().power()),
            plain.compression());
    return new OnsetEnvelope(
        mel, new OnsetStrength(1, 1, aggregate, List.of(), false, stft.fftSize() / (2 * hop)));
  }

  static Analyzed tempogram(Params p, int rate, int hop) {
    Window window = WindowArgument.scipy("window", p.take("window", "hann"));
    return tempogram(
        rate,
        hop,
        new Tempogram(
            Basis.row(window.coefficients(p.integer("win_length", 384))),
            p.flag("center", true),
            norm(p, "norm", Double.POSITIVE_INFINITY)));
  }

  private static Analyzed tempogram(int rate, int hop, Tempogram tempogram) {
    return new Analyzed(onsets(rate, hop, OnsetStrength.Aggregate.MEAN), tempogram);
  }

  private static Recipe tempo(Params p, int rate) {
    int hop = p.integer("hop_length", 512);
    int window = (int) (p.number("ac_size", 8) * rate) / hop;
    p.expect("prior", (Object) null);
    Double max = p.numberOrNull("max_tempo", 320.0);
    Object aggregate = p.take("aggregate", "mean");
    if (aggregate != null && !aggregate.toString().endsWith("mean")) {
      throw UnsupportedCaseException.value("aggregate", aggregate);
    }
    Analyzed correlations =
        tempogram(
            rate,
            hop,
            new Tempogram(
                Basis.row(Window.HANN.coefficients(window)), true, Double.POSITIVE_INFINITY));
    return Recipe.of(
        new Analyzed(
            correlations,
            new Tempo(
                (double) rate / hop,
                p.number("start_bpm", 120),
                p.number("std_bpm", 1),
                max == null ? Double.POSITIVE_INFINITY : max,
                aggregate != null)));
  }

  private static Recipe beats(Params p, Library.Context context, int rate) {
    int hop = p.integer("hop_length", 512);
    p.expect("prior", (Object) null);
    Double bpm = p.numberOrNull("bpm", null);
    String units = p.text("units", "frames");
    double unit =
        switch (units) {
          case "frames" -> 1;
          case "samples" -> hop;
          case "time" -> (double) hop / rate;
          default -> throw UnsupportedCaseException.value("units", units);
        };
    boolean sparse = p.flag("sparse", true);
    Recipe flags =
        Recipe.of(
            new Analyzed(
                onsets(rate, hop, OnsetStrength.Aggregate.MEDIAN),
                new Beats(
                    (double) rate / hop,
                    bpm == null ? 0 : bpm,
                    p.number("start_bpm", 120),
                    p.number("tightness", 100),
                    p.flag("trim", true))));
    return sparse ? flags.then(array -> array.indices(unit)) : fitted(flags, context);
  }

  private static YinPitch yin(Params p, int rate) {
    int length = p.integer("frame_length", 2048);
    Integer hop = p.integerOrNull("hop_length", null);
    boolean center = p.flag("center", true);
    // Without effect since 0.11.
    p.ignore("win_length");
    return new YinPitch(
        rate,
        p.number("fmin", 0),
        p.number("fmax", 0),
        length,
        hop == null ? length / 4 : hop,
        p.number("trough_threshold", 0.1),
        center,
        NumpyPadding.stage("pad_mode", p.text("pad_mode", "constant"), center));
  }
}
