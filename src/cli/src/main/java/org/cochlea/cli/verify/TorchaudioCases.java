package org.cochlea.cli.verify;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.Extractor;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.augment.PhaseVocoder;
import org.cochlea.core.basis.Dct;
import org.cochlea.core.basis.FilterBanks;
import org.cochlea.core.basis.MelScale;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.Custom;
import org.cochlea.core.feature.DctSpec;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.Inverse;
import org.cochlea.core.feature.Lfcc;
import org.cochlea.core.feature.LinearSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.SpectralDescriptor;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.signal.AdsrEnvelope;
import org.cochlea.core.signal.Biquad;
import org.cochlea.core.signal.Resampler;
import org.cochlea.core.signal.SecondOrderSections;
import org.cochlea.core.signal.SincKernel;
import org.cochlea.core.signal.TransferFunction;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.SpectralShape;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** torchaudio 0.13's transforms and functional filters: their arguments and defaults. */
final class TorchaudioCases implements Library {
  private static final double KAISER_BEST_BETA = 14.769656459379492;

  @Override
  public @Nullable Recipe recipe(String feature, Params p, Context context) {
    if (!feature.startsWith("ta.")) {
      return null;
    }
    String name = feature.substring("ta.".length());
    if (name.endsWith("_biquad")) {
      Biquad section = biquad(name.substring(0, name.length() - "_biquad".length()), p, context);
      if (section == null) {
        return null;
      }
      SecondOrderSections filter = section.sections();
      return Recipe.ofSignal(filter::filterClamped);
    }
    boolean together = context.together();
    return switch (name) {
      case "Spectrogram" -> spectrogram(p);
      case "MelSpectrogram" -> Recipe.of(mel(p, context, "norm").feature());
      case "InverseMelScale" -> inverseMelScale(mel(p, context, "norm"));
      case "MFCC" -> Recipe.of(mfcc(p, context), together);
      case "LFCC" -> Recipe.of(lfcc(p, context), together);
      case "lfilter" -> filter(p);
      case "resample", "Resample" -> resample(p);
      case "TimeStretch" -> timeStretch(p);
      case "adsr_envelope" -> envelope(p);
      case "SpectralCentroid", "spectral_centroid" ->
          LibrosaAnalyses.fitted(centroid(p, context), context);
      case "preemphasis", "Preemphasis" -> {
        Stage stage = new Stage.PreEmphasis(p.number("coeff", 0.97), Stage.PreEmphasis.Before.ZERO);
        yield Recipe.of(new Custom("pre-emphasis", Pipeline.of(0, stage)))
            .then(row -> NdArray.of(row.data()));
      }
      case "deemphasis", "Deemphasis" -> {
        TransferFunction filter =
            TransferFunction.of(new double[] {1, 0}, new double[] {1, -p.number("coeff", 0.97)});
        yield clamped(filter, true);
      }
      default -> null;
    };
  }

  private static StftSpec spec(Params p) {
    int fftSize = p.integer("n_fft", 400);
    Integer windowLength = p.integerOrNull("win_length", null);
    int length = windowLength == null ? fftSize : windowLength;
    Integer hop = p.integerOrNull("hop_length", null);
    boolean center = p.flag("center", true);
    String mode = p.text("pad_mode", "reflect");
    Padding padding =
        switch (mode) {
          case "reflect" -> Padding.REFLECT;
          case "constant" -> Padding.ZERO;
          case "replicate" -> Padding.EDGE;
          case "circular" -> Padding.WRAP;
          default -> throw UnsupportedCaseException.value("pad_mode", mode);
        };
    Object normalized = p.take("normalized", false);
    StftSpec.Scaling scaling =
        switch (normalized) {
          case Boolean b -> b ? StftSpec.Scaling.WINDOW : StftSpec.Scaling.NONE;
          case String s when s.equals("window") -> StftSpec.Scaling.WINDOW;
          case String s when s.equals("frame_length") -> StftSpec.Scaling.FRAME_LENGTH;
          case null, default ->
              throw UnsupportedCaseException.value("normalized", String.valueOf(normalized));
        };
    p.ignore("return_complex");
    return new StftSpec(
        fftSize,
        length,
        hop == null ? length / 2 : hop,
        WindowArgument.torch(p),
        center,
        padding,
        p.integer("pad", 0),
        scaling);
  }

  /** It gives the spectrogram in the power that the filters were given. */
  private static Recipe inverseMelScale(MelBank bank) {
    double power = bank.spectrogram().power();
    Inverse inverse =
        Inverse.of(bank.feature(), Inverse.To.SPECTRUM).withFilters(Inverse.Filters.TORCHAUDIO);
    return InverseCases.chain(bank.feature(), inverse)
        .then(
            magnitudes -> {
              float[] values = magnitudes.data();
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.pow(values[i], power);
              }
              return magnitudes;
            });
  }

  private static Recipe spectrogram(Params p) {
    StftSpec spec = spec(p);
    Double power = p.numberOrNull("power", 2.0);
    boolean oneSided = p.flag("onesided", true);
    Recipe recipe = Recipe.of(power == null ? Stft.of(spec) : new Spectrogram(0, spec, power));
    return oneSided ? recipe : recipe.then(half -> half.twoSided(spec.fftSize()));
  }

  /** One of torchaudio's prototypes; no sound is needed for it. */
  private static Recipe envelope(Params p) {
    AdsrEnvelope envelope =
        new AdsrEnvelope(
            p.number("attack", 0),
            p.number("hold", 0),
            p.number("decay", 0),
            p.number("sustain", 1),
            p.number("release", 0),
            p.integer("n_decay", 2));
    int samples = p.integer("num_frames", 0);
    return (_, _) -> List.of(NdArray.of(envelope.generate(samples)));
  }

  /** The magnitudes of a spectrogram that was stretched. */
  private static Recipe timeStretch(Params p) {
    double rate = p.number("rate", Double.NaN);
    StftSpec spec = spec(p);
    Pipeline pipeline = Stft.of(spec).pipeline();
    return (input, engine) -> {
      List<NdArray> arrays = new ArrayList<>();
      try (Extractor extractor = engine.compile(pipeline)) {
        for (float[] channel : input.channels()) {
          Tensor spectrum = extractor.extract(Waveform.of(channel, input.sampleRate()));
          Tensor stretched = PhaseVocoder.stretch(spectrum, rate, spec.hopLength());
          float[] values = stretched.toArray(0);
          float[] magnitudes = new float[values.length / 2];
          for (int i = 0; i < magnitudes.length; i++) {
            magnitudes[i] = (float) Math.hypot(values[2 * i], values[2 * i + 1]);
          }
          int[] size = {stretched.shape().bins(), stretched.frames(0)};
          arrays.add(new NdArray(size, magnitudes));
        }
      }
      return arrays;
    };
  }

  private static MelBank mel(Params p, Context context, String normName) {
    int rate = p.integer("sample_rate", context.sampleRate());
    StftSpec spec = spec(p);
    p.expect("onesided", null, true);
    Double high = p.numberOrNull("f_max", null);
    String scale = p.text("mel_scale", "htk");
    Object norm = p.take(normName, null);
    MelBank.Triangles triangles =
        new MelBank.Triangles(
            p.integer("n_mels", 128),
            p.number("f_min", 0),
            high == null ? Math.floor(rate / 2.0) : high,
            switch (scale) {
              case "htk" -> MelScale.HTK;
              case "slaney" -> MelScale.SLANEY;
              default -> throw UnsupportedCaseException.value("mel_scale", scale);
            },
            switch (norm) {
              case null -> FilterBanks.Norm.NONE;
              case String s when s.equals("slaney") -> FilterBanks.Norm.SLANEY;
              default -> throw UnsupportedCaseException.value(normName, norm);
            },
            positionRate(rate),
            positionSize(spec));
    return MelBank.of(rate, spec, p.number("power", 2), triangles);
  }

  // torchaudio spreads the bins evenly from 0 to sample_rate // 2, also where an odd transform ends
  // below half the sample rate or half the sample rate is no whole number.

  private static int positionRate(int rate) {
    return rate / 2 * 2;
  }

  private static int positionSize(StftSpec spec) {
    return Math.max(1, spec.fftSize() / 2 * 2);
  }

  private static Feature mfcc(Params p, Context context) {
    // "norm" is the transform's; the filter bank's own can only come in melkwargs.
    p.flatten("melkwargs", "norm", "mel_norm");
    MelBank mel = mel(p, context, "mel_norm");
    Compression compression = compression(p, "log_mels");
    return mel.of(new Mfcc(mel.spectrogram(), compression, dct(p, "n_mfcc", mel.bins())));
  }

  private static Feature lfcc(Params p, Context context) {
    p.flatten("speckwargs", "norm", "norm");
    int rate = p.integer("sample_rate", context.sampleRate());
    StftSpec spec = spec(p);
    p.expect("onesided", null, true);
    int bins = p.integer("n_filter", 128);
    double low = p.number("f_min", 0);
    Double given = p.numberOrNull("f_max", null);
    double high = given == null ? Math.floor(rate / 2.0) : given;
    LinearSpectrogram stand =
        new LinearSpectrogram(rate, spec, bins, 0, rate / 2.0, p.number("power", 2));
    Feature lfcc = new Lfcc(stand, compression(p, "log_lf"), dct(p, "n_lfcc", bins));
    return MelBank.replaced(
        lfcc, FilterBanks.linear(positionRate(rate), positionSize(spec), bins, low, high));
  }

  private static Compression compression(Params p, String logName) {
    Double range = p.numberOrNull("top_db", 80.0);
    return p.flag(logName, false)
        ? Compression.Logarithm.offset(1e-6)
        : Compression.Decibels.ofPower()
            .withRange(range == null ? Double.POSITIVE_INFINITY : range);
  }

  private static DctSpec dct(Params p, String countName, int bins) {
    p.expect("dct_type", 2);
    Object norm = p.take("norm", "ortho");
    Dct.Norm scaling =
        switch (norm) {
          case null -> Dct.Norm.NONE;
          case String s when s.equals("ortho") -> Dct.Norm.ORTHO;
          default -> throw UnsupportedCaseException.value("norm", norm);
        };
    int coefficients = p.integer(countName, 40);
    if (coefficients > bins) {
      throw UnsupportedCaseException.value(countName, coefficients);
    }
    return new DctSpec(coefficients, Dct.Type.II, scaling, 0, 1);
  }

  private static Recipe filter(Params p) {
    TransferFunction filter = TransferFunction.of(p.numbers("b_coeffs"), p.numbers("a_coeffs"));
    return clamped(filter, p.flag("clamp", true));
  }

  /** The centre of gravity of the magnitudes, bins spread up to half the sample rate. */
  private static Recipe centroid(Params p, Context context) {
    int rate = p.integer("sample_rate", context.sampleRate());
    StftSpec spec = spec(p);
    if (spec.fftSize() % 2 != 0) {
      throw UnsupportedCaseException.value("n_fft", spec.fftSize());
    }
    return Recipe.of(
        new SpectralDescriptor(positionRate(rate), spec, new SpectralShape.Centroid()));
  }

  private static Recipe clamped(TransferFunction filter, boolean clamped) {
    return Recipe.ofSignal(
        samples -> {
          float[] filtered = filter.filter(samples);
          for (int i = 0; clamped && i < filtered.length; i++) {
            filtered[i] = Math.clamp(filtered[i], -1f, 1f);
          }
          return filtered;
        });
  }

  private static Recipe resample(Params p) {
    int from = p.integer("orig_freq", 16_000);
    int to = p.integer("new_freq", 16_000);
    int width = p.integer("lowpass_filter_width", 6);
    double rolloff = p.number("rolloff", 0.99);
    String method = p.text("resampling_method", "sinc_interpolation");
    Double beta = p.numberOrNull("beta", null);
    SincKernel kernel =
        switch (method) {
          case "sinc_interpolation", "sinc_interp_hann" -> new SincKernel.Hann(width, rolloff);
          case "kaiser_window", "sinc_interp_kaiser" ->
              new SincKernel.Kaiser(width, rolloff, beta == null ? KAISER_BEST_BETA : beta);
          default -> throw UnsupportedCaseException.value("resampling_method", method);
        };
    Resampler resampler = Resampler.of(from, to, kernel);
    return Recipe.ofSignal(resampler::resample);
  }

  private static @Nullable Biquad biquad(String name, Params p, Context context) {
    int rate = p.integer("sample_rate", context.sampleRate());
    double q = p.number("Q", Biquad.DEFAULT_Q);
    return switch (name) {
      case "lowpass" -> Biquad.lowpass(rate, p.number("cutoff_freq", Double.NaN), q);
      case "highpass" -> Biquad.highpass(rate, p.number("cutoff_freq", Double.NaN), q);
      case "allpass" -> Biquad.allpass(rate, p.number("central_freq", Double.NaN), q);
      case "bandreject" -> Biquad.bandreject(rate, p.number("central_freq", Double.NaN), q);
      case "bandpass" -> {
        double centre = p.number("central_freq", Double.NaN);
        yield p.flag("const_skirt_gain", false)
            ? Biquad.bandpassConstantSkirt(rate, centre, q)
            : Biquad.bandpass(rate, centre, q);
      }
      case "band" -> {
        double centre = p.number("central_freq", Double.NaN);
        yield p.flag("noise", false)
            ? Biquad.bandForNoise(rate, centre, q)
            : Biquad.band(rate, centre, q);
      }
      case "equalizer" ->
          Biquad.equalizer(
              rate, p.number("center_freq", Double.NaN), p.number("gain", Double.NaN), q);
      case "bass" ->
          Biquad.bass(rate, p.number("gain", Double.NaN), p.number("central_freq", 100), q);
      case "treble" ->
          Biquad.treble(rate, p.number("gain", Double.NaN), p.number("central_freq", 3000), q);
      case "deemph" -> Biquad.deemphasis(rate);
      case "riaa" -> Biquad.riaa(rate);
      default -> null;
    };
  }
}
