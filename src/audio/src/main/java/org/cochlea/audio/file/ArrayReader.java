package org.cochlea.audio.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** An open file of many named arrays. Belongs to one thread at a time. */
public interface ArrayReader extends AutoCloseable {

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read, is of another format, or if it is HDF5 and {@code
   *     io.jhdf:jhdf} is not there
   */
  static ArrayReader open(Path file, ArrayFormat format) throws IOException {
    return switch (format) {
      case NPZ, NPZ_COMPRESSED -> Npz.open(file);
      case SAFETENSORS -> Safetensors.open(file);
      case HDF5 -> Hdf5Reader.open(file);
    };
  }

  /** Returns the names of the arrays. */
  List<String> names();

  /**
   * Reads an array.
   *
   * @throws IOException if there is none of this name, or it is of a type that is not read
   */
  NdArray read(String name) throws IOException;

  @Override
  void close() throws IOException;
}
