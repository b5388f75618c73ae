package org.cochlea.cli;

/** What a command's exit code says. */
final class ExitCode {
  /** All went well. */
  static final int OK = 0;

  /** Something failed: a file, a case, the whole command. */
  static final int FAILED = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  private ExitCode() {}
}
