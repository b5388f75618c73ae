package org.cochlea.cuda.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The simplest of the real kernels, {@code pointwise} without a step: it copies floats. */
final class Copying {
  private final CudaDriver driver;
  private final long rows;
  private final KernelParameters parameters;
  final long module;
  final long function;

  Copying(CudaDriver driver, Arena arena) {
    this.driver = driver;
    module = driver.moduleLoadData(image());
    function = driver.moduleGetFunction(module, "pointwise");
    rows = driver.memAlloc(Integer.BYTES);
    parameters = KernelParameters.allocate(arena, 184);
  }

  /** Returns the shipped kernels, for all GPUs. */
  static MemorySegment image() {
    String name = "/org/cochlea/cuda/kernels/pointwise.fatbin";
    try (InputStream in = Copying.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError(name + " is not there");
      }
      return MemorySegment.ofArray(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says what to copy, and waits until the device knows. */
  void set(long from, long to, int count) {
    MemorySegment p = parameters.struct();
    p.set(ValueLayout.JAVA_LONG, 0, from);
    p.set(ValueLayout.JAVA_LONG, 48, to);
    p.set(ValueLayout.JAVA_LONG, 72, rows);
    p.set(ValueLayout.JAVA_INT, 80, 1);
    p.set(ValueLayout.JAVA_INT, 84, count);
    p.set(ValueLayout.JAVA_INT, 88, (count + 1023) / 1024);
    driver.memsetD32Async(rows, count, 1, 0);
    driver.streamSynchronize(0);
  }

  void launch(int count, int threads, long stream) {
    driver.launchKernel(
        function, (count + 1023) / 1024, 1, 1, threads, 1, 1, 0, stream, parameters);
  }

  /** Makes nonsense of what the next launch would be told. */
  void scramble() {
    parameters.struct().fill((byte) -1);
  }

  void close() {
    driver.memFree(rows);
    driver.moduleUnload(module);
  }
}
