package org.cochlea.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Runs the command in this JVM, which has Spark. */
public final class CommandRun {
  private CommandRun() {}

  /** Returns the exit code; what is printed goes to one stream. */
  public static int run(PrintStream to, String... words) {
    PrintWriter writer = new PrintWriter(to, true, StandardCharsets.UTF_8);
    return Cochlea.run(writer, writer, words);
  }
}
