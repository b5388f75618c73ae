package org.cochlea.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.cuda.driver.CudaDriver;
import org.cochlea.cuda.driver.Cufft;

/** A pipeline on one device: its program, with kernels and tables. */
final class DeviceProgram implements Launch.Loader {
  private final Gpu gpu;
  private final CudaDriver driver;
  private final Program program;
  private final List<Long> tables = new ArrayList<>();

  /**
   * Prepares a pipeline; the device's context must be current.
   *
   * @param half whether the result must be able to be float16
   */
  DeviceProgram(Gpu gpu, Pipeline pipeline, boolean half) {
    this.gpu = gpu;
    this.driver = gpu.driver();
    Program plain =
        new Planner(KernelImages.instances(), gpu.limits(), gpu.fourier()).plan(pipeline, false);
    this.program =
        half && !plain.storesHalf()
            ? new Planner(KernelImages.instances(), gpu.limits(), gpu.fourier())
                .plan(pipeline, true)
            : plain;
    try {
      program.load(this);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  Gpu gpu() {
    return gpu;
  }

  Program program() {
    return program;
  }

  @Override
  public long kernel(String module, String name, int sharedBytes) {
    return gpu.kernel(module, name, sharedBytes);
  }

  @Override
  public CudaDriver driver() {
    return driver;
  }

  @Override
  public Cufft cufft() {
    return gpu.cufft();
  }

  @Override
  public long floats(float[] values) {
    try (Arena arena = Arena.ofConfined()) {
      return upload(arena.allocateFrom(ValueLayout.JAVA_FLOAT, values));
    }
  }

  @Override
  public long ints(int[] values) {
    try (Arena arena = Arena.ofConfined()) {
      return upload(arena.allocateFrom(ValueLayout.JAVA_INT, values));
    }
  }

  private long upload(MemorySegment values) {
    long table = driver.memAlloc(Math.max(16, values.byteSize()));
    tables.add(table);
    driver.memcpyHtoD(table, values, 0, values.byteSize());
    // From pageable memory the call may return before the device has all of it, and the streams of
    // the engine do not wait for the default stream.
    driver.streamSynchronize(0);
    return table;
  }

  /** Frees the tables; the device's context must be current. */
  void close() {
    for (Launch launch : program.launches()) {
      Cleanup.quietly(launch::close);
    }
    for (long table : tables) {
      Cleanup.quietly(() -> driver.memFree(table));
    }
    tables.clear();
  }
}
