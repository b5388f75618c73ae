package org.cochlea.cli.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.basis.DpssTaper;
import org.cochlea.core.basis.GammatoneFilters;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.Analyzed;
import org.cochlea.core.feature.Compressed;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.Custom;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.PowerSpectralDensity;
import org.cochlea.core.feature.SegmentSpectrogram;
import org.cochlea.core.feature.SignalAnalysis;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.AnalyticSignal;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Histogram;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.RollingEnvelope;
import org.cochlea.core.stage.SpectralDensity;
import org.cochlea.core.stage.SpectralGate;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Taper;
import org.cochlea.core.stage.WaveletTransform;
import org.cochlea.core.stage.WholeSpectrum;
import org.jspecify.annotations.Nullable;

/** scipy.signal's spectral densities: their arguments and defaults. */
final class ScipySpectra {
  private ScipySpectra() {}

  static @Nullable Recipe recipe(String feature, Params p, Library.Context context) {
    return switch (feature) {
      case "welch" -> LibrosaAnalyses.fitted(welch(p), context);
      case "periodogram" -> LibrosaAnalyses.fitted(periodogram(p), context);
      case "multitaper" -> LibrosaAnalyses.fitted(multitaper(p, context), context);
      case "spectrogram", "signal.spectrogram", "scipy.spectrogram", "scipy.signal.spectrogram" ->
          spectrogram(p);
      case "stft", "signal.stft", "scipy.stft", "scipy.signal.stft" -> stft(p);
      case "csd" -> together(p, SpectralDensity::cross, true);
      case "coherence" -> together(p, SpectralDensity::coherence, false);
      case "hilbert" -> {
        p.expect("N", (Object) null);
        p.expect("axis", -1);
        yield hilbert(p, context);
      }
      case "rfft", "fft", "numpy.fft.rfft", "np.fft.rfft" -> wholeSpectrum(p, context);
      case "histogram", "log_magnitude_histogram" -> histogram(p, context);
      case "rolling_envelope" -> rolling(p, context);
      case "reduce_noise", "noisereduce" -> reduced(p, context);
      case "gammatone" -> gammatone(p, context);
      case "cwt" -> wavelets(p, context);
      default -> null;
    };
  }

  private static Recipe welch(Params p) {
    return Recipe.of(new PowerSpectralDensity(welchDensity(p)));
  }

  private static Recipe periodogram(Params p) {
    Object name = p.take("window", "boxcar");
    Window window = WindowArgument.scipy("window", name == null ? "boxcar" : name);
    return density(p, List.of(window), List.of(1.0), p.number("fs", 1), 0, 0, "constant");
  }

  /** Not one of scipy's functions: the mean of the periodograms of its dpss windows. */
  private static Recipe multitaper(Params p, Library.Context context) {
    double halfBandwidth = p.number("NW", 4);
    int count = p.integer("K", (int) (2 * halfBandwidth - 1));
    int start = p.integer("start", 0);
    Integer length = p.integerOrNull("n", null);
    String weighting = p.text("weights", "uniform");
    List<DpssTaper> tapers = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      DpssTaper taper = new DpssTaper(halfBandwidth, k);
      tapers.add(taper);
      weights.add(
          switch (weighting) {
            case "uniform", "unity", "mean" -> 1.0;
            case "eigen", "eigenvalue", "eigenvalues", "ratios" -> {
              if (length == null) {
                throw new UnsupportedCaseException("weights = eigen without n");
              }
              yield taper.concentration(length);
            }
            default -> throw UnsupportedCaseException.value("weights", weighting);
          });
    }
    double rate = p.number("fs", context.sampleRate());
    return density(p, tapers, weights, rate, 0, 0, null)
        .after(
            samples ->
                Arrays.copyOfRange(
                    samples,
                    Math.min(start, samples.length),
                    length == null ? samples.length : Math.min(samples.length, start + length)));
  }

  private static SpectralDensity.Detrend detrend(Params p, @Nullable Object ifAbsent) {
    Object trend = p.take("detrend", ifAbsent);
    return switch (trend) {
      case null -> SpectralDensity.Detrend.NONE;
      case Boolean flag when !flag -> SpectralDensity.Detrend.NONE;
      case String name when name.equals("constant") -> SpectralDensity.Detrend.CONSTANT;
      case String name when name.equals("linear") -> SpectralDensity.Detrend.LINEAR;
      default -> throw UnsupportedCaseException.value("detrend", trend);
    };
  }

  private static SpectralDensity.Scaling scaling(Params p, String ifAbsent) {
    String scale = p.text("scaling", ifAbsent);
    return switch (scale) {
      case "density", "psd" -> SpectralDensity.Scaling.DENSITY;
      case "spectrum" -> SpectralDensity.Scaling.SPECTRUM;
      default -> throw UnsupportedCaseException.value("scaling", scale);
    };
  }

  private static int segment(Params p, @Nullable Object window) {
    Integer segment = p.integerOrNull("nperseg", null);
    return segment != null
        ? segment
        : window instanceof List<?> list && list.getFirst() instanceof Number ? list.size() : 256;
  }

  private static Recipe spectrogram(Params p) {
    p.expect("axis", -1);
    Object window = p.take("window", List.of("tukey", 0.25));
    int segment = segment(p, window);
    Integer overlap = p.integerOrNull("noverlap", null);
    Integer size = p.integerOrNull("nfft", null);
    String mode = p.text("mode", "psd");
    SegmentSpectrogram all =
        new SegmentSpectrogram(
            p.integer("fs", 1),
            WindowArgument.scipy("window", window),
            segment,
            overlap == null ? segment / 8 : overlap,
            size == null ? segment : size,
            detrend(p, "constant"),
            scaling(p, "density"),
            null,
            false,
            switch (mode) {
              case "psd" -> SegmentSpectrogram.Mode.PSD;
              case "complex" -> SegmentSpectrogram.Mode.COMPLEX;
              case "magnitude" -> SegmentSpectrogram.Mode.MAGNITUDE;
              case "angle" -> SegmentSpectrogram.Mode.ANGLE;
              case "phase" -> SegmentSpectrogram.Mode.PHASE;
              default -> throw UnsupportedCaseException.value("mode", mode);
            });
    p.expect("return_onesided", true);
    return Recipe.of(all);
  }

  private static Recipe stft(Params p) {
    p.expect("axis", -1);
    Object window = p.take("window", "hann");
    int segment = segment(p, window);
    Integer overlap = p.integerOrNull("noverlap", null);
    Integer size = p.integerOrNull("nfft", null);
    Object boundary = p.take("boundary", "zeros");
    boolean oneSided = p.flag("return_onesided", true);
    int transform = size == null ? segment : size;
    Recipe recipe =
        Recipe.of(
            new SegmentSpectrogram(
                p.integer("fs", 1),
                WindowArgument.scipy("window", window),
                segment,
                overlap == null ? segment / 2 : overlap,
                transform,
                detrend(p, false),
                scaling(p, "spectrum"),
                switch (boundary) {
                  case null -> null;
                  case String s when s.equals("zeros") -> Padding.ZERO;
                  case String s when s.equals("even") -> Padding.REFLECT;
                  case String s when s.equals("constant") -> Padding.EDGE;
                  default -> throw UnsupportedCaseException.value("boundary", boundary);
                },
                p.flag("padded", true),
                SegmentSpectrogram.Mode.COMPLEX));
    return oneSided ? recipe : recipe.then(half -> half.twoSided(transform));
  }

  /** Of the first two channels. */
  private static Recipe together(
      Params p,
      TernaryFunction<SpectralDensity, double[], double[], double[]> function,
      boolean complex) {
    SpectralDensity density = welchDensity(p);
    return (input, _) -> {
      if (input.channels().length < 2) {
        throw new UnsupportedCaseException("a sound of one channel");
      }
      double[] values =
          function.apply(density, Doubles.of(input.channels()[0]), Doubles.of(input.channels()[1]));
      float[] narrow = new float[values.length];
      for (int i = 0; i < narrow.length; i++) {
        narrow[i] = (float) values[i];
      }
      return List.of(
          complex ? new NdArray(new int[] {narrow.length / 2, 2}, narrow) : NdArray.of(narrow));
    };
  }

  /** A function of three. */
  @FunctionalInterface
  private interface TernaryFunction<A, B, C, R> {
    R apply(A a, B b, C c);
  }

  private static Recipe hilbert(Params p, Library.Context context) {
    String out = p.text("out", "");
    int axes = context.shape().length - (context.channels() > 1 ? 1 : 0);
    Stft.Output output =
        switch (out) {
          case "" -> axes == 1 ? Stft.Output.MAGNITUDE : Stft.Output.COMPLEX;
          case "envelope" -> Stft.Output.MAGNITUDE;
          case "phase" -> Stft.Output.PHASE;
          default -> throw UnsupportedCaseException.value("out", out);
        };
    return LibrosaAnalyses.fitted(
        Recipe.of(new SignalAnalysis(0, new AnalyticSignal(), output)), context);
  }

  /** numpy.fft.rfft of a whole signal, or its magnitude. */
  private static Recipe wholeSpectrum(Params p, Library.Context context) {
    Integer size = p.integerOrNull("n", null);
    Object norm = p.take("norm", null);
    WholeSpectrum.Scaling scaling =
        switch (norm) {
          case null -> WholeSpectrum.Scaling.NONE;
          case String s when s.equals("backward") -> WholeSpectrum.Scaling.NONE;
          case String s when s.equals("ortho") -> WholeSpectrum.Scaling.ORTHO;
          case String s when s.equals("forward") -> WholeSpectrum.Scaling.FORWARD;
          default -> throw UnsupportedCaseException.value("norm", norm);
        };
    int axes = context.shape().length - (context.channels() > 1 ? 1 : 0);
    return LibrosaAnalyses.fitted(
        Recipe.of(
            new SignalAnalysis(
                0,
                new WholeSpectrum(size == null ? 0 : size, scaling),
                axes == 1 ? Stft.Output.MAGNITUDE : Stft.Output.COMPLEX)),
        context);
  }

  /** numpy.histogram of the decibels of a spectrogram's magnitudes. */
  private static Recipe histogram(Params p, Library.Context context) {
    double[] range = p.take("range", null) == null ? new double[2] : p.numbers("range");
    boolean given = p.take("range", null) != null;
    Compression decibels = LibrosaCases.decibels(p, true);
    Histogram histogram =
        new Histogram(
            p.integer("bins", 10),
            given ? range[0] : Double.NaN,
            given ? range[1] : Double.NaN,
            p.flag("density", false));
    Feature logarithm = new Compressed(new Spectrogram(0, LibrosaCases.stft(p, 512), 1), decibels);
    return LibrosaAnalyses.fitted(Recipe.of(new Analyzed(logarithm, histogram)), context);
  }

  /** pandas.Series(y).abs().rolling(window, center=True, min_periods=1). */
  private static Recipe rolling(Params p, Library.Context context) {
    String function = p.text("function", "mean");
    return LibrosaAnalyses.fitted(
        Recipe.of(
            SignalAnalysis.rollingEnvelope(
                p.integer("window", 1),
                switch (function) {
                  case "mean" -> RollingEnvelope.Kind.MEAN;
                  case "max" -> RollingEnvelope.Kind.MAX;
                  case "rms" -> RollingEnvelope.Kind.RMS;
                  default -> throw UnsupportedCaseException.value("function", function);
                })),
        context);
  }

  /** noisereduce.reduce_noise, whose chunks are as long as the clip. */
  private static Recipe reduced(Params p, Library.Context context) {
    double rate = p.number("sr", context.sampleRate());
    int size = p.integer("n_fft", 1024);
    Integer given = p.integerOrNull("win_length", null);
    int window = given == null ? size : given;
    Integer step = p.integerOrNull("hop_length", null);
    int hop = step == null ? window / 4 : step;
    int margin = p.integer("padding", 30_000);
    p.expect("y_noise", (Object) null);
    p.ignore("chunk_size", "n_jobs", "use_tqdm", "tmp_folder", "clip_noise_stationary");
    SpectralGate.Mask mask =
        p.flag("stationary", false)
            ? new SpectralGate.Stationary(p.number("n_std_thresh_stationary", 1.5), margin / hop, 0)
            : new SpectralGate.NonStationary(
                p.number("time_constant_s", 2) * rate / hop,
                p.number("thresh_n_mult_nonstationary", 2),
                p.number("sigmoid_slope_nonstationary", 10));
    p.ignore(
        "n_std_thresh_stationary",
        "time_constant_s",
        "thresh_n_mult_nonstationary",
        "sigmoid_slope_nonstationary");
    Double hz = p.numberOrNull("freq_mask_smooth_hz", 500.0);
    Double ms = p.numberOrNull("time_mask_smooth_ms", 50.0);
    SpectralGate gate =
        new SpectralGate(
            mask,
            p.number("prop_decrease", 1),
            hz == null ? 1 : (int) (hz / (rate / (size / 2.0))),
            ms == null ? 1 : (int) (ms / (hop / rate * 1000)));
    StftSpec stft =
        new StftSpec(size, window, hop, Window.HANN, true, Padding.ZERO, 0, StftSpec.Scaling.NONE);
    return LibrosaAnalyses.fitted(Recipe.of(SignalAnalysis.changed(stft, margin, gate)), context);
  }

  /** scipy.signal.gammatone's filter applied by lfilter; or its coefficients, b or a. */
  private static Recipe gammatone(Params p, Library.Context context) {
    double hz = p.number("freq", Double.NaN);
    Double given = p.numberOrNull("fs", null);
    double rate = given == null ? 2 : given;
    String type = p.text("ftype", "iir");
    String out = p.text("out", "filtered");
    double[][] polynomials;
    if (type.equals("fir")) {
      Integer order = p.integerOrNull("order", null);
      Integer taps = p.integerOrNull("numtaps", null);
      int count = taps == null ? Math.max((int) (rate * 0.015), 15) : taps;
      polynomials =
          new double[][] {
            GammatoneFilters.impulse(hz, order == null ? 4 : order, count, rate), {1}
          };
    } else {
      p.ignore("order", "numtaps");
      polynomials = GammatoneFilters.polynomials(hz, rate);
    }
    if (!out.equals("filtered")) {
      double[] wanted = polynomials[out.equals("b") ? 0 : 1];
      float[] values = new float[wanted.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) wanted[i];
      }
      return (_, _) -> List.of(NdArray.of(values));
    }
    Stage filter =
        type.equals("fir")
            ? new Stage.FirFilter(Basis.row(polynomials[0]), 0)
            : new Stage.SosFilter(
                GammatoneFilters.sections(new double[] {hz}, rate),
                Stage.SosFilter.Direction.FORWARDS,
                0,
                false);
    return LibrosaAnalyses.fitted(
        Recipe.of(new Custom("gammatone", Pipeline.of(0, filter))), context);
  }

  /** scipy.signal.cwt, which scipy had until 1.14. */
  private static Recipe wavelets(Params p, Library.Context context) {
    String name = p.text("wavelet", "ricker");
    String out = p.text("out", "");
    p.ignore("dtype");
    double omega = p.number("w", 5);
    WaveletTransform transform =
        new WaveletTransform(
            switch (name.substring(name.lastIndexOf('.') + 1)) {
              case "ricker" -> WaveletTransform.Wavelet.RICKER;
              case "morlet2" -> WaveletTransform.Wavelet.MORLET;
              default -> throw UnsupportedCaseException.value("wavelet", name);
            },
            omega,
            Arrays.stream(p.numbers("widths")).boxed().toList(),
            1);
    int axes = context.shape().length - (context.channels() > 1 ? 1 : 0);
    boolean complex = axes == 3 && !out.equals("magnitude");
    return Recipe.of(
        new SignalAnalysis(0, transform, complex ? Stft.Output.COMPLEX : Stft.Output.MAGNITUDE));
  }

  private static SpectralDensity welchDensity(Params p) {
    Object window = p.take("window", "hann");
    int segment = segment(p, window);
    Integer overlap = p.integerOrNull("noverlap", null);
    return spectralDensity(
        p,
        List.of(WindowArgument.scipy("window", window)),
        List.of(1.0),
        p.number("fs", 1),
        segment,
        overlap == null ? -1 : overlap,
        "constant");
  }

  private static Recipe density(
      Params p,
      List<? extends Taper> tapers,
      List<Double> weights,
      double rate,
      int segment,
      int overlap,
      @Nullable String detrendIfAbsent) {
    return Recipe.of(
        new PowerSpectralDensity(
            spectralDensity(p, tapers, weights, rate, segment, overlap, detrendIfAbsent)));
  }

  private static SpectralDensity spectralDensity(
      Params p,
      List<? extends Taper> tapers,
      List<Double> weights,
      double rate,
      int segment,
      int overlap,
      @Nullable String detrendIfAbsent) {
    p.expect("axis", -1);
    Integer size = p.integerOrNull("nfft", null);
    String mean = p.text("average", "mean");
    SpectralDensity.Average average =
        switch (mean) {
          case "mean" -> SpectralDensity.Average.MEAN;
          case "median" -> SpectralDensity.Average.MEDIAN;
          default -> throw UnsupportedCaseException.value("average", mean);
        };
    return new SpectralDensity(
        rate,
        List.copyOf(tapers),
        weights,
        segment,
        overlap,
        size == null ? 0 : size,
        detrend(p, detrendIfAbsent),
        scaling(p, "density"),
        average,
        p.flag("return_onesided", true));
  }
}
