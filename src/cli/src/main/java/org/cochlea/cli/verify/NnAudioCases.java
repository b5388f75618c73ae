package org.cochlea.cli.verify;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.FilterBanks;
import org.cochlea.core.basis.MelScale;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.Custom;
import org.cochlea.core.feature.DctSpec;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.FrequencyScale;
import org.cochlea.core.feature.Gammatonegram;
import org.cochlea.core.feature.Mfcc;
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
      default -> null;
    };
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
