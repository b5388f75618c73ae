package org.cochlea.cli.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import org.cochlea.core.basis.MelScale;

/** How values are laid out along an axis, and which of them are marked. */
public sealed interface Scale {

  /** Returns the scale's own coordinate of a value; rising, so that distances can be compared. */
  double forward(double value);

  /** Returns the value at a coordinate. */
  double inverse(double coordinate);

  /**
   * Returns the values to mark, rising.
   *
   * @param limits the axis
   * @param most how many have room
   */
  List<Tick> ticks(Limits limits, int most);

  /**
   * A marked value.
   *
   * @param value where
   * @param label what is written there
   */
  record Tick(double value, String label) {}

  /** Equal steps; marked at 1, 2 or 5 times a power of ten. */
  record Linear() implements Scale {
    @Override
    public double forward(double value) {
      return value;
    }

    @Override
    public double inverse(double coordinate) {
      return coordinate;
    }

    @Override
    public List<Tick> ticks(Limits limits, int most) {
      double step = decimalStep((limits.high() - limits.low()) / Math.max(1, most));
      return multiples(limits, step, value -> decimal(value, step, false));
    }
  }

  /** Whole numbers, as of bins and frames. */
  record Count() implements Scale {
    @Override
    public double forward(double value) {
      return value;
    }

    @Override
    public double inverse(double coordinate) {
      return coordinate;
    }

    @Override
    public List<Tick> ticks(Limits limits, int most) {
      double step = Math.max(1, decimalStep((limits.high() - limits.low()) / Math.max(1, most)));
      return multiples(limits, step, value -> decimal(value, step, false));
    }
  }

  /** Decibels: linear, with the sign always written. */
  record Decibels() implements Scale {
    @Override
    public double forward(double value) {
      return value;
    }

    @Override
    public double inverse(double coordinate) {
      return coordinate;
    }

    @Override
    public List<Tick> ticks(Limits limits, int most) {
      double step = decimalStep((limits.high() - limits.low()) / Math.max(1, most));
      return multiples(limits, step, value -> decimal(value, step, true) + " dB");
    }
  }

  /** Seconds; from a minute on they are written m:ss, from an hour on h:mm:ss. */
  record Seconds() implements Scale {
    private static final int[] STEPS = {
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400
    };

    @Override
    public double forward(double value) {
      return value;
    }

    @Override
    public double inverse(double coordinate) {
      return coordinate;
    }

    @Override
    public List<Tick> ticks(Limits limits, int most) {
      double least = (limits.high() - limits.low()) / Math.max(1, most);
      if (limits.high() < 60 || least <= 0.5) {
        double step = decimalStep(least);
        return multiples(limits, step, value -> decimal(value, step, false));
      }
      double step = Math.ceil(least / 86400) * 86400;
      for (int candidate : STEPS) {
        if (candidate >= least) {
          step = candidate;
          break;
        }
      }
      return multiples(limits, step, value -> clock(value, limits.high() >= 3600));
    }

    private static String clock(double seconds, boolean hours) {
      long s = Math.round(seconds);
      return hours
          ? "%d:%02d:%02d".formatted(s / 3600, s / 60 % 60, s % 60)
          : "%d:%02d".formatted(s / 60, s % 60);
    }
  }

  /**
   * Octaves of equal height above a frequency, linear below it, where one octave's height is left:
   * {@code f / knee} up to the knee, {@code 1 + log2(f / knee)} above. Marked at powers of two.
   *
   * <p>With the knee at C2, 65.4 Hz, this is librosa.display.specshow's {@code y_axis="log"}.
   *
   * @param knee Hz, above 0
   */
  record Octaves(double knee) implements Scale {
    static final double C2 = 440 * Math.pow(2, -33 / 12.0);

    @Override
    public double forward(double value) {
      return value <= knee ? value / knee : 1 + Math.log(value / knee) / Math.log(2);
    }

    @Override
    public double inverse(double coordinate) {
      return coordinate <= 1 ? coordinate * knee : knee * Math.pow(2, coordinate - 1);
    }

    @Override
    public List<Tick> ticks(Limits limits, int most) {
      return octaves(limits, 64, most);
    }
  }

  /**
   * Equal steps in mel, marked at 512, 1024, 2048 Hz … as librosa.
   *
   * @param mel which mel
   */
  record Mel(MelScale mel) implements Scale {
    @Override
    public double forward(double value) {
      return mel.fromHz(value);
    }

    @Override
    public double inverse(double coordinate) {
      return mel.toHz(coordinate);
    }

    @Override
    public List<Tick> ticks(Limits limits, int most) {
      return octaves(limits, 512, most);
    }
  }

  /** Returns the smallest of 1, 2 and 5 times a power of ten that is at least a step. */
  private static double decimalStep(double least) {
    if (!(least > 0)) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= least * (1 - 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static List<Tick> multiples(Limits limits, double step, DoubleFunction<String> label) {
    List<Tick> ticks = new ArrayList<>();
    double slack = 1e-9 * step;
    for (double k = Math.ceil((limits.low() - slack) / step);
        k * step <= limits.high() + slack;
        k++) {
      ticks.add(new Tick(k * step, label.apply(k * step)));
    }
    return ticks;
  }

  /** Zero, and the powers of two from {@code first} on; every second or third of them if many. */
  private static List<Tick> octaves(Limits limits, double first, int most) {
    List<Double> values = new ArrayList<>();
    double start = first;
    while (start > limits.high()) {
      start /= 2;
    }
    while (start < limits.low()) {
      start *= 2;
    }
    for (double hz = start; hz <= limits.high(); hz *= 2) {
      values.add(hz);
    }
    if (values.size() < 2) {
      return new Linear().ticks(limits, Math.min(most, 6));
    }
    int every = Math.ceilDiv(values.size(), Math.max(1, most - 1));
    List<Tick> ticks = new ArrayList<>();
    if (limits.low() == 0) {
      ticks.add(new Tick(0, "0"));
    }
    for (int i = 0; i < values.size(); i += every) {
      ticks.add(new Tick(values.get(i), decimal(values.get(i), values.get(i), false)));
    }
    return ticks;
  }

  /** Writes a number with the decimals its step needs; far from one, with an exponent. */
  private static String decimal(double value, double step, boolean sign) {
    double size = Math.max(Math.abs(value), step);
    String text;
    if (size >= 1e6 || step < 1e-5) {
      text = String.format(Locale.ROOT, "%.3g", value == 0 ? 0.0 : value);
    } else {
      int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
      text = String.format(Locale.ROOT, "%." + decimals + "f", value);
      if (Double.parseDouble(text) == 0) {
        text = text.replace("-", "");
      }
    }
    return (sign && !text.startsWith("-") ? "+" : "") + text.replace('-', '\u2212');
  }
}
