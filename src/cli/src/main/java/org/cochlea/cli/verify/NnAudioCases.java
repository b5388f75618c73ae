package org.cochlea.cli.verify;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.FilterBanks;
import org.cochlea.core.basis.MelScale;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.CombinedFrequencyPeriodicity;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.CqtSpec;
import org.cochlea.core.feature.Custom;
import org.cochlea.core.feature.DctSpec;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.FrequencyScale;
import org.cochlea.core.feature.Gammatonegram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.NnAudioCqt;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** nnAudio 0.3.3: its arguments and their defaults. */
final class NnAudioCases implements Library {
  /** What nnAudio adds under the root of a magnitude when its kernels are trainable. */
  private static final double TRAINABLE_EPSILON = 1e-8;

  @Override
  public @Nullable Recipe recipe(String feature, Params p, Context context) {
    if (!feature.startsWith("nnaudio.")) {
      return null;
    }
    p.ignore("verbose", "iSTFT", "device");
    int rate = p.integer("sr", context.sampleRate());
    return switch (feature.substring("nnaudio.".length())) {
      case "STFT" -> stft(p, rate);
      case "MelSpectrogram" -> Recipe.of(regularized(mel(p, rate).feature(), p));
      case "MFCC" -> Recipe.of(regularized(mfcc(p, rate), p));
      case "Gammatonegram" -> Recipe.of(regularized(gammatonegram(p, rate), p));
      case "CQT1992" -> cqt(p, rate, NnAudioCqt.Method.FREQUENCY, context, false, false);
      case "CQT1992v2", "CQT" -> cqt(p, rate, NnAudioCqt.Method.TIME, context, false, false);
      case "CQT2010v2" -> cqt(p, rate, NnAudioCqt.Method.OCTAVES_EVEN, context, false, false);
      case "VQT" -> cqt(p, rate, NnAudioCqt.Method.OCTAVES_EVEN, context, false, true);
      case "CQT2010" -> cqt(p, rate, NnAudioCqt.Method.OCTAVES_EVEN, context, true, false);
      case "CFP" -> cfp(p, false);
      case "Combined_Frequency_Periodicity" -> cfp(p, true);
      default -> null;
    };
  }

  private static Recipe cqt(
      Params p,
      int rate,
      NnAudioCqt.Method method,
      Context context,
      boolean conjugate,
      boolean variable) {
    boolean octaves = method == NnAudioCqt.Method.OCTAVES_EVEN;
    p.ignore("trainable_STFT", "trainable_CQT");
    boolean trainable = p.flag("trainable", false);
    double low = p.number("fmin", method == NnAudioCqt.Method.FREQUENCY ? 220 : 32.70);
    int perOctave = p.integer("bins_per_octave", 12);
    Double high = octaves ? null : p.numberOrNull("fmax", null);
    int bins =
        high == null
            ? p.integer("n_bins", 84)
            : (int) Math.ceil(perOctave * Math.log(high / low) / Math.log(2));
    Window window = WindowArgument.scipy("window", p.take("window", "hann"));
    if (octaves) {
      // Taken and ignored: it always is a Hann window, and bins count, not the upper edge.
      p.ignore("fmax", "norm");
      window = Window.HANN;
    } else {
      p.ignore("n_bins");
    }
    double norm = LibrosaAnalyses.norm(p, octaves ? "basis_norm" : "norm", 1);
    double gamma = p.number("gamma", 0);
    CqtSpec spec =
        new CqtSpec(
            low,
            bins,
            perOctave,
            p.number("filter_scale", 1),
            norm == 0 ? Double.NaN : norm,
            window,
            gamma,
            0,
            List.of());
    int hop = p.integer("hop_length", 512);
    boolean early = octaves && p.flag("earlydownsample", true);
    String mode = p.text("pad_mode", "reflect");
    String format = p.text("output_format", "Magnitude");
    Stft.Output output =
        switch (format) {
          case "Magnitude" -> Stft.Output.MAGNITUDE;
          case "Complex" -> Stft.Output.COMPLEX;
          case "Phase" -> Stft.Output.PHASE;
          default -> throw UnsupportedCaseException.value("output_format", format);
        };
    String scaling = p.text("normalization_type", "librosa");
    NnAudioCqt.Normalization normalization =
        switch (scaling) {
          case "librosa" -> NnAudioCqt.Normalization.LENGTH;
          case "convolutional" -> NnAudioCqt.Normalization.NONE;
          case "wrap" -> NnAudioCqt.Normalization.AMPLITUDE;
          default -> throw UnsupportedCaseException.value("normalization_type", scaling);
        };
    boolean center = octaves || p.flag("center", true);
    NnAudioCqt plain =
        new NnAudioCqt(
            rate,
            hop,
            spec,
            method,
            normalization,
            center,
            NumpyPadding.stage("pad_mode", mode, center),
            output,
            early);
    Feature feature = plain;
    if (plain.earlyFactor() > 1) {
      feature = EarlyDownsampling.asNnAudio(plain, variable, conjugate);
    }
    if (trainable && output == Stft.Output.MAGNITUDE) {
      feature = regularized(feature);
    }
    Recipe recipe = Recipe.of(feature);
    if (conjugate && output == Stft.Output.COMPLEX) {
      recipe = recipe.then(NdArray::conjugated);
    }
    boolean pairs = context.shape()[context.shape().length - 1] == 2;
    if (output != Stft.Output.PHASE || !pairs) {
      return recipe;
    }
    // The phase of CQT1992 is that of the conjugate, unlike its complex output.
    Recipe vectors = recipe.then(NnAudioCases::unitVectors);
    return conjugate || method == NnAudioCqt.Method.FREQUENCY
        ? vectors.then(NdArray::conjugated)
        : vectors;
  }

  /** Angles as nnAudio gives them: cosine and sine. */
  private static NdArray unitVectors(NdArray angles) {
    float[] pairs = new float[2 * angles.data().length];
    for (int i = 0; i < angles.data().length; i++) {
      pairs[2 * i] = (float) Math.cos(angles.data()[i]);
      pairs[2 * i + 1] = (float) Math.sin(angles.data()[i]);
    }
    return new NdArray(new int[] {angles.shape()[0], angles.shape()[1], 2}, pairs);
  }

  private static Recipe cfp(Params p, boolean drop) {
    int rate = p.integer("fs", 16_000);
    String out = p.text("out", "Z");
    double seconds = p.number("tc", 1 / 1000.0);
    List<Double> powers = new ArrayList<>();
    for (double power : p.has("g") ? p.numbers("g") : new double[] {0.24, 0.6, 1}) {
      powers.add(power);
    }
    return Recipe.of(
        new CombinedFrequencyPeriodicity(
            rate,
            p.number("fr", 2),
            p.integer("hop_length", 320),
            p.integer("window_size", 2049),
            p.number("fc", 80),
            1 / seconds,
            powers,
            p.integer("NumPerOct", 48),
            drop,
            switch (out) {
              case "Z" -> CombinedFrequencyPeriodicity.Output.Z;
              case "tfrL0" -> CombinedFrequencyPeriodicity.Output.TFR_L0;
              case "tfrLF" -> CombinedFrequencyPeriodicity.Output.TFR_LF;
              case "tfrLQ" -> CombinedFrequencyPeriodicity.Output.TFR_LQ;
              default -> throw UnsupportedCaseException.value("out", out);
            }));
  }

  private static StftSpec spec(Params p, @Nullable Integer hopIfAbsent) {
    int fftSize = p.integer("n_fft", 2048);
    Integer windowLength = p.integerOrNull("win_length", null);
    int length = windowLength == null ? fftSize : windowLength;
    Integer hop = p.integerOrNull("hop_length", hopIfAbsent);
    Window window = WindowArgument.scipy("window", p.take("window", "hann"));
    boolean center = p.flag("center", true);
    String mode = p.text("pad_mode", "reflect");
    Padding padding =
        switch (mode) {
          case "reflect" -> Padding.REFLECT;
          case "constant" -> Padding.ZERO;
          default -> {
            if (center) {
              throw UnsupportedCaseException.value("pad_mode", mode);
            }
            yield Padding.ZERO;
          }
        };
    return new StftSpec(
        fftSize,
        length,
        hop == null ? length / 4 : hop,
        window,
        center,
        padding,
        0,
        StftSpec.Scaling.NONE);
  }

  private static Recipe stft(Params p, int rate) {
    StftSpec spec = spec(p, null);
    String format = p.text("output_format", "Complex");
    Stft.Output output =
        switch (format) {
          case "Complex" -> Stft.Output.COMPLEX;
          case "Magnitude" -> Stft.Output.MAGNITUDE;
          case "Phase" -> Stft.Output.PHASE;
          default -> throw UnsupportedCaseException.value("output_format", format);
        };
    Integer count = p.integerOrNull("freq_bins", null);
    int bins = count == null ? spec.bins() : count;
    double low = p.number("fmin", 50);
    double high = p.number("fmax", 6000);
    String name = p.text("freq_scale", "no");
    FrequencyScale scale =
        switch (name) {
          // More bins than the transform has go on through the negative frequencies.
          case "no" ->
              bins <= spec.bins()
                  ? new FrequencyScale.Fourier()
                  : new FrequencyScale.Linear(0, (double) bins * rate / spec.fftSize(), bins);
          case "linear" -> new FrequencyScale.Linear(low, high, bins);
          case "log", "log2" -> new FrequencyScale.Logarithmic(low, high, bins);
          default -> throw UnsupportedCaseException.value("freq_scale", name);
        };
    Feature feature = new Stft(rate, spec, scale, output);
    if (scale instanceof FrequencyScale.Fourier && bins != spec.bins()) {
      feature = new Custom("first bins", feature.pipeline().then(new Stage.SliceBins(0, bins)));
    }
    boolean trainable = p.flag("trainable", false);
    return Recipe.of(trainable && output == Stft.Output.MAGNITUDE ? regularized(feature) : feature);
  }

  private static MelBank mel(Params p, int rate) {
    Double norm = p.numberOrNull("norm", 1.0);
    if (norm != null && norm != 1 && !Double.isInfinite(norm)) {
      throw UnsupportedCaseException.value("norm", norm);
    }
    boolean area = norm != null && norm == 1;
    return mel(p, rate, area ? FilterBanks.Norm.SLANEY : FilterBanks.Norm.NONE);
  }

  private static MelBank mel(Params p, int rate, FilterBanks.Norm norm) {
    StftSpec stft = spec(p, 512);
    Double high = p.numberOrNull("fmax", null);
    p.ignore("trainable_mel");
    MelBank.Triangles triangles =
        new MelBank.Triangles(
            p.integer("n_mels", 128),
            p.number("fmin", 0),
            high == null ? rate / 2.0 : high,
            p.flag("htk", false) ? MelScale.HTK : MelScale.SLANEY,
            norm,
            rate,
            // Its librosa spread the bins of an odd transform up to half the sample rate, too.
            Math.max(1, stft.fftSize() / 2 * 2));
    return MelBank.of(rate, stft, p.number("power", 2), triangles);
  }

  private static Feature mfcc(Params p, int rate) {
    // MFCC's own norm is the transform's; nnAudio ignores it and is always orthonormal.
    p.ignore("norm");
    MelBank mel = mel(p, rate, FilterBanks.Norm.SLANEY);
    Double range = p.numberOrNull("top_db", 80.0);
    Compression.Decibels decibels =
        Compression.Decibels.ofPower()
            .withFloor(p.number("amin", 1e-10))
            .withReference(Math.max(Math.abs(p.number("ref", 1)), Double.MIN_NORMAL))
            .withRange(range == null ? Double.POSITIVE_INFINITY : range);
    int coefficients = Math.min(p.integer("n_mfcc", 20), mel.bins());
    return mel.of(new Mfcc(mel.spectrogram(), decibels, DctSpec.ortho(coefficients)));
  }

  private static Feature gammatonegram(Params p, int rate) {
    p.ignore("htk", "norm", "trainable_bins");
    StftSpec stft = spec(p, 512);
    Double high = p.numberOrNull("fmax", null);
    int bins = p.integer("n_bins", 64);
    double low = p.number("fmin", 0);
    double top = high == null ? rate / 2.0 : high;
    Feature inBand = new Gammatonegram(rate, stft, bins, 0, rate / 2.0, p.number("power", 2));
    return MelBank.replaced(inBand, FilterBanks.gammatone(rate, stft.fftSize(), bins, low, top));
  }

  private static Feature regularized(Feature feature, Params p) {
    return p.flag("trainable_STFT", false) ? regularized(feature) : feature;
  }

  /** The magnitude as {@code √(re² + im² + 1e-8)}. */
  private static Feature regularized(Feature feature) {
    Pipeline pipeline = feature.pipeline();
    List<Stage> stages = new ArrayList<>();
    for (Stage stage : pipeline.stages()) {
      if (stage instanceof Stage.Modulus(double power)) {
        stages.add(new Stage.Modulus(2));
        stages.add(new Stage.Affine(1, TRAINABLE_EPSILON));
        if (power != 2) {
          stages.add(new Stage.Power(power / 2));
        }
      } else {
        stages.add(stage);
      }
    }
    return new Custom("regularised", new Pipeline(pipeline.sampleRate(), pipeline.input(), stages));
  }
}
