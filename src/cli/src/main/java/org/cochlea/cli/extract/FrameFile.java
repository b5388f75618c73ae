package org.cochlea.cli.extract;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.PiecewiseExtractor;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;

/**
 * Frames of a long clip in a temporary file: pieces one after the other, to be joined into one
 * tensor of mapped memory at the end. Nothing of the clip's length is on the heap.
 */
final class FrameFile implements PiecewiseExtractor.FrameSink, AutoCloseable {
  private final Path folder;
  private final Path pieces;
  private final FileChannel channel;
  private final List<Path> mapped = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private int channels;
  private int bins;
  private boolean complex;
  private long frames;

  /**
   * Creates the temporary file.
   *
   * @param folder where there is room for it
   */
  FrameFile(Path folder) throws IOException {
    this.folder = folder;
    pieces = Files.createTempFile(folder, ".cochlea-", ".pieces");
    channel =
        FileChannel.open(
            pieces,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  @Override
  public void accept(Tensor piece, int from, int to) throws IOException {
    int count = to - from;
    Shape shape = piece.shape();
    channels = shape.channels();
    bins = shape.bins();
    complex = shape.complex();
    int width = complex ? 2 : 1;
    float[] rows = new float[Math.multiplyExact(channels * bins, count * width)];
    for (int row = 0; row < channels * bins; row++) {
      MemorySegment.copy(
          piece.segment(),
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          (piece.offset(0, row / bins, row % bins) + (long) from * width) * Float.BYTES,
          rows,
          row * count * width,
          count * width);
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(rows.length, Float.BYTES))
            .order(ByteOrder.nativeOrder());
    bytes.asFloatBuffer().put(rows);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    lengths.add(count);
    frames += count;
  }

  /**
   * Returns all frames as one clip: {@code [1, channels, bins, frames]}.
   *
   * @param arena which the memory lives as long as
   */
  Tensor join(Arena arena) throws IOException {
    Shape shape = new Shape(1, channels, bins, Math.toIntExact(frames), complex);
    Tensor all = allocate(shape, arena);
    int width = complex ? 2 : 1;
    int rows = channels * bins;
    long from = 0;
    long frame = 0;
    for (int count : lengths) {
      long size = (long) rows * count * width * Float.BYTES;
      try (Arena one = Arena.ofConfined()) {
        MemorySegment piece = channel.map(FileChannel.MapMode.READ_ONLY, from, size, one);
        for (int row = 0; row < rows; row++) {
          MemorySegment.copy(
              piece,
              (long) row * count * width * Float.BYTES,
              all.segment(),
              (all.offset(0, row / bins, row % bins) + frame * width) * Float.BYTES,
              (long) count * width * Float.BYTES);
        }
      }
      from += size;
      frame += count;
    }
    return all;
  }

  /**
   * Returns a tensor of zeros in a mapped temporary file.
   *
   * @param arena which the memory lives as long as
   */
  Tensor allocate(Shape shape, Arena arena) throws IOException {
    Path file = Files.createTempFile(folder, ".cochlea-", ".frames");
    mapped.add(file);
    try (FileChannel target =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = Math.max(1, shape.floats() * Float.BYTES);
      return Tensor.wrap(shape, target.map(FileChannel.MapMode.READ_WRITE, 0, size, arena));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    for (Path file : mapped) {
      Files.deleteIfExists(file);
    }
  }
}
