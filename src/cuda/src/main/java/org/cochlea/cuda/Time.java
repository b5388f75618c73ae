package org.cochlea.cuda;

import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** How many samples or frames a clip has at some point of a pipeline. */
final class Time {
  private final @Nullable Time before;
  private final @Nullable Stage stage;
  private final int number;

  Time(@Nullable Time before, @Nullable Stage stage, int number) {
    this.before = before;
    this.stage = stage;
    this.number = number;
  }

  /** Returns its place among the times of a program. */
  int number() {
    return number;
  }

  /** Returns the length, for a clip of so many samples or frames. */
  int of(long in) {
    long length = in(in);
    if (length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a clip of %d samples would have %d frames or samples in between, more than %d"
              .formatted(in, length, Integer.MAX_VALUE));
    }
    return (int) length;
  }

  private long in(long in) {
    long length = before == null ? in : before.in(in);
    return stage == null ? length : stage.frames(length);
  }
}
