package org.cochlea.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.cochlea.audio.AudioClip;
import org.cochlea.audio.AudioException;
import org.cochlea.audio.AudioFormat;
import org.cochlea.audio.AudioWriter;
import org.cochlea.cli.demo.Corpus;
import org.cochlea.cli.plot.PlotKind;
import org.cochlea.cli.plot.PlotSpec;
import org.cochlea.cli.plot.Plotter;
import org.cochlea.cli.plot.Renderer;
import org.cochlea.core.Engine;
import org.cochlea.train.torch.Libtorch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cochlea demo}: all of it at work, on sounds that it computes itself. */
@Command(
    name = "demo",
    description = {
      "Computes a small corpus of speech-like, musical and noisy sounds in several formats and"
          + " sample rates, extracts log-mel features of it as 'cochlea extract' does, draws every"
          + " spectrogram, trains a small model to tell speech, music and noise apart, and says how"
          + " long it took and where everything is. Nothing is downloaded.",
    },
    footer = {"", "Examples:", "  cochlea demo", "  cochlea demo --out /tmp/demo --engine cpu"})
final class DemoCommand implements Callable<Integer> {
  private static final int RATE = 16_000;

  @Mixin Common common = new Common();
  @Mixin EngineOptions engineOptions = new EngineOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description = "Where everything goes; by default cochlea-demo.")
  private Path out = Path.of("cochlea-demo");

  /** Something to do for one clip. */
  private interface Task {
    void run() throws IOException;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter stdout = spec.commandLine().getOut();
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new FileSystemException(out.toString(), null, "is not a folder");
    }
    // A wrong engine is found before anything is written.
    engineOptions.choose().engine().close();
    Path audio = out.resolve("audio");
    Path features = out.resolve("features");
    Path pictures = out.resolve("pictures");
    List<Path> files = write(audio);
    List<String> words =
        new ArrayList<>(
            List.of(
                "extract",
                audio.toString(),
                "--feature",
                "log-mel",
                "--sr",
                String.valueOf(RATE),
                "--out",
                features.toString()));
    words.addAll(engineOptions.words());
    int code = Cochlea.run(stdout, spec.commandLine().getErr(), words.toArray(String[]::new));
    if (code != ExitCode.OK) {
      return code;
    }
    draw(audio, files, pictures);
    stdout.println();
    stdout.println("sounds    " + audio);
    stdout.println("features  " + features);
    stdout.println("pictures  " + pictures);
    return train(audio);
  }

  /** Trains on the sounds, where libtorch is there. */
  private int train(Path audio) throws IOException {
    PrintWriter stdout = spec.commandLine().getOut();
    stdout.println();
    List<String> missing = Libtorch.reasons();
    if (!missing.isEmpty()) {
      stdout.println("no training: " + String.join("; ", missing));
      return ExitCode.OK;
    }
    Path run = out.resolve("training");
    if (Files.exists(run)) {
      // That of an earlier demo.
      try (Stream<Path> files = Files.list(run)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
    List<String> words =
        new ArrayList<>(
            List.of(
                "train",
                audio.toString(),
                "--out",
                run.toString(),
                "--sr",
                String.valueOf(RATE),
                "--epochs",
                "10",
                "--batch",
                "8",
                "--set=training.windowsPerClip=4",
                "--set=frontEnd.n-mels=40",
                "--set=frontEnd.hop-length=256",
                "--set=division={\"type\":\"random\",\"validation\":0.25}"));
    words.addAll(engineOptions.words());
    return Cochlea.run(stdout, spec.commandLine().getErr(), words.toArray(String[]::new));
  }

  private List<Path> write(Path folder) throws IOException {
    List<Corpus.Clip> clips = Corpus.clips();
    List<Path> files = new ArrayList<>();
    List<Task> tasks = new ArrayList<>();
    for (Corpus.Clip clip : clips) {
      AudioFormat format = available(clip.format());
      Path file = folder.resolve(clip.label()).resolve(clip.name() + "." + format.extension());
      Files.createDirectories(folder.resolve(clip.label()));
      files.add(file);
      tasks.add(() -> AudioWriter.write(file, format, clip.samples(), clip.sampleRate()));
    }
    all("sounds", tasks);
    return files;
  }

  /** Returns a format, or plain WAV where it needs an encoder that is not there. */
  private static AudioFormat available(AudioFormat format) throws IOException {
    if (!format.needsFfmpeg()) {
      return format;
    }
    Path trial = Files.createTempFile("cochlea", "." + format.extension());
    try {
      AudioWriter.write(trial, format, new float[1][RATE / 10], RATE);
      return format;
    } catch (AudioException e) {
      return AudioFormat.WAV_16;
    } finally {
      Files.deleteIfExists(trial);
    }
  }

  private void draw(Path audio, List<Path> files, Path pictures) throws IOException {
    Renderer renderer = new Renderer(1000, 500);
    try (Engine engine = engineOptions.choose().engine()) {
      Plotter plotter = new Plotter(engine, PlotSpec.of(PlotKind.MEL));
      List<Task> tasks = new ArrayList<>();
      for (Path file : files) {
        Path name = audio.relativize(file);
        Path target = pictures.resolve(AudioFiles.withEnding(name, "png"));
        Path folder = target.getParent();
        Files.createDirectories(folder == null ? pictures : folder);
        tasks.add(
            () -> {
              AudioClip clip = AudioClip.load(file);
              PlotCommand.write(
                  renderer,
                  plotter.picture(
                      "%s: %s".formatted(name, PlotKind.MEL.title()),
                      Arrays.asList(clip.toChannels()),
                      clip.sampleRate(),
                      0),
                  target);
            });
      }
      all("pictures", tasks);
    }
  }

  private void all(String what, List<Task> tasks) throws IOException {
    try (ExecutorService pool = Executors.newFixedThreadPool(engineOptions.threads());
        Progress progress = Progress.of(spec.commandLine().getErr(), what, tasks.size())) {
      List<Future<?>> running = new ArrayList<>();
      for (Task task : tasks) {
        running.add(
            pool.submit(
                () -> {
                  task.run();
                  progress.advance(1);
                  return null;
                }));
      }
      try {
        for (Future<?> task : running) {
          task.get();
        }
      } catch (ExecutionException e) {
        pool.shutdownNow();
        if (e.getCause() instanceof IOException io) {
          throw io;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        pool.shutdownNow();
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }
}
