package org.cochlea.train.data;

/**
 * How clips are read ahead of the model.
 *
 * @param threads that decode and resample, at least 1
 * @param ahead batches that may wait, at least 1
 * @param cacheMegabytes memory for decoded clips that are kept for later epochs, at least 0
 * @param bad what is done with a clip that cannot be read
 * @param extracted the folder of features that {@code cochlea extract} wrote, which are read in the
 *     place of the clips; empty for none
 */
public record Loading(int threads, int ahead, int cacheMegabytes, BadClips bad, String extracted) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Loading {
    if (threads < 1 || ahead < 1) {
      throw new IllegalArgumentException(
          "threads and ahead must be at least 1, were %d and %d".formatted(threads, ahead));
    }
    if (cacheMegabytes < 0) {
      throw new IllegalArgumentException(
          "cacheMegabytes must be at least 0, was " + cacheMegabytes);
    }
  }

  /** Two threads, four batches, 512 MB, bad clips left out. */
  public Loading() {
    this(2, 4, 512, BadClips.SKIP, "");
  }
}
