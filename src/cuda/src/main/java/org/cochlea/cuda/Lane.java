package org.cochlea.cuda;

import java.lang.foreign.MemorySegment;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.cuda.driver.CudaDriver;
import org.cochlea.cuda.driver.KernelParameters;
import org.jspecify.annotations.Nullable;

/**
 * One chunk at a time through a device: packed into pinned memory, copied, computed, copied back.
 * Two lanes of a device work on two chunks, so that one copies while the other computes.
 *
 * <p>A chunk of the same shape as the one before it replays a CUDA graph: one call for all
 * launches.
 */
final class Lane {
  /** Pinned memory has no more bytes; more go through it in parts. */
  private static final long PART = 32L << 20;

  private final DeviceProgram device;
  private final CudaDriver driver;
  private final Program program;
  private final Memory input;
  private final Memory output;
  private final Memory work;
  private final Memory meta;
  private final Memory pinnedInput;
  private final Memory pinnedOutput;
  private final Memory pinnedMeta;
  private final Queue queue = new Queue();
  private final long stream;
  private Chunk chunk;
  private Chunk before;

  /** Whether what the kernels are told of the rows of {@link #before} is on the device. */
  private boolean told;

  /** The launches for chunks like {@link #before}; 0 if there is none. */
  private long graph;

  private @Nullable Tensor target;
  private int targetItem;

  /** Launches kernels into a stream, and counts them. */
  private final class Queue implements Launch.Queue {
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
  Lane(DeviceProgram device) {
    this.device = device;
    this.driver = device.gpu().driver();
    this.program = device.program();
    this.input = Memory.ofDevice(driver);
    this.output = Memory.ofDevice(driver);
    this.work = Memory.ofDevice(driver);
    this.meta = Memory.ofDevice(driver);
    this.pinnedInput = Memory.pinned(driver);
    this.pinnedOutput = Memory.pinned(driver);
    this.pinnedMeta = Memory.pinned(driver);
    this.chunk = new Chunk(program);
    this.before = new Chunk(program);
    this.stream = driver.streamCreate();
  }

  DeviceProgram device() {
    return device;
  }

  /** Returns the chunk to lay out; {@link #finish} must have been called. */
  Chunk next() {
    return chunk;
  }

  /** Returns the bytes of device memory it has. */
  long capacity() {
    return input.capacity() + output.capacity() + work.capacity() + meta.capacity();
  }

  /** Returns the bytes of device memory that a chunk needs. */
  static long bytes(Chunk chunk) {
    return chunk.inputBytes() + chunk.outputBytes() + chunk.workBytes() + chunk.metaBytes();
  }

  /** Begins with clips of a waveform, which {@link #next} was laid out for. */
  void begin(Waveform in, int from, Tensor out) {
    long first = direct(in, from, from + chunk.items());
    place(first < 0, !PinnedMemory.holds(out.segment()));
    if (first >= 0) {
      long start = first * in.type().bytes();
      driver.memcpyHtoDAsync(input.address(), in.segment(from), start, chunk.inputBytes(), stream);
      compute(out, from);
      return;
    }
    for (long at = 0; at < chunk.inputBytes(); at += PART) {
      long bytes = Math.min(PART, chunk.inputBytes() - at);
      reuse(at);
      pack(in, from, at, bytes);
      driver.memcpyHtoDAsync(input.address() + at, pinnedInput.segment(), 0, bytes, stream);
    }
    compute(out, from);
  }

  /** Begins with clips of frames. */
  void begin(Tensor in, int from, Tensor out) {
    place(true, !PinnedMemory.holds(out.segment()));
    long start = in.offset(from, 0, 0) * Float.BYTES;
    for (long at = 0; at < chunk.inputBytes(); at += PART) {
      long bytes = Math.min(PART, chunk.inputBytes() - at);
      reuse(at);
      MemorySegment.copy(in.segment(), start + at, pinnedInput.segment(), 0, bytes);
      driver.memcpyHtoDAsync(input.address() + at, pinnedInput.segment(), 0, bytes, stream);
    }
    compute(out, from);
  }

  /** The pinned memory holds one part: the copy of the part before must be done. */
  private void reuse(long at) {
    if (at > 0) {
      driver.streamSynchronize(stream);
    }
  }

  /**
   * Returns the first sample of clips that lie in pinned memory close enough to be copied as they
   * are, in samples from the start of their segment; -1 where they do not.
   */
  static long direct(Waveform in, int from, int to) {
    MemorySegment segment = in.segment(from);
    if (!PinnedMemory.holds(segment)) {
      return -1;
    }
    long first = Long.MAX_VALUE;
    long end = 0;
    long used = 0;
    for (int i = from; i < to; i++) {
      if (in.segment(i).address() != segment.address()) {
        return -1;
      }
      for (int c = 0; c < in.channels(); c++) {
        first = Math.min(first, in.offset(i, c));
        end = Math.max(end, in.offset(i, c) + in.length(i));
        used += in.length(i);
      }
    }
    // What lies between is copied too.
    return end - first <= used + used / 2 ? first : -1;
  }

  private void place(boolean packs, boolean unpacks) {
    input.grow(chunk.inputBytes());
    output.grow(chunk.outputBytes());
    work.grow(chunk.workBytes());
    meta.grow(chunk.metaBytes());
    pinnedInput.grow(packs ? Math.min(PART, chunk.inputBytes()) : 0);
    pinnedOutput.grow(unpacks ? Math.min(PART, chunk.outputBytes()) : 0);
    pinnedMeta.grow(chunk.metaBytes());
    chunk.place(input.address(), output.address(), work.address(), meta.address());
  }

  /** Copies the rows' samples that lie in a part of the input to pinned memory. */
  private void pack(Waveform in, int from, long begin, long bytes) {
    int size = in.type().bytes();
    long end = begin + bytes;
    MemorySegment to = pinnedInput.segment();
    for (int i = 0; i < chunk.items(); i++) {
      for (int c = 0; c < chunk.channels(); c++) {
        long start = chunk.start(i * chunk.channels() + c) * size;
        long low = Math.max(begin, start);
        long high = Math.min(end, start + (long) chunk.length(i) * size);
        if (low < high) {
          MemorySegment.copy(
              in.segment(from + i),
              in.offset(from + i, c) * size + (low - start),
              to,
              low - begin,
              high - low);
        }
      }
    }
  }

  private void compute(Tensor out, int from) {
    boolean repeated = told && chunk.isLike(before);
    if (!repeated) {
      dropGraph();
      told = false;
      if (chunk.metaBytes() > 0) {
        chunk.storeMeta(pinnedMeta.segment());
        driver.memcpyHtoDAsync(meta.address(), pinnedMeta.segment(), 0, chunk.metaBytes(), stream);
      }
      queue.launches = 0;
      program.run(chunk, queue);
      told = true;
    } else if (queue.launches < 2) {
      program.run(chunk, queue);
    } else {
      if (graph == 0) {
        record();
      }
      driver.graphLaunch(graph, stream);
    }
    if (PinnedMemory.holds(out.segment())) {
      long start = out.offset(from, 0, 0) * Float.BYTES;
      driver.memcpyDtoHAsync(out.segment(), start, output.address(), chunk.outputBytes(), stream);
    } else if (chunk.outputBytes() > 0) {
      long bytes = Math.min(PART, chunk.outputBytes());
      driver.memcpyDtoHAsync(pinnedOutput.segment(), 0, output.address(), bytes, stream);
    }
    target = out;
    targetItem = from;
  }

  /** Records the launches; after an error {@link #abandon} ends that. */
  private void record() {
    driver.streamBeginCapture(stream);
    program.run(chunk, queue);
    long recorded = driver.streamEndCapture(stream);
    try {
      graph = driver.graphInstantiate(recorded);
    } finally {
      driver.graphDestroy(recorded);
    }
  }

  /** A stream that still records, because ending that failed, could not be waited for. */
  private void stopRecording() {
    if (driver.streamIsCapturing(stream)) {
      long recorded = driver.streamEndCapture(stream);
      if (recorded != 0) {
        driver.graphDestroy(recorded);
      }
    }
  }

  private void dropGraph() {
    long old = graph;
    graph = 0;
    if (old != 0) {
      driver.graphExecDestroy(old);
    }
  }

  /** Waits for the chunk that was begun, if there is one, and stores its result. */
  void finish() {
    Tensor out = target;
    if (out == null) {
      return;
    }
    target = null;
    Chunk done = chunk;
    chunk = before;
    before = done;
    driver.streamSynchronize(stream);
    if (PinnedMemory.holds(out.segment())) {
      return;
    }
    long start = out.offset(targetItem, 0, 0) * Float.BYTES;
    for (long at = 0; at < done.outputBytes(); at += PART) {
      long bytes = Math.min(PART, done.outputBytes() - at);
      if (at > 0) {
        driver.memcpyDtoHAsync(pinnedOutput.segment(), 0, output.address() + at, bytes, stream);
        driver.streamSynchronize(stream);
      }
      MemorySegment.copy(pinnedOutput.segment(), 0, out.segment(), start + at, bytes);
    }
  }

  /** Forgets what was begun, after an error: waits, so that nothing is in use any more. */
  void abandon() {
    target = null;
    told = false;
    Cleanup.quietly(this::stopRecording);
    Cleanup.quietly(() -> driver.streamSynchronize(stream));
    Cleanup.quietly(this::dropGraph);
  }

  /** Frees everything; the device's context must be current. */
  void close() {
    abandon();
    for (Memory memory :
        new Memory[] {input, output, work, meta, pinnedInput, pinnedOutput, pinnedMeta}) {
      Cleanup.quietly(memory::free);
    }
    Cleanup.quietly(() -> driver.streamDestroy(stream));
  }
}
