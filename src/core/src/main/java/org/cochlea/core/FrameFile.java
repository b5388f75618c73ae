package org.cochlea.core;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The frames of one clip in a temporary file: they come in pieces, and are read again in pieces or
 * row by row. Only what is read or written at the moment is in memory.
 *
 * <p>Belongs to one thread at a time.
 */
public final class FrameFile implements PiecewiseExtractor.FrameSink, AutoCloseable {
  /** About how many values a piece has that is laid out by {@link #allocate}. */
  private static final int PIECE = 1 << 20;

  private final FileChannel channel;
  private final List<Integer> lengths = new ArrayList<>();
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private int channels;
  private int bins;
  private int width = 1;
  private int frames;

  /**
   * Creates an empty file.
   *
   * @param folder where there is room for it
   * @throws IOException if no file can be made there
   */
  public FrameFile(Path folder) throws IOException {
    // It is gone when the channel is closed, on Unix even if the process is killed.
    channel =
        FileChannel.open(
            Files.createTempFile(folder, ".cochlea-", ".frames"),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  /** Returns the channels of the frames so far. */
  public int channels() {
    return channels;
  }

  /** Returns the bins of the frames so far. */
  public int bins() {
    return bins;
  }

  /** Whether values are (real, imaginary) pairs. */
  public boolean complex() {
    return width == 2;
  }

  /** Returns how many frames there are. */
  public int frames() {
    return frames;
  }

  @Override
  public void accept(Tensor piece, int from, int to) throws IOException {
    Shape shape = piece.shape();
    channels = shape.channels();
    bins = shape.bins();
    width = shape.complex() ? 2 : 1;
    int count = to - from;
    int rows = channels * bins;
    ByteBuffer bytes = buffer(Math.multiplyExact(rows * width, count));
    MemorySegment out = MemorySegment.ofBuffer(bytes);
    for (int row = 0; row < rows; row++) {
      MemorySegment.copy(
          piece.segment(),
          (piece.offset(0, row / bins, row % bins) + (long) from * width) * Float.BYTES,
          out,
          (long) row * count * width * Float.BYTES,
          (long) count * width * Float.BYTES);
    }
    write(bytes, position(frames));
    lengths.add(count);
    frames = Math.addExact(frames, count);
  }

  /** Makes room for so many frames of real values, whose rows are written then. */
  void allocate(int channelCount, int binCount, int frameCount) {
    channels = channelCount;
    bins = binCount;
    int most = Math.max(1, PIECE / (channels * bins));
    for (int left = frameCount; left > 0; left -= most) {
      lengths.add(Math.min(left, most));
    }
    frames = frameCount;
  }

  private long position(long frame) {
    return frame * channels * bins * width * Float.BYTES;
  }

  /** Hands all frames to a sink, in order. */
  public void forEach(PiecewiseExtractor.FrameSink sink) throws IOException {
    int at = 0;
    for (int count : lengths) {
      Tensor piece = Tensor.allocate(new Shape(1, channels, bins, count, complex()));
      ByteBuffer bytes = buffer(Math.toIntExact(piece.shape().floats()));
      read(bytes, position(at));
      piece.segment().copyFrom(MemorySegment.ofBuffer(bytes.flip()));
      sink.accept(piece, 0, count);
      at += count;
    }
  }

  /** Reads all frames of one bin of real values; rows are counted channel by channel. */
  void readRow(int row, float[] values) throws IOException {
    int at = 0;
    for (int count : lengths) {
      ByteBuffer bytes = buffer(count);
      read(bytes, position(at) + (long) row * count * Float.BYTES);
      bytes.flip().order(ByteOrder.nativeOrder()).asFloatBuffer().get(values, at, count);
      at += count;
    }
  }

  /** Writes all frames of one bin of real values. */
  void writeRow(int row, Tensor values) throws IOException {
    int at = 0;
    for (int count : lengths) {
      ByteBuffer bytes = buffer(count);
      MemorySegment.copy(
          values.segment(),
          (long) at * Float.BYTES,
          MemorySegment.ofBuffer(bytes),
          0,
          (long) count * Float.BYTES);
      write(bytes, position(at) + (long) row * count * Float.BYTES);
      at += count;
    }
  }

  private ByteBuffer buffer(int floats) {
    int size = Math.multiplyExact(floats, Float.BYTES);
    if (buffer.capacity() < size) {
      buffer = ByteBuffer.allocate(size);
    }
    return buffer.clear().limit(size);
  }

  private void read(ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      int count = channel.read(bytes, at);
      if (count < 0) {
        throw new IOException("a temporary file was cut off");
      }
      at += count;
    }
  }

  private void write(ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
