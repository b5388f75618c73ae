package org.cochlea.cli;

import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lets what a library says of its parameters name the options that they come from. */
final class OptionNames {
  /** A parameter is named first, or as a bound: {@code maxHz must be above minHz = 20}. */
  private static final Pattern PARAMETER = Pattern.compile("^[\\w.-]+(?= )|\\b[\\w-]+(?= = )");

  private OptionNames() {}

  /**
   * Calls something and returns its result.
   *
   * @param options the options by the names that the callee has for them
   * @throws IllegalArgumentException as the callee does, naming options
   */
  static <T> T in(Map<String, String> options, Supplier<T> call) {
    try {
      return call.get();
    } catch (IllegalArgumentException e) {
      String message = e.getMessage() == null ? "" : e.getMessage();
      String named =
          PARAMETER
              .matcher(message)
              .replaceAll(
                  word ->
                      Matcher.quoteReplacement(options.getOrDefault(word.group(), word.group())));
      if (named.equals(message)) {
        throw e;
      }
      throw new IllegalArgumentException(named, e);
    }
  }
}
