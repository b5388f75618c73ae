package org.cochlea.train.optim;

/**
 * How long a result has not got better: for {@link Schedule.Plateau} and for stopping early.
 *
 * @param best the best result so far, higher is better; NaN before the first
 * @param waited epochs since then
 * @param factor of the learning rate
 */
public record PlateauState(double best, int waited, double factor) {
  /** Before the first epoch. */
  public static final PlateauState START = new PlateauState(Double.NaN, 0, 1);

  /**
   * Returns the state after an epoch.
   *
   * @param result higher is better; one that is no number is not better
   * @param schedule what happens to the learning rate
   */
  public PlateauState after(double result, Schedule schedule) {
    if (isBetter(result)) {
      return new PlateauState(result, 0, factor);
    }
    if (schedule instanceof Schedule.Plateau(double gamma, int patience) && waited >= patience) {
      return new PlateauState(best, 0, factor * gamma);
    }
    return new PlateauState(best, waited + 1, factor);
  }

  /** Returns whether a result is better than all before. */
  public boolean isBetter(double result) {
    return !Double.isNaN(result) && (Double.isNaN(best) || result > best);
  }
}
