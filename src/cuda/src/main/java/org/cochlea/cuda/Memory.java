package org.cochlea.cuda;

import java.lang.foreign.MemorySegment;
import org.cochlea.cuda.driver.CudaDriver;
import org.jspecify.annotations.Nullable;

/** Memory that grows to what was needed at most and stays. The device's context must be current. */
final class Memory {
  private final CudaDriver driver;
  private final boolean pinned;
  private long address;
  private long capacity;
  private @Nullable MemorySegment segment;

  private Memory(CudaDriver driver, boolean pinned) {
    this.driver = driver;
    this.pinned = pinned;
  }

  static Memory ofDevice(CudaDriver driver) {
    return new Memory(driver, false);
  }

  /** Memory of the host that copies run from and to behind the caller's back. */
  static Memory pinned(CudaDriver driver) {
    return new Memory(driver, true);
  }

  /** Makes it at least so large; what was in it is lost. Nothing may be using it. */
  void grow(long bytes) {
    if (bytes <= capacity) {
      return;
    }
    free();
    if (pinned) {
      segment = driver.memHostAlloc(bytes);
      address = segment.address();
    } else {
      address = driver.memAlloc(bytes);
    }
    capacity = bytes;
  }

  long capacity() {
    return capacity;
  }

  long address() {
    return address;
  }

  /** Returns pinned memory, once it has been grown. */
  MemorySegment segment() {
    if (segment == null) {
      throw new IllegalStateException("no pinned memory was asked for");
    }
    return segment;
  }

  void free() {
    MemorySegment host = segment;
    long device = pinned ? 0 : address;
    segment = null;
    address = 0;
    capacity = 0;
    if (host != null) {
      driver.memFreeHost(host);
    }
    if (device != 0) {
      driver.memFree(device);
    }
  }
}
