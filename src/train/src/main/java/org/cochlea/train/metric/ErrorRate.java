package org.cochlea.train.metric;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Edit operations that turn what was recognised into what was said: {@code (S + D + I) / N}. Of
 * words this is the word error rate (WER), of characters the character error rate (CER).
 *
 * @param substitutions units replaced by others
 * @param deletions units that were said and not recognised
 * @param insertions units that were recognised and not said
 * @param reference units that were said
 */
public record ErrorRate(long substitutions, long deletions, long insertions, long reference) {
  private static final Pattern SPACE = Pattern.compile("\\s+");

  /** No units at all. */
  public static final ErrorRate NONE = new ErrorRate(0, 0, 0, 0);

  /** Counts words, which are separated by white space. */
  public static ErrorRate ofWords(String said, String recognised) {
    return of(words(said), words(recognised));
  }

  /** Counts characters (Unicode code points), spaces among them. */
  public static ErrorRate ofCharacters(String said, String recognised) {
    return of(said.codePoints().boxed().toList(), recognised.codePoints().boxed().toList());
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(SPACE.split(text.strip(), -1));
  }

  /**
   * Counts the fewest operations. Where several ways have equally many, substitutions are preferred
   * to deletions and these to insertions.
   */
  public static <T> ErrorRate of(List<T> said, List<T> recognised) {
    int n = said.size();
    int m = recognised.size();
    int[][] cost = new int[n + 1][m + 1];
    for (int i = 0; i <= n; i++) {
      for (int j = 0; j <= m; j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
        } else {
          int same = said.get(i - 1).equals(recognised.get(j - 1)) ? 0 : 1;
          cost[i][j] =
              Math.min(cost[i - 1][j - 1] + same, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        }
      }
    }
    long substitutions = 0;
    long deletions = 0;
    long insertions = 0;
    int i = n;
    int j = m;
    while (i > 0 || j > 0) {
      int same = i > 0 && j > 0 && said.get(i - 1).equals(recognised.get(j - 1)) ? 0 : 1;
      if (i > 0 && j > 0 && cost[i][j] == cost[i - 1][j - 1] + same) {
        substitutions += same;
        i--;
        j--;
      } else if (i > 0 && cost[i][j] == cost[i - 1][j] + 1) {
        deletions++;
        i--;
      } else {
        insertions++;
        j--;
      }
    }
    return new ErrorRate(substitutions, deletions, insertions, n);
  }

  /** Returns both counts together. */
  public ErrorRate plus(ErrorRate other) {
    return new ErrorRate(
        substitutions + other.substitutions,
        deletions + other.deletions,
        insertions + other.insertions,
        reference + other.reference);
  }

  /** Returns the rate, above 1 if much was inserted; NaN if nothing was said. */
  public double rate() {
    return reference == 0
        ? Double.NaN
        : (double) (substitutions + deletions + insertions) / reference;
  }
}
