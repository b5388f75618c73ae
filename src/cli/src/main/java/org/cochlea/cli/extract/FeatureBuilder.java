package org.cochlea.cli.extract;

import java.util.Map;
import org.cochlea.core.basis.Dct;
import org.cochlea.core.basis.FilterBanks;
import org.cochlea.core.basis.MelScale;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.Compressed;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.DctSpec;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.FrequencyScale;
import org.cochlea.core.feature.Gammatonegram;
import org.cochlea.core.feature.KaldiEnergy;
import org.cochlea.core.feature.KaldiFbank;
import org.cochlea.core.feature.KaldiFrames;
import org.cochlea.core.feature.KaldiMel;
import org.cochlea.core.feature.KaldiMfcc;
import org.cochlea.core.feature.KaldiSpectrogram;
import org.cochlea.core.feature.Lfcc;
import org.cochlea.core.feature.LinearSpectrogram;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Normalized;
import org.cochlea.core.feature.PsfLogFbank;
import org.cochlea.core.feature.PsfMfcc;
import org.cochlea.core.feature.PsfSpec;
import org.cochlea.core.feature.PsfSsc;
import org.cochlea.core.feature.Rms;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.feature.WithDeltas;
import org.cochlea.core.feature.ZeroCrossingRate;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * Makes a feature of what was asked for on the command line and a library's defaults for the rest.
 *
 * <p>Errors name the option.
 */
public final class FeatureBuilder {
  static final Map<String, Padding> PADDINGS =
      Map.of(
          "constant", Padding.ZERO,
          "zero", Padding.ZERO,
          "reflect", Padding.REFLECT,
          "symmetric", Padding.SYMMETRIC,
          "edge", Padding.EDGE,
          "replicate", Padding.EDGE,
          "wrap", Padding.WRAP,
          "circular", Padding.WRAP);

  private static final Map<String, FilterBanks.Norm> NORMS =
      Map.of(
          "none", FilterBanks.Norm.NONE,
          "slaney", FilterBanks.Norm.SLANEY,
          "1", FilterBanks.Norm.L1,
          "2", FilterBanks.Norm.L2,
          "inf", FilterBanks.Norm.PEAK);

  /** Stands for the greatest value as the reference of a decibel scale. */
  private static final double MAXIMUM = Double.POSITIVE_INFINITY;

  private final FeatureKind kind;
  private final Defaults defaults;
  private final Given given;

  /**
   * Prepares to build.
   *
   * @param kind which feature
   * @param defaults whose defaults; null for those of the library the feature is known from
   * @param given what was given
   */
  public FeatureBuilder(FeatureKind kind, @Nullable Defaults defaults, Given given) {
    this.kind = kind;
    this.given = given;
    this.defaults =
        defaults != null
            ? defaults
            : switch (kind) {
              case LINEAR, LFCC -> Defaults.TORCHAUDIO;
              case GAMMATONE, CQT1992V2, CQT2010V2, CFP -> Defaults.NNAUDIO;
              default -> Defaults.LIBROSA;
            };
  }

  /**
   * Returns the feature for signals of a rate.
   *
   * @param rate in Hz
   * @throws IllegalArgumentException if a value is out of range, or an option does not apply
   */
  public Feature build(int rate) {
    Feature feature =
        switch (kind) {
          case STFT -> stft(rate);
          case SPECTROGRAM ->
              new Spectrogram(
                  0, framing(null), given.number("--power", defaults == Defaults.NNAUDIO ? 1 : 2));
          case MEL -> mel(rate, 2);
          case LOG_MEL -> {
            MelSpectrogram mel = mel(rate, 2);
            yield new LogMel(mel, logarithm(mel.power()));
          }
          case MFCC -> mfcc(rate);
          case LINEAR -> linear(rate);
          case LFCC -> {
            LinearSpectrogram linear = linear(rate);
            yield new Lfcc(
                linear, decibels(linear.power(), 80), dct("--n-lfcc", 40, linear.bins()));
          }
          case GAMMATONE ->
              new Gammatonegram(
                  rate,
                  framing(512),
                  given.integer("--n-bins", 64),
                  given.number("--fmin", 0),
                  given.number("--fmax", rate / 2.0),
                  given.number("--power", 2));
          case PCEN -> pcen(rate);
          case RMS -> {
            boolean center = given.flag("--center", true);
            yield new Rms(
                samples("--frame-length", 2048),
                given.integer("--hop-length", 512),
                center,
                given.choice("--pad-mode", PADDINGS, Padding.ZERO));
          }
          case ZCR ->
              new ZeroCrossingRate(
                  samples("--frame-length", 2048),
                  given.integer("--hop-length", 512),
                  given.flag("--center", true));
          case KALDI_FBANK ->
              new KaldiFbank(
                  kaldiFrames(rate),
                  kaldiEnergy(),
                  kaldiMel(),
                  given.flag("--use-energy", false),
                  given.flag("--htk-compat", false),
                  true,
                  given.number("--power", 2) == 2,
                  given.flag("--subtract-mean", false));
          case KALDI_MFCC ->
              new KaldiMfcc(
                  kaldiFrames(rate),
                  kaldiEnergy(),
                  kaldiMel(),
                  given.integer("--n-mfcc", 13),
                  given.number("--lifter", 22),
                  given.flag("--use-energy", false),
                  given.flag("--htk-compat", false),
                  given.flag("--subtract-mean", false));
          case KALDI_SPECTROGRAM ->
              new KaldiSpectrogram(
                  kaldiFrames(rate), kaldiEnergy(), given.flag("--subtract-mean", false));
          case PSF_LOGFBANK -> new PsfLogFbank(psf(rate, 512));
          case PSF_MFCC -> {
            PsfSpec spec = psf(rate, 0);
            yield new PsfMfcc(
                spec,
                given.integer("--n-mfcc", Math.min(13, spec.bins())),
                given.number("--lifter", 22),
                given.flag("--use-energy", true));
          }
          case PSF_SSC -> new PsfSsc(psf(rate, 512));
          default -> new AnalysisBuilder(kind, given, this::framing).build(rate);
        };
    Feature whole = normalized(withDeltas(feature));
    given.requireAllUsed("--feature " + kind);
    return whole;
  }

  // ---- framing -------------------------------------------------------------------------------

  /**
   * Windowed frames.
   *
   * @param librosaHop librosa's and nnAudio's default hop, null for a quarter of the window
   */
  private StftSpec framing(@Nullable Integer librosaHop) {
    boolean torchaudio = defaults == Defaults.TORCHAUDIO;
    int fftSize = given.integer("--n-fft", torchaudio ? 400 : 2048);
    int window = given.integer("--win-length", fftSize);
    int hop =
        given.integer(
            "--hop-length", torchaudio ? window / 2 : librosaHop == null ? window / 4 : librosaHop);
    Padding padding =
        given.choice(
            "--pad-mode", PADDINGS, defaults == Defaults.LIBROSA ? Padding.ZERO : Padding.REFLECT);
    return new StftSpec(
        fftSize,
        window,
        hop,
        Window.parse(given.text("--window", "hann")),
        given.flag("--center", true),
        padding,
        given.integer("--pad", 0),
        given.choice(
            "--normalized",
            Map.of(
                "none", StftSpec.Scaling.NONE,
                "window", StftSpec.Scaling.WINDOW,
                "frame_length", StftSpec.Scaling.FRAME_LENGTH),
            StftSpec.Scaling.NONE));
  }

  private Feature stft(int rate) {
    StftSpec spec = framing(null);
    int bins = given.integer("--freq-bins", spec.bins());
    String name = given.text("--freq-scale", "no");
    FrequencyScale scale =
        switch (name) {
          case "no" -> new FrequencyScale.Fourier();
          case "linear" ->
              new FrequencyScale.Linear(
                  given.number("--fmin", 50), given.number("--fmax", 6000), bins);
          case "log", "log2" ->
              new FrequencyScale.Logarithmic(
                  given.number("--fmin", 50), given.number("--fmax", 6000), bins);
          default ->
              throw new IllegalArgumentException(
                  "--freq-scale must be one of linear, log, no, was " + name);
        };
    if (name.equals("no") && bins != spec.bins()) {
      throw new IllegalArgumentException("--freq-bins needs --freq-scale linear or log");
    }
    Stft.Output output =
        given.choice(
            "--output-format",
            Map.of(
                "complex", Stft.Output.COMPLEX,
                "magnitude", Stft.Output.MAGNITUDE,
                "phase", Stft.Output.PHASE),
            Stft.Output.COMPLEX);
    return new Stft(rate, spec, scale, output);
  }

  private int samples(String option, int ifAbsent) {
    double value = given.number(option, ifAbsent);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "%s must be a whole number of samples for --feature %s, was %s"
              .formatted(option, kind, value));
    }
    return (int) value;
  }

  // ---- filter banks --------------------------------------------------------------------------

  private MelSpectrogram mel(int rate, double powerIfAbsent) {
    boolean torchaudio = defaults == Defaults.TORCHAUDIO;
    StftSpec stft = framing(512);
    MelScale scale =
        given.choice(
            "--mel-scale",
            Map.of("slaney", MelScale.SLANEY, "htk", MelScale.HTK),
            torchaudio ? MelScale.HTK : MelScale.SLANEY);
    if (given.has("--htk")) {
      if (given.has("--mel-scale")) {
        throw new IllegalArgumentException("--htk cannot be combined with --mel-scale");
      }
      scale = given.flag("--htk", false) ? MelScale.HTK : MelScale.SLANEY;
    }
    MelSpec spec =
        new MelSpec(
            given.integer("--n-mels", 128),
            given.number("--fmin", 0),
            given.number("--fmax", rate / 2.0),
            scale,
            given.choice(
                "--norm", NORMS, torchaudio ? FilterBanks.Norm.NONE : FilterBanks.Norm.SLANEY),
            FilterBanks.Axis.HZ);
    return new MelSpectrogram(rate, stft, spec, given.number("--power", powerIfAbsent));
  }

  private LinearSpectrogram linear(int rate) {
    return new LinearSpectrogram(
        rate,
        framing(512),
        given.integer("--n-filter", 128),
        given.number("--fmin", 0),
        given.number("--fmax", rate / 2.0),
        given.number("--power", 2));
  }

  // ---- scales and cepstra --------------------------------------------------------------------

  private Compression logarithm(double power) {
    String type = given.text("--log", "db");
    double base =
        switch (type) {
          case "db" -> 0;
          case "ln" -> Math.E;
          case "log10" -> 10;
          default ->
              throw new IllegalArgumentException("--log must be one of db, ln, log10, was " + type);
        };
    if (base == 0) {
      return decibels(power, defaults == Defaults.TORCHAUDIO ? Double.POSITIVE_INFINITY : 80);
    }
    return given.has("--log-offset")
        ? new Compression.Logarithm(base, Stage.Log.Floor.ADD, given.number("--log-offset", 0))
        : new Compression.Logarithm(base, Stage.Log.Floor.CLAMP, given.number("--amin", 1e-10));
  }

  private Compression decibels(double power, double rangeIfAbsent) {
    Compression.Decibels base =
        power == 1 ? Compression.Decibels.ofAmplitude() : Compression.Decibels.ofPower();
    double reference = given.numberOr("--ref", "max", MAXIMUM, 1);
    if (reference != MAXIMUM && !(reference > 0)) {
      throw new IllegalArgumentException("--ref must be above 0 or max, was " + reference);
    }
    // The reference 0 stands for the maximum.
    return base.withFloor(given.number("--amin", base.floor()))
        .withReference(reference == MAXIMUM ? 0 : reference)
        .withRange(given.numberOr("--top-db", "none", Double.POSITIVE_INFINITY, rangeIfAbsent));
  }

  private Feature mfcc(int rate) {
    MelSpectrogram mel = mel(rate, 2);
    Compression compression = given.has("--log") ? logarithm(mel.power()) : decibels(2, 80);
    int count = defaults == Defaults.TORCHAUDIO ? 40 : 20;
    return new Mfcc(mel, compression, dct("--n-mfcc", count, mel.mel().bins()));
  }

  private DctSpec dct(String option, int ifAbsent, int bins) {
    int coefficients = given.integer(option, Math.min(ifAbsent, bins));
    if (coefficients < 1 || coefficients > bins) {
      throw new IllegalArgumentException(
          "%s must be in [1, %d], was %d".formatted(option, bins, coefficients));
    }
    return new DctSpec(
        coefficients,
        given.choice(
            "--dct-type",
            Map.of("1", Dct.Type.I, "2", Dct.Type.II, "3", Dct.Type.III),
            Dct.Type.II),
        given.choice(
            "--dct-norm", Map.of("ortho", Dct.Norm.ORTHO, "none", Dct.Norm.NONE), Dct.Norm.ORTHO),
        given.number("--lifter", 0),
        1);
  }

  private Feature pcen(int rate) {
    MelSpectrogram mel = mel(rate, 1);
    Compression.Pcen pcen =
        new Compression.Pcen(
            given.number("--scale", 0x1p31),
            Compression.Pcen.smoothing(
                given.number("--time-constant", 0.4), rate, mel.stft().hopLength()),
            given.number("--gain", 0.98),
            given.number("--bias", 2),
            given.number("--pcen-power", 0.5),
            given.number("--eps", 1e-6),
            1);
    return new Compressed(mel, pcen);
  }

  // ---- Kaldi and python_speech_features ------------------------------------------------------

  private KaldiFrames kaldiFrames(int rate) {
    return KaldiFrames.of(rate)
        .withFrames(given.number("--frame-length", 25), given.number("--frame-shift", 10))
        .withWindow(Window.parse(given.text("--window", "povey")))
        .withPreEmphasis(given.number("--preemphasis", 0.97))
        .withSnipEdges(given.flag("--snip-edges", true))
        .withDither(given.number("--dither", 0), given.integer("--seed", 0))
        .withWaveformScale(given.number("--waveform-scale", 32_768));
  }

  private KaldiEnergy kaldiEnergy() {
    return new KaldiEnergy(given.number("--energy-floor", 1), given.flag("--raw-energy", true));
  }

  private KaldiMel kaldiMel() {
    return KaldiMel.of(given.integer("--n-mels", 23))
        .withBand(given.number("--fmin", 20), given.number("--fmax", 0));
  }

  private PsfSpec psf(int rate, int sizeIfAbsent) {
    double window = given.number("--frame-length", 25) / 1000;
    int size = given.integer("--n-fft", sizeIfAbsent);
    return PsfSpec.of(rate)
        .withFrames(window, given.number("--frame-shift", 10) / 1000)
        .withFftSize(size == 0 ? PsfSpec.fftSize(rate, window) : size)
        .withBins(given.integer("--n-mels", 26))
        .withBand(given.number("--fmin", 0), given.number("--fmax", rate / 2.0))
        .withPreEmphasis(given.number("--preemphasis", 0.97))
        .withWindow(Window.parse(given.text("--window", "boxcar")).symmetric())
        .withWaveformScale(given.number("--waveform-scale", 32_768));
  }

  // ---- afterwards ----------------------------------------------------------------------------

  private Feature withDeltas(Feature feature) {
    int orders = given.integer("--deltas", 0);
    if (orders < 0) {
      throw new IllegalArgumentException("--deltas must be at least 0, was " + orders);
    }
    return orders == 0
        ? feature
        : new WithDeltas(
            feature, given.integer("--delta-width", 9), orders, Stage.Delta.Edge.INTERPOLATE);
  }

  private Feature normalized(Feature feature) {
    String how = given.text("--normalize", "none");
    return switch (how) {
      case "none" -> feature;
      case "cmvn" -> Normalized.cmvn(feature);
      case "per-feature" -> Normalized.perFeature(feature);
      case "all-features" -> Normalized.allFeatures(feature);
      default ->
          throw new IllegalArgumentException(
              "--normalize must be one of all-features, cmvn, none, per-feature, was " + how);
    };
  }
}
