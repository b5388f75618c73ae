package org.cochlea.core.stage;

/** A window function of any length. */
@FunctionalInterface
public interface Taper {

  /**
   * Returns the window.
   *
   * @param length number of coefficients, at least 1
   */
  double[] coefficients(int length);
}
