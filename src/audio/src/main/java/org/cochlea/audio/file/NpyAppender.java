package org.cochlea.audio.file;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Writes a {@code .npy} file of float32 whose length is not known beforehand, frame by frame, in
 * memory that does not grow. The header is completed by {@link #finish()}, which also gives the
 * file its name; {@link #close()} without it throws the file away.
 */
public final class NpyAppender implements AutoCloseable {
  /** Room for a count of any size. */
  private static final int HEADER = 192;

  private final AtomicFile target;
  private final boolean fortran;
  private final int[] frameShape;
  private final int frameSize;
  private final byte[] block = new byte[1 << 16];
  private final ByteBuffer buffer = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
  private long frames;

  private NpyAppender(AtomicFile target, boolean fortran, int... frameShape) throws IOException {
    this.target = target;
    this.fortran = fortran;
    this.frameShape = frameShape.clone();
    this.frameSize = Math.toIntExact(NdArray.count(frameShape));
    header();
  }

  /**
   * Begins an array of shape {@code (frames, frameShape...)}.
   *
   * @param frameShape the shape of one frame
   */
  public static NpyAppender framesFirst(Path file, int... frameShape) throws IOException {
    return create(file, false, frameShape);
  }

  /**
   * Begins an array of shape {@code (bins, frames)}: what numpy loads has the frames last, though
   * they are written one after the other. The file says so by Fortran order.
   *
   * @param bins values per frame, at least 0
   */
  public static NpyAppender framesLast(Path file, int bins) throws IOException {
    return create(file, true, bins);
  }

  private static NpyAppender create(Path file, boolean fortran, int... frameShape)
      throws IOException {
    NdArray.count(frameShape);
    AtomicFile target = AtomicFile.create(file);
    boolean opened = false;
    try {
      NpyAppender appender = new NpyAppender(target, fortran, frameShape);
      opened = true;
      return appender;
    } finally {
      if (!opened) {
        target.close();
      }
    }
  }

  /**
   * Writes frames.
   *
   * @param values whole frames, one after the other
   * @param offset where they begin
   * @param count how many frames
   * @throws IllegalArgumentException if there are not so many
   */
  public void append(float[] values, int offset, int count) throws IOException {
    long needed = (long) count * frameSize;
    if (count < 0 || offset < 0 || offset + needed > values.length) {
      throw new IllegalArgumentException(
          "values must hold %d frames of %d values from offset %d, it has %d"
              .formatted(count, frameSize, offset, values.length));
    }
    if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      MemorySegment from = MemorySegment.ofArray(values);
      MemorySegment to = MemorySegment.ofArray(block);
      for (long at = 0; at < needed * Float.BYTES; at += buffer.capacity()) {
        int bytes = (int) Math.min(buffer.capacity(), needed * Float.BYTES - at);
        MemorySegment.copy(from, (long) offset * Float.BYTES + at, to, 0, bytes);
        write(buffer.clear().limit(bytes));
      }
    } else {
      for (int i = offset; i < offset + needed; i++) {
        write(buffer.clear().putFloat(values[i]).flip());
      }
    }
    frames += count;
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      target.channel().write(bytes);
    }
  }

  private void header() throws IOException {
    long[] shape = new long[frameShape.length + 1];
    for (int d = 0; d < frameShape.length; d++) {
      shape[fortran ? d : d + 1] = frameShape[d];
    }
    shape[fortran ? frameShape.length : 0] = frames;
    write(ByteBuffer.wrap(NpyHeader.write(DataType.FLOAT32, fortran, HEADER, shape)));
  }

  /** Completes the file and puts it under its name. */
  public void finish() throws IOException {
    target.channel().position(0);
    header();
    target.commit();
  }

  /** Ends writing; a file that was not finished is thrown away. */
  @Override
  public void close() throws IOException {
    target.close();
  }

  @Override
  public String toString() {
    return "NpyAppender[%s, %d frames of %s]"
        .formatted(target.file(), frames, Arrays.toString(frameShape));
  }
}
