package org.cochlea.cuda;

import org.cochlea.core.Shape;

/**
 * Device memory for a feature: {@code [batch, channels, bins, frames]} without gaps, such as a
 * contiguous libtorch tensor.
 *
 * @param address of the first value, aligned to a value
 * @param shape its size
 * @param type how values are stored; complex ones are pairs of float32
 */
public record DeviceTensor(long address, Shape shape, Type type) {
  /** How values are stored. */
  public enum Type {
    /** 32-bit float. */
    FLOAT32(Float.BYTES),
    /** 16-bit float, rounded to the nearest; real features only. */
    FLOAT16(Short.BYTES);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    /** Returns the size of a value in bytes; a complex value has two. */
    public int bytes() {
      return bytes;
    }
  }

  /**
   * Checks that the type fits.
   *
   * @throws IllegalArgumentException if it does not
   */
  public DeviceTensor {
    int alignment = type.bytes() * (shape.complex() ? 2 : 1);
    if (address % alignment != 0) {
      throw new IllegalArgumentException(
          "address must be a multiple of %d, was 0x%x".formatted(alignment, address));
    }
    if (shape.complex() && type == Type.FLOAT16) {
      throw new IllegalArgumentException(
          "complex features are float32, a tensor of shape %s was of float16".formatted(shape));
    }
  }
}
