package org.cochlea.core.engine.cpu;

import org.cochlea.core.stage.Stage;

/**
 * Statistics of values a stride apart: first {@link #add} all of them, then {@link #square} all of
 * them, then use. Sums are kept in double and taken in order, so they depend on nothing else.
 */
final class Statistics {
  private long count;
  private double sum;
  private float min;
  private float max;
  private double squares;

  Statistics() {
    clear();
  }

  void clear() {
    count = 0;
    sum = 0;
    squares = 0;
    min = Float.POSITIVE_INFINITY;
    max = Float.NEGATIVE_INFINITY;
  }

  void add(float[] x, int at, int n, int stride) {
    float low = min;
    float high = max;
    double total = 0;
    for (int i = 0; i < n; i++) {
      float v = x[at + i * stride];
      total += v;
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    count += n;
    sum += total;
    min = low;
    max = high;
  }

  void square(float[] x, int at, int n, int stride) {
    double mean = sum / count;
    double total = 0;
    for (int i = 0; i < n; i++) {
      double d = x[at + i * stride] - mean;
      total += d * d;
    }
    squares += total;
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
  static boolean needsSquares(Stage.Normalize s) {
    return switch (s.spread()) {
      case STANDARD_DEVIATION, SAMPLE_STANDARD_DEVIATION, REGULARIZED_DEVIATION -> true;
      case NONE, RANGE, PEAK -> false;
    };
  }

  void normalize(Stage.Normalize s, float[] x, int at, float[] y, int to, int n, int stride) {
    double offset = offset(s);
    double divisor = divisor(s);
    double factor = divisor == 0 ? 0 : 1 / divisor;
    for (int i = 0; i < n; i++) {
      y[to + i * stride] = (float) ((x[at + i * stride] - offset) * factor);
    }
  }

  void limit(Stage.DynamicRange s, float[] x, int at, float[] y, int to, int n, int stride) {
    float least = (float) (max - s.range());
    for (int i = 0; i < n; i++) {
      y[to + i * stride] = Math.max(x[at + i * stride], least);
    }
  }
}
