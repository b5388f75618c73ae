package org.cochlea.train.model;

import java.util.Locale;

/** What a network that keeps the axis of time gives. */
public enum Output {
  /** The last frame: all a causal network has seen. */
  LAST,
  /** The mean over the frames. */
  MEAN,
  /** Every frame: {@code [batch, frames, outputs]}. */
  FRAMES;

  /** Returns the name in configurations. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
