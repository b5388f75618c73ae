package org.cochlea.cli.verify;

import org.cochlea.core.signal.Butterworth;
import org.cochlea.core.signal.EndPadding;
import org.cochlea.core.signal.SecondOrderSections;
import org.cochlea.core.signal.TransferFunction;
import org.jspecify.annotations.Nullable;

/** scipy.signal's Butterworth filters, by sections and by polynomials, and spectral densities. */
final class ScipyCases implements Library {

  @Override
  public @Nullable Recipe recipe(String feature, Params p, Context context) {
    return switch (feature) {
      case "butter" -> {
        boolean zeroPhase = p.flag("zero_phase", false);
        Butterworth filter = butterworth(p, context);
        String output = p.text("output", "sos");
        yield switch (output) {
          case "sos", "zpk" -> {
            SecondOrderSections sections = filter.sections();
            yield zeroPhase
                ? zeroPhase(p, sections.padLength(), sections::filtfilt)
                : Recipe.ofSignal(sections::filter);
          }
          case "ba" -> polynomials(p, filter.transferFunction(), zeroPhase);
          default -> throw UnsupportedCaseException.value("output", output);
        };
      }
      case "butter_sosfilt" -> Recipe.ofSignal(butterworth(p, context).sections()::filter);
      case "butter_sosfiltfilt" -> {
        SecondOrderSections sections = butterworth(p, context).sections();
        yield zeroPhase(p, sections.padLength(), sections::filtfilt);
      }
      case "butter_lfilter_ba" -> polynomials(p, butterworth(p, context).transferFunction(), false);
      case "butter_filtfilt_ba" -> polynomials(p, butterworth(p, context).transferFunction(), true);
      default -> ScipySpectra.recipe(feature, p, context);
    };
  }

  private static Recipe polynomials(Params p, TransferFunction filter, boolean zeroPhase) {
    if (!zeroPhase) {
      return Recipe.ofSignal(filter::filter);
    }
    String method = p.text("method", "pad");
    return switch (method) {
      case "pad" -> {
        p.ignore("irlen");
        yield zeroPhase(p, filter.padLength(), filter::filtfilt);
      }
      case "gust" -> {
        p.ignore("padtype", "padlen");
        Integer response = p.integerOrNull("irlen", null);
        int length = response == null ? Integer.MAX_VALUE : response;
        yield Recipe.ofSignal(Doubles.tool(x -> filter.filtfiltGustafsson(x, length)));
      }
      default -> throw UnsupportedCaseException.value("method", method);
    };
  }

  private static Butterworth butterworth(Params p, Context context) {
    int order = p.integer(p.has("N") ? "N" : "order", 4);
    double rate = p.number("fs", context.sampleRate());
    String type = p.text("btype", "low");
    double[] cutoff = p.numbers(p.has("Wn") ? "Wn" : "cutoff_hz");
    Butterworth.Response response =
        switch (type) {
          case "low", "lowpass", "lp" -> new Butterworth.Lowpass(single(cutoff));
          case "high", "highpass", "hp" -> new Butterworth.Highpass(single(cutoff));
          case "band", "bandpass", "bp", "pass" ->
              new Butterworth.Bandpass(low(cutoff), high(cutoff));
          case "bandstop", "stop", "bs", "bands" ->
              new Butterworth.Bandstop(low(cutoff), high(cutoff));
          default -> throw UnsupportedCaseException.value("btype", type);
        };
    return new Butterworth(order, response, rate);
  }

  private static double single(double[] cutoff) {
    if (cutoff.length != 1) {
      throw new UnsupportedCaseException("cutoff_hz of " + cutoff.length + " values");
    }
    return cutoff[0];
  }

  private static double low(double[] cutoff) {
    if (cutoff.length != 2) {
      throw new UnsupportedCaseException("cutoff_hz of " + cutoff.length + " values");
    }
    return cutoff[0];
  }

  private static double high(double[] cutoff) {
    return cutoff[1];
  }

  /** Filters doubles forwards and backwards with padding of some length. */
  @FunctionalInterface
  private interface ZeroPhase {
    double[] apply(double[] samples, int padLength, EndPadding padding);
  }

  private static Recipe zeroPhase(Params p, int defaultLength, ZeroPhase filter) {
    Object type = p.take("padtype", "odd");
    EndPadding padding =
        switch (type) {
          case null -> EndPadding.ODD;
          case String s when s.equals("odd") -> EndPadding.ODD;
          case String s when s.equals("even") -> EndPadding.EVEN;
          case String s when s.equals("constant") -> EndPadding.CONSTANT;
          default -> throw UnsupportedCaseException.value("padtype", type);
        };
    Integer length = p.integerOrNull("padlen", null);
    int padLength = type == null ? 0 : length == null ? defaultLength : length;
    return Recipe.ofSignal(Doubles.tool(samples -> filter.apply(samples, padLength, padding)));
  }
}
