package org.cochlea.core.feature;

/** The checks that feature records share. */
final class Check {
  private Check() {}

  static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, was %d".formatted(name, least, value));
    }
  }

  static void range(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s must be in [%d, %d], was %d".formatted(name, least, most, value));
    }
  }

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

  static void notNegative(String name, double value) {
    if (!(value >= 0) || !Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be at least 0 and finite, was " + value);
    }
  }

  static void band(double minHz, double maxHz) {
    notNegative("minHz", minHz);
    if (!(maxHz > minHz) || !Double.isFinite(maxHz)) {
      throw new IllegalArgumentException(
          "maxHz must be above minHz = %s and finite, was %s".formatted(minHz, maxHz));
    }
  }

  /** A band must not reach above half the sample rate: filters there would never see anything. */
  static void nyquist(double maxHz, int sampleRate) {
    if (maxHz > sampleRate / 2.0) {
      throw new IllegalArgumentException(
          "maxHz must be at most half the sample rate, %s Hz, was %s"
              .formatted(sampleRate / 2.0, maxHz));
    }
  }
}
