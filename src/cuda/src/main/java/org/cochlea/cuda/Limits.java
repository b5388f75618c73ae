package org.cochlea.cuda;

/**
 * What a device can do, as far as plans depend on it.
 *
 * @param multiprocessors how many there are
 * @param sharedPerBlock bytes of shared memory a block can have at most
 * @param sharedPerMultiprocessor bytes its blocks share
 */
record Limits(int multiprocessors, int sharedPerBlock, int sharedPerMultiprocessor) {
  /** What every block takes besides what it asks for. */
  private static final int RESERVED = 1024;

  /** Returns the bytes a block can have when two are to fit a multiprocessor. */
  int sharedOfTwo() {
    return Math.min(sharedPerBlock, sharedPerMultiprocessor / 2 - RESERVED);
  }
}
