package org.cochlea.cuda.driver;

/**
 * What can be asked of a kernel: the driver's {@code CUfunction_attribute}, as far as it is used.
 */
public enum FunctionAttribute {
  MAX_THREADS_PER_BLOCK(0),
  /** Bytes of static shared memory. */
  SHARED_SIZE_BYTES(1),
  /** Bytes of local memory per thread: spills and arrays that did not fit registers. */
  LOCAL_SIZE_BYTES(3),
  NUM_REGS(4),
  /** Bytes of dynamic shared memory a launch may ask for; must be set for more than 48 KiB. */
  MAX_DYNAMIC_SHARED_SIZE_BYTES(8),
  /** Share of the L1 cache to use as shared memory, in percent; -1 leaves it to the driver. */
  PREFERRED_SHARED_MEMORY_CARVEOUT(9);

  private final int code;

  FunctionAttribute(int code) {
    this.code = code;
  }

  /** Returns the driver's number for it. */
  public int code() {
    return code;
  }
}
