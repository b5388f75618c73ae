package org.cochlea.cli.extract;

import java.util.Locale;
import org.cochlea.audio.file.ArrayFormat;
import org.jspecify.annotations.Nullable;

/** How features are stored: in a file per clip, or all in one. */
public enum OutputFormat {
  /** numpy's .npy, a file per clip. */
  NPY("npy", null),
  /** Comma-separated values, a file per clip, a line per row. */
  CSV("csv", null),
  /** numpy's .npz, one file. */
  NPZ("npz", ArrayFormat.NPZ),
  /** HDF5, one file; the folders of the input are its groups. */
  HDF5("h5", ArrayFormat.HDF5),
  /** safetensors, one file. */
  SAFETENSORS("safetensors", ArrayFormat.SAFETENSORS);

  private final String extension;
  private final @Nullable ArrayFormat container;

  OutputFormat(String extension, @Nullable ArrayFormat container) {
    this.extension = extension;
    this.container = container;
  }

  /** Returns the ending of files, without its dot. */
  String extension() {
    return extension;
  }

  /** Returns the format of the one file, or null if there is one per clip. */
  @Nullable ArrayFormat container() {
    return container;
  }

  /** Returns what is typed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
