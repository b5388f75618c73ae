package org.cochlea.core.basis;

/** Bessel functions needed by windows. */
public final class Bessel {

  private Bessel() {}

  /**
   * Returns the modified Bessel function of the first kind and order zero, {@code I0(x) = sum_k
   * ((x/2)^k / k!)^2}.
   *
   * <p>All terms of the series are positive, so nothing cancels: the relative error stays within a
   * few units in the last place. The result overflows to infinity above about |x| = 713.
   *
   * @param x any real number
   */
  public static double i0(double x) {
    double quarterSquare = 0.25 * x * x;
    double term = 1;
    double sum = 1;
    for (int k = 1; term > sum * 1e-18; k++) {
      term *= quarterSquare / ((double) k * k);
      sum += term;
      if (Double.isInfinite(sum)) {
        break;
      }
    }
    return sum;
  }
}
