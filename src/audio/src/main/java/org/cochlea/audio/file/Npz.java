package org.cochlea.audio.file;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Reads numpy's {@code .npz}: named arrays in a zip file. */
public final class Npz implements ArrayReader {
  private final Path file;
  private final ZipFile zip;

  private Npz(Path file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read or is no zip file
   */
  public static Npz open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw NpyHeader.problem(
          file.toString(), Files.exists(file) ? "is not a regular file" : "no such file");
    }
    try {
      return new Npz(file, new ZipFile(file.toFile()));
    } catch (ZipException e) {
      throw NpyHeader.problem(file.toString(), "is not an npz file: " + e.getMessage());
    }
  }

  /** Returns the names of the arrays, in the order of the file. */
  @Override
  public List<String> names() {
    return zip.stream()
        .map(ZipEntry::getName)
        .filter(name -> name.endsWith(".npy"))
        .map(name -> name.substring(0, name.length() - 4))
        .toList();
  }

  /**
   * Reads an array.
   *
   * @throws IOException if there is none of this name, or it cannot be read
   */
  @Override
  public NdArray read(String name) throws IOException {
    ZipEntry entry = zip.getEntry(name + ".npy");
    if (entry == null) {
      throw NpyHeader.problem(file.toString(), "there is no array \"" + name + '"');
    }
    try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
      return NpyHeader.readArray(in, file + ", " + name);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
