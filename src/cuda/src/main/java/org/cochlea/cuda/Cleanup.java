package org.cochlea.cuda;

/** Freeing after errors. */
final class Cleanup {
  private Cleanup() {}

  /**
   * Frees one thing. What the driver says is of no use any more: an error here is that of an
   * earlier launch, which has been reported, or makes the next one fail too.
   */
  static void quietly(Runnable free) {
    try {
      free.run();
    } catch (CudaException e) {
      // Nothing to do.
    }
  }
}
