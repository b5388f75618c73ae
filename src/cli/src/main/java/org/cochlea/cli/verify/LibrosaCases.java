package org.cochlea.cli.verify;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.cochlea.core.basis.Dct;
import org.cochlea.core.basis.FilterBanks;
import org.cochlea.core.basis.MelScale;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.Compressed;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.Custom;
import org.cochlea.core.feature.DctSpec;
import org.cochlea.core.feature.Delta;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.FrequencyScale;
import org.cochlea.core.feature.Inverse;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Rms;
import org.cochlea.core.feature.SpectralRms;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.feature.ZeroCrossingRate;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** librosa 0.11: its arguments and their defaults. */
final class LibrosaCases implements Library {

  @Override
  public @Nullable Recipe recipe(String feature, Params p, Context context) {
    int rate = p.integer("sr", context.sampleRate());
    if (p.has("nperseg") || p.has("fs")) {
      // scipy's functions of the same names.
      return null;
    }
    UnaryOperator<float[]> padding = paddingBefore(feature, p);
    if (feature.equals("log_mel_db") && decibelReference(p) != null) {
      return logMel(p, rate, context).after(padding);
    }
    if (feature.equals("zero_crossing_rate")) {
      return LibrosaSignals.zeroCrossingRate(p, context);
    }
    Feature known = feature(feature, p, rate);
    if (known != null) {
      return Recipe.of(known, context.together()).after(padding);
    }
    Recipe analysis = LibrosaAnalyses.recipe(feature, p, context, rate);
    if (analysis != null) {
      return analysis.after(padding);
    }
    Recipe transform = LibrosaTransforms.recipe(feature, p, context, rate);
    if (transform != null) {
      return transform.after(padding);
    }
    return switch (feature) {
      case "mel_to_stft" -> {
        Feature mel = mel(p, rate, "norm", p.number("power", 2)).feature();
        yield InverseCases.chain(mel, Inverse.of(mel, Inverse.To.SPECTRUM));
      }
      case "mfcc_to_mel" -> {
        Feature mfcc = mfcc(p, rate);
        yield InverseCases.chain(mfcc, Inverse.of(mfcc, Inverse.To.FILTERS));
      }
      case "istft" -> InverseCases.istft(p, stft(p));
      case "griffinlim" -> InverseCases.griffinLim(p, stft(p));
      case "preemphasis" -> LibrosaSignals.preemphasis(p);
      case "deemphasis" -> LibrosaSignals.deemphasis(p);
      case "trim" -> LibrosaSignals.trim(p, context);
      case "split" -> LibrosaSignals.split(p, context);
      case "mu_law", "mu_compress" -> LibrosaSignals.muCompress(p);
      case "mu_expand" -> LibrosaSignals.muExpand(p);
      case "resample" -> LibrosaSignals.resample("", p, context);
      default ->
          feature.startsWith("resample.")
              ? LibrosaSignals.resample(feature.substring("resample.".length()), p, context)
              : null;
    };
  }

  /** Pads the signal itself in the modes of numpy that no stage knows. */
  private static UnaryOperator<float[]> paddingBefore(String feature, Params p) {
    boolean levels =
        (feature.equals("rms") && p.take("S", null) == null)
            || feature.equals("yin")
            || feature.equals("pyin")
            || (feature.equals("delta") && "rms".equals(p.take("of", "")));
    if (!(p.take("pad_mode", "constant") instanceof String mode)
        || !NumpyPadding.isBefore(mode)
        || !p.flag("center", true)) {
      return UnaryOperator.identity();
    }
    int width = p.integer(levels ? "frame_length" : "n_fft", 2048) / 2;
    p.replace("center", false);
    p.replace("pad_mode", "constant");
    return samples -> NumpyPadding.padded(samples, width, mode);
  }

  static @Nullable Feature feature(String name, Params p, int rate) {
    return switch (name) {
      case "stft" -> new Stft(0, stft(p), new FrequencyScale.Fourier(), Stft.Output.COMPLEX);
      case "spectrogram" -> new Spectrogram(0, stft(p), p.number("power", 1));
      case "mel_spectrogram", "melspectrogram" ->
          mel(p, rate, "norm", p.number("power", 2)).feature();
      case "log_mel_db" -> logMel(p, rate);
      case "mfcc" -> mfcc(p, rate);
      case "pcen" -> pcen(p, rate);
      case "delta" -> delta(p, rate);
      case "rms" -> p.take("S", null) == null ? rms(p) : spectralRms(p);
      case "rms_S", "rms_s", "rms_spectrogram" -> spectralRms(p);
      case "zero_crossing_rate" ->
          new ZeroCrossingRate(
              p.integer("frame_length", 2048),
              p.integer("hop_length", 512),
              p.flag("center", true));
      default -> null;
    };
  }

  /**
   * librosa.stft's arguments; {@code hop_length} is a quarter of the window there, 512 elsewhere.
   */
  private static StftSpec stft(Params p) {
    return stft(p, null);
  }

  static StftSpec stft(Params p, @Nullable Integer hopIfAbsent) {
    int fftSize = p.integer("n_fft", 2048);
    Integer windowLength = p.integerOrNull("win_length", null);
    int window = windowLength == null ? fftSize : windowLength;
    Integer hop = p.integerOrNull("hop_length", hopIfAbsent);
    boolean center = p.flag("center", true);
    Padding padding = NumpyPadding.stage("pad_mode", p.text("pad_mode", "constant"), center);
    Window shape = WindowArgument.scipy("window", p.take("window", "hann"));
    p.ignore("dtype");
    return new StftSpec(
        fftSize,
        window,
        hop == null ? window / 4 : hop,
        shape,
        center,
        padding,
        0,
        StftSpec.Scaling.NONE);
  }

  static MelBank mel(Params p, int rate, String normName, double power) {
    StftSpec stft = stft(p, 512);
    Double high = p.numberOrNull("fmax", null);
    MelScale scale = p.flag("htk", false) ? MelScale.HTK : MelScale.SLANEY;
    Object norm = p.take(normName, "slaney");
    Double exponent = exponent(normName, norm);
    MelBank.Triangles triangles =
        new MelBank.Triangles(
            p.integer("n_mels", 128),
            p.number("fmin", 0),
            high == null ? rate / 2.0 : high,
            scale,
            "slaney".equals(norm) ? FilterBanks.Norm.SLANEY : FilterBanks.Norm.NONE,
            rate,
            stft.fftSize());
    p.ignore("dtype");
    return exponent == null
        ? MelBank.of(rate, stft, power, triangles)
        : MelBank.with(rate, stft, power, normalized(triangles.basis(), exponent));
  }

  /** Returns the p of a p-norm; null where there is none. */
  private static @Nullable Double exponent(String name, @Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Number n when n.doubleValue() >= 0 -> n.doubleValue();
      case String s when s.equals("slaney") -> null;
      case String s when s.toLowerCase(Locale.ROOT).startsWith("inf") -> Double.POSITIVE_INFINITY;
      default -> throw UnsupportedCaseException.value(name, value);
    };
  }

  /** librosa.util.normalize of the rows: {@code (Σ x^p)^(1/p)} becomes 1. */
  private static Basis normalized(Basis basis, double exponent) {
    double[][] rows = new double[basis.rows()][];
    for (int r = 0; r < rows.length; r++) {
      double[] row = basis.row(r);
      double size = size(row, exponent);
      for (int k = 0; k < row.length; k++) {
        row[k] /= size < Float.MIN_NORMAL ? 1 : size;
      }
      rows[r] = row;
    }
    return Basis.of(rows);
  }

  private static double size(double[] row, double exponent) {
    if (exponent == 0) {
      return Arrays.stream(row).filter(x -> x > 0).count();
    }
    double peak = Arrays.stream(row).max().orElse(0);
    return Double.isInfinite(exponent) || peak == 0
        ? peak
        : peak
            * Math.pow(
                Arrays.stream(row).map(x -> Math.pow(x / peak, exponent)).sum(), 1 / exponent);
  }

  /** power_to_db of a power, amplitude_to_db of a magnitude. */
  static Compression.Decibels decibels(Params p, boolean amplitude) {
    Compression.Decibels base =
        amplitude ? Compression.Decibels.ofAmplitude() : Compression.Decibels.ofPower();
    Object ref = p.take("ref", 1.0);
    double reference =
        switch (ref) {
          case Number n -> reference(n.doubleValue());
          case String s when s.equals("max") || s.endsWith(".max") -> 0;
          case null, default -> throw UnsupportedCaseException.value("ref", String.valueOf(ref));
        };
    Double range = p.numberOrNull("top_db", 80.0);
    return base.withFloor(p.number("amin", base.floor()))
        .withReference(reference)
        .withRange(range == null ? Double.POSITIVE_INFINITY : range)
        .withScope(Scope.ITEM);
  }

  /** A reference below the floor counts as the floor; 0 would mean the maximum. */
  private static double reference(double value) {
    return value == 0 ? Double.MIN_NORMAL : Math.abs(value);
  }

  private static Feature logMel(Params p, int rate) {
    MelBank mel = mel(p, rate, "norm", p.number("power", 2));
    return mel.of(new LogMel(mel.spectrogram(), decibels(p, mel.spectrogram().power() == 1)));
  }

  /** Returns a function that the reference is computed by, other than the maximum. */
  private static @Nullable String decibelReference(Params p) {
    return p.take("ref", 1.0) instanceof String name
            && !name.equals("max")
            && !name.endsWith(".max")
        ? name
        : null;
  }

  /** The mel spectrogram is computed twice: what its values are tells what 0 dB is. */
  private static Recipe logMel(Params p, int rate, Context context) {
    String function = String.valueOf(decibelReference(p));
    p.replace("ref", 1.0);
    MelBank mel = mel(p, rate, "norm", p.number("power", 2));
    Compression.Decibels decibels = decibels(p, mel.spectrogram().power() == 1);
    Recipe values = Recipe.of(mel.feature(), true);
    Recipe all =
        (input, engine) -> {
          NdArray plain = NdArray.stack(values.run(input, engine));
          double zero = reference(NumpyPadding.statistic(plain.data(), function));
          Feature log = new LogMel(mel.spectrogram(), decibels.withReference(zero));
          return Recipe.of(mel.of(log), true).run(input, engine);
        };
    return context.together() ? all : all.oneByOne();
  }

  private static Feature mfcc(Params p, int rate) {
    // librosa names the filter bank's norm mel_norm and the transform's norm; a manifest may also
    // name them norm and dct_norm.
    boolean melNorm = p.has("mel_norm");
    String transformName = p.has("dct_norm") || !melNorm ? "dct_norm" : "norm";
    MelBank mel = mel(p, rate, melNorm ? "mel_norm" : "norm", p.number("power", 2));
    Dct.Norm norm =
        switch (p.take(transformName, "ortho")) {
          case null -> Dct.Norm.NONE;
          case String s when s.equals("ortho") -> Dct.Norm.ORTHO;
          case String s when s.equals("backward") -> Dct.Norm.NONE;
          case Object other -> throw UnsupportedCaseException.value(transformName, other);
        };
    int number = p.integer("dct_type", 2);
    Dct.Type type =
        switch (number) {
          case 1 -> Dct.Type.I;
          case 2 -> Dct.Type.II;
          case 3 -> Dct.Type.III;
          default -> throw UnsupportedCaseException.value("dct_type", number);
        };
    // More coefficients than bins are silently as many as bins.
    int coefficients = Math.min(p.integer("n_mfcc", 20), mel.bins());
    double lifter = p.number("lifter", 0);
    return mel.of(
        new Mfcc(
            mel.spectrogram(),
            decibels(p, false),
            new DctSpec(coefficients, type, norm, lifter, 1)));
  }

  private static Feature pcen(Params p, int rate) {
    // "power" is PCEN's own, not the spectrogram's.
    double power = p.number("power", 0.5);
    double melPower = p.number("mel_power", 2);
    MelBank mel = mel(p, rate, "norm", melPower);
    Double smoothing = p.numberOrNull("b", null);
    double seconds = p.number("time_constant", 0.4);
    p.expect("axis", -1, 1);
    p.expect("max_axis", null, 0, -2);
    p.expect("zi", (Object) null);
    Compression.Pcen pcen =
        new Compression.Pcen(
            p.number("scale", 1),
            smoothing == null
                ? Compression.Pcen.smoothing(seconds, rate, mel.spectrogram().stft().hopLength())
                : smoothing,
            p.number("gain", 0.98),
            p.number("bias", 2),
            power,
            p.number("eps", 1e-6),
            p.integer("max_size", 1));
    return mel.of(new Compressed(mel.spectrogram(), pcen));
  }

  private static Feature delta(Params p, int rate) {
    String of = p.text("of", "mfcc");
    int width = p.integer("width", 9);
    int order = p.integer("order", 1);
    p.expect("axis", -1, 1);
    p.expect("polyorder", order);
    String mode = p.text("mode", "interp");
    Stage.Delta.Edge edge =
        switch (mode) {
          case "interp" -> Stage.Delta.Edge.INTERPOLATE;
          case "nearest" -> Stage.Delta.Edge.NEAREST;
          case "mirror" -> Stage.Delta.Edge.MIRROR;
          case "constant" -> Stage.Delta.Edge.ZERO;
          case "wrap" -> Stage.Delta.Edge.WRAP;
          default -> throw UnsupportedCaseException.value("mode", mode);
        };
    double beyond = p.number("cval", 0);
    Feature base = feature(of, p, rate);
    if (base == null || base instanceof Stft) {
      throw UnsupportedCaseException.value("of", of);
    }
    if (edge == Stage.Delta.Edge.ZERO && beyond != 0) {
      // A derivative does not see a constant, so that zeros beyond the ends can stand for any.
      base = new Custom(of, base.pipeline().then(new Stage.Affine(1, -beyond)));
    }
    return new Delta(base, new Stage.Delta(width, order, edge));
  }

  /** Of the magnitudes of a transform, {@code S = np.abs(librosa.stft(y, ...))}. */
  private static Feature spectralRms(Params p) {
    p.expect("S", null, true, "S", "stft", "magnitude", "spectrogram");
    Integer length = p.integerOrNull("frame_length", null);
    if (!p.has("n_fft") && length != null) {
      p.replace("n_fft", length);
    }
    StftSpec stft = stft(p, null);
    return new SpectralRms(stft, length == null ? stft.fftSize() : length);
  }

  private static Feature rms(Params p) {
    boolean center = p.flag("center", true);
    p.ignore("dtype");
    return new Rms(
        p.integer("frame_length", 2048),
        p.integer("hop_length", 512),
        center,
        NumpyPadding.stage("pad_mode", p.text("pad_mode", "constant"), center));
  }
}
