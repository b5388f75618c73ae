package org.cochlea.cli;

/** What bin/cochlea found out about the terminal. */
final class Terminal {
  private static final int DEFAULT_COLUMNS = 80;
  private static final int LEAST_COLUMNS = 40;

  private Terminal() {}

  /** Whether standard error is a terminal, on which lines can be redrawn. */
  static boolean present() {
    return Boolean.getBoolean("cochlea.terminal");
  }

  /** Returns its width in characters. */
  static int columns() {
    return Math.max(LEAST_COLUMNS, Integer.getInteger("cochlea.columns", DEFAULT_COLUMNS));
  }
}
