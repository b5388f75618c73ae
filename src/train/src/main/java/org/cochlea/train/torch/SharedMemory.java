package org.cochlea.train.torch;

import java.lang.foreign.MemorySegment;
import org.bytedeco.pytorch.Tensor;

/** Memory that libtorch and Java both use. */
public final class SharedMemory {
  private SharedMemory() {}

  /** Returns the memory of a contiguous tensor on the host, which must outlive it. */
  @SuppressWarnings("restricted")
  static MemorySegment segment(Tensor tensor) {
    long bytes = tensor.numel() * tensor.element_size();
    return bytes == 0
        ? MemorySegment.NULL
        : MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(bytes);
  }
}
