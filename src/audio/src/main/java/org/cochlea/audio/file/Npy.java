package org.cochlea.audio.file;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** numpy's {@code .npy}: one array in one file. */
public final class Npy {
  private Npy() {}

  /**
   * Writes an array; {@code numpy.load} reads it.
   *
   * @return the array's {@link NdArray#checksum()}
   * @throws IOException if it cannot be written; nothing of it is seen then
   */
  public static String write(Path file, NdArray array) throws IOException {
    try (AtomicFile target = AtomicFile.create(file)) {
      int[] shape = array.shape();
      long[] dims = new long[shape.length];
      for (int d = 0; d < dims.length; d++) {
        dims[d] = shape[d];
      }
      ByteBuffer header = ByteBuffer.wrap(NpyHeader.write(array.type(), false, 0, dims));
      while (header.hasRemaining()) {
        target.channel().write(header);
      }
      String checksum = array.writeSummed(target.channel());
      target.commit();
      return checksum;
    }
  }

  /**
   * Reads an array of versions 1 to 3, of either byte order, in C or Fortran order.
   *
   * @throws IOException if the file cannot be read, is no npy file, is damaged, or has another type
   *     than float32, float64, int16, int32 and int64
   */
  public static NdArray read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return NpyHeader.readArray(in, file.toString());
    } catch (NoSuchFileException e) {
      throw NpyHeader.problem(file.toString(), "no such file");
    }
  }

  /**
   * Returns what {@link NdArray#checksum()} gives for the array in a file, in memory that does not
   * grow with it.
   *
   * @throws IOException as {@link #read}
   */
  public static String checksum(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      NpyHeader header = NpyHeader.read(in, file.toString());
      if (!header.plain()) {
        return read(file).checksum();
      }
      CRC32C crc = new CRC32C();
      byte[] block = new byte[1 << 16];
      long left = header.bytes();
      while (left > 0) {
        int count = in.read(block, 0, (int) Math.min(block.length, left));
        if (count < 0) {
          throw NpyHeader.problem(file.toString(), "the file is cut off");
        }
        crc.update(block, 0, count);
        left -= count;
      }
      return NdArray.checksum(crc);
    } catch (NoSuchFileException e) {
      throw NpyHeader.problem(file.toString(), "no such file");
    }
  }

  /**
   * Reads an array without copying it: its memory is the file's.
   *
   * @param arena what the memory lives as long as
   * @throws IOException as {@link #read}
   */
  public static NdArray map(Path file, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      NpyHeader header = NpyHeader.read(Channels.newInputStream(channel), file.toString());
      if (!header.plain() || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
        return read(file);
      }
      if (channel.size() - channel.position() < header.bytes()) {
        throw NpyHeader.problem(file.toString(), "the file is cut off");
      }
      return header.array(
          channel.map(FileChannel.MapMode.READ_ONLY, channel.position(), header.bytes(), arena));
    } catch (NoSuchFileException e) {
      throw NpyHeader.problem(file.toString(), "no such file");
    }
  }
}
