package org.cochlea.cuda;

import org.cochlea.cuda.driver.CudaDriver;
import org.cochlea.cuda.driver.KernelParameters;

/**
 * Runs a program on data that is in device memory already, in a stream of the caller's: nothing is
 * copied but what the kernels are told of the rows, and that only when the shape changes.
 *
 * <p>The same shape at the same addresses again replays a CUDA graph: one call for all launches. It
 * is recorded in a stream of the lane's own, because the default stream cannot be recorded.
 */
final class ResidentLane {
  private final DeviceProgram device;
  private final CudaDriver driver;
  private final Memory work;
  private final Memory meta;
  private final Memory pinnedMeta;
  private final Queue queue = new Queue();

  /** When the last launches are done: until then workspace and tables are in use. */
  private final long done;

  /** When the pinned memory may be written again. */
  private final long copied;

  private Chunk chunk;
  private Chunk before;
  private boolean told;

  /** Where launches are recorded; 0 until it is needed. */
  private long recorder;

  /** The launches for chunks like {@link #before}; 0 if there is none. */
  private long graph;

  /** Launches kernels into a stream, and counts them. */
  private final class Queue implements Launch.Queue {
    private long stream;
    private int launches;

    @Override
    public void launch(
        long function, int blocks, int threads, int sharedBytes, KernelParameters p) {
      driver.launchKernel(function, blocks, 1, 1, threads, 1, 1, sharedBytes, stream, p);
      launches++;
    }

    @Override
    public long stream() {
      return stream;
    }
  }

  /** Makes a lane; the device's context must be current. */
  ResidentLane(DeviceProgram device) {
    this.device = device;
    this.driver = device.gpu().driver();
    this.work = Memory.ofDevice(driver);
    this.meta = Memory.ofDevice(driver);
    this.pinnedMeta = Memory.pinned(driver);
    this.chunk = new Chunk(device.program());
    this.before = new Chunk(device.program());
    this.done = driver.eventCreate(false);
    try {
      this.copied = driver.eventCreate(false);
    } catch (CudaException e) {
      Cleanup.quietly(() -> driver.eventDestroy(done));
      throw e;
    }
  }

  DeviceProgram device() {
    return device;
  }

  /**
   * Puts everything into a stream; the device's context must be current.
   *
   * @param memory bytes that the workspace may have, if a clip alone does not need more; 0 for most
   *     of what is free
   */
  void run(DeviceWaveform in, DeviceTensor out, long stream, long memory) {
    Program program = device.program();
    boolean half = out.type() == DeviceTensor.Type.FLOAT16;
    queue.stream = stream;
    try {
      // What was put into another stream may still use the workspace.
      driver.streamWaitEvent(stream, done);
      int batch = in.batch();
      int from = 0;
      while (from < batch) {
        int to = batch;
        layOut(in, from, to, out, half);
        while (to - from > 1 && !program.needsWholeBatch() && !fits(memory)) {
          to = from + (to - from) / 2;
          layOut(in, from, to, out, half);
        }
        run(in, from, out, stream);
        from = to;
      }
    } catch (RuntimeException e) {
      told = false;
      Cleanup.quietly(this::stopRecording);
      Cleanup.quietly(() -> driver.eventRecord(done, stream));
      throw e;
    }
    driver.eventRecord(done, stream);
  }

  private boolean fits(long memory) {
    long bytes = chunk.workBytes();
    return bytes <= work.capacity()
        || bytes <= (memory > 0 ? memory : work.capacity() + driver.memGetInfo().free() / 10 * 9);
  }

  private void layOut(DeviceWaveform in, int from, int to, DeviceTensor out, boolean half) {
    int channels = in.channels();
    chunk.layOut(
        in::length,
        from,
        to,
        channels,
        in.type(),
        (item, channel) -> ((long) (item - from) * channels + channel) * in.stride(),
        0,
        out.shape().frames(),
        half);
  }

  private void run(DeviceWaveform in, int from, DeviceTensor out, long stream) {
    grow(work, chunk.workBytes());
    grow(meta, chunk.metaBytes());
    long item = (long) in.channels() * in.stride() * in.type().bytes();
    long result = out.shape().floats() / out.shape().batch() * out.type().bytes();
    chunk.place(
        in.address() + from * item, out.address() + from * result, work.address(), meta.address());
    boolean repeated = told && chunk.isLike(before);
    if (!repeated) {
      told = false;
      dropGraph();
      driver.eventSynchronize(copied);
      pinnedMeta.grow(chunk.metaBytes());
      chunk.storeMeta(pinnedMeta.segment());
      driver.memcpyHtoDAsync(meta.address(), pinnedMeta.segment(), 0, chunk.metaBytes(), stream);
      driver.eventRecord(copied, stream);
      told = true;
    }
    if (!repeated || queue.launches < 2) {
      queue.launches = 0;
      device.program().run(chunk, queue);
    } else {
      if (graph == 0) {
        record();
      }
      driver.graphLaunch(graph, stream);
    }
    Chunk last = chunk;
    chunk = before;
    before = last;
  }

  private void record() {
    if (recorder == 0) {
      recorder = driver.streamCreate();
    }
    long stream = queue.stream;
    queue.stream = recorder;
    try {
      driver.streamBeginCapture(recorder);
      device.program().run(chunk, queue);
    } finally {
      queue.stream = stream;
    }
    long recorded = driver.streamEndCapture(recorder);
    try {
      graph = driver.graphInstantiate(recorded);
    } finally {
      driver.graphDestroy(recorded);
    }
  }

  /** A stream that still records, because an error came between, could not be used again. */
  private void stopRecording() {
    if (recorder != 0 && driver.streamIsCapturing(recorder)) {
      long recorded = driver.streamEndCapture(recorder);
      if (recorded != 0) {
        driver.graphDestroy(recorded);
      }
    }
  }

  private void dropGraph() {
    if (graph != 0) {
      // It may still run.
      driver.eventSynchronize(done);
      long old = graph;
      graph = 0;
      driver.graphExecDestroy(old);
    }
  }

  private void grow(Memory memory, long bytes) {
    if (bytes > memory.capacity()) {
      // Freeing waits for what still uses it.
      told = false;
      memory.grow(bytes);
    }
  }

  /** Waits and frees everything; the device's context must be current. */
  void close() {
    Cleanup.quietly(() -> driver.eventSynchronize(done));
    Cleanup.quietly(this::stopRecording);
    Cleanup.quietly(this::dropGraph);
    if (recorder != 0) {
      Cleanup.quietly(() -> driver.streamDestroy(recorder));
    }
    for (Memory memory : new Memory[] {work, meta, pinnedMeta}) {
      Cleanup.quietly(memory::free);
    }
    Cleanup.quietly(() -> driver.eventDestroy(done));
    Cleanup.quietly(() -> driver.eventDestroy(copied));
  }
}
