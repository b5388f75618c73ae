package org.cochlea.train.model;

import java.util.Locale;

/** How feature maps {@code [batch, channels, bins, frames]} become one vector. */
public enum Pooling {
  /** Everything, one value after the other: only for windows of one length. */
  FLATTEN,
  /** The mean of every map. */
  AVERAGE,
  /** The maximum of every map. */
  MAX,
  /** Both, one after the other. */
  AVERAGE_MAX,
  /** The mean and the maximum over the frames of every bin of every map: the bins stay apart. */
  BINS;

  /** Returns the name in configurations. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
