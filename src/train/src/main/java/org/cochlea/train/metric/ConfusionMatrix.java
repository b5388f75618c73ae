package org.cochlea.train.metric;

import java.util.Arrays;

/**
 * Counts of (true class, predicted class), and what follows from them.
 *
 * <p>Precision of class {@code k} is {@code n_kk / sum_i n_ik}, recall {@code n_kk / sum_j n_kj},
 * F1 their harmonic mean; a quotient whose denominator is 0 is 0, as scikit-learn's {@code
 * zero_division=0}. Macro and weighted averages are over the classes that occur as truth or as
 * prediction, as scikit-learn does without {@code labels}.
 */
public final class ConfusionMatrix {
  private final long[][] counts;

  /**
   * Makes an empty matrix.
   *
   * @param classes at least 1
   */
  public ConfusionMatrix(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException("classes must be at least 1, was " + classes);
    }
    counts = new long[classes][classes];
  }

  /** Counts one decision. */
  public void add(int truth, int predicted) {
    counts[truth][predicted]++;
  }

  /** Counts the decisions of another matrix of the same classes. */
  public void add(ConfusionMatrix other) {
    if (other.classes() != classes()) {
      throw new IllegalArgumentException(
          "matrices must have the same classes, were %d and %d"
              .formatted(classes(), other.classes()));
    }
    for (int t = 0; t < counts.length; t++) {
      for (int p = 0; p < counts.length; p++) {
        counts[t][p] += other.counts[t][p];
      }
    }
  }

  /** Returns the number of classes. */
  public int classes() {
    return counts.length;
  }

  /** Returns how often a class was taken for another, or for itself. */
  public long count(int truth, int predicted) {
    return counts[truth][predicted];
  }

  /** Returns the number of decisions. */
  public long total() {
    return Arrays.stream(counts).flatMapToLong(Arrays::stream).sum();
  }

  /** Returns how many clips of a class there were. */
  public long support(int k) {
    return Arrays.stream(counts[k]).sum();
  }

  private long predicted(int k) {
    long sum = 0;
    for (long[] row : counts) {
      sum += row[k];
    }
    return sum;
  }

  /** Returns the share of right decisions; 0 if there are none. */
  public double accuracy() {
    long right = 0;
    for (int k = 0; k < counts.length; k++) {
      right += counts[k][k];
    }
    return quotient(right, total());
  }

  /** Returns the precision of one class. */
  public double precision(int k) {
    return quotient(counts[k][k], predicted(k));
  }

  /** Returns the recall of one class. */
  public double recall(int k) {
    return quotient(counts[k][k], support(k));
  }

  /** Returns the F1 score of one class. */
  public double f1(int k) {
    return quotient(2 * counts[k][k], predicted(k) + support(k));
  }

  /** Returns the average precision of the classes. */
  public double precision(Average average) {
    return averaged(average, this::precision);
  }

  /** Returns the average recall of the classes. */
  public double recall(Average average) {
    return averaged(average, this::recall);
  }

  /** Returns the average F1 score of the classes. */
  public double f1(Average average) {
    return averaged(average, this::f1);
  }

  private interface OfClass {
    double at(int k);
  }

  private double averaged(Average average, OfClass value) {
    if (average == Average.MICRO) {
      // Every wrong decision is a false positive of one class and a false negative of another.
      return accuracy();
    }
    double sum = 0;
    double weights = 0;
    for (int k = 0; k < counts.length; k++) {
      double weight =
          average == Average.WEIGHTED ? support(k) : support(k) + predicted(k) > 0 ? 1 : 0;
      sum += weight * value.at(k);
      weights += weight;
    }
    return weights == 0 ? 0 : sum / weights;
  }

  private static double quotient(long numerator, long denominator) {
    return denominator == 0 ? 0 : (double) numerator / denominator;
  }
}
