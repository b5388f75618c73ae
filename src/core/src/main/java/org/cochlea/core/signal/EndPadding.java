package org.cochlea.core.signal;

/** How a signal is continued at both ends before it is filtered forwards and backwards. */
public enum EndPadding {
  /** Mirrored at the end point, {@code 2 x[0] - x[i]}; scipy's default. */
  ODD {
    @Override
    double beyond(double end, double mirrored) {
      return 2 * end - mirrored;
    }
  },
  /** Mirrored, {@code x[i]}. */
  EVEN {
    @Override
    double beyond(double end, double mirrored) {
      return mirrored;
    }
  },
  /** The end sample repeated. */
  CONSTANT {
    @Override
    double beyond(double end, double mirrored) {
      return end;
    }
  };

  /**
   * Returns a sample beyond an end.
   *
   * @param end the sample at the end
   * @param mirrored the sample as far inside as the wanted one is outside
   */
  abstract double beyond(double end, double mirrored);
}
