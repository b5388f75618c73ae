package org.cochlea.cuda;

import org.cochlea.cuda.driver.CudaDriver;
import org.cochlea.cuda.driver.Cufft;
import org.cochlea.cuda.driver.KernelParameters;
import org.jspecify.annotations.Nullable;

/** One step of a program: one kernel, or the few of one family, for a chunk. */
abstract class Launch {
  /** Blocks that a grid can have. */
  private static final long MOST_BLOCKS = Integer.MAX_VALUE;

  /** Where kernels are launched to. */
  interface Queue {
    void launch(long function, int blocks, int threads, int sharedBytes, KernelParameters p);

    /** Returns the stream that it launches into. */
    long stream();
  }

  /** Where kernels and tables come from when a program is compiled. */
  interface Loader extends Tables {
    /**
     * Returns a kernel.
     *
     * @param module the source file it is in
     * @param sharedBytes the dynamic shared memory it will be launched with at most
     */
    long kernel(String module, String name, int sharedBytes);

    CudaDriver driver();

    /** Returns cuFFT, if it was chosen. */
    Cufft cufft();
  }

  /** Says which values it reads and writes, as launch number {@code at}. */
  abstract void use(int at);

  /** Loads kernels and tables. */
  abstract void load(Loader loader);

  /** Puts its kernels into a queue. */
  abstract void run(Chunk chunk, Queue queue);

  /** Frees what it holds besides tables; the device's context is current. */
  void close() {}

  /** Whether the result can be float16. */
  boolean storesHalf() {
    return false;
  }

  /** Returns what it writes. */
  abstract Value result();

  /** Steps from value to value at the end, or null if it can take none. */
  @Nullable Chain chain() {
    return null;
  }

  static int divideUp(long a, long b) {
    long blocks = (a + b - 1) / b;
    if (blocks > MOST_BLOCKS) {
      throw new IllegalArgumentException(
          "a launch would need %d blocks, more than %d".formatted(blocks, MOST_BLOCKS));
    }
    return (int) blocks;
  }

  /** Returns the number of blocks of a grid. */
  static int grid(long a, long b) {
    return divideUp(Math.multiplyExact(a, b), 1);
  }

  /** Returns how many values of a row are filled; the kernels count them with an int. */
  static long perRow(Value value, int frames) {
    long values = (long) value.layout().bins() * frames;
    if (values > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a channel of %d bins and %d frames has %d values, more than %d"
              .formatted(value.layout().bins(), frames, values, Integer.MAX_VALUE));
    }
    return values;
  }
}
