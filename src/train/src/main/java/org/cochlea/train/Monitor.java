package org.cochlea.train;

import java.util.Locale;

/** The result on the validation part that says which epoch is the best. */
public enum Monitor {
  /** The loss: lower is better. */
  LOSS,
  /** The main metric of the task: higher is better, see {@link Evaluation#main()}. */
  METRIC;

  /** Returns the name in configurations. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
