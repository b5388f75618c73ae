package org.cochlea.core;

/**
 * How an extractor runs; never what it computes.
 *
 * @param threads CPU threads to use, at least 1; or 0 for all of the machine's
 */
public record ExtractorOptions(int threads) {
  private static final ExtractorOptions DEFAULTS = new ExtractorOptions(0);

  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public ExtractorOptions {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be at least 0 (0: all), was " + threads);
    }
  }

  /** Returns the defaults: all threads. */
  public static ExtractorOptions defaults() {
    return DEFAULTS;
  }

  /** Returns these options with another number of threads. */
  public ExtractorOptions withThreads(int count) {
    return new ExtractorOptions(count);
  }
}
