package org.cochlea.cli;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import java.util.zip.CRC32;
import org.cochlea.cli.extract.ClusterJob;
import org.cochlea.cli.extract.ExtractSettings;
import org.cochlea.cli.extract.Extraction;
import org.cochlea.cli.extract.OutputFormat;
import org.cochlea.cli.extract.Report;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.preset.Preset;
import org.cochlea.core.preset.Presets;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code cochlea extract}: features of audio files. */
@Command(
    name = "extract",
    sortOptions = false,
    description = {
      "Computes a feature of every input and stores it under --out: one file per clip, in the same"
          + " folders, or one file for all (--format). Parameters have the names of librosa,"
          + " nnAudio and torchaudio (--n-fft or --n_fft), and the defaults of one of them.",
      "What is finished is listed in OUT/index.jsonl, what failed in OUT/failures.txt; one failure"
          + " makes the exit code 1. --resume goes on where a run ended."
    },
    footer = {
      "",
      "Examples:",
      "  cochlea extract recordings --feature log-mel --out features",
      "  cochlea extract a.wav b.flac --feature mfcc --n-mfcc 13 --sr 16000 --out features",
      "  cochlea extract 'clips/**.mp3' --feature mel --defaults torchaudio --n-mels 80 --out mel",
      "  cochlea extract train.jsonl --preset whisper-80 --out features --resume"
    })
final class ExtractCommand implements Callable<Integer> {
  private static final int LISTED = 20;

  @Parameters(
      paramLabel = "IN",
      arity = "0..*",
      description =
          "Audio files, folders (with all below), patterns, or lists (.csv, .tsv, .jsonl with a"
              + " column path; offset and duration in seconds are read too). - is standard input,"
              + " whose feature is called stdin.")
  List<String> inputs = new ArrayList<>();

  @Option(names = "--out", paramLabel = "DIR", description = "Where the features go.")
  @Nullable Path out;

  @Mixin FeatureOptions featureOptions = new FeatureOptions();

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description =
          "A file per clip: npy (default), csv. One file for all, OUT/features.*, with an array per"
              + " clip whose name is the clip's path: npz, hdf5, safetensors.")
  @Nullable String format;

  @Option(
      names = "--layout",
      paramLabel = "NAME",
      description = "bins-frames (default) or frames-bins.")
  String layout = "bins-frames";

  @Option(names = "--offset", paramLabel = "S", description = "Begin here in every file.")
  double offset;

  @Option(names = "--duration", paramLabel = "S", description = "Take no more than this of it.")
  double duration = Double.POSITIVE_INFINITY;

  @Option(names = "--resume", description = "Leave what an earlier run finished as it is.")
  boolean resume;

  @Option(names = "--batch", paramLabel = "N", description = "Clips computed at once; default 64.")
  int batch = 64;

  @Option(
      names = "--long",
      paramLabel = "S",
      description =
          "Read files longer than this piece by piece, with the same result; default 300.")
  double longSeconds = 300;

  @Mixin EngineOptions engineOptions = new EngineOptions();
  @Mixin SparkOptions spark = new SparkOptions();
  @Mixin Common common = new Common();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    PrintWriter stdout = spec.commandLine().getOut();
    if (featureOptions.listsPresets()) {
      List<List<String>> rows = new ArrayList<>();
      for (Preset preset : Presets.all()) {
        rows.add(List.of(preset.name(), preset.description()));
      }
      Text.table(rows).forEach(stdout::println);
      return ExitCode.OK;
    }
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("IN is needed: an audio file, a folder, a list");
    }
    if (out == null) {
      throw new IllegalArgumentException("--out is needed: the folder for the features");
    }
    require("--batch", batch, batch >= 1, "at least 1");
    require("--offset", offset, offset >= 0 && offset < 1e9, "at least 0 s");
    require("--duration", duration, duration > 0, "above 0 s");
    require("--long", longSeconds, longSeconds > 0, "above 0 s");
    ParseResult parsed = spec.commandLine().getParseResult();
    IntFunction<Preset> presets = featureOptions.presets(parsed);
    boolean framesFirst =
        switch (layout.replace('_', '-').toLowerCase(Locale.ROOT)) {
          case "bins-frames" -> false;
          case "frames-bins" -> true;
          default ->
              throw new IllegalArgumentException(
                  "--layout must be one of bins-frames, frames-bins, was " + layout);
        };
    if (spark.asked()) {
      return onSpark(parsed, stdout, framesFirst);
    }
    Engines.Choice choice = engineOptions.choose();
    try (Engine engine = choice.engine()) {
      ExtractSettings settings =
          new ExtractSettings(
              presets,
              fingerprint(parsed, engine.name()),
              out,
              outputFormat(),
              framesFirst,
              engine,
              engineOptions.extractor(),
              engineOptions.threads(),
              batch,
              longSeconds,
              resume);
      Report report = run(settings, stdout, choice);
      return report.failures().isEmpty() && !report.stopped() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private int onSpark(ParseResult parsed, PrintWriter stdout, boolean framesFirst)
      throws IOException {
    List<String> words = new ArrayList<>(parsed.originalArgs());
    if (!words.isEmpty() && words.getFirst().equals("extract")) {
      words.removeFirst();
    }
    ClusterJob.Format written = ClusterJob.Format.named(format == null ? "parquet" : format);
    if (!SparkOptions.inside()) {
      FeatureOptions.possible(featureOptions.presets(parsed), OptionalInt::empty);
      List<String> line = new ArrayList<>(List.of("extract"));
      line.addAll(words);
      return spark.submit(line);
    }
    ClusterJob job =
        new ClusterJob(
                words,
                engine -> fingerprint(parsed, engine),
                spark.master(),
                out == null ? Path.of("") : out.toAbsolutePath(),
                written,
                framesFirst,
                engineOptions.name(),
                batch,
                longSeconds,
                spark.partitions(),
                resume,
                List.of(),
                List.of(),
                _ -> {})
            .withInputs(inputs, offset, duration);
    return SparkOptions.run(job, stdout, spec.commandLine().getErr());
  }

  private static void require(String option, double value, boolean valid, String range) {
    if (!valid) {
      throw new IllegalArgumentException(
          "%s must be %s, was %s".formatted(option, range, Text.plain(value)));
    }
  }

  private OutputFormat outputFormat() {
    for (OutputFormat one : OutputFormat.values()) {
      if (one.toString().equalsIgnoreCase(format == null ? "npy" : format)) {
        return one;
      }
    }
    throw new IllegalArgumentException(
        "--format must be one of npy, csv, npz, hdf5, safetensors, was " + format);
  }

  private String fingerprint(ParseResult parsed, String engine) {
    String all =
        "%s layout=%s format=%s offset=%s duration=%s engine=%s"
            .formatted(
                featureOptions.describe(parsed),
                layout,
                format == null ? "npy" : format,
                offset,
                duration,
                engine);
    CRC32 checksum = new CRC32();
    checksum.update(all.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(checksum.getValue());
  }

  private Report run(ExtractSettings settings, PrintWriter stdout, Engines.Choice choice)
      throws IOException {
    Path failures = settings.out().resolve("failures.txt");
    Progress[] shown = new Progress[1];
    Extraction extraction =
        Extraction.of(
            settings,
            inputs,
            offset,
            duration,
            Errors::describe,
            count -> {
              if (shown[0] != null) {
                shown[0].advance(count);
              }
            });
    Preset sample = FeatureOptions.possible(settings.presets(), extraction::firstRate);
    try (StopOnExit _ = new StopOnExit(extraction::stop)) {
      Report report;
      try (Progress progress =
          Progress.of(spec.commandLine().getErr(), "clips", extraction.size())) {
        shown[0] = progress;
        report = extraction.run();
      }
      if (report.failures().isEmpty()) {
        Files.deleteIfExists(failures);
      } else {
        Files.write(failures, report.failures().stream().map(Object::toString).toList());
      }
      summarize(stdout, report, sample, choice);
      return report;
    }
  }

  private void summarize(PrintWriter stdout, Report report, Preset preset, Engines.Choice choice) {
    PrintWriter err = spec.commandLine().getErr();
    report.failures().stream().limit(LISTED).forEach(f -> err.println("cochlea: " + f));
    if (report.failures().size() > LISTED) {
      err.println(
          "cochlea: and %d more, all in %s"
              .formatted(report.failures().size() - LISTED, out + "/failures.txt"));
    }
    report.warnings().stream().limit(LISTED).forEach(w -> err.println("cochlea: warning: " + w));
    if (report.warnings().size() > LISTED) {
      err.println("cochlea: warning: and %d more".formatted(report.warnings().size() - LISTED));
    }
    if (report.stopped()) {
      err.println(
          "cochlea: stopped after %d of %d clips; --resume goes on"
              .formatted(report.written() + report.skipped(), report.clips()));
    }
    err.flush();
    List<List<String>> rows = new ArrayList<>();
    String failed =
        report.failures().isEmpty() ? "" : ", %,d failed".formatted(report.failures().size());
    String skipped = report.skipped() == 0 ? "" : ", %,d there already".formatted(report.skipped());
    rows.add(
        List.of(
            "clips",
            "%,d of %,d written%s%s".formatted(report.written(), report.clips(), skipped, failed)));
    rows.add(List.of("audio", Text.duration(report.audioSeconds())));
    rows.add(List.of("time", Text.duration(report.wallSeconds())));
    rows.add(List.of("times real time", Text.number(report.audioSeconds() / report.wallSeconds())));
    rows.add(List.of("feature", preset.name()));
    rows.add(List.of("engine", "%s (%s)".formatted(choice.engine().name(), choice.why())));
    List<Stage> onCpu = choice.engine().stagesOnCpu(preset.feature().pipeline());
    if (!onCpu.isEmpty()) {
      rows.add(
          List.of(
              "on the CPU",
              onCpu.stream().map(s -> s.getClass().getSimpleName()).collect(joining(", "))));
    }
    rows.add(List.of("output", String.valueOf(out)));
    Text.table(rows).forEach(stdout::println);
    stdout.flush();
  }
}
