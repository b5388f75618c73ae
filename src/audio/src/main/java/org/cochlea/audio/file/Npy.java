package org.cochlea.audio.file;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** numpy's {@code .npy}: one array in one file. */
public final class Npy {
  private Npy() {}

  /**
   * Writes an array; {@code numpy.load} reads it.
   *
   * @throws IOException if it cannot be written; nothing of it is seen then
   */
  public static void write(Path file, NdArray array) throws IOException {
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
      array.writeTo(target.channel());
      target.commit();
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
}
