package org.cochlea.cli.extract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Audio from a pipe, named {@code -}. It is kept in a temporary file, because some of its formats
 * have to be read from several places, and is called {@code stdin} in the output.
 */
public final class StandardInput {
  /** What is typed for it. */
  public static final String ARGUMENT = "-";

  /** What its results are called. */
  public static final Path NAME = Path.of("stdin");

  private static volatile @Nullable Path kept;

  private StandardInput() {}

  /**
   * Reads standard input to its end.
   *
   * @return a file that is there until the process ends
   * @throws IOException if it cannot be read, or the temporary folder not be written
   */
  public static Path read() throws IOException {
    Path folder = Files.createTempDirectory("cochlea-");
    Path file = folder.resolve(NAME);
    // Deleted in the reverse order.
    folder.toFile().deleteOnExit();
    file.toFile().deleteOnExit();
    Files.copy(System.in, file);
    kept = file;
    return file;
  }

  /** Returns a file's name as it was typed. */
  public static String name(Path file) {
    return file.equals(kept) ? ARGUMENT : file.toString();
  }

  /** Returns a message about audio as users know it. */
  public static String named(String message) {
    Path file = kept;
    return file == null ? message : message.replace(file.toString(), "standard input");
  }
}
