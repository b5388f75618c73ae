package org.cochlea.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.cochlea.cuda.driver.KernelParameters;

/** A kernel's parameter struct, filled field by field; the places are those of a {@link Struct}. */
final class Parameters {
  private final KernelParameters kernel;
  private final MemorySegment struct;

  Parameters(Arena arena, long bytes) {
    kernel = KernelParameters.allocate(arena, bytes);
    struct = kernel.struct();
  }

  KernelParameters kernel() {
    return kernel;
  }

  void int32(long at, int value) {
    struct.set(ValueLayout.JAVA_INT, at, value);
  }

  void int32s(long at, int[] values) {
    MemorySegment.copy(values, 0, struct, ValueLayout.JAVA_INT, at, values.length);
  }

  void int64(long at, long value) {
    struct.set(ValueLayout.JAVA_LONG, at, value);
  }

  /** A device address. */
  void address(long at, long value) {
    struct.set(ValueLayout.JAVA_LONG, at, value);
  }

  void float32(long at, float value) {
    struct.set(ValueLayout.JAVA_FLOAT, at, value);
  }

  void float64(long at, double value) {
    struct.set(ValueLayout.JAVA_DOUBLE, at, value);
  }

  /** A {@code Matrix}. */
  void matrix(long at, Chunk chunk, Value value) {
    address(at, chunk.address(value));
    int64(at + 8, chunk.rowPitch(value));
    int64(at + 16, chunk.binPitch(value));
  }
}
