package org.cochlea.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.cochlea.audio.AudioClip;
import org.cochlea.audio.AudioException;
import org.cochlea.audio.AudioFormat;
import org.cochlea.audio.AudioWriter;
import org.cochlea.core.signal.Butterworth;
import org.cochlea.core.signal.Interval;
import org.cochlea.core.signal.Level;
import org.cochlea.core.signal.Loudness;
import org.cochlea.core.signal.PreEmphasis;
import org.cochlea.core.signal.Resampler;
import org.cochlea.core.signal.SecondOrderSections;
import org.cochlea.core.signal.Silence;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code cochlea preprocess}: audio files to audio files. */
@Command(
    name = "preprocess",
    description = {
      "Writes audio files anew into another folder, with the same tree below it. The steps are done"
          + " in the order of the options below: mono, resample, trim, filter, pre-emphasis, level.",
      "Every file appears whole or not at all. Files that fail are listed and stop nothing; then the"
          + " exit code is 1."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  cochlea preprocess recordings --out clean --mono --resample 16000",
      "  cochlea preprocess recordings --out clean --trim 40 --highpass 80 --lufs -23",
      "  cochlea preprocess a.wav b.flac --out clean --format flac --peak -1"
    })
final class PreprocessCommand implements Callable<Integer> {
  /** No file may have a higher rate. */
  private static final int MAX_RATE = 100_000_000;

  @Mixin Common common = new Common();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Audio files, or folders of them; - for standard input.")
  private List<Path> inputs = List.of();

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "DIR",
      description = "The folder to write to; made if there is none.")
  private Path out = Path.of("");

  @Option(names = "--mono", description = "Mix the channels to one, their mean.")
  private boolean mono;

  @Option(names = "--resample", paramLabel = "HZ", description = "Change the sample rate.")
  private @Nullable Integer rate;

  @Option(
      names = "--trim",
      arity = "0..1",
      fallbackValue = "60",
      paramLabel = "DB",
      description =
          "Cut off both ends what is so many dB below the loudest frame; by default 60, as"
              + " librosa.effects.trim.")
  private @Nullable Double trim;

  @Option(names = "--lowpass", paramLabel = "HZ", description = "Butterworth: pass what is below.")
  private @Nullable Double lowpass;

  @Option(names = "--highpass", paramLabel = "HZ", description = "Butterworth: pass what is above.")
  private @Nullable Double highpass;

  @Option(
      names = "--bandpass",
      paramLabel = "LOW-HIGH",
      description = "Butterworth: pass what is between, in Hz.")
  private @Nullable String bandpass;

  @Option(
      names = "--order",
      paramLabel = "N",
      description = "Order of the filters, in [1, 50]; by default 4.")
  private int order = 4;

  @Option(
      names = "--zero-phase",
      description = "Filter forwards and backwards: no delay, twice the attenuation.")
  private boolean zeroPhase;

  @Option(
      names = "--pre-emphasis",
      arity = "0..1",
      fallbackValue = "0.97",
      paramLabel = "C",
      description = "x[n] - C x[n-1], C in [0, 1]; by default 0.97, as librosa.")
  private @Nullable Double preEmphasis;

  @ArgGroup(exclusive = true)
  private Target level = new Target();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = {
        "How files are written: ${COMPLETION-CANDIDATES}; by default wav_16.",
        "Also wav, aiff, au and flac (16 bits), opus and aac."
      },
      completionCandidates = Formats.class,
      converter = FormatConverter.class)
  private AudioFormat format = AudioFormat.WAV_16;

  @Option(names = "--resume", description = "Leave outputs that are there already as they are.")
  private boolean resume;

  @Mixin private ThreadOptions threads = new ThreadOptions();

  /** At most one of them. */
  static final class Target {
    @Option(
        names = "--peak",
        paramLabel = "DBFS",
        description = "Bring the largest sample to this level, at most 0.")
    private @Nullable Double peak;

    @Option(
        names = "--rms",
        paramLabel = "DBFS",
        description = "Bring the root mean square to this level.")
    private @Nullable Double rms;

    @Option(
        names = "--lufs",
        paramLabel = "LUFS",
        description = "Bring the loudness (ITU-R BS.1770) to this; -23 in broadcasting.")
    private @Nullable Double lufs;
  }

  /** The names of formats for the help. */
  static final class Formats extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Formats() {
      for (AudioFormat format : AudioFormat.values()) {
        add(format.name().toLowerCase(Locale.ROOT));
      }
    }
  }

  /** Reads a format's name, or a short one. */
  static final class FormatConverter implements ITypeConverter<AudioFormat> {
    @Override
    public AudioFormat convert(String name) {
      String wanted = name.toLowerCase(Locale.ROOT).replace('-', '_');
      return switch (wanted) {
        case "wav" -> AudioFormat.WAV_16;
        case "aiff" -> AudioFormat.AIFF_16;
        case "au" -> AudioFormat.AU_16;
        case "flac" -> AudioFormat.FLAC_16;
        case "opus" -> AudioFormat.OGG_OPUS;
        case "aac" -> AudioFormat.MP4_AAC;
        default ->
            Arrays.stream(AudioFormat.values())
                .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(wanted))
                .findFirst()
                .orElseThrow(
                    () ->
                        new TypeConversionException(
                            "must be one of %s, was %s"
                                .formatted(String.join(", ", new Formats()), name)));
      };
    }
  }

  private final Map<Integer, Resampler> resamplers = new ConcurrentHashMap<>();
  private final LongAdder clipped = new LongAdder();

  @Override
  public Integer call() throws IOException {
    check();
    int workers = threads.count();
    Map<Path, Path> work = plan();
    Files.createDirectories(out);
    PrintWriter err = spec.commandLine().getErr();
    long start = System.nanoTime();
    LongAdder seconds = new LongAdder();
    LongAdder skipped = new LongAdder();
    List<Path> targets = List.copyOf(work.keySet());
    List<Path> files = List.copyOf(work.values());
    int failed =
        FileWork.run(
            err,
            workers,
            files,
            index -> {
              if (resume && Files.exists(targets.get(index))) {
                skipped.increment();
                return List.of();
              }
              AudioClip clip = AudioClip.load(files.get(index));
              process(files.get(index), clip, targets.get(index));
              seconds.add(Math.round(1e3 * clip.duration()));
              return clip.warnings();
            });
    if (clipped.sum() > 0) {
      err.printf(
          "cochlea: %s beyond full scale and cut off: use a lower level, or a float format%n",
          Text.count(clipped.sum(), "sample was", "samples were"));
    }
    double wall = (System.nanoTime() - start) / 1e9;
    long done = files.size() - failed - skipped.sum();
    spec.commandLine()
        .getOut()
        .printf(
            "%s written to %s, %s skipped, %s failed; %s of audio in %s%n",
            Text.count(done, "file", "files"),
            out,
            skipped.sum(),
            failed,
            Text.duration(seconds.sum() / 1e3),
            Text.duration(wall));
    return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  // What is to be done.

  private void check() {
    if (rate != null && (rate < 1 || rate > MAX_RATE)) {
      throw new IllegalArgumentException(
          "--resample must be in [1, %d] Hz, was %d".formatted(MAX_RATE, rate));
    }
    if (order < 1 || order > 50) {
      throw new IllegalArgumentException("--order must be in [1, 50], was " + order);
    }
    if (trim != null && !(trim >= 0)) {
      throw new IllegalArgumentException("--trim must be at least 0 dB, was " + trim);
    }
    if (preEmphasis != null && !(preEmphasis >= 0 && preEmphasis <= 1)) {
      throw new IllegalArgumentException("--pre-emphasis must be in [0, 1], was " + preEmphasis);
    }
    atMostZero("--peak", "dBFS", level.peak);
    atMostZero("--rms", "dBFS", level.rms);
    atMostZero("--lufs", "LUFS", level.lufs);
    if (zeroPhase && lowpass == null && highpass == null && bandpass == null) {
      throw new IllegalArgumentException("--zero-phase needs --lowpass, --highpass or --bandpass");
    }
    // Without --resample the upper bound is half of every file's own rate.
    filters(rate == null ? Integer.MAX_VALUE : rate);
  }

  private static void atMostZero(String option, String unit, @Nullable Double value) {
    if (value != null && !(value <= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          "%s must be at most 0 %s and finite, was %s".formatted(option, unit, value));
    }
  }

  /** Returns the inputs by their outputs, which must all differ from each other and the inputs. */
  private Map<Path, Path> plan() throws IOException {
    List<AudioFiles.Found> files = AudioFiles.find(inputs);
    Map<Path, Long> names =
        files.stream()
            .collect(
                Collectors.groupingBy(
                    f -> AudioFiles.withEnding(f.relative(), format.extension()),
                    Collectors.counting()));
    Map<Path, Path> work = new LinkedHashMap<>();
    for (AudioFiles.Found f : files) {
      Path name = AudioFiles.withEnding(f.relative(), format.extension());
      if (names.getOrDefault(name, 1L) > 1) {
        // a.wav and a.flac of one folder: the ending stays in the name.
        name = f.relative().resolveSibling(f.relative().getFileName() + "." + format.extension());
      }
      Path target = out.resolve(name);
      if (Files.exists(target) && Files.isSameFile(target, f.file())) {
        throw new IllegalArgumentException(
            "--out must be another folder than that of %s".formatted(f.file()));
      }
      Path other = work.put(target, f.file());
      if (other != null) {
        throw new IllegalArgumentException(
            "%s and %s would both become %s".formatted(other, f.file(), target));
      }
    }
    return work;
  }

  private List<Butterworth> filters(int sampleRate) {
    List<Butterworth> filters = new ArrayList<>();
    if (lowpass != null) {
      filters.add(Butterworth.lowpass(order, inside("--lowpass", lowpass, sampleRate), sampleRate));
    }
    if (highpass != null) {
      filters.add(
          Butterworth.highpass(order, inside("--highpass", highpass, sampleRate), sampleRate));
    }
    if (bandpass != null) {
      double[] band = band();
      inside("--bandpass", band[1], sampleRate);
      filters.add(Butterworth.bandpass(order, band[0], band[1], sampleRate));
    }
    return filters;
  }

  private static double inside(String option, double hz, int sampleRate) {
    if (!(hz > 0 && Double.isFinite(hz))) {
      throw new IllegalArgumentException(
          "%s must be above 0 Hz and finite, was %s".formatted(option, Text.number(hz)));
    }
    if (!(hz < sampleRate / 2.0)) {
      throw new IllegalArgumentException(
          "%s must be below half the sample rate, %s Hz, was %s"
              .formatted(option, Text.number(sampleRate / 2.0), Text.number(hz)));
    }
    return hz;
  }

  private double[] band() {
    String text = String.valueOf(bandpass);
    String[] parts = text.split("-", -1);
    try {
      double low = Double.parseDouble(parts[0]);
      double high = parts.length == 2 ? Double.parseDouble(parts[1]) : Double.NaN;
      if (low > 0 && high > low) {
        return new double[] {low, high};
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException("--bandpass must be LOW-HIGH in Hz, was " + text);
  }

  // Doing it.

  private void process(Path file, AudioClip clip, Path target) throws IOException {
    if (clip.frames() == 0) {
      throw new AudioException(file, "has no samples");
    }
    float[][] channels = clip.toChannels();
    for (float[] channel : channels) {
      for (float x : channel) {
        if (!Float.isFinite(x)) {
          throw new AudioException(file, "has samples that are not finite numbers");
        }
      }
    }
    int sampleRate = clip.sampleRate();
    if (mono) {
      channels = new float[][] {Level.mono(channels)};
    }
    if (rate != null && rate != sampleRate) {
      int from = sampleRate;
      int to = rate;
      channels = resamplers.computeIfAbsent(from, _ -> Resampler.of(from, to)).resample(channels);
      sampleRate = to;
    }
    if (trim != null) {
      Interval sound = Silence.DEFAULT.withTopDb(trim).trim(channels);
      if (sound.length() == 0) {
        throw new AudioException(file, "is silent: nothing is left after --trim");
      }
      channels = each(channels, sound::of);
    }
    for (Butterworth filter : filters(sampleRate)) {
      SecondOrderSections sections = filter.sections();
      channels = each(channels, zeroPhase ? sections::filtfilt : sections::filter);
    }
    if (preEmphasis != null) {
      channels = each(channels, PreEmphasis.librosa(preEmphasis)::apply);
    }
    write(target, leveled(channels, sampleRate), sampleRate);
  }

  private static float[][] each(float[][] channels, UnaryOperator<float[]> step) {
    return Arrays.stream(channels).map(step).toArray(float[][]::new);
  }

  private float[][] leveled(float[][] channels, int sampleRate) {
    if (level.peak != null) {
      return Level.normalizePeak(channels, level.peak);
    }
    if (level.lufs != null) {
      return Loudness.normalize(channels, sampleRate, level.lufs);
    }
    if (level.rms != null) {
      // One gain for all channels: their balance stays.
      double squares = 0;
      for (float[] channel : channels) {
        squares += Math.pow(Level.rms(channel), 2) / channels.length;
      }
      if (squares > 0) {
        double gain = Math.pow(10, level.rms / 20) / Math.sqrt(squares);
        return each(channels, channel -> Level.gain(channel, gain));
      }
    }
    return channels;
  }

  private void write(Path target, float[][] channels, int sampleRate) throws IOException {
    String name = format.name();
    if (!name.contains("FLOAT")) {
      for (float[] channel : channels) {
        for (float x : channel) {
          if (Math.abs(x) > 1) {
            clipped.increment();
          }
        }
      }
    }
    Path folder = target.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    AudioWriter.write(target, format, channels, sampleRate);
  }
}
