package org.cochlea.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cochlea.bench.Scores.Score;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs JMH with the garbage collector's profiler and keeps what matters. */
final class Jmh {
  private Jmh() {}

  /** Runs what JMH's own command line says. */
  static Scores run(String command, List<String> arguments)
      throws RunnerException, CommandLineOptionException {
    CommandLineOptions given = new CommandLineOptions(arguments.toArray(String[]::new));
    ChainedOptionsBuilder options =
        new OptionsBuilder().parent(given).addProfiler(GCProfiler.class);
    options.jvmArgsPrepend(Compare.JVM.toArray(String[]::new));
    // The defaults, where the command line says nothing.
    if (!given.getForkCount().hasValue()) {
      options.forks(1);
    }
    if (!given.getWarmupIterations().hasValue()) {
      options.warmupIterations(5);
    }
    if (!given.getWarmupTime().hasValue()) {
      options.warmupTime(TimeValue.seconds(1));
    }
    if (!given.getMeasurementIterations().hasValue()) {
      options.measurementIterations(5);
    }
    if (!given.getMeasurementTime().hasValue()) {
      options.measurementTime(TimeValue.seconds(1));
    }
    double load = Machine.load();
    Collection<RunResult> results = new Runner(options.build()).run();
    List<Score> scores = new ArrayList<>();
    results.forEach(result -> scores.add(score(result)));
    return new Scores(
        Machine.here(null),
        Data.now(),
        command,
        Compare.JVM,
        load,
        results.isEmpty() ? "" : results.iterator().next().getParams().getJmhVersion(),
        scores);
  }

  private static Score score(RunResult result) {
    BenchmarkParams benchmark = result.getParams();
    Map<String, String> params = new TreeMap<>();
    benchmark.getParamsKeys().forEach(key -> params.put(key, benchmark.getParam(key)));
    Result<?> primary = result.getPrimaryResult();
    boolean sampled = benchmark.getMode() == Mode.SampleTime;
    Double perAudioSecond = secondary(result, "audioSeconds");
    String name = benchmark.getBenchmark();
    return new Score(
        name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
        params,
        sampled ? primary.getStatistics().getPercentile(50) : primary.getScore(),
        finite(primary.getScoreError()),
        sampled ? finite(primary.getStatistics().getPercentile(99)) : null,
        secondary(result, "frames"),
        perAudioSecond == null ? null : finite(1e9 / perAudioSecond),
        secondary(result, "gc.alloc.rate.norm"));
  }

  private static @Nullable Double secondary(RunResult result, String name) {
    Result<?> found = result.getSecondaryResults().get(name);
    return found == null ? null : finite(found.getScore());
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
