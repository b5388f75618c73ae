package org.cochlea.core.stage;

/** The checks that stages share. */
final class Require {
  private Require() {}

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

  static void between(String name, double value, double low, double high) {
    if (!(value > low && value < high)) {
      throw new IllegalArgumentException(
          "%s must be in (%s, %s), was %s".formatted(name, low, high, value));
    }
  }

  static Layout signal(Stage stage, Layout in) {
    return fits(stage, in, in.isSignal(), "a signal");
  }

  static Layout frames(Stage stage, Layout in) {
    return fits(stage, in, !in.isSignal(), "frames");
  }

  static Layout realFrames(Stage stage, Layout in) {
    return fits(stage, in, !in.isSignal() && !in.complex(), "real frames");
  }

  static Layout complex(Stage stage, Layout in) {
    return fits(stage, in, in.complex(), "complex frames");
  }

  static Layout oneBin(Stage stage, Layout in) {
    return fits(stage, in, in.equals(Layout.real(1)), "real frames of 1");
  }

  static void bins(Stage stage, Layout in, int bins) {
    fits(stage, in, in.bins() == bins, bins + " bins");
  }

  private static Layout fits(Stage stage, Layout in, boolean fits, String wanted) {
    if (!fits) {
      throw new IllegalArgumentException(
          "%s needs %s, it cannot follow %s".formatted(stage, wanted, in));
    }
    return in;
  }
}
