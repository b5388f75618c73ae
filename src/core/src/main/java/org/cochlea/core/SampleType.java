package org.cochlea.core;

/** How the samples of a {@link Waveform} are stored. */
public enum SampleType {
  /** 32-bit float, full scale at ±1. */
  FLOAT32(Float.BYTES),
  /** 16-bit signed integer; an engine reads {@code x / 32768}. */
  INT16(Short.BYTES);

  private final int bytes;

  SampleType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the size of one sample in bytes. */
  public int bytes() {
    return bytes;
  }
}
