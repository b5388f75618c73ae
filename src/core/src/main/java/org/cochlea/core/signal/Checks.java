package org.cochlea.core.signal;

/** Range checks whose message names parameter, bound and value. */
final class Checks {

  private Checks() {}

  static void positive(String name, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(name + " must be above 0 and finite, was " + value);
    }
  }

  static void finite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be finite, was " + value);
    }
  }

  static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, was %d".formatted(name, least, value));
    }
  }

  static void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s must be in [%d, %d], was %d".formatted(name, least, most, value));
    }
  }

  /** Requires {@code value} in the closed interval. */
  static void within(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "%s must be in [%s, %s], was %s".formatted(name, least, most, value));
    }
  }

  /** Requires {@code value} in the open interval. */
  static void inside(String name, double value, double above, double below) {
    if (!(value > above && value < below)) {
      throw new IllegalArgumentException(
          "%s must be in (%s, %s), was %s".formatted(name, above, below, value));
    }
  }

  /** Requires all channels to have one length, and returns it; no channel is an error. */
  static int sameLength(float[][] channels) {
    if (channels.length == 0) {
      throw new IllegalArgumentException("channels must be at least 1, was 0");
    }
    int length = channels[0].length;
    for (int c = 1; c < channels.length; c++) {
      if (channels[c].length != length) {
        throw new IllegalArgumentException(
            "channels must have one length, channel 0 has %d samples and channel %d has %d"
                .formatted(length, c, channels[c].length));
      }
    }
    return length;
  }
}
