package org.cochlea.core.stage;

/** The cumulative beta distribution. */
final class Beta {
  private static final double TINY = 1e-300;
  private static final int MOST_TERMS = 10_000;

  private Beta() {}

  /** Returns the probability of a value of at most x, by Lentz's continued fraction. */
  static double cumulative(double x, double a, double b) {
    if (x <= 0) {
      return 0;
    }
    if (x >= 1) {
      return 1;
    }
    // The fraction converges fast on one side of the mean only.
    if (x > (a + 1) / (a + b + 2)) {
      return 1 - cumulative(1 - x, b, a);
    }
    double front =
        Math.exp(
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
    double c = 1;
    double d = reciprocal(1 - (a + b) * x / (a + 1));
    double f = d;
    for (int m = 1; m < MOST_TERMS; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = reciprocal(1 + even * d);
      c = away(1 + even / c);
      f *= c * d;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = reciprocal(1 + odd * d);
      c = away(1 + odd / c);
      double step = c * d;
      f *= step;
      if (Math.abs(step - 1) < 1e-16) {
        break;
      }
    }
    return front * f / a;
  }

  private static double away(double x) {
    return Math.abs(x) < TINY ? TINY : x;
  }

  private static double reciprocal(double x) {
    return 1 / away(x);
  }

  /** Stirling's series, of an argument moved up to where it is exact. */
  private static double logGamma(double x) {
    double shift = 0;
    double z = x;
    while (z < 20) {
      shift += Math.log(z);
      z++;
    }
    double s = 1 / (z * z);
    double series = (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s / 1680))) / z;
    return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
  }
}
