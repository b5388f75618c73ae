package org.cochlea.core.testing;

/** How far a result is from its reference. */
public final class Distance {

  private Distance() {}

  /** Returns {@code ||actual - expected|| / ||expected||}; NaN anywhere gives NaN. */
  public static double relativeL2(float[] actual, float[] expected) {
    return relativeL2(actual, expected, 0, expected.length);
  }

  /** Returns the relative distance over the elements {@code [from, to)} only. */
  public static double relativeL2(float[] actual, float[] expected, int from, int to) {
    if (actual.length != expected.length) {
      throw new AssertionError("length %d, expected %d".formatted(actual.length, expected.length));
    }
    double error = 0;
    double norm = 0;
    for (int i = from; i < to; i++) {
      double difference = (double) actual[i] - expected[i];
      error += difference * difference;
      norm += (double) expected[i] * expected[i];
    }
    return norm == 0 ? Math.sqrt(error) : Math.sqrt(error / norm);
  }
}
