package org.cochlea.audio.file;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file of many named arrays: the features of a corpus. Arrays are written as they come, in memory
 * that does not grow with their number.
 *
 * <p>The file appears under its name when {@link #finish()} returns, and not before; {@link
 * #close()} without it throws the file away. A writer belongs to one thread at a time.
 */
public interface ArrayWriter extends AutoCloseable {

  /**
   * Begins a file.
   *
   * @throws IOException if it cannot be created
   */
  static ArrayWriter create(Path file, ArrayFormat format) throws IOException {
    return switch (format) {
      case NPZ -> NpzWriter.create(file, false);
      case NPZ_COMPRESSED -> NpzWriter.create(file, true);
      case SAFETENSORS -> SafetensorsWriter.create(file);
      case HDF5 -> Hdf5Writer.create(file);
    };
  }

  /**
   * Writes an array.
   *
   * @param name unique within the file; not empty. In HDF5 slashes divide it into groups
   * @throws IllegalArgumentException if the name was used before or cannot be one
   */
  void write(String name, NdArray array) throws IOException;

  /** Completes the file and puts it under its name, replacing what was there. */
  void finish() throws IOException;

  /** Ends writing; a file that was not finished is thrown away. May be called more than once. */
  @Override
  void close() throws IOException;
}
