package org.cochlea.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Numbers and tables for people. */
final class Text {
  private Text() {}

  /** Returns seconds as {@code 0.53 s}, {@code 12.3 s}, {@code 4:05 min} or {@code 3:04:05 h}. */
  static String duration(double seconds) {
    if (!Double.isFinite(seconds)) {
      return "? s";
    }
    if (seconds < 60) {
      return String.format(Locale.ROOT, seconds < 10 ? "%.2f s" : "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? "%d:%02d min".formatted(whole / 60, whole % 60)
        : "%d:%02d:%02d h".formatted(whole / 3600, whole / 60 % 60, whole % 60);
  }

  /** Returns a number with three significant digits and no exponent: {@code 0.512, 51.2, 51200}. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return String.valueOf(value);
    }
    double size = Math.abs(value);
    int decimals = size >= 100 || value == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  /** Returns a number without needless decimals. */
  static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** Returns a value as it is typed, a number without needless decimals. */
  static String plain(Object value) {
    return value instanceof Double number ? plain(number.doubleValue()) : value.toString();
  }

  /** Returns {@code 1 clip} or {@code 3 clips}. */
  static String count(long count, String one, String many) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
  }

  /**
   * Returns lines in columns, two spaces apart; the first line is the heading.
   *
   * @param rows all with as many cells as the first
   */
  static List<String> table(List<List<String>> rows) {
    int[] widths = new int[rows.isEmpty() ? 0 : rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
