package org.cochlea.cli;

import picocli.CommandLine.Option;

/** Options that every command has. */
final class Common {
  /** For {@code --help}; picocli prints it. */
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  /** For {@code --debug}; {@link Errors} asks for it. */
  @Option(names = "--debug", description = "Show the stack trace of an error.")
  boolean debug;
}
