package org.cochlea.train.metric;

import java.util.Arrays;

/**
 * Metrics of scores, for classes that exclude each other or not. Only the order of the scores
 * counts.
 *
 * <p>{@code scores[clip][class]} are any numbers, {@code truth[clip][class]} says which classes a
 * clip has.
 */
public final class Ranking {
  private Ranking() {}

  /** The indices of scores, the highest first; ties in the order they came in. */
  private static int[] order(double[] scores) {
    Integer[] order = new Integer[scores.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(scores[b], scores[a]));
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }

  /**
   * Returns the average precision, {@code sum_n (R_n - R_(n-1)) P_n} over the distinct scores:
   * scikit-learn's average_precision_score. NaN if nothing is positive.
   */
  public static double averagePrecision(double[] scores, boolean[] positive) {
    int[] order = order(scores);
    int positives = count(positive);
    double sum = 0;
    int hits = 0;
    for (int i = 0; i < order.length; ) {
      int before = hits;
      double score = scores[order[i]];
      while (i < order.length && scores[order[i]] == score) {
        hits += positive[order[i]] ? 1 : 0;
        i++;
      }
      sum += (double) (hits - before) * hits / i;
    }
    return positives == 0 ? Double.NaN : sum / positives;
  }

  /**
   * Returns the area under the ROC curve: the chance that a positive has a higher score than a
   * negative, ties counting half. NaN if all or none are positive.
   */
  public static double auc(double[] scores, boolean[] positive) {
    int[] order = order(scores);
    long positives = count(positive);
    long negatives = positive.length - positives;
    double below = 0;
    long hits = 0;
    for (int i = 0; i < order.length; ) {
      double score = scores[order[i]];
      long tiedHits = 0;
      long tiedMisses = 0;
      while (i < order.length && scores[order[i]] == score) {
        if (positive[order[i]]) {
          tiedHits++;
        } else {
          tiedMisses++;
        }
        i++;
      }
      below += tiedMisses * (hits + tiedHits / 2.0);
      hits += tiedHits;
    }
    return positives == 0 || negatives == 0 ? Double.NaN : below / positives / negatives;
  }

  /** Returns {@code d' = sqrt(2) Phi^-1(AUC)}, as AudioSet's papers have it. */
  public static double dPrime(double auc) {
    return Math.sqrt(2) * NormalQuantile.of(auc);
  }

  /** Returns the mean of {@link #averagePrecision} over the classes that have a positive. */
  public static double meanAveragePrecision(double[][] scores, boolean[][] truth) {
    return meanOverClasses(scores, truth, Ranking::averagePrecision);
  }

  /** Returns the mean of {@link #auc} over the classes that have a positive and a negative. */
  public static double meanAuc(double[][] scores, boolean[][] truth) {
    return meanOverClasses(scores, truth, Ranking::auc);
  }

  private interface OfClass {
    double of(double[] scores, boolean[] positive);
  }

  private static double meanOverClasses(double[][] scores, boolean[][] truth, OfClass metric) {
    int classes = scores.length == 0 ? 0 : scores[0].length;
    double sum = 0;
    int counted = 0;
    for (int k = 0; k < classes; k++) {
      double[] column = new double[scores.length];
      boolean[] positive = new boolean[scores.length];
      for (int i = 0; i < scores.length; i++) {
        column[i] = scores[i][k];
        positive[i] = truth[i][k];
      }
      double value = metric.of(column, positive);
      if (!Double.isNaN(value)) {
        sum += value;
        counted++;
      }
    }
    return counted == 0 ? Double.NaN : sum / counted;
  }

  /**
   * Returns the label-weighted label-ranking average precision of DCASE 2019 task 2: the mean over
   * all true labels of all clips of the precision down to that label's rank. Equal to
   * scikit-learn's label_ranking_average_precision_score with each clip weighted by its number of
   * labels. NaN if there is no label.
   */
  public static double lwlrap(double[][] scores, boolean[][] truth) {
    double sum = 0;
    long labels = 0;
    for (int i = 0; i < scores.length; i++) {
      for (int k = 0; k < scores[i].length; k++) {
        if (!truth[i][k]) {
          continue;
        }
        int rank = 0;
        int hits = 0;
        for (int j = 0; j < scores[i].length; j++) {
          if (scores[i][j] >= scores[i][k]) {
            rank++;
            hits += truth[i][j] ? 1 : 0;
          }
        }
        sum += (double) hits / rank;
        labels++;
      }
    }
    return labels == 0 ? Double.NaN : sum / labels;
  }

  /**
   * Returns the mean average precision at a rank, for clips of one label: the mean of 1 / rank of
   * the true class, 0 beyond. FSDKaggle2018 uses the third rank.
   *
   * @param at the last rank that counts, at least 1
   */
  public static double mapAt(int at, double[][] scores, int[] truth) {
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      int[] order = order(scores[i]);
      for (int rank = 1; rank <= Math.min(at, order.length); rank++) {
        if (order[rank - 1] == truth[i]) {
          sum += 1.0 / rank;
        }
      }
    }
    return scores.length == 0 ? Double.NaN : sum / scores.length;
  }

  private static int count(boolean[] positive) {
    int count = 0;
    for (boolean one : positive) {
      count += one ? 1 : 0;
    }
    return count;
  }
}
