package org.cochlea.audio.file;

import java.io.IOException;
import java.nio.file.Path;

/** Whether HDF5 can be written: jhdf is optional. */
final class Hdf5 {
  private Hdf5() {}

  static ArrayWriter create(Path file) throws IOException {
    try {
      return Hdf5Writer.create(file);
    } catch (NoClassDefFoundError e) {
      throw NpyHeader.problem(
          file.toString(), "writing HDF5 needs jhdf: add io.jhdf:jhdf to the class or module path");
    }
  }
}
