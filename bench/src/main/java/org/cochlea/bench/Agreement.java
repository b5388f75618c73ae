package org.cochlea.bench;

/**
 * How far a result is from the float64 reference.
 *
 * @param relativeL2 {@code ‖got - expected‖ / ‖expected‖}
 * @param maxDifference the largest difference of two values, in units of log10
 */
public record Agreement(double relativeL2, double maxDifference) {
  /** float32 rounding is below 1e-6 of all values together. */
  static final double MAX_RELATIVE = 1e-5;

  /** And up to 1e-3 in one value, where a filter sees one bin of a quiet band. */
  static final double MAX_DIFFERENCE = 1e-2;

  /** Compares two results; those of different lengths are infinitely far apart. */
  public static Agreement of(float[] got, float[] expected) {
    if (got.length != expected.length) {
      return new Agreement(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
    double error = 0;
    double norm = 0;
    double max = 0;
    for (int i = 0; i < got.length; i++) {
      double difference = (double) got[i] - expected[i];
      error += difference * difference;
      norm += (double) expected[i] * expected[i];
      // A NaN stays one, and is the same as nothing.
      max = Math.max(max, Math.abs(difference));
    }
    return new Agreement(Math.sqrt(error / norm), max);
  }

  /** Says whether the two computed the same thing. */
  public boolean same() {
    return relativeL2 <= MAX_RELATIVE && maxDifference <= MAX_DIFFERENCE;
  }

  /**
   * Refuses a peer that computes something else.
   *
   * @throws IllegalStateException if it does
   */
  public void require(String contender) {
    if (!same()) {
      throw new IllegalStateException(contender + " computes something else: " + this);
    }
  }
}
