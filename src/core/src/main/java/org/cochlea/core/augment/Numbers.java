package org.cochlea.core.augment;

import org.cochlea.core.stage.Philox;

/**
 * The random numbers of one augmentation for one example: functions of seed, epoch, example,
 * augmentation and channel alone.
 */
final class Numbers {
  /** The place of what is drawn for a whole example, and for a batch; channels follow. */
  static final int EXAMPLE = 0;

  static final int BATCH = 255;

  static final int MAX_CHANNELS = 254;
  static final int MAX_STEPS = 1 << 11;
  private static final int INDEX_BITS = 13;
  private static final int PLACE_BITS = 8;
  private static final int STEP_BITS = 11;

  private long seed;
  private long example;
  private long block;

  /**
   * Goes to the first number.
   *
   * @param place {@link #EXAMPLE}, {@link #BATCH}, or 1 + a channel
   */
  void start(long seed, int epoch, long example, int step, int place) {
    this.seed = seed;
    this.example = example;
    this.block =
        (long) epoch << (STEP_BITS + PLACE_BITS + INDEX_BITS)
            | (long) step << (PLACE_BITS + INDEX_BITS)
            | (long) place << INDEX_BITS;
  }

  private long next() {
    return Philox.words(seed, example, block++);
  }

  /** Leaves out the next numbers. */
  void skip(int count) {
    block += count;
  }

  /** Returns a uniform number in (0, 1), of 52 bits. */
  double uniform() {
    return ((next() >>> 12) + 0.5) * 0x1p-52;
  }

  double uniform(double min, double max) {
    return min + (max - min) * uniform();
  }

  /** Returns a whole number in [0, bound). */
  int index(int bound) {
    return Math.min(bound - 1, (int) (uniform() * bound));
  }

  /** Returns a seed that a double holds exactly. */
  double seed() {
    return next() >>> 12;
  }

  /** Returns a number that is uniform in mel (HTK). */
  double mel(double minHz, double maxHz) {
    double low = StrictMath.log1p(minHz / 700);
    double high = StrictMath.log1p(maxHz / 700);
    double hz = 700 * StrictMath.expm1(uniform(low, high));
    return Math.clamp(hz, minHz, maxHz);
  }

  /** Returns a number of N(0, 1), by Marsaglia's polar method: no angles. */
  private double normal() {
    while (true) {
      double x = uniform(-1, 1);
      double y = uniform(-1, 1);
      double square = x * x + y * y;
      if (square < 1) {
        return x * StrictMath.sqrt(-2 * StrictMath.log(square) / square);
      }
    }
  }

  /** Returns a number of Beta(alpha, alpha). */
  double beta(double alpha) {
    if (alpha == 1) {
      return uniform();
    }
    // In logarithms: for a small alpha both gammas may be too small for a double.
    double a = logGamma(alpha);
    double b = logGamma(alpha);
    return 1 / (1 + StrictMath.exp(b - a));
  }

  /**
   * Returns the logarithm of a number of Gamma(shape, 1): Marsaglia and Tsang, "A simple method for
   * generating gamma variables", 2000.
   */
  private double logGamma(double shape) {
    if (shape < 1) {
      double log = logGamma(shape + 1);
      return log + StrictMath.log(uniform()) / shape;
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = normal();
      double v = 1 + c * x;
      if (v <= 0) {
        continue;
      }
      v = v * v * v;
      if (StrictMath.log(uniform()) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
        return StrictMath.log(d * v);
      }
    }
  }
}
