package org.cochlea.cli;

/** Starts the {@code cochlea} command. */
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String... args) {
    StandardStreams.connect();
    System.exit(Cochlea.run(args));
  }
}
