package org.cochlea.cli.extract;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The feature's parameters that were given on the command line, by option; what is not given has
 * its default.
 *
 * <p>What was given but never asked for does not apply, and {@link #requireAllUsed} says so.
 */
public final class Given {
  private final SortedMap<String, Object> values;
  private final Set<String> unused;

  /**
   * Keeps the values.
   *
   * @param values numbers, booleans and text, by option such as {@code --n-fft}
   */
  public Given(Map<String, Object> values) {
    this.values = new TreeMap<>(values);
    this.unused = new TreeSet<>(values.keySet());
  }

  /** Whether an option was given. */
  boolean has(String option) {
    return values.containsKey(option);
  }

  private @Nullable Object take(String option) {
    unused.remove(option);
    return values.get(option);
  }

  int integer(String option, int ifAbsent) {
    return take(option) instanceof Integer value ? value : ifAbsent;
  }

  double number(String option, double ifAbsent) {
    return take(option) instanceof Number value ? value.doubleValue() : ifAbsent;
  }

  boolean flag(String option, boolean ifAbsent) {
    return take(option) instanceof Boolean value ? value : ifAbsent;
  }

  String text(String option, String ifAbsent) {
    return take(option) instanceof String value ? value : ifAbsent;
  }

  /** Returns a number, or {@code none} where that word was given. */
  double numberOr(String option, String word, double none, double ifAbsent) {
    if (!has(option)) {
      return ifAbsent;
    }
    String text = text(option, "");
    if (text.equals(word)) {
      return none;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s must be a number or %s, was %s".formatted(option, word, text), e);
    }
  }

  /** Returns one of several meanings. */
  <T> T choice(String option, Map<String, T> meanings, T ifAbsent) {
    if (!has(option)) {
      return ifAbsent;
    }
    String text = text(option, "");
    T meaning = meanings.get(text);
    if (meaning == null) {
      throw new IllegalArgumentException(
          "%s must be one of %s, was %s"
              .formatted(
                  option,
                  meanings.keySet().stream().sorted().collect(Collectors.joining(", ")),
                  text));
    }
    return meaning;
  }

  /**
   * Checks that all that was given was asked for.
   *
   * @param what it was given for
   * @throws IllegalArgumentException naming the options that were not
   */
  void requireAllUsed(String what) {
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException(
          "%s %s not apply to %s"
              .formatted(String.join(", ", unused), unused.size() == 1 ? "does" : "do", what));
    }
  }

  /** Returns the same, with nothing asked for yet. */
  public Given copy() {
    return new Given(values);
  }

  /** Whether nothing was given. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** Returns the options that were given. */
  public Set<String> options() {
    return new LinkedHashSet<>(values.keySet());
  }

  /** Returns all that was given, in one line and always in one order. */
  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(" "));
  }
}
