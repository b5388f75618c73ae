package org.cochlea.audio.file;

import java.lang.foreign.ValueLayout;

/** The types that the elements of an array have. */
public enum DataType {
  /** 32-bit float. */
  FLOAT32("f4", "F32", ValueLayout.JAVA_FLOAT_UNALIGNED),
  /** 64-bit float. */
  FLOAT64("f8", "F64", ValueLayout.JAVA_DOUBLE_UNALIGNED),
  /** 16-bit signed integer. */
  INT16("i2", "I16", ValueLayout.JAVA_SHORT_UNALIGNED),
  /** 32-bit signed integer. */
  INT32("i4", "I32", ValueLayout.JAVA_INT_UNALIGNED),
  /** 64-bit signed integer. */
  INT64("i8", "I64", ValueLayout.JAVA_LONG_UNALIGNED);

  private final String numpy;
  private final String safetensors;
  private final int bytes;

  DataType(String numpy, String safetensors, ValueLayout layout) {
    this.numpy = numpy;
    this.safetensors = safetensors;
    this.bytes = (int) layout.byteSize();
  }

  /** Returns the size of an element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns numpy's code without the byte order: {@code f4}. */
  String numpy() {
    return numpy;
  }

  /** Returns the name in safetensors files: {@code F32}. */
  String safetensors() {
    return safetensors;
  }
}
