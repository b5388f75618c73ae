package org.cochlea.core.augment;

/** The checks that augmentations share. */
final class Check {
  private Check() {}

  static void range(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "%s must be in [%s, %s], was %s".formatted(name, least, most, value));
    }
  }

  static void finite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be finite, was " + value);
    }
  }

  static void positive(String name, double value) {
    if (!(value > 0) || !Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be above 0 and finite, was " + value);
    }
  }

  static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, was %d".formatted(name, least, value));
    }
  }

  /** Checks the two ends of what is drawn from. */
  static void interval(String name, double min, double max) {
    finite("min" + name, min);
    finite("max" + name, max);
    if (min > max) {
      throw new IllegalArgumentException(
          "min%s must be at most max%s = %s, was %s".formatted(name, name, max, min));
    }
  }

  static void interval(String name, double min, double max, double least, double most) {
    range("min" + name, min, least, most);
    range("max" + name, max, least, most);
    interval(name, min, max);
  }

  /** An augmentation that changes a length does so to all channels of a clip. */
  static void sameForChannels(Chance chance) {
    if (chance.mode() == Chance.Mode.PER_CHANNEL || chance.pMode() == Chance.Mode.PER_CHANNEL) {
      throw new IllegalArgumentException(
          "mode and pMode must be PER_EXAMPLE or PER_BATCH: the channels of a clip stay together");
    }
  }
}
