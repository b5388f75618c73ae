package org.cochlea.cuda;

import org.cochlea.core.SampleType;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.cuda.driver.CudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline on rows of float32 in device memory, every row a clip, in a stream of the caller's.
 */
final class RowProgram {
  private final DeviceProgram program;
  private final CudaDriver driver;
  private final Chunk chunk;
  private final Memory work;
  private final Memory meta;
  private final Memory pinned;

  /** When the pinned memory may be written again. */
  private final long copied;

  /** Prepares a pipeline; the device's context must be current. */
  RowProgram(Gpu gpu, Pipeline pipeline) {
    this.driver = gpu.driver();
    this.work = Memory.ofDevice(driver);
    this.meta = Memory.ofDevice(driver);
    this.pinned = Memory.pinned(driver);
    this.copied = driver.eventCreate(false);
    try {
      this.program = new DeviceProgram(gpu, pipeline, false);
    } catch (RuntimeException e) {
      Cleanup.quietly(() -> driver.eventDestroy(copied));
      throw e;
    }
    this.chunk = new Chunk(program.program());
  }

  /**
   * Runs it.
   *
   * @param rows how many
   * @param lengths their samples or frames
   * @param starts where signals begin, in samples; null for spectra, one after the other
   * @param room frames of every row of spectra that go in
   * @param made frames or samples of every row of what comes out
   * @param in an address
   * @param out where the rows go, one after the other
   */
  void run(
      int rows,
      Chunk.Lengths lengths,
      Chunk.@Nullable Starts starts,
      int room,
      int made,
      long in,
      long out,
      Launch.Queue queue) {
    chunk.layOut(lengths, 0, rows, 1, SampleType.FLOAT32, starts, room, made, false);
    work.grow(chunk.workBytes());
    meta.grow(chunk.metaBytes());
    driver.eventSynchronize(copied);
    pinned.grow(chunk.metaBytes());
    chunk.place(in, out, work.address(), meta.address());
    if (chunk.metaBytes() > 0) {
      chunk.storeMeta(pinned.segment());
      driver.memcpyHtoDAsync(
          meta.address(), pinned.segment(), 0, chunk.metaBytes(), queue.stream());
      driver.eventRecord(copied, queue.stream());
    }
    program.program().run(chunk, queue);
  }

  /** Frees everything. */
  void close() {
    for (Memory memory : new Memory[] {work, meta, pinned}) {
      Cleanup.quietly(memory::free);
    }
    Cleanup.quietly(() -> driver.eventDestroy(copied));
    program.close();
  }
}
