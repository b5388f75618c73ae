package org.cochlea.audio.file;

import io.jhdf.HdfFile;
import io.jhdf.WritableDatasetImpl;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.Group;
import io.jhdf.exceptions.HdfException;
import io.jhdf.storage.HdfFileChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Writes HDF5 with jhdf. jhdf writes the whole file in one go from arrays in memory; here they lie
 * in a file beside it and are read one by one when their turn comes.
 */
final class Hdf5Writer implements ArrayWriter {
  private final Path file;
  private final AtomicFile values;
  private final AtomicFile target;
  private final WritableHdfFile hdf;
  private final Names names = new Names();
  private long end;
  private boolean closed;

  private Hdf5Writer(Path file, AtomicFile values, AtomicFile target) {
    this.file = file;
    this.values = values;
    this.target = target;
    this.hdf = HdfFile.write(target.part());
  }

  static Hdf5Writer create(Path file) throws IOException {
    AtomicFile values = AtomicFile.create(file);
    try {
      AtomicFile target = AtomicFile.create(file);
      boolean opened = false;
      try {
        Hdf5Writer writer = new Hdf5Writer(file, values, target);
        opened = true;
        return writer;
      } finally {
        if (!opened) {
          target.close();
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      values.close();
      throw e;
    }
  }

  @Override
  public void write(String name, NdArray array) throws IOException {
    if (name.contains("/") || name.equals(".")) {
      throw new IllegalArgumentException("name must have no slash in HDF5, was " + name);
    }
    names.add(name);
    int[] shape = array.shape();
    if (shape.length == 0 || array.size() == 0) {
      throw new IllegalArgumentException(
          "array must have dimensions and values for HDF5, was " + array);
    }
    array.writeTo(values.channel());
    hdf.putDataset(name, new StoredDataset(values.channel(), end, array, name, hdf));
    end += (long) array.size() * array.type().bytes();
  }

  @Override
  public void finish() throws IOException {
    try {
      hdf.close();
      target.commit();
    } catch (HdfException | UncheckedIOException e) {
      throw NpyHeader.problem(file.toString(), "HDF5: " + e.getMessage());
    } finally {
      closed = true;
      values.close();
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try (values;
          target) {
        hdf.close();
      } catch (HdfException | UncheckedIOException e) {
        throw NpyHeader.problem(file.toString(), "HDF5: " + e.getMessage());
      }
    }
  }

  /** A data set whose values are read when they are written. */
  private static final class StoredDataset extends WritableDatasetImpl {
    private final FileChannel channel;
    private final long position;
    private final DataType type;
    private final int[] shape;

    StoredDataset(FileChannel channel, long position, NdArray array, String name, Group parent) {
      // jhdf keeps what it is given until the end; write() below has the real values.
      super(new float[1], name, parent);
      this.channel = channel;
      this.position = position;
      this.type = array.type();
      this.shape = array.shape();
    }

    @Override
    public long write(HdfFileChannel out, long at) {
      try {
        channel.position(position);
        InputStream in = Channels.newInputStream(channel);
        NdArray array = NdArray.read(in, ByteOrder.LITTLE_ENDIAN, type, shape);
        if (array == null) {
          throw new IOException("the file of values is cut off");
        }
        return new WritableDatasetImpl(array.toNested(), getName(), getParent()).write(out, at);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
