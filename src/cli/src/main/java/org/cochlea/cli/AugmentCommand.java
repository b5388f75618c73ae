package org.cochlea.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.cochlea.audio.AudioClip;
import org.cochlea.audio.AudioException;
import org.cochlea.audio.AudioFormat;
import org.cochlea.audio.AudioWriter;
import org.cochlea.audio.augment.AugmentationPlans;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Waveform;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.Augmenter;
import org.cochlea.core.augment.Draws;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cochlea augment}: what a plan does to audio files, to listen to. */
@Command(
    name = "augment",
    description = {
      "Writes audio files as a plan of augmentation changes them, with the same tree below the"
          + " output folder: a.wav becomes a-1.wav, a-2.wav, …",
      "Copy N of the file at place K (from 0) is what example K of epoch N-1 is in training with"
          + " the same plan and seed. Only the plan's waveform part counts; Mix, which needs other"
          + " clips, leaves files alone."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  cochlea augment speech --plan plan.json --out heard --copies 3",
      "  cochlea augment a.wav --plan plan.json --out heard --seed 7 --explain",
      "",
      "A plan: {\"waveform\": [{\"type\": \"Gain\", \"p\": 0.5}, {\"type\": \"PitchShift\"}]}"
    })
final class AugmentCommand implements Callable<Integer> {
  @Mixin Common common = new Common();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Audio files, or folders of them.")
  private List<Path> inputs = List.of();

  @Option(
      names = "--plan",
      required = true,
      paramLabel = "PLAN.json",
      description = "What is done; paths in it are relative to its folder.")
  private Path plan = Path.of("");

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "DIR",
      description = "The folder to write to; made if there is none.")
  private Path out = Path.of("");

  @Option(
      names = "--copies",
      paramLabel = "N",
      description = "How many of each file; by default 1.")
  private int copies = 1;

  @Option(names = "--seed", paramLabel = "S", description = "Of all that is random; by default 0.")
  private long seed;

  @Option(names = "--explain", description = "Say what was done to every file, with the numbers.")
  private boolean explain;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "How files are written: ${COMPLETION-CANDIDATES}; by default wav_16.",
      completionCandidates = PreprocessCommand.Formats.class,
      converter = PreprocessCommand.FormatConverter.class)
  private AudioFormat format = AudioFormat.WAV_16;

  @Mixin private ThreadOptions threads = new ThreadOptions();

  private final LongAdder clipped = new LongAdder();
  private final Map<Integer, List<String>> explained = new ConcurrentHashMap<>();

  @Override
  public Integer call() throws IOException {
    if (copies < 1) {
      throw new IllegalArgumentException("--copies must be at least 1, was " + copies);
    }
    int workers = threads.count();
    AugmentationPlan read = AugmentationPlans.read(plan);
    if (read.waveform().isEmpty()) {
      throw new IOException(plan + ": waveform is empty, nothing can be heard of it");
    }
    AugmentationPlan heard = new AugmentationPlan(read.waveform(), List.of());
    List<AudioFiles.Found> files = AudioFiles.find(inputs);
    requireApart(files);
    PrintWriter err = spec.commandLine().getErr();
    int failed =
        FileWork.run(
            err,
            workers,
            files.stream().map(AudioFiles.Found::file).toList(),
            index -> augment(heard, index, files.get(index)));
    PrintWriter lines = spec.commandLine().getOut();
    for (int i = 0; i < files.size(); i++) {
      explained.getOrDefault(i, List.of()).forEach(lines::println);
    }
    if (clipped.sum() > 0) {
      err.printf(
          "cochlea: %s beyond full scale and cut off: end the plan with PeakNormalization, or use a"
              + " float format%n",
          Text.count(clipped.sum(), "sample was", "samples were"));
    }
    lines.printf(
        "%s, %s of each, written to %s, %s failed%n",
        Text.count(files.size() - failed, "file", "files"),
        Text.count(copies, "copy", "copies"),
        out,
        failed);
    return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  /** No output may be another's, or an input. */
  private void requireApart(List<AudioFiles.Found> files) throws IOException {
    Map<Path, Path> targets = new LinkedHashMap<>();
    for (AudioFiles.Found f : files) {
      for (int copy = 1; copy <= copies; copy++) {
        Path target = target(f, copy);
        Path other = targets.put(target, f.file());
        if (other != null) {
          throw new IllegalArgumentException(
              "%s and %s would both become %s".formatted(other, f.file(), target));
        }
      }
    }
    for (AudioFiles.Found f : files) {
      // A file is overwritten only by a target of its own name.
      Path name = f.file().getFileName();
      for (Path target : targets.keySet()) {
        if (target.getFileName().equals(name)
            && Files.exists(target)
            && Files.isSameFile(target, f.file())) {
          throw new IllegalArgumentException(
              "%s would be overwritten: --out must be another folder".formatted(f.file()));
        }
      }
    }
  }

  private Path target(AudioFiles.Found found, int copy) {
    String name = found.relative().getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = dot <= 0 ? name : name.substring(0, dot);
    return out.resolve(
        found.relative().resolveSibling(stem + "-" + copy + "." + format.extension()));
  }

  private List<String> augment(AugmentationPlan heard, int index, AudioFiles.Found found)
      throws IOException {
    AudioClip clip = AudioClip.load(found.file());
    if (clip.frames() == 0) {
      throw new AudioException(found.file(), "has no samples");
    }
    Waveform in = clip.waveform();
    List<String> lines = new ArrayList<>();
    // One thread each: files are shared out among the threads.
    try (Augmenter augmenter = new Augmenter(heard, seed, new ExtractorOptions(1))) {
      for (int copy = 1; copy <= copies; copy++) {
        Draws draws = augmenter.draw(new long[] {index}, copy - 1, in.channels());
        Waveform augmented = augmenter.augment(in, draws, null);
        Path target = target(found, copy);
        write(target, augmented);
        String done = draws.describe(0).strip().replace("\n", "; ");
        lines.add(target + ": " + (done.isEmpty() ? "nothing" : done));
      }
    }
    if (explain) {
      explained.put(index, lines);
    }
    return clip.warnings();
  }

  private void write(Path target, Waveform waveform) throws IOException {
    float[][] channels = new float[waveform.channels()][];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = waveform.toArray(0, c);
      for (float x : channels[c]) {
        if (Math.abs(x) > 1 && !format.name().contains("FLOAT")) {
          clipped.increment();
        }
      }
    }
    Path folder = target.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    AudioWriter.write(target, format, channels, waveform.sampleRate());
  }
}
