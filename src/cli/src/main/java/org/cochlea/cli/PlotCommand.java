package org.cochlea.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.cochlea.audio.AudioClip;
import org.cochlea.audio.AudioException;
import org.cochlea.audio.file.AtomicFile;
import org.cochlea.audio.file.NdArray;
import org.cochlea.audio.file.Npy;
import org.cochlea.cli.extract.StandardInput;
import org.cochlea.cli.plot.ColorMap;
import org.cochlea.cli.plot.FeaturePicture;
import org.cochlea.cli.plot.Grid;
import org.cochlea.cli.plot.Picture;
import org.cochlea.cli.plot.PlotKind;
import org.cochlea.cli.plot.PlotSpec;
import org.cochlea.cli.plot.Plotter;
import org.cochlea.cli.plot.Renderer;
import org.cochlea.core.Engine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cochlea plot}: pictures of sounds. */
@Command(
    name = "plot",
    description = {
      "Draws audio files to PNG, as librosa.display does: spectrograms with a linear, logarithmic or"
          + " mel frequency axis in dB below their maximum, MFCC, waveforms, average spectra. Of .npy"
          + " files the values themselves are drawn, bins upwards and frames to the right.",
    },
    footer = {
      "",
      "Examples:",
      "  cochlea plot speech.wav",
      "  cochlea plot speech.wav --kind mfcc --hop-length 160 --out mfcc.png",
      "  cochlea plot features/speech.npy",
      "  cochlea plot recordings/*.flac --kind waveform --out pictures"
    })
final class PlotCommand implements Callable<Integer> {
  private static final Map<String, String> OPTIONS =
      Map.of(
          "n-fft", "--n-fft",
          "hop-length", "--hop-length",
          "n-mels", "--n-mels",
          "n-mfcc", "--n-mfcc",
          "width", "--width",
          "height", "--height");

  @Mixin Common common = new Common();
  @Mixin EngineOptions engineOptions = new EngineOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Audio files, or folders of them; .npy files; - for audio from standard input.")
  private List<Path> inputs = List.of();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "PNG",
      description =
          "The picture, or a folder for them (made if its name does not end in .png); by default"
              + " they get the files' names and go here.")
  private @Nullable Path out;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "One of ${COMPLETION-CANDIDATES}; by default mel.")
  private PlotKind kind = PlotKind.MEL;

  @Option(names = "--n-fft", paramLabel = "N", description = "Samples per frame; by default 2048.")
  private int fftSize = 2048;

  @Option(
      names = "--hop-length",
      paramLabel = "N",
      description = "Samples from frame to frame; by default a quarter of a frame.")
  private @Nullable Integer hopLength;

  @Option(names = "--n-mels", paramLabel = "N", description = "Mel bands; by default 128.")
  private int melBins = 128;

  @Option(names = "--n-mfcc", paramLabel = "N", description = "Coefficients; by default 20.")
  private int coefficients = 20;

  @Option(
      names = "--cmap",
      paramLabel = "MAP",
      description =
          "Colours: ${COMPLETION-CANDIDATES}; by default magma, or coolwarm for values of both"
              + " signs.")
  private @Nullable ColorMap colors;

  @Option(
      names = "--frame-rate",
      paramLabel = "HZ",
      description = "Frames per second of .npy files, for a time axis; by default frames count.")
  private double frameRate;

  @Option(names = "--title", paramLabel = "TEXT", description = "Instead of the file's name.")
  private @Nullable String title;

  @Option(names = "--width", paramLabel = "PIXELS", description = "By default 1000.")
  private int width = 1000;

  @Option(names = "--height", paramLabel = "PIXELS", description = "By default 500.")
  private int height = 500;

  @Option(names = "--offset", paramLabel = "S", description = "Where to begin, in seconds.")
  private double offset;

  @Option(names = "--duration", paramLabel = "S", description = "How much to draw, in seconds.")
  private double duration = Double.POSITIVE_INFINITY;

  private boolean emptyFilters;

  @Override
  public Integer call() throws IOException {
    if (!(offset >= 0 && Double.isFinite(offset))) {
      throw new IllegalArgumentException("--offset must be at least 0, was " + offset);
    }
    if (!(duration > 0)) {
      throw new IllegalArgumentException("--duration must be above 0, was " + duration);
    }
    if (!(frameRate >= 0 && Double.isFinite(frameRate))) {
      throw new IllegalArgumentException("--frame-rate must be at least 0, was " + frameRate);
    }
    Renderer renderer = OptionNames.in(OPTIONS, () -> new Renderer(width, height));
    PlotSpec plot = OptionNames.in(OPTIONS, this::plot);
    List<AudioFiles.Found> files = AudioFiles.find(inputs);
    if (files.size() > 1 && out != null && isPicture(out)) {
      throw new IllegalArgumentException(
          "--out must be a folder for %d files, was %s".formatted(files.size(), out));
    }
    int failed = 0;
    try (Engine engine = engineOptions.choose().engine()) {
      Plotter plotter = new Plotter(engine, plot);
      for (AudioFiles.Found file : files) {
        try {
          Path target = target(file);
          write(renderer, picture(plotter, file.file()), target);
          spec.commandLine().getOut().println(target);
        } catch (IOException e) {
          if (files.size() == 1) {
            throw e;
          }
          failed++;
          spec.commandLine().getErr().println("cochlea: " + Errors.describe(e));
        }
      }
    }
    return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private PlotSpec plot() {
    return new PlotSpec(
        kind,
        fftSize,
        hopLength == null ? Math.max(1, fftSize / 4) : hopLength,
        melBins,
        // The bound is on what is drawn only.
        kind == PlotKind.MFCC ? coefficients : Math.min(coefficients, Math.max(1, melBins)),
        colors);
  }

  private Picture picture(Plotter plotter, Path file) throws IOException {
    try {
      return drawn(plotter, file);
    } catch (IllegalArgumentException e) {
      // The options are right: this file does not go with them.
      throw new AudioException(file, String.valueOf(e.getMessage()), e);
    }
  }

  private Picture drawn(Plotter plotter, Path file) throws IOException {
    if (AudioFiles.ending(file).equals("npy")) {
      String name = title != null ? title : String.valueOf(file.getFileName());
      return FeaturePicture.of(name, grid(file), frameRate, colors);
    }
    AudioClip clip = AudioClip.load(file, offset, duration);
    if (clip.frames() == 0) {
      throw new AudioException(file, "has no samples there");
    }
    warn(file, clip, plotter);
    String name = title != null ? title : "%s: %s".formatted(file.getFileName(), kind.title());
    return plotter.picture(name, Arrays.asList(clip.toChannels()), clip.sampleRate(), offset);
  }

  /** Of damage in every file, of empty filters once. */
  private void warn(Path file, AudioClip clip, Plotter plotter) {
    List<String> warnings = new ArrayList<>();
    clip.warnings().forEach(w -> warnings.add(StandardInput.named(file + ": " + w)));
    String filters = emptyFilters ? null : plotter.warning(clip.sampleRate());
    if (filters != null) {
      emptyFilters = true;
      warnings.add(filters);
    }
    warnings.forEach(w -> spec.commandLine().getErr().println("cochlea: warning: " + w));
  }

  /** Reads the first [bins, frames] of an array of two or more dimensions, or a row of values. */
  private static Grid grid(Path file) throws IOException {
    NdArray array = Npy.read(file);
    int[] shape = array.shape();
    int columns = shape.length == 0 ? 1 : shape[shape.length - 1];
    int rows = shape.length < 2 ? 1 : shape[shape.length - 2];
    if (array.size() == 0) {
      throw new IOException(file + ": has no values");
    }
    return new Grid(rows, columns, Arrays.copyOf(array.toFloats(), rows * columns));
  }

  private static boolean isPicture(Path path) {
    return AudioFiles.ending(path).equals("png") && !Files.isDirectory(path);
  }

  private Path target(AudioFiles.Found file) throws IOException {
    if (out != null && isPicture(out)) {
      return out;
    }
    boolean feature = AudioFiles.ending(file.file()).equals("npy");
    Path name = AudioFiles.withEnding(file.relative(), feature ? "png" : kind + ".png");
    Path target = out == null ? name : out.resolve(name);
    Path folder = target.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    return target;
  }

  /** Writes a picture whole or not at all. */
  static void write(Renderer renderer, Picture picture, Path file) throws IOException {
    try (AtomicFile target = AtomicFile.create(file);
        OutputStream stream = Channels.newOutputStream(target.channel())) {
      ImageIO.setUseCache(false);
      if (!ImageIO.write(renderer.render(picture), "png", stream)) {
        throw new FileSystemException(file.toString(), null, "this Java cannot write PNG");
      }
      target.commit();
    }
  }
}
