package org.cochlea.core.basis;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The spellings that {@link Window#parse} knows: those of {@code scipy.signal.get_window}. */
final class WindowNames {

  /**
   * What a name stands for: a window, a window of parameters, or both.
   *
   * @param least fewest parameters
   * @param most most parameters
   */
  private record Meaning(
      @Nullable Window alone,
      @Nullable Function<double[], Window> withParameters,
      int least,
      int most) {}

  private static final Map<String, Meaning> MEANINGS = new HashMap<>();
  private static final TreeSet<String> NAMES = new TreeSet<>();

  static {
    plain(Window.BARTHANN, "barthann", "brthan", "bth");
    plain(Window.BARTLETT, "bartlett", "bart", "brt");
    plain(Window.BLACKMAN, "blackman", "black", "blk");
    plain(Window.BLACKMAN_HARRIS, "blackmanharris", "blackharr", "bkh");
    plain(Window.BOHMAN, "bohman", "bman", "bmn");
    plain(Window.BOXCAR, "boxcar", "box", "ones", "rect", "rectangular");
    plain(Window.COSINE, "cosine", "halfcosine");
    plain(Window.FLAT_TOP, "flattop", "flat", "flt");
    plain(Window.HAMMING, "hamming", "hamm", "ham");
    plain(Window.HANN, "hann", "han", "hanning");
    plain(Window.NUTTALL, "nuttall", "nutl", "nut");
    plain(Window.PARZEN, "parzen", "parz", "par");
    plain(Window.POVEY, "povey");
    plain(Window.TRIANG, "triang", "triangle", "tri");
    plain(Window.LANCZOS, "lanczos", "sinc");
    one(null, Window::gaussian, "gaussian", "gauss", "gss");
    one(null, Window::generalBlackman, "general_blackman");
    one(null, Window::generalHamming, "general_hamming", "general hamming");
    one(null, Window::kaiser, "kaiser", "ksr");
    one(null, Window::chebyshev, "chebwin", "cheb");
    one(null, Window::dpss, "dpss");
    one(Window.tukey(0.5), Window::tukey, "tukey", "tuk");
    several(
        Window.exponential(1),
        p -> p.length == 1 ? Window.exponential(p[0]) : Window.exponential(p[0], p[1]),
        1,
        2,
        "exponential",
        "poisson");
    several(
        null,
        p -> Window.generalGaussian(p[0], p[1]),
        2,
        2,
        "general_gaussian",
        "general gaussian",
        "general gauss",
        "general_gauss",
        "ggs");
    several(null, Window::generalCosine, 1, Integer.MAX_VALUE, "general_cosine", "general cosine");
    several(Window.taylor(4, 30), WindowNames::taylor, 1, 3, "taylor", "taylorwin");
  }

  private WindowNames() {}

  private static Window taylor(double[] parameters) {
    if (parameters[0] != Math.rint(parameters[0]) || Math.abs(parameters[0]) > 10_000) {
      throw new IllegalArgumentException(
          "nearLobes must be a whole number up to 10000, was " + parameters[0]);
    }
    return Window.taylor(
        (int) parameters[0],
        parameters.length == 1 ? 30 : parameters[1],
        parameters.length < 3 || parameters[2] != 0);
  }

  private static void plain(Window window, String... names) {
    name(new Meaning(window, null, 0, 0), "", names);
  }

  private static void one(@Nullable Window alone, DoubleFunction<Window> with, String... names) {
    several(alone, p -> with.apply(p[0]), 1, 1, names);
  }

  private static void several(
      @Nullable Window alone,
      Function<double[], Window> with,
      int least,
      int most,
      String... names) {
    name(new Meaning(alone, with, least, most), ",NUMBER".repeat(Math.min(most, 2)), names);
  }

  private static void name(Meaning meaning, String parameters, String... names) {
    for (String name : names) {
      MEANINGS.put(name, meaning);
    }
    NAMES.add(names[0] + parameters);
  }

  static Window parse(String text) {
    int comma = text.indexOf(',');
    String name = (comma < 0 ? text : text.substring(0, comma)).strip().toLowerCase(Locale.ROOT);
    boolean symmetric = name.endsWith("_symmetric");
    String shape =
        symmetric
            ? name.substring(0, name.length() - "_symmetric".length())
            : name.endsWith("_periodic")
                ? name.substring(0, name.length() - "_periodic".length())
                : name;
    Meaning meaning = MEANINGS.get(shape);
    if (meaning == null) {
      throw new IllegalArgumentException(
          "window must be one of %s (each also with _symmetric behind the name), was \"%s\""
              .formatted(String.join(", ", NAMES), text));
    }
    Window window = comma < 0 ? alone(meaning, text) : with(meaning, text, comma);
    return symmetric ? window.symmetric() : window;
  }

  private static Window alone(Meaning meaning, String text) {
    if (meaning.alone() == null) {
      throw new IllegalArgumentException(
          "window \"%s\" needs a number behind a comma, as in \"%s,14\""
              .formatted(text, text.strip()));
    }
    return meaning.alone();
  }

  private static Window with(Meaning meaning, String text, int comma) {
    Function<double[], Window> make = meaning.withParameters();
    if (make == null) {
      throw new IllegalArgumentException(
          "window \"%s\" takes no number, was \"%s\"".formatted(text.substring(0, comma), text));
    }
    String[] words = text.substring(comma + 1).split(",", -1);
    double[] parameters = new double[words.length];
    try {
      for (int i = 0; i < words.length; i++) {
        parameters[i] = Double.parseDouble(words[i].strip());
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(count(meaning, text), e);
    }
    if (words.length < meaning.least() || words.length > meaning.most()) {
      throw new IllegalArgumentException(count(meaning, text));
    }
    try {
      return make.apply(parameters);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("window \"%s\": %s".formatted(text, e.getMessage()), e);
    }
  }

  private static String count(Meaning meaning, String text) {
    String numbers =
        meaning.most() == 1
            ? "one number"
            : meaning.most() == Integer.MAX_VALUE
                ? "numbers"
                : meaning.least() == meaning.most()
                    ? meaning.most() + " numbers"
                    : meaning.least() + " to " + meaning.most() + " numbers";
    return "window must have %s behind the comma, was \"%s\"".formatted(numbers, text);
  }
}
