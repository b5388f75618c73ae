package org.cochlea.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.cochlea.audio.file.AtomicFile;
import org.cochlea.core.Availability.Available;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Feature;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cochlea bench}: how fast features are on this machine. */
@Command(
    name = "bench",
    description = {
      "Measures features on engines, for batches of several sizes. Each runs until it is warm and"
          + " then in rounds; shown are the median round, the fastest and the slowest, seconds of"
          + " audio per second, and the time per frame. The samples are noise in memory: no files"
          + " are read or written.",
    },
    footer = {
      "",
      "Examples:",
      "  cochlea bench",
      "  cochlea bench --feature log-mel,mfcc --engine cpu,reference --batch 1,32",
      "  cochlea bench --feature all --seconds 10 --json results.json"
    })
final class BenchCommand implements Callable<Integer> {
  /** So many times the warm-up without becoming faster are enough. */
  private static final int STEADY = 2;

  private static final int LONGEST = 20;

  private static final int LEAST_ROUNDS = 3;
  private static final String KERNELS = "cochlea.cpu.kernels";
  private static final String ON_REQUEST = "torch";
  private static final String LINE = "%-18s %-10s %5s %8s %10s %10s %10s %12s %10s";

  @Mixin Common common = new Common();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--feature",
      paramLabel = "NAME",
      split = ",",
      completionCandidates = FeatureNames.class,
      description =
          "Features, as librosa, torchaudio and Kaldi define them: ${COMPLETION-CANDIDATES}; or"
              + " all. By default log-mel and mfcc.")
  private List<String> features = List.of("log-mel", "mfcc");

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      split = ",",
      description =
          "Engines; by default all that can run here but torch, whose libraries take half a"
              + " gigabyte of disk at their first use.")
  private List<String> engines = List.of();

  @Mixin GpuOptions gpu = new GpuOptions();

  @Option(
      names = "--batch",
      paramLabel = "N",
      split = ",",
      description = "Clips per batch; by default 1 and 16.")
  private List<Integer> batches = List.of(1, 16);

  @Option(
      names = "--seconds",
      paramLabel = "S",
      split = ",",
      description = "Length of a clip; by default 1 and 10.")
  private List<Double> seconds = List.of(1.0, 10.0);

  @Option(
      names = "--sample-rate",
      paramLabel = "HZ",
      description = "Sample rate; by default 22050.")
  private int sampleRate = 22_050;

  @Mixin private ThreadOptions threads = new ThreadOptions();

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      description =
          "Seconds before anything is measured, at least; by default 1. It goes on while that makes"
              + " it faster, at most 20 times as long.")
  private double warmUp = 1;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds to measure, at least 3; by default 15.")
  private int rounds = 15;

  @Option(
      names = "--limit",
      paramLabel = "S",
      description = "After so many seconds 3 rounds are enough; by default 5.")
  private double limit = 5;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the results to a file, with the time of every round.")
  private @Nullable Path json;

  /** The names for the help. */
  static final class FeatureNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.of(BenchFeature.values()).map(BenchFeature::toString).iterator();
    }
  }

  /** The cpu engine's better kernels from the first call: how it gets there is not measured. */
  @Override
  public Integer call() throws IOException {
    // Only where there are no native kernels does bin/cochlea start a JVM with the Vector API.
    boolean choose =
        System.getProperty(KERNELS) == null
            && ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    if (choose) {
      System.setProperty(KERNELS, "vector");
    }
    try {
      return measure();
    } finally {
      if (choose) {
        System.clearProperty(KERNELS);
      }
    }
  }

  private int measure() throws IOException {
    check();
    if (json != null) {
      // Better now than after all the measuring.
      AtomicFile.create(json).close();
    }
    ExtractorOptions options = ExtractorOptions.defaults().withThreads(threads.asked());
    List<BenchFeature> kinds = kinds();
    List<Engine> chosen = chosenEngines();
    PrintWriter out = spec.commandLine().getOut();
    List<BenchResult> results = new ArrayList<>();
    try {
      for (Engine engine : chosen) {
        if (engine.probe() instanceof Available yes) {
          out.printf("engine %s: %s%n", engine.name(), yes.device());
        }
      }
      out.printf(
          LINE + "%n",
          "feature",
          "engine",
          "batch",
          "seconds",
          "median ms",
          "fastest",
          "slowest",
          "x real time",
          "ns/frame");
      for (BenchFeature kind : kinds) {
        for (double length : seconds) {
          for (int batch : batches) {
            Waveform clips = noise(batch, (int) Math.round(length * sampleRate));
            for (Engine engine : chosen) {
              BenchResult result = measure(kind, engine, clips, options);
              results.add(result);
              out.println(line(result));
              out.flush();
            }
          }
        }
      }
    } finally {
      chosen.forEach(Engine::close);
    }
    if (json != null) {
      BenchResult.write(json, results);
      out.println("written to " + json);
    }
    return ExitCode.OK;
  }

  // What to measure.

  private void check() {
    positive("--sample-rate", sampleRate);
    positive("--limit", limit);
    batches.forEach(batch -> positive("--batch", batch));
    seconds.forEach(
        length -> {
          positive("--seconds", length);
          if (length * sampleRate < 1 || length > 3600) {
            throw new IllegalArgumentException(
                "--seconds must be from one sample to 3600, was " + length);
          }
        });
    if (!(warmUp >= 0 && Double.isFinite(warmUp))) {
      throw new IllegalArgumentException("--warm-up must be at least 0, was " + warmUp);
    }
    if (rounds < LEAST_ROUNDS) {
      throw new IllegalArgumentException(
          "--rounds must be at least %d, was %d".formatted(LEAST_ROUNDS, rounds));
    }
  }

  private static void positive(String option, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          "%s must be above 0, was %s".formatted(option, Text.number(value)));
    }
  }

  private List<BenchFeature> kinds() {
    if (features.equals(List.of("all"))) {
      return List.of(BenchFeature.values());
    }
    Set<BenchFeature> kinds = new LinkedHashSet<>();
    for (String name : features) {
      kinds.add(
          Stream.of(BenchFeature.values())
              .filter(kind -> kind.toString().equals(name.toLowerCase(Locale.ROOT)))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "--feature must be all or one of %s, was %s"
                              .formatted(String.join(", ", new FeatureNames()), name))));
    }
    return List.copyOf(kinds);
  }

  /**
   * Returns the engines that were named, or all that can run without unpacking libtorch; the caller
   * closes them.
   */
  private List<Engine> chosenEngines() {
    gpu.apply();
    List<Engine> chosen = new ArrayList<>();
    if (engines.isEmpty()) {
      for (Engine engine : Engines.all()) {
        if (!engine.name().equals(ON_REQUEST) && engine.probe() instanceof Available) {
          chosen.add(engine);
        } else {
          engine.close();
        }
      }
      return chosen;
    }
    try {
      for (String name : new LinkedHashSet<>(engines)) {
        chosen.add(EngineOptions.named(name));
      }
      return chosen;
    } catch (RuntimeException e) {
      chosen.forEach(Engine::close);
      throw e;
    }
  }

  private Waveform noise(int batch, int samples) {
    Random random = new Random(1);
    List<Waveform> clips = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      float[] clip = new float[samples];
      for (int i = 0; i < samples; i++) {
        clip[i] = random.nextFloat() - 0.5f;
      }
      clips.add(Waveform.of(clip, sampleRate));
    }
    return Waveform.batch(clips);
  }

  // Measuring.

  private BenchResult measure(
      BenchFeature kind, Engine engine, Waveform clips, ExtractorOptions options) {
    Feature feature = kind.of(sampleRate);
    try (Extractor extractor = engine.compile(feature.pipeline(), options)) {
      Tensor out = Tensor.allocate(extractor.outputShape(clips));
      long once = warm(extractor, clips, out);
      // A round is long enough for the clock.
      int repeats = Math.clamp(1_000_000 / Math.max(1, once), 1, 10_000);
      double[] times = new double[rounds];
      int count = 0;
      long begin = System.nanoTime();
      while (count < rounds && (count < LEAST_ROUNDS || System.nanoTime() - begin < limit * 1e9)) {
        times[count++] = time(extractor, clips, out, repeats) / 1e9 / repeats;
      }
      return new BenchResult(
          kind.toString(),
          engine.name(),
          clips.batch(),
          clips.maxLength(),
          sampleRate,
          options.threads(),
          out.shape().frames(),
          Arrays.stream(times, 0, count).boxed().toList());
    }
  }

  /** Runs until it is warm and has not become faster for a time; returns what a call takes. */
  private long warm(Extractor extractor, Waveform clips, Tensor out) {
    long start = System.nanoTime();
    long gained = start;
    long best = Long.MAX_VALUE;
    long once;
    long now;
    do {
      once = time(extractor, clips, out, 1);
      now = System.nanoTime();
      if (once < 0.95 * best) {
        best = once;
        gained = now;
      }
    } while (now - start < warmUp * 1e9
        || (now - gained < STEADY * warmUp * 1e9 && now - start < LONGEST * warmUp * 1e9));
    return once;
  }

  private static long time(Extractor extractor, Waveform clips, Tensor out, int repeats) {
    long start = System.nanoTime();
    for (int i = 0; i < repeats; i++) {
      extractor.extract(clips, out);
    }
    return System.nanoTime() - start;
  }

  private static String line(BenchResult result) {
    return String.format(
        Locale.ROOT,
        LINE,
        result.feature(),
        result.engine(),
        result.batch(),
        Text.number((double) result.samples() / result.sampleRate()),
        Text.number(1e3 * result.median()),
        Text.number(1e3 * result.fastest()),
        Text.number(1e3 * result.slowest()),
        Text.number(result.timesRealTime()),
        Text.number(result.nanosPerFrame()));
  }
}
