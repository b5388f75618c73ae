package org.cochlea.cuda;

import java.util.List;
import org.cochlea.core.SampleType;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.cuda.driver.CudaDriver;

/** Inverse transforms of one length, of spectra in device memory: coloured noise. */
final class NoiseSource {
  private final DeviceProgram program;
  private final CudaDriver driver;
  private final Chunk chunk;
  private final Memory work;
  private final Memory meta;
  private final Memory pinned;

  /** When the pinned memory may be written again. */
  private final long copied;

  /** Prepares a length; the device's context must be current. */
  NoiseSource(Gpu gpu, int size) {
    Stage inverse = new Stage.InverseRealFft(size);
    Pipeline pipeline = new Pipeline(0, Layout.complex(size / 2 + 1), List.of(inverse));
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
   * Transforms spectra.
   *
   * @param rows how many
   * @param in their address, one after the other
   * @param out where the signals go, one after the other
   */
  void run(int rows, long in, long out, Launch.Queue queue) {
    chunk.layOut(_ -> 1, 0, rows, 1, SampleType.FLOAT32, null, 1, 1, false);
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
