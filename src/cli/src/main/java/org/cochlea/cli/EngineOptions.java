package org.cochlea.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cochlea.core.Availability;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
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

  @Mixin private ThreadOptions threads = new ThreadOptions();
  @Mixin private GpuOptions gpu = new GpuOptions();

  /**
   * Returns the engine and why it is this one. What it compiles runs on the threads asked for.
   *
   * @throws IllegalArgumentException if there is no engine of this name, or no such number of
   *     threads
   * @throws org.cochlea.core.EngineUnavailableException if it cannot run here
   */
  Engines.Choice choose() {
    ExtractorOptions options = extractor();
    gpu.apply();
    Engines.Choice choice =
        name == null || name.equals("auto")
            ? Engines.choose()
            : new Engines.Choice(named(name), "as asked");
    return new Engines.Choice(new OnThreads(choice.engine(), options), choice.why());
  }

  /** Returns the name that was given, auto if none was. */
  String name() {
    return name == null ? "auto" : name;
  }

  /** Returns how extractors are to run. */
  ExtractorOptions extractor() {
    return ExtractorOptions.defaults().withThreads(threads.asked());
  }

  /** Returns the engine of a name, as {@link Engines#named}. */
  static Engine named(String name) {
    return OptionNames.in(Map.of("engine", "--engine"), () -> Engines.named(name));
  }

  /** Returns the number of threads, those of the machine if none was given. */
  int threads() {
    return threads.count();
  }

  /** Returns these options as they are typed, for another command. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    if (name != null) {
      words.addAll(List.of("--engine", name));
    }
    words.addAll(threads.words());
    words.addAll(gpu.words());
    return words;
  }

  /** An engine whose extractors run on so many threads unless others are given. */
  private record OnThreads(Engine engine, ExtractorOptions options) implements Engine {
    @Override
    public String name() {
      return engine.name();
    }

    @Override
    public Availability probe() {
      return engine.probe();
    }

    @Override
    public Extractor compile(Pipeline pipeline, ExtractorOptions given) {
      return engine.compile(pipeline, given);
    }

    @Override
    public Extractor compile(Pipeline pipeline) {
      return engine.compile(pipeline, options);
    }

    @Override
    public List<Stage> stagesOnCpu(Pipeline pipeline) {
      return engine.stagesOnCpu(pipeline);
    }

    @Override
    public void close() {
      engine.close();
    }
  }
}
