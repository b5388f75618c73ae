package org.cochlea.cli.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.basis.DpssTaper;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.PowerSpectralDensity;
import org.cochlea.core.stage.SpectralDensity;
import org.cochlea.core.stage.Taper;
import org.jspecify.annotations.Nullable;

/** scipy.signal's spectral densities: their arguments and defaults. */
final class ScipySpectra {
  private ScipySpectra() {}

  static @Nullable Recipe recipe(String feature, Params p, Library.Context context) {
    return switch (feature) {
      case "welch" -> LibrosaAnalyses.fitted(welch(p), context);
      case "periodogram" -> LibrosaAnalyses.fitted(periodogram(p), context);
      case "multitaper" -> LibrosaAnalyses.fitted(multitaper(p, context), context);
      default -> null;
    };
  }

  private static Recipe welch(Params p) {
    Object window = p.take("window", "hann");
    int ifAbsent =
        window instanceof List<?> list && list.getFirst() instanceof Number ? list.size() : 256;
    Integer segment = p.integerOrNull("nperseg", null);
    Integer overlap = p.integerOrNull("noverlap", null);
    return density(
        p,
        List.of(WindowArgument.scipy("window", window)),
        List.of(1.0),
        p.number("fs", 1),
        segment == null ? ifAbsent : segment,
        overlap == null ? -1 : overlap,
        "constant");
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

  private static Recipe density(
      Params p,
      List<? extends Taper> tapers,
      List<Double> weights,
      double rate,
      int segment,
      int overlap,
      @Nullable String detrendIfAbsent) {
    p.expect("axis", -1);
    Integer size = p.integerOrNull("nfft", null);
    Object trend = p.take("detrend", detrendIfAbsent);
    SpectralDensity.Detrend detrend =
        switch (trend) {
          case null -> SpectralDensity.Detrend.NONE;
          case Boolean flag when !flag -> SpectralDensity.Detrend.NONE;
          case String name when name.equals("constant") -> SpectralDensity.Detrend.CONSTANT;
          case String name when name.equals("linear") -> SpectralDensity.Detrend.LINEAR;
          default -> throw UnsupportedCaseException.value("detrend", trend);
        };
    String scale = p.text("scaling", "density");
    SpectralDensity.Scaling scaling =
        switch (scale) {
          case "density" -> SpectralDensity.Scaling.DENSITY;
          case "spectrum" -> SpectralDensity.Scaling.SPECTRUM;
          default -> throw UnsupportedCaseException.value("scaling", scale);
        };
    String mean = p.text("average", "mean");
    SpectralDensity.Average average =
        switch (mean) {
          case "mean" -> SpectralDensity.Average.MEAN;
          case "median" -> SpectralDensity.Average.MEDIAN;
          default -> throw UnsupportedCaseException.value("average", mean);
        };
    return Recipe.of(
        new PowerSpectralDensity(
            new SpectralDensity(
                rate,
                List.copyOf(tapers),
                weights,
                segment,
                overlap,
                size == null ? 0 : size,
                detrend,
                scaling,
                average,
                p.flag("return_onesided", true))));
  }
}
