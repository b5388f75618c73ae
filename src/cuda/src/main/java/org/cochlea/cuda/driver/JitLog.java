package org.cochlea.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.cochlea.cuda.CudaException;

/** The options of {@code cuModuleLoadDataEx} that let the PTX compiler say what is wrong. */
final class JitLog {
  private static final int ERROR_LOG_BUFFER = 5;
  private static final int ERROR_LOG_BUFFER_SIZE_BYTES = 6;
  private static final int BYTES = 8192;

  /** How many options there are. */
  static final int COUNT = 2;

  private final MemorySegment keys;
  private final MemorySegment values;
  private final MemorySegment log;

  JitLog(Arena arena) {
    log = arena.allocate(BYTES);
    keys = arena.allocateFrom(ValueLayout.JAVA_INT, optionKeys());
    values = arena.allocateFrom(ValueLayout.JAVA_LONG, log.address(), BYTES);
  }

  static int[] optionKeys() {
    return new int[] {ERROR_LOG_BUFFER, ERROR_LOG_BUFFER_SIZE_BYTES};
  }

  long keys() {
    return keys.address();
  }

  long values() {
    return values.address();
  }

  /** Adds the log to an error, on its line. */
  CudaException explain(CudaException e, String text) {
    String lines = log.getString(0).strip().replaceAll("\\s*\\R\\s*", " | ");
    return lines.isEmpty()
        ? e
        : new CudaException(e.function(), e.code(), e.name(), text + ": " + lines);
  }

  /** Returns an image in native memory, with the 0 that must follow PTX. */
  static MemorySegment terminated(Arena arena, MemorySegment image) {
    // Zeros fill what is not copied.
    MemorySegment copy = arena.allocate(image.byteSize() + 1, 16);
    return copy.copyFrom(image);
  }
}
