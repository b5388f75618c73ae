package org.cochlea.cuda;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Host memory that a GPU reads and writes directly. A {@link org.cochlea.core.Waveform} that lies
 * in it is copied to the device as it is, a {@link org.cochlea.core.Tensor} in it is filled by the
 * device: without a copy by the CPU, which is what bounds the speed otherwise.
 *
 * <p>It is a scarce resource: the operating system cannot use it for anything else.
 */
public final class PinnedMemory implements AutoCloseable {
  /** Where all of it is: addresses and sizes. */
  private static final ConcurrentSkipListMap<Long, Long> RANGES = new ConcurrentSkipListMap<>();

  private final Gpu gpu;
  private final MemorySegment segment;
  private boolean closed;

  /** Allocates it; retains the GPU. */
  PinnedMemory(Gpu gpu, long bytes) {
    this.gpu = gpu;
    gpu.context().push();
    try {
      segment = gpu.driver().memHostAlloc(bytes);
    } finally {
      gpu.context().pop();
    }
    gpu.retain();
    RANGES.put(segment.address(), bytes);
  }

  /** Whether a segment lies in such memory. */
  static boolean holds(MemorySegment segment) {
    if (!segment.isNative()) {
      return false;
    }
    Map.Entry<Long, Long> range = RANGES.floorEntry(segment.address());
    return range != null
        && segment.address() + segment.byteSize() <= range.getKey() + range.getValue();
  }

  /** Returns the memory; it must not be used after {@link #close()}. */
  public MemorySegment segment() {
    return segment;
  }

  /** Frees it; nothing may be reading or writing it. May be called twice. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    RANGES.remove(segment.address());
    try {
      gpu.context().push();
      try {
        gpu.driver().memFreeHost(segment);
      } finally {
        gpu.context().pop();
      }
    } finally {
      gpu.release();
    }
  }
}
