package org.cochlea.opencl;

import java.util.List;

/**
 * One launch.
 *
 * @param work how it is cut into items
 * @param of the value that says how much there is
 * @param scopes of {@link Work#SCOPES}: which
 * @param operations in order; numbers, or values where their index or place is meant
 */
record Pass(Work work, Value of, Scopes scopes, List<List<Object>> operations) {

  /** Items. */
  enum Work {
    /** Frames of a row that fit local memory. */
    TILES,
    /** Blocks of a row's numbers. */
    NUMBERS,
    /** Blocks of a row's frames. */
    FRAMES,
    /** Bins of a row. */
    LINES,
    /** What shares one statistic. */
    SCOPES
  }

  /** What shares one statistic. */
  enum Scopes {
    LINE(0),
    ROW(1),
    CLIP(2),
    BATCH(3);

    private final int code;

    Scopes(int code) {
      this.code = code;
    }

    /** Returns what the kernel calls it. */
    int code() {
      return code;
    }
  }

  /**
   * Where a value lies.
   *
   * @param value whose place is meant
   */
  record Place(Value value) {}
}
