package org.cochlea.cli.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cochlea.core.basis.Window;
import org.jspecify.annotations.Nullable;

/** Windows as libraries take them: names, tuples, numbers, coefficients, functions. */
final class WindowArgument {
  private WindowArgument() {}

  /**
   * Reads what {@code scipy.signal.get_window} takes: a name, {@code [name, parameter, ...]}, a
   * number (the beta of a Kaiser window), or a list of coefficients.
   */
  static Window scipy(String parameter, @Nullable Object value) {
    try {
      return switch (value) {
        case String name -> Window.parse(name);
        case Number beta -> Window.kaiser(beta.doubleValue());
        case List<?> list when !list.isEmpty() && list.getFirst() instanceof String name ->
            tuple(parameter, name, list);
        case List<?> list when !list.isEmpty() -> coefficients(parameter, list);
        case null, default -> throw UnsupportedCaseException.value(parameter, "" + value);
      };
    } catch (IllegalArgumentException e) {
      throw new UnsupportedCaseException(String.valueOf(e.getMessage()));
    }
  }

  /** A name and its parameters in scipy's order. */
  private static Window tuple(String parameter, String name, List<?> list) {
    List<Object> values = new ArrayList<>();
    for (Object value : list.subList(1, list.size())) {
      if (value instanceof List<?> nested) {
        values.addAll(nested); // general_cosine's weights
      } else {
        values.add(value instanceof Boolean flag ? (flag ? 1 : 0) : value);
      }
    }
    if (isExponential(name) && !values.isEmpty()) {
      // scipy's order is centre, τ; no centre is the middle.
      Object centre = values.getFirst();
      Object tau = values.size() > 1 ? values.get(1) : 1;
      values = new ArrayList<>(centre == null ? List.of(tau) : List.of(tau, centre));
    }
    if (values.contains(null)) {
      throw UnsupportedCaseException.value(parameter, list);
    }
    StringBuilder spelling = new StringBuilder(name);
    values.forEach(value -> spelling.append(',').append(value));
    return Window.parse(spelling.toString());
  }

  private static boolean isExponential(String name) {
    return name.startsWith("exponential") || name.startsWith("poisson");
  }

  private static Window coefficients(String parameter, List<?> list) {
    double[] values = new double[list.size()];
    for (int i = 0; i < values.length; i++) {
      if (!(list.get(i) instanceof Number number)) {
        throw UnsupportedCaseException.value(parameter, list);
      }
      values[i] = number.doubleValue();
    }
    return Window.of(values);
  }

  /** Reads a torch window function and its keyword arguments. */
  static Window torch(Params params) {
    Object value = params.take("window_fn", "hann_window");
    Object keywords = params.take("wkwargs", null);
    if (value == null) {
      // torch.stft takes no window as ones.
      return Window.BOXCAR;
    }
    Params with = new Params(keywords instanceof Map<?, ?> map ? named(map) : Map.of());
    String name = value.toString();
    name = name.substring(name.lastIndexOf('.') + 1);
    Window window =
        switch (name.endsWith("_window") ? name.substring(0, name.length() - 7) : name) {
          case "hann" -> Window.HANN;
          case "hamming" -> {
            double alpha = with.number("alpha", 0.54);
            yield Window.generalCosine(alpha, with.number("beta", 0.46));
          }
          case "blackman" -> Window.BLACKMAN;
          case "bartlett" -> Window.BARTLETT;
          case "kaiser" -> Window.kaiser(with.number("beta", 12));
          case "ones" -> Window.BOXCAR;
          default -> throw UnsupportedCaseException.value("window_fn", value);
        };
    boolean periodic = with.flag("periodic", true);
    with.requireAllRead();
    return periodic ? window : window.symmetric();
  }

  private static Map<String, @Nullable Object> named(Map<?, ?> map) {
    Map<String, @Nullable Object> named = new java.util.HashMap<>();
    map.forEach((key, value) -> named.put(String.valueOf(key), value));
    return named;
  }

  /** Reads a numpy window function, which is symmetric. */
  static Window numpy(String parameter, @Nullable Object value) {
    if (value == null) {
      return Window.BOXCAR;
    }
    String name = value.toString();
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "hamming" -> Window.HAMMING.symmetric();
      case "hanning", "hann" -> Window.HANN.symmetric();
      case "blackman" -> Window.BLACKMAN.symmetric();
      case "bartlett" -> Window.BARTLETT.symmetric();
      case "ones", "boxcar", "rectangular" -> Window.BOXCAR;
      default -> throw UnsupportedCaseException.value(parameter, value);
    };
  }
}
