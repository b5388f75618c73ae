package org.cochlea.core.stage;

/** How long a signal (in samples) or a feature (in frames) is made; what is added is constant. */
public sealed interface LengthRule {

  /** Returns the new length. */
  long length(long original);

  /**
   * One length for all: longer ones are cut at the end, shorter ones are extended.
   *
   * @param length at least 0
   */
  record Exactly(long length) implements LengthRule {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public Exactly {
      Require.atLeast("length", length, 0);
    }

    @Override
    public long length(long original) {
      return length;
    }
  }

  /**
   * A fixed amount more.
   *
   * @param by at least 0
   */
  record Extend(long by) implements LengthRule {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public Extend {
      Require.atLeast("by", by, 0);
    }

    @Override
    public long length(long original) {
      return original + by;
    }
  }

  /**
   * A fixed amount less, or nothing.
   *
   * @param by at least 0
   */
  record Shorten(long by) implements LengthRule {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public Shorten {
      Require.atLeast("by", by, 0);
    }

    @Override
    public long length(long original) {
      return Math.max(0, original - by);
    }
  }

  /**
   * The least of {@code first, first + step, first + 2 step, …} that holds the original.
   *
   * @param first at least 0
   * @param step at least 1
   */
  record Steps(long first, long step) implements LengthRule {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Steps {
      Require.atLeast("first", first, 0);
      Require.atLeast("step", step, 1);
    }

    @Override
    public long length(long original) {
      return original <= first ? first : first + (original - first + step - 1) / step * step;
    }
  }

  /**
   * The largest multiple of a step that is not above the original.
   *
   * @param step at least 1
   */
  record WholeSteps(long step) implements LengthRule {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public WholeSteps {
      Require.atLeast("step", step, 1);
    }

    @Override
    public long length(long original) {
      return original - original % step;
    }
  }

  /**
   * The original, or nothing when it is too short; Kaldi's min_duration.
   *
   * @param least of what is kept, at least 0
   */
  record DropShorter(long least) implements LengthRule {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public DropShorter {
      Require.atLeast("least", least, 0);
    }

    @Override
    public long length(long original) {
      return original < least ? 0 : original;
    }
  }
}
