package org.cochlea.cli.verify;

/** What became of a case. */
public sealed interface Outcome {

  /** Returns the case's name. */
  String id();

  /**
   * It was computed and compared.
   *
   * @param id the case's name
   * @param error how far it is from the reference
   * @param bound how far it may be
   * @param unit of both
   */
  record Compared(String id, double error, double bound, String unit) implements Outcome {
    /** Whether the error is within the bound; an error that is not a number is not. */
    public boolean passed() {
      return error <= bound;
    }
  }

  /**
   * It could not be computed, or has the wrong shape.
   *
   * @param id the case's name
   * @param reason why, in one line
   */
  record Failed(String id, String reason) implements Outcome {}

  /**
   * It asks for what Cochlea does not have.
   *
   * @param id the case's name
   * @param what is missing
   */
  record Unsupported(String id, String what) implements Outcome {}
}
