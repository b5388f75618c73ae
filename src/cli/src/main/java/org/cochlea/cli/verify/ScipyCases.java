package org.cochlea.cli.verify;

import org.cochlea.core.signal.Butterworth;
import org.cochlea.core.signal.SecondOrderSections;
import org.cochlea.core.signal.TransferFunction;
import org.jspecify.annotations.Nullable;

/** scipy.signal's Butterworth filters, by sections and by polynomials. */
final class ScipyCases implements Library {

  @Override
  public @Nullable Recipe recipe(String feature, Params p, Context context) {
    return switch (feature) {
      case "butter" -> {
        boolean zeroPhase = p.flag("zero_phase", false);
        SecondOrderSections filter = butterworth(p, context).sections();
        yield zeroPhase
            ? zeroPhase(p, filter.padLength(), filter::filtfilt)
            : Recipe.ofSignal(filter::filter);
      }
      case "butter_lfilter_ba" -> {
        TransferFunction filter = butterworth(p, context).transferFunction();
        yield Recipe.ofSignal(filter::filter);
      }
      case "butter_filtfilt_ba" -> {
        TransferFunction filter = butterworth(p, context).transferFunction();
        yield zeroPhase(p, filter.padLength(), filter::filtfilt);
      }
      default -> null;
    };
  }

  private static Butterworth butterworth(Params p, Context context) {
    int order = p.integer("order", 4);
    double rate = p.number("fs", context.sampleRate());
    String type = p.text("btype", "low");
    double[] cutoff = p.numbers("cutoff_hz");
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

  /** Filters doubles forwards and backwards with odd padding of some length. */
  @FunctionalInterface
  private interface ZeroPhase {
    double[] apply(double[] samples, int padLength);
  }

  private static Recipe zeroPhase(Params p, int defaultLength, ZeroPhase filter) {
    Object type = p.take("padtype", "odd");
    if (type != null && !type.equals("odd")) {
      throw UnsupportedCaseException.value("padtype", type);
    }
    Integer length = p.integerOrNull("padlen", null);
    int padLength = type == null ? 0 : length == null ? defaultLength : length;
    return Recipe.ofSignal(
        samples -> {
          double[] wide = new double[samples.length];
          for (int i = 0; i < wide.length; i++) {
            wide[i] = samples[i];
          }
          double[] filtered = filter.apply(wide, padLength);
          float[] narrow = new float[filtered.length];
          for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) filtered[i];
          }
          return narrow;
        });
  }
}
