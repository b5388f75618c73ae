package org.cochlea.core.augment;

/**
 * How often an augmentation is applied, and what shares its random numbers; {@code p}, {@code mode}
 * and {@code p_mode} of torch-audiomentations.
 *
 * @param p probability that it is applied, in [0, 1]
 * @param mode what has parameters of its own
 * @param pMode what is applied to or left alone as a whole
 */
public record Chance(double p, Mode mode, Mode pMode) {
  /** What is drawn for. */
  public enum Mode {
    /** Every clip of a batch. */
    PER_EXAMPLE,
    /** Every channel of every clip. */
    PER_CHANNEL,
    /**
     * The batch as a whole. What is drawn then belongs to the least key of the batch, so a result
     * depends on which examples are together.
     */
    PER_BATCH
  }

  /** Applied to every example, with parameters of its own. */
  public static final Chance ALWAYS = of(1);

  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public Chance {
    Check.range("p", p, 0, 1);
  }

  /** Returns a chance drawn for every example; the default of torch-audiomentations is 0.5. */
  public static Chance of(double p) {
    return new Chance(p, Mode.PER_EXAMPLE, Mode.PER_EXAMPLE);
  }

  /** Returns the same probability drawn for something else, parameters and application alike. */
  public Chance per(Mode other) {
    return new Chance(p, other, other);
  }
}
