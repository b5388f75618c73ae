package org.cochlea.audio.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes {@code .npz}; {@code numpy.load} reads it. */
final class NpzWriter implements ArrayWriter {
  /** The first moment that zip knows: the same arrays make the same file, as numpy does it. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final AtomicFile target;
  private final boolean compressed;
  private final ZipOutputStream zip;
  private final Names names = new Names();

  private NpzWriter(AtomicFile target, boolean compressed) {
    this.target = target;
    this.compressed = compressed;
    this.zip =
        new ZipOutputStream(
            new BufferedOutputStream(Channels.newOutputStream(target.channel()), 1 << 16));
  }

  static NpzWriter create(Path file, boolean compressed) throws IOException {
    return new NpzWriter(AtomicFile.create(file), compressed);
  }

  @Override
  public void write(String name, NdArray array) throws IOException {
    names.add(name);
    int[] shape = array.shape();
    long[] dims = new long[shape.length];
    for (int d = 0; d < dims.length; d++) {
      dims[d] = shape[d];
    }
    byte[] header = NpyHeader.write(array.type(), false, 0, dims);
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setTimeLocal(NO_TIME);
    if (compressed) {
      entry.setMethod(ZipEntry.DEFLATED);
    } else {
      CRC32 crc = new CRC32();
      crc.update(header);
      array.writeTo(
          new OutputStream() {
            @Override
            public void write(int b) {
              crc.update(b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
              crc.update(bytes, offset, length);
            }
          });
      long size = header.length + (long) array.size() * array.type().bytes();
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(size);
      entry.setCompressedSize(size);
      entry.setCrc(crc.getValue());
    }
    zip.putNextEntry(entry);
    zip.write(header);
    array.writeTo(zip);
    zip.closeEntry();
  }

  @Override
  public void finish() throws IOException {
    zip.finish();
    zip.flush();
    target.commit();
  }

  @Override
  public void close() throws IOException {
    target.close();
  }
}
