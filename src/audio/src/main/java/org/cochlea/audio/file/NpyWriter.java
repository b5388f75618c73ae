package org.cochlea.audio.file;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Writes a {@code .npy} file of float32 in any order, in memory that does not grow with it. The
 * file appears under its name when {@link #finish()} returns; {@link #close()} without it throws
 * the file away.
 */
public final class NpyWriter implements AutoCloseable {
  private final AtomicFile target;
  private final long start;
  private final long size;
  private ByteBuffer buffer = ByteBuffer.allocate(0);

  private NpyWriter(AtomicFile target, long start, long size) {
    this.target = target;
    this.start = start;
    this.size = size;
  }

  /**
   * Begins a file.
   *
   * @param shape the length of every dimension
   * @throws IOException if it cannot be created
   */
  public static NpyWriter create(Path file, int... shape) throws IOException {
    long[] dims = new long[shape.length];
    for (int d = 0; d < dims.length; d++) {
      dims[d] = shape[d];
    }
    long size = NdArray.count(shape);
    byte[] header = NpyHeader.write(DataType.FLOAT32, false, 0, dims);
    AtomicFile target = AtomicFile.create(file);
    NpyWriter writer = new NpyWriter(target, header.length, size);
    boolean opened = false;
    try {
      writer.put(ByteBuffer.wrap(header), 0);
      if (size > 0) {
        // The last value, so that the file has its size whatever is written.
        writer.write(size - 1, new float[1], 0, 1);
      }
      opened = true;
      return writer;
    } finally {
      if (!opened) {
        target.close();
      }
    }
  }

  /**
   * Writes values that follow each other in the file.
   *
   * @param index of the first, in C order
   * @throws IndexOutOfBoundsException if the file or the array has not so many
   */
  public void write(long index, float[] values, int from, int count) throws IOException {
    if (index < 0 || count < 0 || index + count > size) {
      throw new IndexOutOfBoundsException(
          "values %d to %d of an array of %d".formatted(index, index + count, size));
    }
    if (buffer.capacity() < count * Float.BYTES) {
      buffer = ByteBuffer.allocate(Math.multiplyExact(count, Float.BYTES));
    }
    buffer.clear().limit(count * Float.BYTES);
    MemorySegment.copy(
        values,
        from,
        MemorySegment.ofBuffer(buffer),
        ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN),
        0,
        count);
    put(buffer, start + index * Float.BYTES);
  }

  private void put(ByteBuffer bytes, long at) throws IOException {
    long to = at;
    while (bytes.hasRemaining()) {
      to += target.channel().write(bytes, to);
    }
  }

  /** Completes the file and puts it under its name. */
  public void finish() throws IOException {
    target.commit();
  }

  /** Ends writing; a file that was not finished is thrown away. */
  @Override
  public void close() throws IOException {
    target.close();
  }
}
