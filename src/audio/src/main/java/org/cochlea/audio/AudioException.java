package org.cochlea.audio;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * An audio file that cannot be read or written. The message is one line: the file, then what is
 * wrong with it.
 */
public final class AudioException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final String message;

  /**
   * Creates an exception.
   *
   * @param file the file
   * @param problem what is wrong with it
   */
  public AudioException(Path file, String problem) {
    this.file = file;
    this.message = oneLine(file + ": " + problem);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param file the file
   * @param problem what is wrong with it
   * @param cause what made it known
   */
  public AudioException(Path file, String problem, Throwable cause) {
    super(cause);
    this.file = file;
    this.message = oneLine(file + ": " + problem);
  }

  /** Puts an error of the file system into the form of this class. */
  static AudioException of(Path file, IOException e) {
    if (e instanceof AudioException already) {
      return already;
    }
    String problem =
        switch (e) {
          case NoSuchFileException _ -> "no such file";
          case AccessDeniedException _ -> "permission denied";
          case FileSystemException f when f.getReason() != null -> f.getReason();
          default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    return new AudioException(file, problem, e);
  }

  /** Returns the file. */
  public Path file() {
    return file;
  }

  /** Returns one line: the file, then what is wrong with it. */
  @Override
  public String getMessage() {
    return message;
  }

  private static String oneLine(String message) {
    StringBuilder line = new StringBuilder(message.length());
    message
        .codePoints()
        .map(c -> Character.isISOControl(c) ? ' ' : c)
        .forEach(line::appendCodePoint);
    return line.toString();
  }
}
