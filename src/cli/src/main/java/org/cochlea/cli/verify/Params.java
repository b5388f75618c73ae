package org.cochlea.cli.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one case, by the source library's own names.
 *
 * <p>An absent argument takes the library's default, which the caller gives; {@code null} is a
 * value of its own, Python's {@code None}. Numbers may be written as ints or floats. What nobody
 * asked for is found by {@link #requireAllRead}, so that no argument is ever ignored by accident.
 */
final class Params {
  private final Map<String, @Nullable Object> values;
  private final Set<String> unread;

  Params(Map<String, ? extends @Nullable Object> values) {
    this.values = new LinkedHashMap<>(values);
    this.unread = new TreeSet<>(values.keySet());
  }

  /**
   * Moves the entries of a dictionary argument such as {@code melkwargs} to the top, where a
   * manifest may also give them directly.
   *
   * @param name of the dictionary
   * @param clash an entry that has a namesake at the top
   * @param renamed what it is called from here on
   */
  void flatten(String name, String clash, String renamed) {
    if (take(name, null) instanceof Map<?, ?> nested) {
      nested.forEach(
          (key, value) -> {
            String entry = key.equals(clash) ? renamed : key.toString();
            values.put(entry, value);
            unread.add(entry);
          });
    }
  }

  /** Whether the argument was given. */
  boolean has(String name) {
    return values.containsKey(name);
  }

  /** Gives an argument another value, which is read as if it had been written. */
  void replace(String name, @Nullable Object value) {
    values.put(name, value);
    unread.add(name);
  }

  /** Returns an argument as it is. */
  @Nullable Object take(String name, @Nullable Object ifAbsent) {
    unread.remove(name);
    return values.containsKey(name) ? values.get(name) : ifAbsent;
  }

  /** Marks arguments that cannot change the result, such as {@code verbose}. */
  void ignore(String... names) {
    List.of(names).forEach(unread::remove);
  }

  /** Accepts an argument only if it has the value that Cochlea's behaviour corresponds to. */
  void expect(String name, @Nullable Object... allowed) {
    if (!has(name)) {
      return;
    }
    Object value = take(name, null);
    for (Object one : allowed) {
      if (one == null
          ? value == null
          : one.equals(value)
              || (one instanceof Number a
                  && value instanceof Number b
                  && a.doubleValue() == b.doubleValue())) {
        return;
      }
    }
    throw UnsupportedCaseException.value(name, String.valueOf(value));
  }

  double number(String name, double ifAbsent) {
    Double value = numberOrNull(name, ifAbsent);
    if (value == null) {
      throw UnsupportedCaseException.value(name, "null");
    }
    return value;
  }

  /** Returns a number or, for {@code None}, null. */
  @Nullable Double numberOrNull(String name, @Nullable Double ifAbsent) {
    return asNumber(name, take(name, ifAbsent));
  }

  private static @Nullable Double asNumber(String name, @Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Number number -> number.doubleValue();
      case String text when text.equalsIgnoreCase("inf") || text.equalsIgnoreCase("infinity") ->
          Double.POSITIVE_INFINITY;
      default -> throw UnsupportedCaseException.value(name, value);
    };
  }

  int integer(String name, int ifAbsent) {
    Integer value = integerOrNull(name, ifAbsent);
    if (value == null) {
      throw UnsupportedCaseException.value(name, "null");
    }
    return value;
  }

  /** Returns a whole number or, for {@code None}, null. */
  @Nullable Integer integerOrNull(String name, @Nullable Integer ifAbsent) {
    Double value = asNumber(name, take(name, ifAbsent));
    if (value == null) {
      return null;
    }
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw UnsupportedCaseException.value(name, value);
    }
    return (int) (double) value;
  }

  boolean flag(String name, boolean ifAbsent) {
    Object value = take(name, ifAbsent);
    return switch (value) {
      case Boolean b -> b;
      case Number n when n.doubleValue() == 0 || n.doubleValue() == 1 -> n.doubleValue() == 1;
      case null, default -> throw UnsupportedCaseException.value(name, String.valueOf(value));
    };
  }

  String text(String name, String ifAbsent) {
    Object value = take(name, ifAbsent);
    if (value instanceof String text) {
      return text;
    }
    throw UnsupportedCaseException.value(name, String.valueOf(value));
  }

  /** Returns one number, or the numbers of a list. */
  double[] numbers(String name) {
    Object value = take(name, null);
    Collection<?> all = value instanceof Collection<?> list ? list : List.of(String.valueOf(value));
    if (value instanceof Number number) {
      return new double[] {number.doubleValue()};
    }
    List<Double> numbers = new ArrayList<>();
    for (Object one : all) {
      if (!(one instanceof Number number)) {
        throw UnsupportedCaseException.value(name, String.valueOf(value));
      }
      numbers.add(number.doubleValue());
    }
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * Checks that every argument was understood.
   *
   * @throws UnsupportedCaseException naming those that were not
   */
  void requireAllRead() {
    if (!unread.isEmpty()) {
      throw new UnsupportedCaseException("parameter " + String.join(", ", unread));
    }
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
