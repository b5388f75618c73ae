package org.cochlea.cli.verify;

/** Thrown for a case that asks for what Cochlea does not have; its message names it. */
final class UnsupportedCaseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnsupportedCaseException(String what) {
    super(what);
  }

  /** A parameter whose value has no counterpart here. */
  static UnsupportedCaseException value(String name, Object value) {
    return new UnsupportedCaseException("%s = %s".formatted(name, value));
  }
}
