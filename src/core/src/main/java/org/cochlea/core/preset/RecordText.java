package org.cochlea.core.preset;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/** A record's text with one component per line. */
final class RecordText {
  private static final Pattern COMPONENT = Pattern.compile("\\w+=");

  private RecordText() {}

  /**
   * Returns {@code A[x=1, b=B[y=2], c=[D[z=3], E[]]]} as
   *
   * <pre>
   * A
   *   x=1
   *   b=B
   *     y=2
   *   c=
   *     D
   *       z=3
   *     E
   * </pre>
   *
   * <p>Brackets that hold neither components nor a list, such as {@code Basis[2 x 3, 4 %]}, stay.
   *
   * @param text of a record
   * @param margin spaces before every line but the first, two more per depth
   */
  static String indented(String text, int margin) {
    StringBuilder out = new StringBuilder();
    // Whether the brackets that are open, innermost first, are broken into lines.
    Deque<Boolean> broken = new ArrayDeque<>();
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '[' && text.startsWith("]", i + 1)) {
        i++;
      } else if (c == '[') {
        boolean list = i > 0 && text.charAt(i - 1) == '=';
        boolean breaks = list || COMPONENT.matcher(text).region(i + 1, text.length()).lookingAt();
        broken.push(breaks);
        if (breaks) {
          depth++;
          newLine(out, margin + 2 * depth);
        } else {
          out.append(c);
        }
      } else if (c == ']' && !broken.isEmpty()) {
        if (broken.pop()) {
          depth--;
        } else {
          out.append(c);
        }
      } else if (text.startsWith(", ", i) && !broken.isEmpty() && broken.peek()) {
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
