package org.cochlea.cli.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.basis.FrequencyWeighting;
import org.cochlea.core.feature.Analyzed;
import org.cochlea.core.feature.Compressed;
import org.cochlea.core.feature.CqtSpec;
import org.cochlea.core.feature.Custom;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.FrameCepstrum;
import org.cochlea.core.feature.MultiResolution;
import org.cochlea.core.feature.SignalAnalysis;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.BinOffset;
import org.cochlea.core.stage.Cepstrum;
import org.cochlea.core.stage.FourierTempogram;
import org.cochlea.core.stage.HarmonicPercussive;
import org.cochlea.core.stage.HarmonicSalience;
import org.cochlea.core.stage.OnsetStrength;
import org.cochlea.core.stage.PeakTracks;
import org.cochlea.core.stage.Reassignment;
import org.cochlea.core.stage.StackMemory;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Tempo;
import org.cochlea.core.stage.TempogramRatio;
import org.jspecify.annotations.Nullable;

/** librosa 0.11's transforms of signals and of other features: their arguments and defaults. */
final class LibrosaTransforms {
  private LibrosaTransforms() {}

  static @Nullable Recipe recipe(String feature, Params p, Library.Context context, int rate) {
    return switch (feature) {
      case "autocorrelate", "autocorrelation" -> {
        p.expect("axis", -1);
        Integer size = p.integerOrNull("max_size", null);
        yield fitted(Recipe.of(SignalAnalysis.autocorrelation(size == null ? 0 : size)), context);
      }
      case "cepstrum", "real_cepstrum" -> cepstrum(p, context, Cepstrum.Kind.REAL, false);
      case "power_cepstrum" -> cepstrum(p, context, Cepstrum.Kind.POWER, false);
      case "complex_cepstrum" -> cepstrum(p, context, Cepstrum.Kind.COMPLEX, false);
      case "liftered_cepstrum" -> cepstrum(p, context, Cepstrum.Kind.REAL, false);
      case "cepstral_envelope" -> cepstrum(p, context, Cepstrum.Kind.REAL, true);
      case "fourier_tempogram" -> fourierTempogram(p, context, rate);
      case "tempogram_ratio" -> tempogramRatio(p, context, rate);
      case "stack_memory" -> stackMemory(p, rate);
      case "piptrack", "piptrack_pitches" -> peaks(p, rate, PeakTracks.Output.PITCH);
      case "piptrack_magnitudes" -> peaks(p, rate, PeakTracks.Output.MAGNITUDE);
      case "interp_harmonics" -> harmonics(p, rate);
      case "salience" -> salience(p, rate);
      case "interval_frequencies" -> intervals(p);
      case "effects.harmonic", "harmonic" ->
          separated(p, context, HarmonicPercussive.Part.HARMONIC);
      case "effects.percussive", "percussive" ->
          separated(p, context, HarmonicPercussive.Part.PERCUSSIVE);
      case "effects.hpss", "effects.hpss_harmonic", "effects.hpss_percussive", "hpss" -> {
        boolean percussive = p.text("out", feature).endsWith("percussive");
        yield separated(
            p,
            context,
            percussive ? HarmonicPercussive.Part.PERCUSSIVE : HarmonicPercussive.Part.HARMONIC);
      }
      case "A_weighting", "B_weighting", "C_weighting", "D_weighting", "Z_weighting" ->
          weights(p, rate, FrequencyWeighting.valueOf(feature.substring(0, 1)));
      case "frequency_weighting" -> weights(p, rate, kind(p));
      case "perceptual_weighting" -> perceptual(p, rate);
      case "reassigned_spectrogram" -> reassigned(p, rate);
      case "multi_resolution_stft" -> multiResolution(p);
      default -> null;
    };
  }

  private static Recipe fitted(Recipe recipe, Library.Context context) {
    return LibrosaAnalyses.fitted(recipe, context);
  }

  /** Frames as those of librosa.stft, unless the whole signal is one. */
  private static Recipe cepstrum(
      Params p, Library.Context context, Cepstrum.Kind kind, boolean envelope) {
    double floor = p.number(p.has("floor") ? "floor" : "amin", 1e-10);
    int lifter = p.integer(p.has("lifter") ? "lifter" : "n_lifter", 0);
    StftSpec stft = LibrosaCases.stft(p, 512);
    FrameCepstrum all = new FrameCepstrum(stft, kind, floor, lifter, envelope);
    int axis = context.channels() > 1 ? 1 : 0;
    int rows = context.shape()[axis];
    // Many keep only the half that is not mirrored.
    return Recipe.of(all).then(array -> rows < array.shape()[0] ? array.firstRows(rows) : array);
  }

  private static Recipe fourierTempogram(Params p, Library.Context context, int rate) {
    int hop = p.integer("hop_length", 512);
    int length = p.integer("win_length", 384);
    FourierTempogram tempogram =
        new FourierTempogram(
            Basis.row(
                WindowArgument.scipy("window", p.take("window", "hann")).coefficients(length)),
            p.flag("center", true));
    Feature complex =
        new Analyzed(LibrosaAnalyses.onsets(rate, hop, OnsetStrength.Aggregate.MEAN), tempogram);
    int axes = context.shape().length - (context.channels() > 1 ? 1 : 0);
    return Recipe.of(
        axes == 3
            ? complex
            : new Custom("magnitude", complex.pipeline().then(new Stage.Modulus(1))));
  }

  private static Recipe tempogramRatio(Params p, Library.Context context, int rate) {
    int hop = p.integer("hop_length", 512);
    p.expect("prior", (Object) null);
    p.expect("freqs", (Object) null);
    p.expect("kind", "linear");
    p.expect("fill_value", 0);
    Double max = p.numberOrNull("max_tempo", 320.0);
    Double bpm = p.numberOrNull("bpm", null);
    Tempo tempo =
        new Tempo(
            (double) rate / hop,
            p.number("start_bpm", 120),
            p.number("std_bpm", 1),
            max == null ? Double.POSITIVE_INFINITY : max,
            false);
    List<Double> factors =
        p.take("factors", null) == null
            ? TempogramRatio.METRIC
            : Arrays.stream(p.numbers("factors")).boxed().toList();
    Object aggregate = p.take("aggregate", null);
    Recipe all =
        Recipe.of(
            new Analyzed(
                LibrosaAnalyses.tempogram(p, rate, hop),
                new TempogramRatio(tempo, bpm == null ? Double.NaN : bpm, factors)));
    return aggregate == null
        ? all
        : fitted(all.then(array -> aggregated(array, aggregate.toString())), context);
  }

  /** A number for every row. */
  private static NdArray aggregated(NdArray array, String function) {
    float[] values = new float[array.shape()[0]];
    for (int r = 0; r < values.length; r++) {
      values[r] = (float) NumpyPadding.statistic(array.row(r).data(), function);
    }
    return NdArray.of(values);
  }

  private static Recipe stackMemory(Params p, int rate) {
    String of = p.text("of", "mfcc");
    int steps = p.integer("n_steps", 2);
    int delay = p.integer("delay", 1);
    String mode = p.text("mode", "constant");
    p.expect("constant_values", 0, List.of(0));
    Feature base = LibrosaCases.feature(of, p, rate);
    if (base == null || base.pipeline().output().complex()) {
      throw UnsupportedCaseException.value("of", of);
    }
    return Recipe.of(
        new Analyzed(base, new StackMemory(steps, delay, NumpyPadding.stage("mode", mode, true))));
  }

  private static Recipe peaks(Params p, int rate, PeakTracks.Output ifAbsent) {
    // The hop is a quarter of the window, as in librosa.stft.
    StftSpec stft = LibrosaCases.stft(p, null);
    String out = p.text("out", ifAbsent == PeakTracks.Output.PITCH ? "pitches" : "magnitudes");
    PeakTracks.Output output =
        switch (out) {
          case "pitches" -> PeakTracks.Output.PITCH;
          case "magnitudes", "mags" -> PeakTracks.Output.MAGNITUDE;
          default -> throw UnsupportedCaseException.value("out", out);
        };
    Object ref = p.take("ref", null);
    double level =
        switch (ref) {
          case null -> Double.NaN;
          case Number n -> n.doubleValue();
          case String s when s.endsWith("max") -> Double.NaN;
          default -> throw UnsupportedCaseException.value("ref", ref);
        };
    return Recipe.of(
        new Analyzed(
            new Spectrogram(rate, stft, 1),
            new PeakTracks(
                rate,
                stft.fftSize(),
                Math.max(0, p.number("fmin", 150)),
                p.number("fmax", 4000),
                p.number("threshold", 0.1),
                level,
                output)));
  }

  /** librosa.fft_frequencies, which the manifest does not write out. */
  private static double[] frequencies(Params p, int rate, StftSpec stft) {
    if (p.take("freqs", null) instanceof List<?>) {
      return p.numbers("freqs");
    }
    double[] hz = new double[stft.bins()];
    for (int k = 0; k < hz.length; k++) {
      hz[k] = (double) k * rate / stft.fftSize();
    }
    return hz;
  }

  private static List<Double> list(Params p, String name) {
    return Arrays.stream(p.numbers(name)).boxed().toList();
  }

  private static Recipe harmonics(Params p, int rate) {
    p.expect("kind", "linear");
    p.expect("axis", -2, 0);
    double fill = p.number("fill_value", 0);
    StftSpec stft = LibrosaCases.stft(p, 512);
    double power = p.number("power", 1);
    Basis hz = Basis.row(frequencies(p, rate, stft));
    List<Recipe> recipes = new ArrayList<>();
    List<Double> harmonics = list(p, "harmonics");
    for (double harmonic : harmonics) {
      recipes.add(
          Recipe.of(
                  new Analyzed(
                      new Spectrogram(rate, stft, power),
                      new HarmonicSalience(hz, List.of(harmonic), List.of(1.0), false, 0)))
              .then(array -> filled(array, hz, harmonic, fill)));
    }
    return (input, engine) -> {
      List<List<NdArray>> parts = recipes.stream().map(r -> r.run(input, engine)).toList();
      List<NdArray> channels = new ArrayList<>();
      for (int c = 0; c < parts.getFirst().size(); c++) {
        int channel = c;
        NdArray stacked = NdArray.stack(parts.stream().map(part -> part.get(channel)).toList());
        channels.add(
            stacked.shape().length == 3
                ? stacked
                : new NdArray(
                    new int[] {1, stacked.shape()[0], stacked.shape()[1]}, stacked.data()));
      }
      return channels;
    };
  }

  private static NdArray filled(NdArray array, Basis hz, double harmonic, double fill) {
    if (fill == 0) {
      return array;
    }
    int frames = array.shape()[1];
    float[] values = array.data().clone();
    int last = hz.columns() - 1;
    for (int k = 0; k <= last; k++) {
      double at = harmonic * hz.at(0, k);
      if (at < hz.at(0, 0) || at > hz.at(0, last)) {
        Arrays.fill(values, k * frames, (k + 1) * frames, (float) fill);
      }
    }
    return new NdArray(array.shape(), values);
  }

  private static Recipe salience(Params p, int rate) {
    p.expect("kind", "linear");
    p.expect("axis", -2, 0);
    p.expect("aggregate", null, "np.average", "average", "numpy.average");
    List<Double> harmonics = list(p, "harmonics");
    List<Double> weights =
        p.take("weights", null) == null
            ? harmonics.stream().map(_ -> 1.0).toList()
            : list(p, "weights");
    Double fill = p.numberOrNull("fill_value", Double.NaN);
    boolean peaks = p.flag("filter_peaks", true);
    StftSpec stft = LibrosaCases.stft(p, 512);
    return Recipe.of(
        new Analyzed(
            new Spectrogram(rate, stft, p.number("power", 1)),
            new HarmonicSalience(
                Basis.row(frequencies(p, rate, stft)),
                harmonics,
                weights,
                peaks,
                fill == null ? Double.NaN : fill)));
  }

  private static Recipe separated(Params p, Library.Context context, HarmonicPercussive.Part part) {
    // Taken and ignored: it always is a Hann window.
    p.ignore("window");
    p.replace("window", "hann");
    HarmonicPercussive separation = LibrosaAnalyses.separation(p, part);
    if (separation.mask()) {
      throw UnsupportedCaseException.value("mask", true);
    }
    StftSpec stft = LibrosaCases.stft(p, null);
    return fitted(Recipe.of(SignalAnalysis.changed(stft, 0, separation)), context);
  }

  private static Recipe reassigned(Params p, int rate) {
    StftSpec stft = LibrosaCases.stft(p, null);
    boolean frequencies = p.flag("reassign_frequencies", true);
    boolean times = p.flag("reassign_times", true);
    String out = p.text("out", "mags");
    Reassignment.Output output =
        switch (out) {
          case "freqs", "frequencies" -> Reassignment.Output.FREQUENCY;
          case "times" -> Reassignment.Output.TIME;
          case "mags", "magnitudes" -> Reassignment.Output.MAGNITUDE;
          default -> throw UnsupportedCaseException.value("out", out);
        };
    boolean moved =
        switch (output) {
          case FREQUENCY -> frequencies;
          case TIME -> times;
          case MAGNITUDE -> true;
        };
    double least = p.number("ref_power", 1e-6);
    boolean fill = p.flag("fill_nan", false);
    boolean clip = p.flag("clip", true);
    // What is not reassigned has its own place, as what has no power.
    return Recipe.of(
        SignalAnalysis.reassigned(
            rate, stft, moved ? least : Double.MAX_VALUE, fill || !moved, clip, output));
  }

  private static Recipe multiResolution(Params p) {
    double[] sizes = p.numbers("n_fft");
    p.replace("n_fft", 2048);
    StftSpec plain = LibrosaCases.stft(p, 512);
    return Recipe.of(
        new MultiResolution(
            Arrays.stream(sizes).mapToObj(size -> plain.withFftSize((int) size)).toList(),
            p.number("power", 1)));
  }

  private static FrequencyWeighting kind(Params p) {
    String name = p.text("kind", "A");
    try {
      return FrequencyWeighting.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw UnsupportedCaseException.value("kind", name);
    }
  }

  /** A table that no sound is needed for. */
  private static Recipe weights(Params p, int rate, FrequencyWeighting weighting) {
    double[] hz =
        p.has("frequencies")
            ? p.numbers("frequencies")
            : frequencies(p, rate, StftSpec.librosa().withFftSize(p.integer("n_fft", 2048)));
    double[] weights = weighting.decibels(hz, least(p, weighting));
    float[] values = new float[weights.length];
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) weights[k];
    }
    return (_, _) -> List.of(NdArray.of(values));
  }

  private static double least(Params p, FrequencyWeighting weighting) {
    Double least =
        p.numberOrNull("min_db", weighting == FrequencyWeighting.Z ? null : Double.valueOf(-80));
    return least == null ? Double.NEGATIVE_INFINITY : least;
  }

  private static Recipe perceptual(Params p, int rate) {
    FrequencyWeighting weighting = kind(p);
    StftSpec stft = LibrosaCases.stft(p, 512);
    double[] hz =
        p.take("frequencies", null) instanceof List<?>
            ? p.numbers("frequencies")
            : frequencies(p, rate, stft);
    return Recipe.of(
        new Analyzed(
            new Compressed(
                new Spectrogram(rate, stft, p.number("power", 2)), LibrosaCases.decibels(p, false)),
            new BinOffset(Basis.row(weighting.decibels(hz, -80)))));
  }

  /** A table that no sound is needed for. */
  private static Recipe intervals(Params p) {
    Object octave = p.take("intervals", "equal");
    int perOctave = octave instanceof List<?> list ? list.size() : p.integer("bins_per_octave", 12);
    p.ignore("bins_per_octave");
    double tuning = p.number("tuning", 0);
    p.expect("sort", true);
    List<Double> ratios = LibrosaCqt.intervals(octave, perOctave);
    CqtSpec equal =
        CqtSpec.librosa()
            .withBins(p.number("fmin", CqtSpec.C1), p.integer("n_bins", 84), perOctave);
    // Of other divisions the tuning is ignored there.
    CqtSpec spec = ratios.isEmpty() ? equal.withTuning(tuning) : equal.withIntervals(ratios);
    float[] values = new float[spec.bins()];
    double[] hz = spec.frequencies();
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) hz[k];
    }
    return (_, _) -> List.of(NdArray.of(values));
  }
}
