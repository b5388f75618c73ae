package org.cochlea.core.engine.reference;

import org.cochlea.core.stage.Layout;

/**
 * One channel of one clip between two stages: {@code values[t]} is frame t, {@code bins} numbers,
 * or {@code 2 bins} for complex values (real and imaginary part alternate). A signal is one row of
 * all its samples, so that samples are next to each other.
 */
final class Clip {
  private final Layout layout;
  private final double[][] values;

  Clip(Layout layout, double[][] values) {
    this.layout = layout;
    this.values = values;
  }

  static Clip signal(double[] samples) {
    return new Clip(Layout.signal(), new double[][] {samples});
  }

  Layout layout() {
    return layout;
  }

  double[][] values() {
    return values;
  }

  double[] samples() {
    return values[0];
  }

  int length() {
    return layout.isSignal() ? values[0].length : values.length;
  }
}
