package org.cochlea.cli;

import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cochlea.cli.extract.Defaults;
import org.cochlea.cli.extract.FeatureBuilder;
import org.cochlea.cli.extract.FeatureKind;
import org.cochlea.cli.extract.Given;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.preset.Channels;
import org.cochlea.core.preset.Preset;
import org.cochlea.core.preset.Presets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** What is computed: a feature with its parameters, by the names of librosa and its peers. */
final class FeatureOptions {
  private static final String PARAMETERS = "Parameters of the feature";

  private static final int[] USUAL_RATES = {
    22_050, 16_000, 8_000, 11_025, 24_000, 32_000, 44_100, 48_000, 96_000
  };

  /** Core's names of parameters, and the options they come from. */
  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry("fftSize", "--n-fft"),
          Map.entry("windowLength", "--win-length"),
          Map.entry("hopLength", "--hop-length"),
          Map.entry("length", "--n-fft"),
          Map.entry("hop", "--hop-length"),
          Map.entry("bins", "--n-mels"),
          Map.entry("window", "--window"),
          Map.entry("pad", "--pad"),
          Map.entry("minHz", "--fmin"),
          Map.entry("maxHz", "--fmax"),
          Map.entry("power", "--power"),
          Map.entry("coefficients", "--n-mfcc"),
          Map.entry("lifter", "--lifter"),
          Map.entry("range", "--top-db"),
          Map.entry("reference", "--ref"),
          Map.entry("floor", "--amin"),
          Map.entry("frameLength", "--frame-length"),
          Map.entry("frameShift", "--frame-shift"),
          Map.entry("preEmphasis", "--preemphasis"),
          Map.entry("width", "--delta-width"),
          Map.entry("orders", "--deltas"),
          Map.entry("gain", "--gain"),
          Map.entry("bias", "--bias"),
          Map.entry("epsilon", "--eps"),
          Map.entry("scale", "--scale"),
          Map.entry("seconds", "--time-constant"),
          Map.entry("dither", "--dither"),
          Map.entry("waveformScale", "--waveform-scale"),
          Map.entry("windowSeconds", "--frame-length"),
          Map.entry("hopSeconds", "--frame-shift"),
          Map.entry("binsPerOctave", "--bins-per-octave"),
          Map.entry("gamma", "--gamma"),
          Map.entry("filterScale", "--filter-scale"),
          Map.entry("tuning", "--tuning"),
          Map.entry("order", "--order"),
          Map.entry("fraction", "--roll-percent"),
          Map.entry("segment", "--nperseg"),
          Map.entry("factor", "--factor"),
          Map.entry("noise", "--noise-frames"),
          Map.entry("steps", "--n-bins"),
          Map.entry("bands", "--n-bins"),
          Map.entry("lags", "--lags"));

  @Option(
      names = "--feature",
      paramLabel = "NAME",
      description =
          "stft, spectrogram, mel, log-mel, mfcc, linear, lfcc, gammatone, pcen, rms, zcr,"
              + " kaldi-fbank, kaldi-mfcc, kaldi-spectrogram, psf-logfbank, psf-mfcc, psf-ssc,"
              + " spectral-centroid, spectral-bandwidth, spectral-rolloff, spectral-contrast,"
              + " spectral-flatness, spectral-crest, spectral-flux, poly-features, chroma-stft,"
              + " chroma-cqt, chroma-cens, tonnetz, estimate-tuning, onset-strength, hpss-harmonic,"
              + " hpss-percussive, yin, pyin, tempogram, tempo, beats, lpc, welch, periodogram, multitaper, cqt, vqt, pseudo-cqt,"
              + " hybrid-cqt, cqt1992v2, cqt2010v2, cfp, autocorrelation, cepstrum, power-cepstrum,"
              + " complex-cepstrum, cepstral-envelope, fourier-tempogram, tempogram-ratio,"
              + " chroma-vqt, piptrack, salience, harmonic, percussive, noise-gate,"
              + " spectral-subtraction, hilbert-envelope, rolling-envelope, spectrum, histogram,"
              + " perceptual, gammatone-filters, reassigned-frequencies, reassigned-times, scalogram,"
              + " multi-resolution.")
  @Nullable String feature;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "The front end of a named system, such as whisper-80, nemo-1, yamnet, librosa-mfcc;"
              + " '--preset list' lists them.")
  @Nullable String preset;

  @Option(
      names = "--defaults",
      paramLabel = "LIBRARY",
      description =
          "Whose defaults hold for what is not given: librosa, torchaudio, nnaudio. Default:"
              + " librosa, but torchaudio for linear and lfcc, nnaudio for gammatone.")
  @Nullable String defaults;

  @Option(
      names = {"--sr", "--sample-rate"},
      paramLabel = "HZ",
      description = "Resample to this rate first; by default every file keeps its own.")
  @Nullable Integer sampleRate;

  @Option(
      names = "--no-mono",
      negatable = true,
      description =
          "Keep all channels, each by itself: an axis of channels comes first. By default their"
              + " mean is taken, as librosa.load does.")
  boolean keepChannels;

  @Mixin Parameters parameters = new Parameters();

  /** The parameters, as they are typed. */
  static final class Parameters {
    @Option(names = "--n-fft", paramLabel = "N", description = "Length of the transform.")
    @Nullable Integer fftSize;

    @Option(names = "--win-length", paramLabel = "N", description = "Length of the window.")
    @Nullable Integer windowLength;

    @Option(names = "--hop-length", paramLabel = "N", description = "Samples between frames.")
    @Nullable Integer hopLength;

    @Option(
        names = {"--window", "--window-type"},
        paramLabel = "NAME",
        description = "hann, hamming, blackman, povey, kaiser,14, tukey,0.25, … as in scipy.")
    @Nullable String window;

    @Option(
        names = "--no-center",
        negatable = true,
        description = "Frames begin at the first sample instead of being centred.")
    @Nullable Boolean noCenter;

    @Option(
        names = "--pad-mode",
        paramLabel = "MODE",
        description = "Beyond the ends: constant, reflect, symmetric, edge, wrap.")
    @Nullable String padMode;

    @Option(names = "--pad", paramLabel = "N", description = "Zeros at both ends first.")
    @Nullable Integer pad;

    @Option(
        names = "--normalized",
        paramLabel = "HOW",
        description = "Divide the spectrum: none, window, frame_length (torchaudio).")
    @Nullable String normalized;

    @Option(
        names = "--power",
        paramLabel = "X",
        description = "Of the magnitude: 1 magnitude, 2 power.")
    @Nullable Double power;

    @Option(
        names = "--output-format",
        paramLabel = "WHAT",
        description = "Of stft: complex, magnitude, phase.")
    @Nullable String outputFormat;

    @Option(
        names = "--freq-scale",
        paramLabel = "NAME",
        description = "Of stft: no, linear, log (nnAudio), with --fmin, --fmax, --freq-bins.")
    @Nullable String freqScale;

    @Option(names = "--freq-bins", paramLabel = "N", description = "Bins of --freq-scale.")
    @Nullable Integer freqBins;

    @Option(
        names = {"--n-mels", "--num-mel-bins", "--nfilt"},
        paramLabel = "N",
        description = "Mel filters.")
    @Nullable Integer mels;

    @Option(names = "--n-bins", paramLabel = "N", description = "Of gammatone, *cqt* and vqt.")
    @Nullable Integer bins;

    @Option(names = "--n-filter", paramLabel = "N", description = "Linear filters.")
    @Nullable Integer filters;

    @Option(
        names = {"--fmin", "--f-min", "--low-freq", "--lowfreq"},
        paramLabel = "HZ",
        description = "Lower edge of the filters.")
    @Nullable Double low;

    @Option(
        names = {"--fmax", "--f-max", "--high-freq", "--highfreq"},
        paramLabel = "HZ",
        description = "Upper edge; by default half the rate.")
    @Nullable Double high;

    @Option(names = "--htk", description = "HTK's mel scale instead of Slaney's.")
    @Nullable Boolean htk;

    @Option(names = "--mel-scale", paramLabel = "NAME", description = "slaney or htk.")
    @Nullable String melScale;

    @Option(
        names = "--norm",
        paramLabel = "NAME",
        description = "Of the mel filters: slaney, none, 1, 2, inf.")
    @Nullable String norm;

    @Option(
        names = "--log",
        paramLabel = "TYPE",
        description = "Of log-mel: db (default), ln, log10.")
    @Nullable String log;

    @Option(names = "--log-offset", paramLabel = "X", description = "ln(x + X) instead of a floor.")
    @Nullable Double logOffset;

    @Option(names = "--amin", paramLabel = "X", description = "Floor below the logarithm.")
    @Nullable Double amin;

    @Option(names = "--ref", paramLabel = "X", description = "0 dB: a number or max.")
    @Nullable String ref;

    @Option(
        names = "--top-db",
        paramLabel = "DB",
        description = "Range below the maximum; none for all.")
    @Nullable String topDb;

    @Option(
        names = {"--n-mfcc", "--num-ceps", "--numcep"},
        paramLabel = "N",
        description = "Cepstral coefficients.")
    @Nullable Integer coefficients;

    @Option(names = "--n-lfcc", paramLabel = "N", description = "Coefficients of lfcc.")
    @Nullable Integer lfcc;

    @Option(names = "--dct-type", paramLabel = "N", description = "1, 2 or 3.")
    @Nullable String dctType;

    @Option(names = "--dct-norm", paramLabel = "NAME", description = "ortho or none.")
    @Nullable String dctNorm;

    @Option(
        names = {"--lifter", "--cepstral-lifter", "--ceplifter"},
        paramLabel = "X",
        description = "Cepstral lifter, 0 for none.")
    @Nullable Double lifter;

    @Option(names = "--gain", paramLabel = "X", description = "Of pcen.")
    @Nullable Double gain;

    @Option(names = "--bias", paramLabel = "X", description = "Of pcen.")
    @Nullable Double bias;

    @Option(names = "--pcen-power", paramLabel = "X", description = "Of pcen.")
    @Nullable Double pcenPower;

    @Option(names = "--time-constant", paramLabel = "S", description = "Of pcen, in seconds.")
    @Nullable Double timeConstant;

    @Option(names = "--eps", paramLabel = "X", description = "Of pcen.")
    @Nullable Double eps;

    @Option(names = "--scale", paramLabel = "X", description = "Of pcen's input; default 2^31.")
    @Nullable Double scale;

    @Option(
        names = "--frame-length",
        paramLabel = "X",
        description = "Of rms and zcr in samples; of kaldi-* and psf-* in ms.")
    @Nullable Double frameLength;

    @Option(names = "--frame-shift", paramLabel = "MS", description = "Of kaldi-* and psf-*.")
    @Nullable Double frameShift;

    @Option(
        names = {"--preemphasis", "--preemph", "--preemphasis-coefficient"},
        paramLabel = "X",
        description = "Of kaldi-* and psf-*.")
    @Nullable Double preemphasis;

    @Option(names = "--dither", paramLabel = "X", description = "Of kaldi-*.")
    @Nullable Double dither;

    @Option(names = "--seed", paramLabel = "N", description = "Of the dither.")
    @Nullable Integer seed;

    @Option(
        names = "--no-snip-edges",
        negatable = true,
        description = "Of kaldi-*: mirror the signal at its ends.")
    @Nullable Boolean noSnipEdges;

    @Option(
        names = {"--use-energy", "--append-energy"},
        negatable = true,
        description = "Of kaldi-* and psf-mfcc.")
    @Nullable Boolean useEnergy;

    @Option(names = "--energy-floor", paramLabel = "X", description = "Of kaldi-*.")
    @Nullable Double energyFloor;

    @Option(names = "--htk-compat", description = "Of kaldi-*: the energy last.")
    @Nullable Boolean htkCompat;

    @Option(names = "--subtract-mean", description = "Of kaldi-*.")
    @Nullable Boolean subtractMean;

    @Option(
        names = "--waveform-scale",
        paramLabel = "X",
        description = "Of kaldi-* and psf-*; default 32768.")
    @Nullable Double waveformScale;

    @Option(
        names = "--bins-per-octave",
        paramLabel = "N",
        description = "Of *cqt*, vqt, chroma-cqt, chroma-cens, cfp, estimate-tuning.")
    @Nullable Integer binsPerOctave;

    @Option(
        names = "--intervals",
        paramLabel = "NAME",
        description =
            "Of vqt and chroma-vqt: equal, pythagorean, ji3, ji5, ji7, or ratios such as 1,1.2,1.5.")
    @Nullable String intervals;

    @Option(names = "--lags", paramLabel = "N", description = "Of autocorrelation; 0 for all.")
    @Nullable Integer lags;

    @Option(
        names = "--early-downsample",
        description = "Of cqt2010v2: divide the rate at once where the highest bin allows it.")
    @Nullable Boolean earlyDownsample;

    @Option(names = "--stationary", description = "Of noise-gate: the noise is that of the clip.")
    @Nullable Boolean stationary;

    @Option(names = "--factor", paramLabel = "X", description = "Of spectral-subtraction: noise.")
    @Nullable Double factor;

    @Option(
        names = "--noise-frames",
        paramLabel = "N",
        description = "Of spectral-subtraction: frames at the start that are noise; default 10.")
    @Nullable Integer noiseFrames;

    @Option(
        names = "--envelope",
        paramLabel = "NAME",
        description = "Of rolling-envelope: mean, max, rms.")
    @Nullable String envelope;

    @Option(names = "--weighting", paramLabel = "NAME", description = "Of perceptual: a, b, c, d.")
    @Nullable String weighting;

    @Option(
        names = "--harmonics",
        paramLabel = "H,H…",
        description = "Of salience: multiples of a frequency, default 1,2,3,4,5.")
    @Nullable String harmonics;

    @Option(
        names = "--gamma",
        paramLabel = "HZ",
        description = "Added to the bandwidths of vqt; erb: as of that scale.")
    @Nullable String gamma;

    @Option(names = "--filter-scale", paramLabel = "X", description = "Of *cqt* and vqt: length.")
    @Nullable Double filterScale;

    @Option(
        names = "--tuning",
        paramLabel = "X",
        description = "Of *cqt*, vqt and chroma-*: from A4 = 440 Hz, in fractions of a bin.")
    @Nullable Double tuning;

    @Option(names = "--order", paramLabel = "N", description = "Of lpc and poly-features.")
    @Nullable Integer order;

    @Option(
        names = "--roll-percent",
        paramLabel = "X",
        description = "Of spectral-rolloff: the part below, default 0.85.")
    @Nullable Double rollPercent;

    @Option(
        names = "--nperseg",
        paramLabel = "N",
        description = "Samples per segment of welch; default 256.")
    @Nullable Integer segment;

    @Option(
        names = "--deltas",
        paramLabel = "N",
        description = "Put derivatives up to this order below the feature.")
    @Nullable Integer deltas;

    @Option(names = "--delta-width", paramLabel = "N", description = "Their frames; default 9.")
    @Nullable Integer deltaWidth;

    @Option(
        names = "--normalize",
        paramLabel = "HOW",
        description =
            "Over each clip: none; every bin by itself with cmvn or NeMo's per-feature; all bins"
                + " together with NeMo's all-features.")
    @Nullable String normalize;
  }

  /**
   * Puts the parameters under a heading of their own in a command's help. The annotation for that,
   * {@code ArgGroup}, takes a third of a second whenever one is given: picocli then spells out the
   * synopsis of all.
   */
  static void group(CommandSpec command) {
    ArgGroupSpec.Builder group =
        ArgGroupSpec.builder()
            .exclusive(false)
            .validate(false)
            .heading("%n" + PARAMETERS + ":%n")
            .order(10);
    for (OptionSpec option : List.copyOf(command.options())) {
      if (isParameter(option)) {
        command.remove(option);
        group.addArg(option);
      }
    }
    if (!group.args().isEmpty()) {
      command.addArgGroup(group.build());
    }
  }

  private static boolean isParameter(OptionSpec option) {
    return option.userObject() instanceof Field field
        && field.getDeclaringClass() == Parameters.class;
  }

  /** Whether the list of presets was asked for. */
  boolean listsPresets() {
    return "list".equals(preset);
  }

  /**
   * Returns what is computed of files of a rate.
   *
   * @throws IllegalArgumentException naming the option that is wrong
   */
  IntFunction<Preset> presets(ParseResult parsed) {
    Given given = given(parsed);
    if (preset != null) {
      if (feature != null || defaults != null) {
        throw new IllegalArgumentException(
            "--preset cannot be combined with --feature, --defaults");
      }
      if (!given.isEmpty()) {
        throw new IllegalArgumentException(
            "--preset cannot be combined with " + String.join(", ", given.options()));
      }
      Preset named = named(preset);
      if (sampleRate != null && named.sampleRate() != 0 && named.sampleRate() != sampleRate) {
        throw new IllegalArgumentException(
            "--sr cannot be combined with --preset %s, which is made for %d Hz"
                .formatted(preset, named.sampleRate()));
      }
      return _ -> named;
    }
    if (feature == null) {
      throw new IllegalArgumentException("--feature or --preset is needed");
    }
    FeatureKind kind = value("--feature", feature, FeatureKind.values());
    Defaults library = defaults == null ? null : value("--defaults", defaults, Defaults.values());
    if (sampleRate != null && sampleRate < 1) {
      throw new IllegalArgumentException("--sr must be at least 1 Hz, was " + sampleRate);
    }
    Map<Integer, Preset> made = new ConcurrentHashMap<>();
    return fileRate ->
        made.computeIfAbsent(
            sampleRate == null ? fileRate : sampleRate, rate -> build(kind, library, given, rate));
  }

  /**
   * Checks that a feature can be computed at all: at the rate that was asked for, at a usual one,
   * or at that of the files.
   *
   * @param fileRate the rate of one of the files, if it can be found out; asked for only if needed
   * @return what is computed at one of these rates
   * @throws IllegalArgumentException naming the option that is wrong
   */
  static Preset possible(IntFunction<Preset> presets, Supplier<OptionalInt> fileRate) {
    for (int rate : USUAL_RATES) {
      try {
        return presets.apply(rate);
      } catch (IllegalArgumentException e) {
        // Perhaps a band that ends above half of this rate.
      }
    }
    return presets.apply(fileRate.get().orElse(USUAL_RATES[0]));
  }

  private static Preset named(String name) {
    try {
      return Presets.named(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "--preset %s: there is no such preset; '--preset list' lists them".formatted(name), e);
    }
  }

  private Preset build(FeatureKind kind, @Nullable Defaults library, Given given, int rate) {
    Map<String, String> options = new HashMap<>(OPTIONS);
    options.putAll(
        switch (kind) {
          case STFT -> Map.of("bins", "--freq-bins");
          case LINEAR, LFCC -> Map.of("bins", "--n-filter");
          case GAMMATONE,
              GAMMATONE_FILTERS,
              SCALOGRAM,
              CQT,
              VQT,
              PSEUDO_CQT,
              HYBRID_CQT,
              CQT1992V2,
              CQT2010V2 ->
              Map.of("bins", "--n-bins");
          case PCEN ->
              given.options().contains("--pcen-power")
                  ? Map.of("power", "--pcen-power")
                  : Map.<String, String>of();
          case RMS, ZCR -> Map.of("length", "--frame-length");
          case KALDI_FBANK, KALDI_MFCC, KALDI_SPECTROGRAM ->
              Map.of("length", "--frame-length", "hop", "--frame-shift", "floor", "--energy-floor");
          case PSF_LOGFBANK, PSF_MFCC, PSF_SSC -> Map.of("hop", "--frame-shift");
          default -> Map.<String, String>of();
        });
    return OptionNames.in(
        options,
        () -> {
          Feature made = new FeatureBuilder(kind, library, given.copy()).build(rate);
          return Preset.of(kind.toString(), "as given on the command line", rate, made)
              .withChannels(keepChannels ? Channels.EACH : Channels.MONO);
        });
  }

  private static <E extends Enum<E>> E value(String option, String text, E[] all) {
    String wanted = text.toLowerCase(Locale.ROOT).replace('_', '-');
    for (E one : all) {
      if (one.toString().equals(wanted)) {
        return one;
      }
    }
    throw new IllegalArgumentException(
        "%s must be one of %s, was %s"
            .formatted(
                option, Stream.of(all).map(E::toString).collect(Collectors.joining(", ")), text));
  }

  /** Returns the parameters that were given, by the first name of their option. */
  private static Given given(ParseResult parsed) {
    Map<String, Object> values = new HashMap<>();
    for (OptionSpec option : parsed.matchedOptionsSet()) {
      Object value = option.getValue();
      if (!isParameter(option) || value == null) {
        continue;
      }
      String name = option.names()[0];
      if (value instanceof Boolean
          && option.originalStringValues().stream().distinct().count() > 1) {
        String other = name.replaceFirst("^--no-", "--");
        throw new IllegalArgumentException("%s cannot be combined with %s".formatted(name, other));
      }
      if (name.startsWith("--no-") && value instanceof Boolean negated) {
        values.put("--" + name.substring("--no-".length()), !negated);
      } else {
        values.put(name, value);
      }
    }
    return new Given(values);
  }

  /** Returns all that decides what the outputs hold, in one line. */
  String describe(ParseResult parsed) {
    return List.of(
            "feature=" + feature,
            "preset=" + preset,
            "defaults=" + defaults,
            "sr=" + (sampleRate == null ? 0 : sampleRate),
            "mono=" + !keepChannels,
            given(parsed).toString())
        .stream()
        .collect(Collectors.joining(" "));
  }
}
