package org.cochlea.cli.extract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.cochlea.core.basis.FrequencyWeighting;
import org.cochlea.core.basis.Intervals;
import org.cochlea.core.feature.Analyzed;
import org.cochlea.core.feature.ChromaCqt;
import org.cochlea.core.feature.Compressed;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.ConstantQ;
import org.cochlea.core.feature.CqtSpec;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.FrameCepstrum;
import org.cochlea.core.feature.MultiResolution;
import org.cochlea.core.feature.SignalAnalysis;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Cepstrum;
import org.cochlea.core.stage.HarmonicPercussive;
import org.cochlea.core.stage.HarmonicSalience;
import org.cochlea.core.stage.PeakTracks;
import org.cochlea.core.stage.Reassignment;
import org.cochlea.core.stage.RollingEnvelope;
import org.jspecify.annotations.Nullable;

/** Makes transforms of signals and of other features of what was asked for on the command line. */
final class TransformBuilder {
  private static final int HOP = 512;

  private final FeatureKind kind;
  private final Given given;
  private final Function<@Nullable Integer, StftSpec> framing;

  TransformBuilder(FeatureKind kind, Given given, Function<@Nullable Integer, StftSpec> framing) {
    this.kind = kind;
    this.given = given;
    this.framing = framing;
  }

  Feature build(int rate) {
    return switch (kind) {
      case AUTOCORRELATION -> SignalAnalysis.autocorrelation(given.integer("--lags", 0));
      case CEPSTRUM -> cepstrum(Cepstrum.Kind.REAL);
      case POWER_CEPSTRUM -> cepstrum(Cepstrum.Kind.POWER);
      case COMPLEX_CEPSTRUM -> cepstrum(Cepstrum.Kind.COMPLEX);
      case CEPSTRAL_ENVELOPE -> cepstrum(Cepstrum.Kind.REAL).withEnvelope();
      case FOURIER_TEMPOGRAM -> Analyzed.fourierTempogram(rate);
      case TEMPOGRAM_RATIO -> Analyzed.tempogramRatio(rate);
      case CHROMA_VQT -> chroma(rate);
      case PIPTRACK -> {
        StftSpec stft = framing.apply(HOP);
        yield new Analyzed(
            new Spectrogram(0, stft, 1),
            new PeakTracks(
                rate,
                stft.fftSize(),
                given.number("--fmin", 150),
                given.number("--fmax", Math.min(4000, rate / 2.0)),
                0.1,
                Double.NaN,
                PeakTracks.Output.PITCH));
      }
      case SALIENCE -> salience(rate);
      case HARMONIC -> separated(HarmonicPercussive.Part.HARMONIC);
      case PERCUSSIVE -> separated(HarmonicPercussive.Part.PERCUSSIVE);
      case NOISE_GATE -> SignalAnalysis.gated(rate, given.flag("--stationary", false));
      case SPECTRAL_SUBTRACTION ->
          SignalAnalysis.withoutNoise(
              framing.apply(HOP), given.number("--factor", 2), given.integer("--noise-frames", 10));
      case HILBERT_ENVELOPE -> SignalAnalysis.hilbertEnvelope();
      case ROLLING_ENVELOPE ->
          SignalAnalysis.rollingEnvelope(
              given.integer("--win-length", Math.max(1, rate / 10)),
              given.choice(
                  "--envelope",
                  Map.of(
                      "mean", RollingEnvelope.Kind.MEAN,
                      "max", RollingEnvelope.Kind.MAX,
                      "rms", RollingEnvelope.Kind.RMS),
                  RollingEnvelope.Kind.MEAN));
      case SPECTRUM -> SignalAnalysis.spectrum();
      case HISTOGRAM ->
          Analyzed.histogram(decibels(), given.integer("--n-bins", 80), Double.NaN, Double.NaN);
      case PERCEPTUAL -> {
        StftSpec stft = framing.apply(HOP);
        yield Analyzed.perceptual(
            rate,
            stft,
            Compression.Decibels.ofPower(),
            given.choice(
                "--weighting",
                Map.of(
                    "a", FrequencyWeighting.A,
                    "b", FrequencyWeighting.B,
                    "c", FrequencyWeighting.C,
                    "d", FrequencyWeighting.D),
                FrequencyWeighting.A));
      }
      case GAMMATONE_FILTERS -> {
        int window = given.integer("--win-length", Math.max(1, rate / 40));
        yield SignalAnalysis.gammatone(
            rate,
            given.integer("--n-bins", 64),
            given.number("--fmin", 50),
            window,
            given.integer("--hop-length", Math.max(1, rate / 100)));
      }
      case REASSIGNED_FREQUENCIES ->
          SignalAnalysis.reassigned(rate, framing.apply(HOP), Reassignment.Output.FREQUENCY);
      case REASSIGNED_TIMES ->
          SignalAnalysis.reassigned(rate, framing.apply(HOP), Reassignment.Output.TIME);
      case SCALOGRAM ->
          SignalAnalysis.scalogram(
              rate,
              given.number("--fmin", 50),
              given.integer("--n-bins", 84),
              given.integer("--bins-per-octave", 12),
              given.integer("--hop-length", 256));
      case MULTI_RESOLUTION -> {
        StftSpec stft = framing.apply(HOP);
        yield new MultiResolution(
            List.of(
                stft.withFftSize(stft.fftSize() / 4), stft.withFftSize(stft.fftSize() / 2), stft),
            given.number("--power", 1));
      }
      default -> throw new AssertionError(kind + " is no transform");
    };
  }

  private SignalAnalysis separated(HarmonicPercussive.Part part) {
    return SignalAnalysis.changed(
        framing.apply(HOP), 0, new HarmonicPercussive(part, 31, 31, 2, 1, 1, false));
  }

  private Feature decibels() {
    return new Compressed(
        new Spectrogram(0, framing.apply(HOP), 1), Compression.Decibels.ofAmplitude());
  }

  private FrameCepstrum cepstrum(Cepstrum.Kind which) {
    double lifter = given.number("--lifter", kind == FeatureKind.CEPSTRAL_ENVELOPE ? 30 : 0);
    if (lifter != Math.rint(lifter)) {
      throw new IllegalArgumentException(
          "--lifter must be a whole number of samples for --feature %s, was %s"
              .formatted(kind, lifter));
    }
    return new FrameCepstrum(
        framing.apply(HOP), which, given.number("--amin", 1e-10), (int) lifter, false);
  }

  private ChromaCqt chroma(int rate) {
    int perOctave = given.integer("--bins-per-octave", 12);
    List<Double> ratios = intervals(given.text("--intervals", "equal"), perOctave, given);
    double low = given.number("--fmin", CqtSpec.C1);
    int classes = ratios.isEmpty() ? perOctave : ratios.size();
    CqtSpec equal = CqtSpec.librosa().withBins(low, 7 * classes, classes);
    CqtSpec spec = ratios.isEmpty() ? equal : equal.withIntervals(ratios);
    return new ChromaCqt(
        ConstantQ.librosa(rate).withSpec(spec.withTuning(given.number("--tuning", 0))),
        low,
        classes,
        0,
        Double.POSITIVE_INFINITY);
  }

  /** Returns the ratios of an octave by their name; none for equal steps. */
  static List<Double> intervals(String name, int perOctave, Given given) {
    if (name.contains(",")) {
      List<Double> ratios = numbers("--intervals", name);
      if (given.has("--bins-per-octave") && ratios.size() != perOctave) {
        throw new IllegalArgumentException(
            "--intervals must be as many as --bins-per-octave = %d, were %d"
                .formatted(perOctave, ratios.size()));
      }
      return ratios;
    }
    return switch (name) {
      case "equal" -> List.of();
      case "pythagorean" -> Intervals.pythagorean(perOctave);
      case "ji3" -> Intervals.just(perOctave, 3);
      case "ji5" -> Intervals.just(perOctave, 3, 5);
      case "ji7" -> Intervals.just(perOctave, 3, 5, 7);
      default ->
          throw new IllegalArgumentException(
              "--intervals must be one of equal, ji3, ji5, ji7, pythagorean, or ratios, was "
                  + name);
    };
  }

  /** Returns the numbers of a list with commas. */
  private static List<Double> numbers(String option, String text) {
    List<Double> numbers = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      try {
        numbers.add(Double.parseDouble(word));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "%s must be numbers with commas between, was %s".formatted(option, text), e);
      }
    }
    return numbers;
  }

  private Analyzed salience(int rate) {
    StftSpec stft = framing.apply(HOP);
    double[] hz = new double[stft.bins()];
    for (int k = 0; k < hz.length; k++) {
      hz[k] = (double) k * rate / stft.fftSize();
    }
    List<Double> harmonics = numbers("--harmonics", given.text("--harmonics", "1,2,3,4,5"));
    List<Double> weights = harmonics.stream().map(_ -> 1.0).toList();
    return new Analyzed(
        new Spectrogram(0, stft, 1),
        new HarmonicSalience(Basis.row(hz), harmonics, weights, true, 0));
  }
}
