package org.cochlea.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cochlea.cli.verify.Outcome;
import org.cochlea.cli.verify.Verifier;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cochlea verify}: how far every result is from its reference. */
@Command(
    name = "verify",
    description = {
      "Runs every case of DIR/manifest.json and prints its error, the bound, and PASS, FAIL or"
          + " UNSUPPORTED. A case names a function of librosa, nnAudio, torchaudio, Kaldi,"
          + " python_speech_features, scipy or Whisper, and its arguments by that library's names.",
      "Exits with 1 if a case fails."
    },
    footer = {
      "",
      "Examples:",
      "  cochlea verify reference",
      "  cochlea verify reference --engine cpu --only 'mel_*'",
      "  cochlea verify reference --write results"
    })
final class VerifyCommand implements Callable<Integer> {
  @Mixin Common common = new Common();
  @Mixin EngineOptions engineOptions = new EngineOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "The folder with manifest.json.")
  private Path folder = Path.of(".");

  @Option(
      names = "--only",
      paramLabel = "GLOB",
      description = "Only the cases whose names match, such as 'stft_*'.")
  private @Nullable String only;

  @Option(
      names = "--write",
      paramLabel = "DIR",
      description = "Store every result as .npy, in the source library's layout.")
  private @Nullable Path write;

  @Override
  public Integer call() throws IOException {
    Verifier verifier = Verifier.open(folder);
    List<String> ids = verifier.ids().stream().filter(this::wanted).toList();
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("--only %s: no case has such a name".formatted(only));
    }
    if (write != null) {
      Files.createDirectories(write);
    }
    PrintWriter out = spec.commandLine().getOut();
    Engines.Choice choice = engineOptions.choose();
    int width = ids.stream().mapToInt(String::length).max().orElse(0);
    int passed = 0;
    int failed = 0;
    int unsupported = 0;
    try (Engine engine = choice.engine()) {
      out.printf("engine %s (%s)%n", engine.name(), choice.why());
      for (String id : ids) {
        Outcome outcome = verifier.run(id, engine, write);
        String verdict =
            switch (outcome) {
              case Outcome.Compared c -> {
                passed += c.passed() ? 1 : 0;
                failed += c.passed() ? 0 : 1;
                yield String.format(
                    Locale.ROOT,
                    "%9.2e  %7.0e  %-12s %s",
                    c.error(),
                    c.bound(),
                    c.passed() ? "PASS" : "FAIL",
                    c.unit());
              }
              case Outcome.Failed f -> {
                failed++;
                yield "%9s  %7s  %-12s %s".formatted("-", "-", "FAIL", f.reason());
              }
              case Outcome.Unsupported u -> {
                unsupported++;
                yield "%9s  %7s  %-12s %s".formatted("-", "-", "UNSUPPORTED", u.what());
              }
            };
        out.printf("%-" + width + "s  %s%n", id, verdict);
      }
    }
    out.printf("%d passed, %d failed, %d unsupported%n", passed, failed, unsupported);
    return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private boolean wanted(String id) {
    if (only == null) {
      return true;
    }
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + only);
    return matcher.matches(Path.of(id));
  }
}
