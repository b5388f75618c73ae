package org.cochlea.audio.file;

/** The formats for files of many named arrays. */
public enum ArrayFormat {
  /** numpy's zip of npy files, not compressed. */
  NPZ("npz"),
  /** numpy's zip of npy files, compressed. */
  NPZ_COMPRESSED("npz"),
  /** Hugging Face's safetensors: can be mapped into memory. */
  SAFETENSORS("safetensors"),
  /** HDF5, one data set per array; only reading it needs {@code io.jhdf:jhdf}. */
  HDF5("h5");

  private final String extension;

  ArrayFormat(String extension) {
    this.extension = extension;
  }

  /** Returns the usual ending of a file's name, without the dot. */
  public String extension() {
    return extension;
  }
}
