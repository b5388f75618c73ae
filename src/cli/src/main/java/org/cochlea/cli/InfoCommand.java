package org.cochlea.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cochlea.audio.AudioClip;
import org.cochlea.audio.AudioInfo;
import org.cochlea.audio.AudioReader;
import org.cochlea.audio.file.NdArray;
import org.cochlea.audio.file.Npy;
import org.cochlea.cli.extract.StandardInput;
import org.cochlea.core.signal.Level;
import org.cochlea.core.signal.Loudness;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cochlea info}: what is in a file. */
@Command(
    name = "info",
    description = {
      "Says what audio files are: container, encoding, sample rate, channels, duration. What a file"
          + " is, is told by its content and not by its name. Of .npy files: shape, type, range. Of several"
          + " files there is one line each.",
      "Exits with 1 if a file cannot be read."
    },
    footer = {"", "Examples:", "  cochlea info speech.wav", "  cochlea info --stats recordings"})
final class InfoCommand implements Callable<Integer> {
  private static final int LEAST_LOUDNESS_RATE = 3_400;

  @Mixin Common common = new Common();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Audio files, or folders of them; .npy files; - for audio from standard input.")
  private List<Path> inputs = List.of();

  @Option(
      names = "--stats",
      description =
          "Decode the samples too and measure peak, RMS and loudness (ITU-R BS.1770, LUFS).")
  private boolean stats;

  /** A line: what, and of which file. */
  private record Fact(String name, String value) {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<AudioFiles.Found> files = AudioFiles.find(inputs);
    List<List<String>> rows = new ArrayList<>();
    List<String> heading = List.of();
    int failed = 0;
    for (AudioFiles.Found found : files) {
      try {
        List<Fact> facts = facts(found.file());
        if (files.size() == 1) {
          int width = facts.stream().mapToInt(fact -> fact.name().length()).max().orElse(0);
          facts.forEach(f -> out.printf("%-" + width + "s  %s%n", f.name(), f.value()));
        } else {
          List<String> names = facts.stream().map(Fact::name).toList();
          if (!names.equals(heading)) {
            // Audio and features have different columns: each kind is a table of its own.
            Text.table(rows).forEach(out::println);
            rows.clear();
            rows.add(names);
            heading = names;
          }
          rows.add(facts.stream().map(Fact::value).toList());
        }
      } catch (IOException e) {
        if (files.size() == 1) {
          throw e;
        }
        failed++;
        spec.commandLine().getErr().println("cochlea: " + Errors.describe(e));
      }
    }
    Text.table(rows).forEach(out::println);
    return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  /** What an array of features is. */
  private static List<Fact> array(Path file) throws IOException {
    NdArray array = Npy.read(file);
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double sum = 0;
    long finite = 0;
    for (double value : array.toDoubles()) {
      if (Double.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
        sum += value;
        finite++;
      }
    }
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("file", StandardInput.name(file)));
    facts.add(new Fact("shape", Arrays.toString(array.shape())));
    facts.add(new Fact("type", array.type().name().toLowerCase(Locale.ROOT)));
    facts.add(
        new Fact(
            "range", finite == 0 ? "-" : String.format(Locale.ROOT, "%.6g to %.6g", low, high)));
    facts.add(
        new Fact("mean", finite == 0 ? "-" : String.format(Locale.ROOT, "%.6g", sum / finite)));
    facts.add(new Fact("not finite", String.valueOf(array.size() - finite)));
    return facts;
  }

  private List<Fact> facts(Path file) throws IOException {
    if (AudioFiles.ending(file).equals("npy")) {
      return array(file);
    }
    AudioInfo info;
    AudioClip clip = null;
    List<String> warnings;
    if (stats) {
      clip = AudioClip.load(file);
      info = clip.info();
      warnings = clip.warnings();
    } else {
      try (AudioReader reader = AudioReader.open(file)) {
        info = reader.info();
        warnings = reader.warnings();
      }
    }
    warnings.forEach(
        w ->
            spec.commandLine()
                .getErr()
                .println("cochlea: warning: " + StandardInput.named(file + ": " + w)));
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("file", StandardInput.name(file)));
    facts.add(new Fact("container", info.container().toString()));
    facts.add(new Fact("encoding", info.encoding().toString()));
    facts.add(new Fact("rate", info.sampleRate() + " Hz"));
    facts.add(new Fact("channels", String.valueOf(info.channels())));
    facts.add(
        new Fact(
            "samples",
            info.frames().isPresent() ? String.valueOf(info.frames().getAsLong()) : "unknown"));
    facts.add(
        new Fact(
            "duration",
            info.duration().isPresent()
                ? (info.frames().isPresent() ? "" : "about ")
                    + String.format(Locale.ROOT, "%.3f s", info.duration().getAsDouble())
                : "unknown"));
    if (clip != null) {
      measure(clip, facts);
    }
    return facts;
  }

  private static void measure(AudioClip clip, List<Fact> facts) {
    float[][] channels = clip.toChannels();
    double peak = 0;
    double squares = 0;
    long notFinite = 0;
    for (float[] channel : channels) {
      for (float x : channel) {
        notFinite += Float.isFinite(x) ? 0 : 1;
      }
      if (channel.length > 0) {
        peak = Math.max(peak, Level.peak(channel));
        squares += Math.pow(Level.rms(channel), 2) / channels.length;
      }
    }
    facts.add(new Fact("peak", notFinite > 0 ? notFinite + " not finite" : dbfs(peak)));
    facts.add(new Fact("RMS", notFinite > 0 ? "-" : dbfs(Math.sqrt(squares))));
    boolean measurable =
        notFinite == 0
            && Loudness.isMeasurable(clip.frames(), clip.channels(), clip.sampleRate())
            && clip.sampleRate() > LEAST_LOUDNESS_RATE;
    double lufs =
        measurable ? Loudness.measure(channels, clip.sampleRate()) : Double.NEGATIVE_INFINITY;
    facts.add(
        new Fact(
            "loudness",
            Double.isInfinite(lufs) ? "-" : String.format(Locale.ROOT, "%.1f LUFS", lufs)));
  }

  private static String dbfs(double amplitude) {
    return amplitude == 0
        ? "silent"
        : String.format(Locale.ROOT, "%.1f dBFS", 20 * Math.log10(amplitude));
  }
}
