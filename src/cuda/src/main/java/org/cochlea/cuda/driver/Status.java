package org.cochlea.cuda.driver;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.cochlea.cuda.CudaException;

/** What both bindings do around their calls. */
final class Status {
  static final int SUCCESS = 0;
  static final int INVALID_VALUE = 1;
  static final int NOT_READY = 600;

  /** CU_POINTER_ATTRIBUTE_MEMORY_TYPE, and its value CU_MEMORYTYPE_DEVICE. */
  static final int POINTER_MEMORY_TYPE = 2;

  static final int MEMORY_TYPE_DEVICE = 2;

  /** CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL. */
  static final int POINTER_DEVICE_ORDINAL = 9;

  private Status() {}

  static void check(CudaDriver driver, String function, int code) {
    if (code != SUCCESS) {
      throw failure(driver, function, code);
    }
  }

  static CudaException failure(CudaDriver driver, String function, int code) {
    return new CudaException(function, code, driver.errorName(code), driver.errorText(code));
  }

  /** Returns whether work is done; throws what is neither yes nor no. */
  static boolean ready(CudaDriver driver, String function, int code) {
    if (code == NOT_READY) {
      return false;
    }
    check(driver, function, code);
    return true;
  }

  /** Returns the address of host memory that a copy reads or writes. */
  static long hostAddress(MemorySegment host, long offset, long bytes) {
    if (!host.isNative()) {
      throw new IllegalArgumentException("host memory must be off-heap, was " + host);
    }
    if (!host.scope().isAlive()) {
      throw new IllegalStateException("host memory is freed: " + host);
    }
    if (offset < 0 || bytes < 0 || bytes > host.byteSize() - offset) {
      throw new IndexOutOfBoundsException(
          "host memory has %d bytes, a copy of %d bytes at offset %d does not fit"
              .formatted(host.byteSize(), bytes, offset));
    }
    return host.address() + offset;
  }

  static void checkPinned(long bytes) {
    if (bytes < 1 || bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "bytes of pinned memory must be in [1, %d], was %d".formatted(Integer.MAX_VALUE, bytes));
    }
  }

  /** Returns 16 bytes as nvidia-smi writes a GPU's UUID. */
  static String uuid(byte[] bytes) {
    StringBuilder text = new StringBuilder("GPU-");
    for (int i = 0; i < 16; i++) {
      if (i == 4 || i == 6 || i == 8 || i == 10) {
        text.append('-');
      }
      text.append("%02x".formatted(bytes[i]));
    }
    return text.toString();
  }

  /** Returns the text before the first 0. */
  static String text(byte[] bytes) {
    int n = 0;
    while (n < bytes.length && bytes[n] != 0) {
      n++;
    }
    return new String(bytes, 0, n, StandardCharsets.UTF_8);
  }
}
