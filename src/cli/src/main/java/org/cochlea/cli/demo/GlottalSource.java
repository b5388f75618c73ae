package org.cochlea.cli.demo;

/**
 * One period of the airflow through the vocal folds, differentiated: Liljencrants and Fant's model,
 * with its four times derived from one number of voice quality, Rd.
 *
 * <p>Fant, Liljencrants and Lin, "A four-parameter model of glottal flow", STL-QPSR 1985; Fant,
 * "The LF-model revisited", STL-QPSR 1995.
 */
final class GlottalSource {
  private static final int SIZE = 4096;

  private final double[] period = new double[SIZE + 1];

  /**
   * Computes a period.
   *
   * @param rd voice quality, in [0.5, 2.5]: 0.5 pressed, 1 modal, 2.5 breathy
   */
  GlottalSource(double rd) {
    double ra = (4.8 * rd - 1) / 100;
    double rk = (22.4 + 11.8 * rd) / 100;
    double rg = rk / (4 * (0.11 * rd / (0.5 + 1.2 * rk) - ra));
    double peak = 1 / (2 * rg);
    double closure = peak * (1 + rk);
    double decay = decay(ra, 1 - closure);
    double grow = -50;
    double above = 50;
    // The flow must end where it began: its derivative sums to zero.
    for (int i = 0; i < 60; i++) {
      double middle = (grow + above) / 2;
      fill(middle, peak, closure, decay, ra);
      if (sum() > 0) {
        grow = middle;
      } else {
        above = middle;
      }
    }
  }

  /** Solves {@code decay ra = 1 - exp(-decay rest)} by iteration. */
  private static double decay(double ra, double rest) {
    double decay = 1 / ra;
    for (int i = 0; i < 50; i++) {
      decay = (1 - Math.exp(-decay * rest)) / ra;
    }
    return decay;
  }

  private void fill(double grow, double peak, double closure, double decay, double ra) {
    double atClosure = Math.exp(grow * closure) * Math.sin(Math.PI * closure / peak);
    double end = Math.exp(-decay * (1 - closure));
    for (int i = 0; i <= SIZE; i++) {
      double t = (double) i / SIZE;
      period[i] =
          t < closure
              ? -Math.exp(grow * t) * Math.sin(Math.PI * t / peak) / atClosure
              : -(Math.exp(-decay * (t - closure)) - end) / (decay * ra);
    }
  }

  private double sum() {
    double sum = 0;
    for (int i = 0; i < SIZE; i++) {
      sum += period[i];
    }
    return sum;
  }

  /**
   * Returns the flow's derivative, whose sharpest point is -1.
   *
   * @param phase of the period, in [0, 1)
   */
  double at(double phase) {
    double index = phase * SIZE;
    int below = (int) index;
    return period[below] + (index - below) * (period[below + 1] - period[below]);
  }
}
