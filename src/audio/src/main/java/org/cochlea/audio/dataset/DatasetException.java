package org.cochlea.audio.dataset;

import java.io.IOException;
import java.nio.file.Path;

/** A dataset that cannot be read or written. The message is one line: file, line, problem. */
public final class DatasetException extends IOException {
  private static final long serialVersionUID = 1L;

  DatasetException(Path file, String problem) {
    super((file + ": " + problem).replaceAll("\\p{Cntrl}+", " "));
  }

  DatasetException(Path file, long line, String problem) {
    this(file, "line " + line + ": " + problem);
  }
}
