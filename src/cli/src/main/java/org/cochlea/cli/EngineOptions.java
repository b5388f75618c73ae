package org.cochlea.cli;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.ExtractorOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The engine that a command is to use, and on how many threads. */
final class EngineOptions {
  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description =
          "The engine, one of those that 'cochlea engines' lists; by default the fastest that can"
              + " run here. A named engine never falls back to another.")
  private @Nullable String name;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads; by default all of the machine's.")
  private int threads;

  @Mixin GpuOptions gpu = new GpuOptions();

  /**
   * Returns the engine and why it is this one.
   *
   * @throws IllegalArgumentException if there is no engine of this name
   * @throws org.cochlea.core.EngineUnavailableException if it cannot run here
   */
  Engines.Choice choose() {
    gpu.apply();
    if (name == null || name.equals("auto")) {
      return Engines.choose();
    }
    Engine engine = Engines.named(name);
    return new Engines.Choice(engine, "as asked");
  }

  /**
   * Returns how extractors are to run.
   *
   * @throws IllegalArgumentException if the number of threads is below 0
   */
  ExtractorOptions extractor() {
    if (threads < 0) {
      throw new IllegalArgumentException("--threads must be at least 1, was " + threads);
    }
    return ExtractorOptions.defaults().withThreads(threads);
  }

  /** Returns the number of threads, those of the machine if none was given. */
  int threads() {
    int count = extractor().threads();
    return count == 0 ? Runtime.getRuntime().availableProcessors() : count;
  }

  /** Returns these options as they are typed, for another command. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    if (name != null) {
      words.addAll(List.of("--engine", name));
    }
    if (threads != 0) {
      words.addAll(List.of("--threads", String.valueOf(threads)));
    }
    words.addAll(gpu.words());
    return words;
  }
}
