package org.cochlea.cli.verify;

import java.util.Locale;
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
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Rms;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.feature.ZeroCrossingRate;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** librosa 0.11: its arguments and their defaults. */
final class LibrosaCases implements Library {

  @Override
  public @Nullable Recipe recipe(String feature, Params p, Context context) {
    int rate = p.integer("sr", context.sampleRate());
    Feature known = feature(feature, p, rate);
    if (known != null) {
      return Recipe.of(known);
    }
    return switch (feature) {
      case "preemphasis" -> LibrosaSignals.preemphasis(p);
      case "trim" -> LibrosaSignals.trim(p, context);
      case "mu_law", "mu_compress" -> LibrosaSignals.muLaw(p);
      case "resample" -> LibrosaSignals.resample("", p, context);
      default ->
          feature.startsWith("resample.")
              ? LibrosaSignals.resample(feature.substring("resample.".length()), p, context)
              : null;
    };
  }

  private static @Nullable Feature feature(String name, Params p, int rate) {
    return switch (name) {
      case "stft" -> new Stft(0, stft(p), new FrequencyScale.Fourier(), Stft.Output.COMPLEX);
      case "spectrogram" -> new Spectrogram(0, stft(p), p.number("power", 1));
      case "mel_spectrogram", "melspectrogram" -> mel(p, rate, "norm", p.number("power", 2));
      case "log_mel_db" -> logMel(p, rate);
      case "mfcc" -> mfcc(p, rate);
      case "pcen" -> pcen(p, rate);
      case "delta" -> delta(p, rate);
      case "rms" -> rms(p);
      case "zero_crossing_rate" -> zeroCrossingRate(p);
      default -> null;
    };
  }

  /**
   * librosa.stft's arguments; {@code hop_length} is a quarter of the window there, 512 elsewhere.
   */
  private static StftSpec stft(Params p) {
    return stft(p, null);
  }

  private static StftSpec stft(Params p, @Nullable Integer hopIfAbsent) {
    int fftSize = p.integer("n_fft", 2048);
    Integer windowLength = p.integerOrNull("win_length", null);
    int window = windowLength == null ? fftSize : windowLength;
    Integer hop = p.integerOrNull("hop_length", hopIfAbsent);
    boolean center = p.flag("center", true);
    Padding padding = padding("pad_mode", p.text("pad_mode", "constant"), center);
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

  /** numpy.pad's modes. What lies beyond the ends is never seen by frames that are not centred. */
  static Padding padding(String parameter, String mode, boolean seen) {
    return switch (mode) {
      case "constant" -> Padding.ZERO;
      case "reflect" -> Padding.REFLECT;
      case "symmetric" -> Padding.SYMMETRIC;
      case "edge" -> Padding.EDGE;
      case "wrap" -> Padding.WRAP;
      default -> {
        if (seen) {
          throw UnsupportedCaseException.value(parameter, mode);
        }
        yield Padding.ZERO;
      }
    };
  }

  private static MelSpectrogram mel(Params p, int rate, String normName, double power) {
    StftSpec stft = stft(p, 512);
    int bins = p.integer("n_mels", 128);
    double low = p.number("fmin", 0);
    Double high = p.numberOrNull("fmax", null);
    MelScale scale = p.flag("htk", false) ? MelScale.HTK : MelScale.SLANEY;
    FilterBanks.Norm norm = norm(normName, p.take(normName, "slaney"));
    MelSpec spec =
        new MelSpec(bins, low, high == null ? rate / 2.0 : high, scale, norm, FilterBanks.Axis.HZ);
    return new MelSpectrogram(rate, stft, spec, power);
  }

  private static FilterBanks.Norm norm(String name, @Nullable Object value) {
    return switch (value) {
      case null -> FilterBanks.Norm.NONE;
      case Number n when n.doubleValue() == 1 -> FilterBanks.Norm.L1;
      case Number n when n.doubleValue() == 2 -> FilterBanks.Norm.L2;
      case Number n when n.doubleValue() == Double.POSITIVE_INFINITY -> FilterBanks.Norm.PEAK;
      case String s when s.equals("slaney") -> FilterBanks.Norm.SLANEY;
      case String s when s.toLowerCase(Locale.ROOT).startsWith("inf") -> FilterBanks.Norm.PEAK;
      default -> throw UnsupportedCaseException.value(name, value);
    };
  }

  /** power_to_db of a power, amplitude_to_db of a magnitude. */
  private static Compression.Decibels decibels(Params p, boolean amplitude) {
    Compression.Decibels base =
        amplitude ? Compression.Decibels.ofAmplitude() : Compression.Decibels.ofPower();
    Object ref = p.take("ref", 1.0);
    double reference =
        switch (ref) {
          case Number n -> Math.abs(n.doubleValue());
          case String s when s.equals("max") || s.endsWith(".max") -> 0;
          case null, default -> throw UnsupportedCaseException.value("ref", String.valueOf(ref));
        };
    if (ref instanceof Number && reference == 0) {
      // A reference below the floor counts as the floor; 0 would mean the maximum here.
      reference = Double.MIN_NORMAL;
    }
    Double range = p.numberOrNull("top_db", 80.0);
    return base.withFloor(p.number("amin", base.floor()))
        .withReference(reference)
        .withRange(range == null ? Double.POSITIVE_INFINITY : range)
        .withScope(Scope.ITEM);
  }

  private static Feature logMel(Params p, int rate) {
    MelSpectrogram mel = mel(p, rate, "norm", p.number("power", 2));
    return new LogMel(mel, decibels(p, mel.power() == 1));
  }

  private static Feature mfcc(Params p, int rate) {
    // librosa names the filter bank's norm mel_norm and the transform's norm; a manifest may also
    // name them norm and dct_norm.
    boolean melNorm = p.has("mel_norm");
    String transformName = p.has("dct_norm") || !melNorm ? "dct_norm" : "norm";
    MelSpectrogram mel = mel(p, rate, melNorm ? "mel_norm" : "norm", p.number("power", 2));
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
    int coefficients = Math.min(p.integer("n_mfcc", 20), mel.mel().bins());
    double lifter = p.number("lifter", 0);
    return new Mfcc(mel, decibels(p, false), new DctSpec(coefficients, type, norm, lifter, 1));
  }

  private static Feature pcen(Params p, int rate) {
    // "power" is PCEN's own, not the spectrogram's.
    double power = p.number("power", 0.5);
    double melPower = p.number("mel_power", 2);
    MelSpectrogram mel = mel(p, rate, "norm", melPower);
    Double smoothing = p.numberOrNull("b", null);
    double seconds = p.number("time_constant", 0.4);
    p.expect("axis", -1, 1);
    p.expect("max_axis", null, 0, -2);
    p.expect("zi", (Object) null);
    Compression.Pcen pcen =
        new Compression.Pcen(
            p.number("scale", 1),
            smoothing == null
                ? Compression.Pcen.smoothing(seconds, rate, mel.stft().hopLength())
                : smoothing,
            p.number("gain", 0.98),
            p.number("bias", 2),
            power,
            p.number("eps", 1e-6),
            p.integer("max_size", 1));
    return new Compressed(mel, pcen);
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
          case "constant" -> {
            p.expect("cval", 0);
            yield Stage.Delta.Edge.ZERO;
          }
          case "wrap" -> Stage.Delta.Edge.WRAP;
          default -> throw UnsupportedCaseException.value("mode", mode);
        };
    p.ignore("cval");
    Feature base = feature(of, p, rate);
    if (base == null || base instanceof Stft) {
      throw UnsupportedCaseException.value("of", of);
    }
    return new Delta(base, new Stage.Delta(width, order, edge));
  }

  private static Feature rms(Params p) {
    boolean center = p.flag("center", true);
    p.ignore("dtype");
    return new Rms(
        p.integer("frame_length", 2048),
        p.integer("hop_length", 512),
        center,
        padding("pad_mode", p.text("pad_mode", "constant"), center));
  }

  private static Feature zeroCrossingRate(Params p) {
    int length = p.integer("frame_length", 2048);
    ZeroCrossingRate rate =
        new ZeroCrossingRate(length, p.integer("hop_length", 512), p.flag("center", true));
    p.expect("zero_pos", true);
    Double magnitude = p.numberOrNull("ref_magnitude", null);
    double threshold = p.number("threshold", 1e-10) * (magnitude == null ? 1 : magnitude);
    boolean counted = p.flag("pad", false);
    Pipeline pipeline = rate.pipeline();
    if (threshold != Stage.Reduce.ZERO_CROSSING_THRESHOLD) {
      if (!(threshold > 0)) {
        throw UnsupportedCaseException.value("threshold", threshold);
      }
      // Scaled so that the given threshold falls on the fixed one.
      Stage scale = new Stage.Affine(Stage.Reduce.ZERO_CROSSING_THRESHOLD / threshold, 0);
      pipeline = Pipeline.of(0, scale).then(pipeline.stages().toArray(Stage[]::new));
    }
    if (counted) {
      // The first sample of every frame counts as a crossing.
      pipeline = pipeline.then(new Stage.Affine(1, 1.0 / length));
    }
    return new Custom("zero crossing rate", pipeline);
  }
}
