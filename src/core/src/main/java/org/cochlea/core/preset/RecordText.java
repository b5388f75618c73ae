package org.cochlea.core.preset;

import java.util.ArrayDeque;
import java.util.Deque;

/** A record's text with one component per line. */
final class RecordText {
  private RecordText() {}

  /**
   * Returns {@code A[x=1, b=B[y=2]]} as
   *
   * <pre>
   * A
   *   x=1
   *   b=B
   *     y=2
   * </pre>
   *
   * @param text of a record
   * @param margin spaces before every line but the first, two more per depth
   */
  static String indented(String text, int margin) {
    StringBuilder out = new StringBuilder();
    // Open brackets, innermost first: those of a record are dropped, those of a list stay.
    Deque<Boolean> records = new ArrayDeque<>();
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '[') {
        boolean record = i > 0 && Character.isLetterOrDigit(text.charAt(i - 1));
        records.push(record);
        if (!record) {
          out.append(c);
        } else {
          depth++;
          if (!text.startsWith("]", i + 1)) {
            newLine(out, margin + 2 * depth);
          }
        }
      } else if (c == ']' && !records.isEmpty()) {
        if (records.pop()) {
          depth--;
        } else {
          out.append(c);
        }
      } else if (text.startsWith(", ", i) && !records.isEmpty() && records.peek()) {
        i++;
        newLine(out, margin + 2 * depth);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static void newLine(StringBuilder out, int spaces) {
    out.append('\n').repeat(' ', spaces);
  }
}
