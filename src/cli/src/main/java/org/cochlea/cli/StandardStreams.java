package org.cochlea.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.nio.charset.StandardCharsets;

/** The process's output streams. */
final class StandardStreams {
  /**
   * The number of the descriptor that is the real standard error, says bin/cochlea. It filters the
   * JVM's own, because the JVM announces the incubating Vector API at every start and has no switch
   * for that.
   */
  private static final String ERROR_PROPERTY = "cochlea.stderr";

  private StandardStreams() {}

  /** Makes System.out UTF-8 and System.err the real standard error. */
  static void connect() {
    System.setOut(utf8(new FileOutputStream(FileDescriptor.out)));
    String error = System.getProperty(ERROR_PROPERTY);
    if (error != null) {
      try {
        System.setErr(utf8(new FileOutputStream(inherited(Integer.parseInt(error)))));
        return;
      } catch (ReflectiveOperationException | InaccessibleObjectException e) {
        // The filtered one still shows every message.
      }
    }
    System.setErr(utf8(new FileOutputStream(FileDescriptor.err)));
  }

  /**
   * Returns a descriptor that this process was started with. To open /dev/fd/N instead would give a
   * file another position: what others write to it would be overwritten.
   */
  private static FileDescriptor inherited(int number) throws ReflectiveOperationException {
    FileDescriptor descriptor = new FileDescriptor();
    Field field = FileDescriptor.class.getDeclaredField("fd");
    field.setAccessible(true);
    field.setInt(descriptor, number);
    return descriptor;
  }

  private static PrintStream utf8(FileOutputStream stream) {
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }
}
