package org.cochlea.core.stage;

/**
 * What {@link Stage.Normalize} and {@link Stage.DynamicRange} know of the values of their scope,
 * for engines and for recordings that are read piece by piece: both have the same bits.
 *
 * <p>Of values a stride apart: first {@link #add} all of them, then {@link #square} and {@link
 * #bound} all of them where that is needed, then use. Sums are kept in double and taken in an order
 * that depends on nothing else: every fourth value has a sum of its own, so that no addition waits
 * for the one before.
 */
public final class Statistics {
  private long count;
  private double sum;
  private float min;
  private float max;
  private double squares;

  /** Makes statistics of nothing. */
  public Statistics() {
    clear();
  }

  /** Forgets all values. */
  public void clear() {
    count = 0;
    sum = 0;
    squares = 0;
    min = Float.POSITIVE_INFINITY;
    max = Float.NEGATIVE_INFINITY;
  }

  /** Counts and adds up. */
  public void add(float[] x, int at, int n, int stride) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < n; i += 4) {
      s0 += x[at + i * stride];
      s1 += x[at + (i + 1) * stride];
      s2 += x[at + (i + 2) * stride];
      s3 += x[at + (i + 3) * stride];
    }
    for (; i < n; i++) {
      s0 += x[at + i * stride];
    }
    count += n;
    sum += (s0 + s1) + (s2 + s3);
  }

  /** Finds the least and the greatest. */
  public void bound(float[] x, int at, int n, int stride) {
    min = Math.min(min, least(x, at, n, stride));
    max = Math.max(max, greatest(x, at, n, stride));
  }

  private static float least(float[] x, int at, int n, int stride) {
    float least = Float.POSITIVE_INFINITY;
    if (stride == 1) {
      for (int i = at; i < at + n; i++) {
        least = Math.min(least, x[i]);
      }
      return least;
    }
    for (int i = 0; i < n; i++) {
      least = Math.min(least, x[at + i * stride]);
    }
    return least;
  }

  private static float greatest(float[] x, int at, int n, int stride) {
    float greatest = Float.NEGATIVE_INFINITY;
    if (stride == 1) {
      // A loop of its own, which the compiler makes vectors of.
      for (int i = at; i < at + n; i++) {
        greatest = Math.max(greatest, x[i]);
      }
      return greatest;
    }
    for (int i = 0; i < n; i++) {
      greatest = Math.max(greatest, x[at + i * stride]);
    }
    return greatest;
  }

  /** Adds up the squares of the distances to the mean. */
  public void square(float[] x, int at, int n, int stride) {
    double mean = sum / count;
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < n; i += 4) {
      double d0 = x[at + i * stride] - mean;
      double d1 = x[at + (i + 1) * stride] - mean;
      double d2 = x[at + (i + 2) * stride] - mean;
      double d3 = x[at + (i + 3) * stride] - mean;
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    for (; i < n; i++) {
      double d = x[at + i * stride] - mean;
      s0 += d * d;
    }
    squares += (s0 + s1) + (s2 + s3);
  }

  private double offset(Stage.Normalize s) {
    return switch (s.offset()) {
      case NONE -> 0;
      case MEAN -> sum / count;
      case MIN -> min;
      case MAX -> max;
    };
  }

  private double divisor(Stage.Normalize s) {
    double offset = offset(s);
    return switch (s.spread()) {
      case NONE -> 1;
      case STANDARD_DEVIATION -> Math.sqrt(squares / count) + s.epsilon();
      case SAMPLE_STANDARD_DEVIATION ->
          (count > 1 ? Math.sqrt(squares / (count - 1)) : 0) + s.epsilon();
      case REGULARIZED_DEVIATION -> Math.sqrt(squares / count + s.epsilon());
      case RANGE -> (double) max - min + s.epsilon();
      case PEAK -> Math.max(Math.abs(max - offset), Math.abs(min - offset)) + s.epsilon();
    };
  }

  /** Whether a normalisation needs {@link #square}. */
  public static boolean needsSquares(Stage.Normalize s) {
    return switch (s.spread()) {
      case STANDARD_DEVIATION, SAMPLE_STANDARD_DEVIATION, REGULARIZED_DEVIATION -> true;
      case NONE, RANGE, PEAK -> false;
    };
  }

  /** Whether it needs {@link #bound}. */
  public static boolean needsBounds(Stage.Normalize s) {
    return switch (s.offset()) {
          case MIN, MAX -> true;
          case NONE, MEAN -> false;
        }
        || switch (s.spread()) {
          case RANGE, PEAK -> true;
          case NONE, STANDARD_DEVIATION, SAMPLE_STANDARD_DEVIATION, REGULARIZED_DEVIATION -> false;
        };
  }

  /** {@code y = (x - offset) / divisor} with the statistics so far. */
  public void normalize(
      Stage.Normalize s, float[] x, int at, float[] y, int to, int n, int stride) {
    double offset = offset(s);
    double divisor = divisor(s);
    double factor = divisor == 0 ? 0 : 1 / divisor;
    if (stride == 1) {
      // In place, so that the compiler makes vectors of it.
      System.arraycopy(x, at, y, to, n);
      for (int i = to; i < to + n; i++) {
        y[i] = (float) ((y[i] - offset) * factor);
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      y[to + i * stride] = (float) ((x[at + i * stride] - offset) * factor);
    }
  }

  /** {@code y = max(x, greatest - range)}. */
  public void limit(Stage.DynamicRange s, float[] x, int at, float[] y, int to, int n, int stride) {
    float least = (float) (max - s.range());
    if (stride == 1) {
      atLeast(least, x, at, y, to, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      y[to + i * stride] = Math.max(x[at + i * stride], least);
    }
  }

  private static void atLeast(float least, float[] x, int at, float[] y, int to, int n) {
    System.arraycopy(x, at, y, to, n);
    for (int i = to; i < to + n; i++) {
      y[i] = Math.max(y[i], least);
    }
  }
}
