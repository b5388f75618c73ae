package org.cochlea.cli.extract;

import java.util.List;
import java.util.function.Function;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.Analyzed;
import org.cochlea.core.feature.Chroma;
import org.cochlea.core.feature.ChromaCens;
import org.cochlea.core.feature.ChromaCqt;
import org.cochlea.core.feature.ChromaSpec;
import org.cochlea.core.feature.CombinedFrequencyPeriodicity;
import org.cochlea.core.feature.ConstantQ;
import org.cochlea.core.feature.CqtSpec;
import org.cochlea.core.feature.EstimatedTuning;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.HarmonicPercussiveSpectrogram;
import org.cochlea.core.feature.LinearPrediction;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.NnAudioCqt;
import org.cochlea.core.feature.OnsetEnvelope;
import org.cochlea.core.feature.PolynomialFeatures;
import org.cochlea.core.feature.PowerSpectralDensity;
import org.cochlea.core.feature.PyinPitch;
import org.cochlea.core.feature.SpectralDescriptor;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.feature.Tonnetz;
import org.cochlea.core.feature.YinPitch;
import org.cochlea.core.stage.HarmonicPercussive;
import org.cochlea.core.stage.OnsetStrength;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.SpectralDensity;
import org.cochlea.core.stage.SpectralFlux;
import org.cochlea.core.stage.SpectralShape;
import org.jspecify.annotations.Nullable;

/** Makes analyses of spectra and signals of what was asked for on the command line. */
final class AnalysisBuilder {
  private static final int HOP = 512;
  private static final double YIN_LOW = 65.40639132514966;
  private static final double YIN_HIGH = 2093.004522404789;

  private final FeatureKind kind;
  private final Given given;
  private final Function<@Nullable Integer, StftSpec> framing;

  /**
   * Prepares to build.
   *
   * @param framing the windowed frames that were asked for, with a default of the hop
   */
  AnalysisBuilder(FeatureKind kind, Given given, Function<@Nullable Integer, StftSpec> framing) {
    this.kind = kind;
    this.given = given;
    this.framing = framing;
  }

  Feature build(int rate) {
    return switch (kind) {
      case SPECTRAL_CENTROID -> shape(rate, new SpectralShape.Centroid());
      case SPECTRAL_BANDWIDTH ->
          shape(rate, new SpectralShape.Bandwidth(given.number("--power", 2), true));
      case SPECTRAL_ROLLOFF ->
          shape(rate, new SpectralShape.Rolloff(given.number("--roll-percent", 0.85)));
      case SPECTRAL_CONTRAST ->
          shape(rate, new SpectralShape.Contrast(given.number("--fmin", 200), 6, 0.02, false));
      case SPECTRAL_FLATNESS ->
          shape(
              rate,
              new SpectralShape.Flatness(
                  given.number("--power", 2), given.number("--amin", 1e-10)));
      case SPECTRAL_CREST -> shape(rate, new SpectralShape.Crest());
      case SPECTRAL_FLUX ->
          new Analyzed(
              new Spectrogram(0, framing.apply(HOP), given.number("--power", 1)),
              new SpectralFlux(1, 2, false));
      case POLY_FEATURES ->
          new PolynomialFeatures(rate, framing.apply(HOP), given.integer("--order", 1));
      case CHROMA_STFT -> chroma(rate);
      case CHROMA_CQT -> chromaCqt(rate);
      case CHROMA_CENS -> new ChromaCens(chromaCqt(rate).withNorm(Double.NaN), 41, Window.HANN, 2);
      case TONNETZ -> new Tonnetz(chromaCqt(rate));
      case ESTIMATE_TUNING ->
          new EstimatedTuning(
              new Spectrogram(rate, framing.apply(HOP), 1),
              0.01,
              given.integer("--bins-per-octave", 12),
              given.number("--fmin", 150),
              given.number("--fmax", 4000),
              0.1);
      case ONSET_STRENGTH -> onsetStrength(rate);
      case HPSS_HARMONIC -> separated(HarmonicPercussive.Part.HARMONIC);
      case HPSS_PERCUSSIVE -> separated(HarmonicPercussive.Part.PERCUSSIVE);
      case YIN -> yin(rate);
      case PYIN ->
          PyinPitch.librosa(
              rate,
              given.number("--fmin", YIN_LOW),
              given.number("--fmax", Math.min(YIN_HIGH, rate / 2.0)));
      case TEMPOGRAM -> Analyzed.tempogram(rate);
      case TEMPO -> Analyzed.tempo(rate);
      case BEATS -> Analyzed.beats(rate);
      case LPC -> new LinearPrediction(given.integer("--order", 16));
      case WELCH -> welch(rate);
      case PERIODOGRAM -> PowerSpectralDensity.periodogram(rate);
      case MULTITAPER -> PowerSpectralDensity.multitaper(rate, 4, 7);
      case CQT -> constantQ(rate, 0, ConstantQ.Method.RECURSIVE);
      case VQT ->
          constantQ(
              rate,
              given.numberOr("--gamma", "erb", Double.NaN, Double.NaN),
              ConstantQ.Method.RECURSIVE);
      case PSEUDO_CQT -> constantQ(rate, 0, ConstantQ.Method.PSEUDO);
      case HYBRID_CQT -> constantQ(rate, 0, ConstantQ.Method.HYBRID);
      case CQT1992V2 -> nnAudio(rate, NnAudioCqt.Method.TIME);
      case CQT2010V2 -> nnAudio(rate, NnAudioCqt.Method.OCTAVES);
      case CFP -> cfp(rate);
      default -> new TransformBuilder(kind, given, framing).build(rate);
    };
  }

  private SpectralDescriptor shape(int rate, SpectralShape.Measure measure) {
    return new SpectralDescriptor(rate, framing.apply(HOP), measure);
  }

  private Chroma chroma(int rate) {
    return new Chroma(
        rate,
        framing.apply(HOP),
        ChromaSpec.librosa().withTuning(given.number("--tuning", 0)),
        Double.POSITIVE_INFINITY);
  }

  private int hop() {
    return given.integer("--hop-length", HOP);
  }

  private ChromaCqt chromaCqt(int rate) {
    int perOctave = given.integer("--bins-per-octave", 36);
    double low = given.number("--fmin", CqtSpec.C1);
    ConstantQ plain = ConstantQ.librosa(rate);
    ConstantQ transform =
        new ConstantQ(
            rate,
            hop(),
            plain
                .spec()
                .withBins(low, 7 * perOctave, perOctave)
                .withTuning(given.number("--tuning", 0)),
            plain.method(),
            true,
            plain.padding(),
            plain.output());
    return new ChromaCqt(transform, low, 12, 0, Double.POSITIVE_INFINITY);
  }

  private OnsetEnvelope onsetStrength(int rate) {
    StftSpec stft = framing.apply(HOP);
    double high = given.number("--fmax", rate / 2.0);
    MelSpec mel = MelSpec.slaney(given.integer("--n-mels", 128), given.number("--fmin", 0), high);
    OnsetEnvelope plain = OnsetEnvelope.librosa(rate);
    return new OnsetEnvelope(
        new LogMel(new MelSpectrogram(rate, stft, mel, 2), LogMel.librosa(rate).compression()),
        new OnsetStrength(
            1,
            1,
            plain.strength().aggregate(),
            List.of(),
            false,
            stft.fftSize() / (2 * stft.hopLength())));
  }

  private HarmonicPercussiveSpectrogram separated(HarmonicPercussive.Part part) {
    return new HarmonicPercussiveSpectrogram(
        new Spectrogram(0, framing.apply(HOP), 1),
        HarmonicPercussiveSpectrogram.librosa(part).separation());
  }

  private YinPitch yin(int rate) {
    double frame = given.number("--frame-length", 2048);
    if (frame != Math.rint(frame)) {
      throw new IllegalArgumentException(
          "--frame-length must be a whole number of samples for --feature yin, was " + frame);
    }
    return new YinPitch(
        rate,
        given.number("--fmin", YIN_LOW),
        given.number("--fmax", Math.min(YIN_HIGH, rate / 2.0)),
        (int) frame,
        given.integer("--hop-length", (int) frame / 4),
        0.1,
        given.flag("--center", true),
        given.choice("--pad-mode", FeatureBuilder.PADDINGS, Padding.ZERO));
  }

  private PowerSpectralDensity welch(int rate) {
    SpectralDensity plain = PowerSpectralDensity.welch(rate).density();
    return new PowerSpectralDensity(
        new SpectralDensity(
            rate,
            List.of(Window.parse(given.text("--window", "hann"))),
            plain.weights(),
            given.integer("--nperseg", 256),
            plain.overlap(),
            given.integer("--n-fft", 0),
            plain.detrend(),
            plain.scaling(),
            plain.average(),
            true));
  }

  private CqtSpec spec(CqtSpec plain, double gamma) {
    CqtSpec equal =
        new CqtSpec(
            given.number("--fmin", plain.minHz()),
            given.integer("--n-bins", plain.bins()),
            given.integer("--bins-per-octave", plain.binsPerOctave()),
            given.number("--filter-scale", 1),
            plain.norm(),
            Window.parse(given.text("--window", "hann")),
            gamma,
            plain.sparsity(),
            List.of());
    List<Double> intervals =
        kind == FeatureKind.VQT
            ? TransformBuilder.intervals(
                given.text("--intervals", "equal"), equal.binsPerOctave(), given)
            : List.of();
    return (intervals.isEmpty() ? equal : equal.withIntervals(intervals))
        .withTuning(given.number("--tuning", 0));
  }

  private ConstantQ constantQ(int rate, double gamma, ConstantQ.Method method) {
    return new ConstantQ(
        rate,
        hop(),
        spec(CqtSpec.librosa(), gamma),
        method,
        true,
        given.choice("--pad-mode", FeatureBuilder.PADDINGS, Padding.ZERO),
        ConstantQ.librosa(rate).output());
  }

  private NnAudioCqt nnAudio(int rate, NnAudioCqt.Method method) {
    return new NnAudioCqt(
        rate,
        hop(),
        spec(CqtSpec.nnAudio(), 0),
        method,
        NnAudioCqt.Normalization.LENGTH,
        true,
        given.choice("--pad-mode", FeatureBuilder.PADDINGS, Padding.REFLECT),
        NnAudioCqt.cqt1992v2(rate).output(),
        method == NnAudioCqt.Method.OCTAVES && given.flag("--early-downsample", false));
  }

  private CombinedFrequencyPeriodicity cfp(int rate) {
    CombinedFrequencyPeriodicity plain = CombinedFrequencyPeriodicity.nnAudio(rate);
    return new CombinedFrequencyPeriodicity(
        rate,
        plain.resolution(),
        given.integer("--hop-length", plain.hopLength()),
        given.integer("--win-length", plain.windowLength()),
        given.number("--fmin", plain.minHz()),
        given.number("--fmax", plain.maxHz()),
        plain.powers(),
        given.integer("--bins-per-octave", plain.binsPerOctave()),
        plain.drop(),
        plain.output());
  }
}
