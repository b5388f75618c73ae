package org.cochlea.core;

import java.util.List;

/** Whether an engine can run here: on what, or every reason why not. */
public sealed interface Availability {

  /**
   * The engine can run.
   *
   * @param device what it runs on, in words
   */
  record Available(String device) implements Availability {}

  /**
   * The engine cannot run.
   *
   * @param reasons every reason, each with what to do about it; at least one
   */
  record Unavailable(List<String> reasons) implements Availability {
    /** Copies the list. */
    public Unavailable {
      reasons = List.copyOf(reasons);
      if (reasons.isEmpty()) {
        throw new IllegalArgumentException("reasons must have at least 1 element, had 0");
      }
    }
  }
}
