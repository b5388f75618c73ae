package org.cochlea.train.model;

import java.util.Locale;

/** What is kept of a bin over all frames of a window. */
public enum Statistic {
  /** The mean. */
  MEAN,
  /** The standard deviation, of all frames. */
  STD,
  /** The least value. */
  MIN,
  /** The greatest value. */
  MAX;

  /** Returns the name in configurations. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
