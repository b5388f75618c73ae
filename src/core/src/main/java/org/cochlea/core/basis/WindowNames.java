package org.cochlea.core.basis;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/** The spellings that {@link Window#parse} knows: those of {@code scipy.signal.get_window}. */
final class WindowNames {

  /** What a name stands for: a window, a window of one parameter, or both. */
  private record Meaning(@Nullable Window alone, @Nullable DoubleFunction<Window> withParameter) {}

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
    name(new Meaning(null, Window::gaussian), "gaussian", "gauss", "gss");
    name(new Meaning(null, Window::generalBlackman), "general_blackman");
    name(new Meaning(null, Window::generalHamming), "general_hamming", "general hamming");
    name(new Meaning(null, Window::kaiser), "kaiser", "ksr");
    name(new Meaning(Window.tukey(0.5), Window::tukey), "tukey", "tuk");
    name(new Meaning(Window.exponential(1), Window::exponential), "exponential", "poisson");
  }

  private WindowNames() {}

  private static void plain(Window window, String... names) {
    name(new Meaning(window, null), names);
  }

  private static void name(Meaning meaning, String... names) {
    for (String name : names) {
      MEANINGS.put(name, meaning);
    }
    NAMES.add(meaning.withParameter() == null ? names[0] : names[0] + ",NUMBER");
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
    if (meaning.withParameter() == null) {
      throw new IllegalArgumentException(
          "window \"%s\" takes no number, was \"%s\"".formatted(text.substring(0, comma), text));
    }
    double parameter;
    try {
      parameter = Double.parseDouble(text.substring(comma + 1).strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "window must have one number behind the comma, was \"%s\"".formatted(text), e);
    }
    try {
      return meaning.withParameter().apply(parameter);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("window \"%s\": %s".formatted(text, e.getMessage()), e);
    }
  }
}
