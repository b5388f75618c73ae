package org.cochlea.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A feature's values: float32, {@code [batch, channels, bins, frames]}, frames innermost.
 *
 * <p>A ragged batch is padded with zeros to the longest clip; {@link #frames(int)} tells how many
 * frames of a clip are real. The memory is the caller's: a heap array, or off-heap memory that
 * lives as long as its {@link Arena}.
 */
public final class Tensor {
  private static final long ALIGNMENT = 64;

  private final Shape shape;
  private final MemorySegment segment;
  private final float @Nullable [] array;
  private final int[] frames;

  private Tensor(Shape shape, MemorySegment segment) {
    if (segment.byteSize() < shape.floats() * Float.BYTES) {
      throw new IllegalArgumentException(
          "a tensor of shape %s needs %d bytes, the memory has %d"
              .formatted(shape, shape.floats() * Float.BYTES, segment.byteSize()));
    }
    this.shape = shape;
    this.segment = segment;
    this.array = segment.heapBase().orElse(null) instanceof float[] floats ? floats : null;
    this.frames = new int[shape.batch()];
    Arrays.fill(frames, shape.frames());
  }

  /**
   * Returns a tensor of zeros on the heap.
   *
   * @throws IllegalArgumentException if it would not fit one Java array
   */
  public static Tensor allocate(Shape shape) {
    if (shape.floats() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a tensor of shape %s has %d values; more than %d need allocate(shape, arena)"
              .formatted(shape, shape.floats(), Integer.MAX_VALUE - 8));
    }
    return new Tensor(shape, MemorySegment.ofArray(new float[(int) shape.floats()]));
  }

  /** Returns a tensor of zeros in off-heap memory, 64-byte aligned, which the arena owns. */
  public static Tensor allocate(Shape shape, Arena arena) {
    return new Tensor(shape, arena.allocate(Math.max(1, shape.floats() * Float.BYTES), ALIGNMENT));
  }

  /** Returns a tensor over an array; nothing is copied. */
  public static Tensor wrap(Shape shape, float[] values) {
    return new Tensor(shape, MemorySegment.ofArray(values));
  }

  /** Returns a tensor over memory in native byte order; nothing is copied. */
  public static Tensor wrap(Shape shape, MemorySegment segment) {
    return new Tensor(shape, segment);
  }

  /** Returns the shape. */
  public Shape shape() {
    return shape;
  }

  /** Returns the memory, frames innermost. */
  public MemorySegment segment() {
    return segment;
  }

  /** Returns the array that the memory is a part of, or null off the heap. */
  public float @Nullable [] array() {
    return array;
  }

  /** Returns how many frames of a clip are real; the others are zero. */
  public int frames(int item) {
    return frames[item];
  }

  /** Returns a copy of some clips, no longer than the longest of them. */
  public Tensor items(int first, int count) {
    int longest = 0;
    for (int i = 0; i < count; i++) {
      longest = Math.max(longest, frames(first + i));
    }
    Tensor part =
        allocate(new Shape(count, shape.channels(), shape.bins(), longest, shape.complex()));
    int width = shape.complex() ? 2 : 1;
    for (int i = 0; i < count; i++) {
      part.setFrames(i, frames(first + i));
      for (int c = 0; c < shape.channels(); c++) {
        for (int k = 0; k < shape.bins(); k++) {
          MemorySegment.copy(
              segment,
              offset(first + i, c, k) * Float.BYTES,
              part.segment,
              part.offset(i, c, k) * Float.BYTES,
              (long) frames(first + i) * width * Float.BYTES);
        }
      }
    }
    return part;
  }

  /** Says how many frames of a clip are real; engines call it. */
  public void setFrames(int item, int count) {
    if (count < 0 || count > shape.frames()) {
      throw new IllegalArgumentException(
          "frames must be in [0, %d], was %d".formatted(shape.frames(), count));
    }
    frames[item] = count;
  }

  /** Returns where a row begins, in floats from the start of the memory. */
  public long offset(int item, int channel, int bin) {
    return (((long) item * shape.channels() + channel) * shape.bins() + bin)
        * shape.frames()
        * (shape.complex() ? 2 : 1);
  }

  /**
   * Returns one value of a real tensor, or the real part of a complex one.
   *
   * @throws IndexOutOfBoundsException if an index is outside the shape
   */
  public float at(int item, int channel, int bin, int frame) {
    return value(item, channel, bin, frame, 0);
  }

  /**
   * Returns the imaginary part of one value of a complex tensor.
   *
   * @throws IndexOutOfBoundsException if an index is outside the shape
   */
  public float imaginaryAt(int item, int channel, int bin, int frame) {
    return value(item, channel, bin, frame, 1);
  }

  private float value(int item, int channel, int bin, int frame, int part) {
    Objects.checkIndex(item, shape.batch());
    Objects.checkIndex(channel, shape.channels());
    Objects.checkIndex(bin, shape.bins());
    Objects.checkIndex(frame, shape.frames());
    int parts = shape.complex() ? 2 : 1;
    Objects.checkIndex(part, parts);
    long index = offset(item, channel, bin) + (long) frame * parts + part;
    return segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
  }

  /**
   * Returns a copy of all values, padding included.
   *
   * @throws IllegalArgumentException if they do not fit one Java array
   */
  public float[] toArray() {
    if (shape.floats() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a tensor of shape %s does not fit one array".formatted(shape));
    }
    float[] values = new float[(int) shape.floats()];
    MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values, 0, values.length);
    return values;
  }

  /**
   * Returns a copy of one clip without padding: {@code [channels, bins, frames(item)]}, complex
   * values as pairs.
   */
  public float[] toArray(int item) {
    int width = frames[item] * (shape.complex() ? 2 : 1);
    float[] values = new float[Math.multiplyExact(shape.channels() * shape.bins(), width)];
    for (int c = 0; c < shape.channels(); c++) {
      for (int k = 0; k < shape.bins(); k++) {
        MemorySegment.copy(
            segment,
            ValueLayout.JAVA_FLOAT_UNALIGNED,
            offset(item, c, k) * Float.BYTES,
            values,
            (c * shape.bins() + k) * width,
            width);
      }
    }
    return values;
  }

  @Override
  public String toString() {
    return "Tensor" + shape;
  }

  /** Copies frames of the first item, {@code first} to {@code end}, to another tensor's. */
  static void copyFrames(Tensor from, int first, int end, Tensor to, int at) {
    int parts = from.shape().complex() ? 2 : 1;
    for (int c = 0; c < from.shape().channels(); c++) {
      for (int k = 0; k < from.shape().bins(); k++) {
        MemorySegment.copy(
            from.segment(),
            ValueLayout.JAVA_FLOAT_UNALIGNED,
            (from.offset(0, c, k) + (long) first * parts) * Float.BYTES,
            to.segment(),
            ValueLayout.JAVA_FLOAT_UNALIGNED,
            (to.offset(0, c, k) + (long) at * parts) * Float.BYTES,
            (long) (end - first) * parts);
      }
    }
  }
}
