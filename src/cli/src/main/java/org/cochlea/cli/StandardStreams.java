package org.cochlea.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The process's output streams. */
final class StandardStreams {
  /**
   * Where bin/cochlea says the real standard error is. It filters the JVM's own, because the JVM
   * announces the incubating Vector API at every start and has no switch for that.
   */
  private static final String ERROR_PROPERTY = "cochlea.stderr";

  private StandardStreams() {}

  /** Makes System.out UTF-8 and System.err the real standard error. */
  static void connect() {
    System.setOut(utf8(new FileOutputStream(FileDescriptor.out)));
    String error = System.getProperty(ERROR_PROPERTY);
    if (error != null) {
      try {
        System.setErr(utf8(new FileOutputStream(error, true)));
        return;
      } catch (IOException e) {
        // The filtered one still shows every message.
      }
    }
    System.setErr(utf8(new FileOutputStream(FileDescriptor.err)));
  }

  private static PrintStream utf8(FileOutputStream stream) {
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }
}
