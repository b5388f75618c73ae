package org.cochlea.train.model;

import java.util.Locale;

/** What follows a linear layer. */
public enum Activation {
  /** {@code max(0, x)}. */
  RELU,
  /** {@code x} above 0, {@code e^x - 1} below. */
  ELU,
  /** {@code x sigmoid(x)}, also called swish. */
  SILU;

  /** Returns the name in configurations. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
