package org.cochlea.cli.extract;

import java.nio.file.Path;
import java.util.List;

/**
 * What came of an extraction.
 *
 * @param clips asked for
 * @param written outputs written
 * @param skipped outputs that were there already
 * @param audioSeconds of what was written
 * @param wallSeconds it took
 * @param failures in the order of the inputs
 * @param warnings of what was done all the same: damaged files, empty filters
 * @param stopped whether it was stopped before the end
 */
public record Report(
    int clips,
    int written,
    int skipped,
    double audioSeconds,
    double wallSeconds,
    List<Failure> failures,
    List<String> warnings,
    boolean stopped) {

  /**
   * A clip without an output.
   *
   * @param file the input
   * @param reason why, in one line
   */
  public record Failure(Path file, String reason) {
    @Override
    public String toString() {
      String name = StandardInput.named(file.toString());
      return reason.startsWith(name) ? reason : name + ": " + reason;
    }
  }
}
