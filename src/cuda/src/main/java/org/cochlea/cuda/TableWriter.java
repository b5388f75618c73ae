package org.cochlea.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes structs of a table one after the other, field by field. */
final class TableWriter {
  private final MemorySegment to;
  private long at;

  TableWriter(MemorySegment to, long at) {
    this.to = to;
    this.at = at;
  }

  void int32(int value) {
    to.set(ValueLayout.JAVA_INT, at, value);
    at += Integer.BYTES;
  }

  void int64(long value) {
    to.set(ValueLayout.JAVA_LONG, at, value);
    at += Long.BYTES;
  }

  void float64(double value) {
    to.set(ValueLayout.JAVA_DOUBLE, at, value);
    at += Double.BYTES;
  }

  void float32(float value) {
    to.set(ValueLayout.JAVA_FLOAT, at, value);
    at += Float.BYTES;
  }
}
