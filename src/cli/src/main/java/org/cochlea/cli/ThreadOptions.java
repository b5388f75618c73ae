package org.cochlea.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many threads a command uses. */
final class ThreadOptions {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads, at least 1; by default all of the machine's.")
  private @Nullable Integer threads;

  /**
   * Returns what was asked for, 0 if nothing was.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  int asked() {
    if (threads == null) {
      return 0;
    }
    if (threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1, was " + threads);
    }
    return threads;
  }

  /** Returns the number of threads, those of the machine if none was asked for. */
  int count() {
    return asked() == 0 ? Runtime.getRuntime().availableProcessors() : asked();
  }

  /** Returns this option as it is typed, for another command. */
  List<String> words() {
    return asked() == 0 ? List.of() : List.of("--threads", String.valueOf(asked()));
  }
}
