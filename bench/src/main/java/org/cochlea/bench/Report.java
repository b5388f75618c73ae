package org.cochlea.bench;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cochlea.bench.Comparison.Measurement;
import org.cochlea.bench.Comparison.Pair;
import org.cochlea.bench.Comparison.Skipped;
import org.cochlea.bench.Scores.Score;
import org.jspecify.annotations.Nullable;

/**
 * Writes the tables of {@code bench/README.md} from the JSON files under {@code bench/results}.
 *
 * <p>What lies between the two marks is replaced; the rest of the page is left alone.
 */
final class Report {
  static final String BEGIN = "<!-- generated from results/ by `make bench-report` -->";
  static final String END = "<!-- end of what is generated -->";
  static final String COMPARISON = "log-mel.json";
  static final String FEATURES = "features.json";
  static final String SCORES = "jmh.json";

  private final StringBuilder page = new StringBuilder();

  private Report() {}

  /** Writes the tables into a page. */
  static void write(Path readme, Path results) throws IOException {
    String page = Files.readString(readme);
    Files.writeString(readme, inserted(page, tables(results)));
  }

  /**
   * Returns a page with its tables replaced.
   *
   * @throws IllegalArgumentException if it has no marks
   */
  static String inserted(String page, String tables) {
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("the page must have the lines " + BEGIN + " and " + END);
    }
    return page.substring(0, begin) + BEGIN + "\n\n" + tables + page.substring(end);
  }

  /** Returns the tables of all machines, in order of name. */
  static String tables(Path results) throws IOException {
    Report report = new Report();
    List<Path> machines = List.of();
    if (Files.isDirectory(results)) {
      try (Stream<Path> folders = Files.list(results)) {
        machines = folders.filter(Files::isDirectory).sorted().toList();
      }
    }
    for (Path folder : machines) {
      Path comparison = folder.resolve(COMPARISON);
      Path scores = folder.resolve(SCORES);
      if (Files.exists(comparison)) {
        report.comparison(Data.JSON.readValue(comparison.toFile(), Comparison.class));
      }
      Path features = folder.resolve(FEATURES);
      if (Files.exists(features)) {
        report.features(Data.JSON.readValue(features.toFile(), Comparison.class));
      }
      if (Files.exists(scores)) {
        report.scores(Data.JSON.readValue(scores.toFile(), Scores.class));
      }
    }
    return report.page.toString();
  }

  /** Features of one core beside the libraries whose defaults they have. */
  private void features(Comparison run) {
    heading("### Features on one core, clips of 10 s");
    measured(run);
    line("| Feature | Peer | Cochlea × real time | Peer × real time | Cochlea is | Peer's error |");
    line("|---|---|--:|--:|--:|--:|");
    for (Pair pair : run.pairs()) {
      Measurement own = find(run, pair.workload(), pair.contender());
      Measurement peer = find(run, pair.workload(), pair.against());
      line(
          "| `%s` | %s | %s | %s | %s | %s |"
              .formatted(
                  pair.workload(),
                  pair.against(),
                  count(own.timesRealTime()),
                  count(peer.timesRealTime()),
                  text(pair),
                  String.format(Locale.ROOT, "%.0e", peer.agreement().relativeL2())));
    }
    line("");
    versions(run);
  }

  private static Measurement find(Comparison run, String job, String contender) {
    return run.measurements().stream()
        .filter(m -> m.workload().equals(job) && m.contender().equals(contender))
        .findFirst()
        .orElseThrow();
  }

  private void measured(Comparison run) {
    where(run.machine(), run.date(), run.command(), run.jvm(), run.load());
    line(
        ("%d rounds in %d launch%s, at least %s s per measurement; the hypervisor took %s %% of the"
                + " CPU time meanwhile.")
            .formatted(
                run.rounds() * run.launches(),
                run.launches(),
                run.launches() == 1 ? "" : "es",
                run.seconds(),
                digits(100 * run.stolen())));
    line("");
  }

  private void comparison(Comparison run) {
    heading("## %s, %d CPUs".formatted(run.machine().cpu(), run.machine().cpus()));
    measured(run);
    targets(run);
    for (Workload workload : run.workloads()) {
      heading("### Log-mel %s: %s".formatted(workload.name(), workload.title()));
      line(
          "| Contender | Threads | × real time | ns per frame | Cochlea is | B per batch | error |");
      line("|---|--:|--:|--:|--:|--:|--:|");
      for (Measurement m : run.measurements()) {
        if (m.workload().equals(workload.name())) {
          line(
              "| %s | %d | %s | %s | %s | %s | %s |"
                  .formatted(
                      m.contender(),
                      m.threads(),
                      count(m.timesRealTime()),
                      text(m.nanosPerFrame()),
                      ratio(run, m),
                      bytes(m.allocatedPerRun()),
                      String.format(Locale.ROOT, "%.0e", m.agreement().relativeL2())));
        }
      }
      line("");
    }
    versions(run);
  }

  private void targets(Comparison run) {
    heading("### What it should be, and is");
    line("| | Target | Measured | |");
    line("|---|--:|--:|---|");
    for (Workload workload : run.workloads()) {
      target(run, workload, "one core, against JTransforms", "jtransforms", 10);
      for (String how : List.of("batch", "clips", "fast")) {
        String libtorch = "libtorch-" + how;
        target(run, workload, "one core, against " + libtorch, libtorch, 12);
      }
      if (!workload.name().equals("W1")) {
        target(run, workload, "one core, against torch-clips (MKL)", "torch-clips", 3);
        target(run, workload, "one core, against torch-fast (MKL)", "torch-fast", 3);
      }
      for (Pair pair : run.pairs()) {
        if (pair.workload().equals(workload.name())
            && pair.contender().equals(pair.against())
            && pair.threads() == 2) {
          target(workload, "two threads against one", pair, 1.8);
        }
      }
      double most =
          run.measurements().stream()
              .filter(m -> m.workload().equals(workload.name()) && isSubject(run, m))
              .map(Measurement::allocatedPerRun)
              .filter(Objects::nonNull)
              .mapToDouble(Double::doubleValue)
              .max()
              .orElse(Double.NaN);
      line(
          "| %s: allocated per batch | 0 B | %s | %s |"
              .formatted(workload.name(), bytes(most), most == 0 ? "yes" : "**no**"));
    }
    line("");
  }

  private void target(
      Comparison run, Workload workload, String what, String against, double target) {
    for (Pair pair : run.pairs()) {
      if (pair.workload().equals(workload.name())
          && pair.against().equals(against)
          && pair.threads() == 1
          && pair.againstThreads() == 1) {
        target(workload, what, pair, target);
      }
    }
  }

  private void target(Workload workload, String what, Pair pair, double target) {
    line(
        "| %s: %s | %s | %s | %s |"
            .formatted(
                workload.name(),
                what,
                "%s×".formatted(plain(target)),
                text(pair),
                verdict(pair, target)));
  }

  /** All of the spread has to lie on one side of the target. */
  private static String verdict(Pair pair, double target) {
    if (!pair.stands()) {
      return "not shown";
    }
    if (pair.ratio().low() >= target) {
      return "yes";
    }
    return pair.ratio().high() < target ? "**no**" : "undecided";
  }

  /** Whether this is the engine that the comparison is about. */
  private static boolean isSubject(Comparison run, Measurement m) {
    return run.pairs().stream().anyMatch(p -> p.contender().equals(m.contender()));
  }

  private static String ratio(Comparison run, Measurement m) {
    for (Pair pair : run.pairs()) {
      if (pair.workload().equals(m.workload())
          && pair.against().equals(m.contender())
          && pair.againstThreads() == m.threads()) {
        String ratio = text(pair);
        return pair.threads() == m.threads() ? ratio : ratio + " on " + pair.threads() + " threads";
      }
    }
    return "";
  }

  private static String text(Pair pair) {
    Spread r = pair.ratio();
    String range = "%s–%s".formatted(digits(r.low()), digits(r.high()));
    return pair.stands()
        ? "%s× (%s)".formatted(digits(r.median()), range)
        : "no claim (%s)".formatted(range);
  }

  private void versions(Comparison run) {
    Set<String> versions = new LinkedHashSet<>();
    for (Measurement m : run.measurements()) {
      versions.add("`%s`: %s".formatted(m.contender(), m.version()));
    }
    versions.forEach(version -> line("- " + version));
    Set<String> left = new LinkedHashSet<>();
    for (Skipped s : run.skipped()) {
      left.add("`%s` was left out: %s".formatted(s.contender(), s.reason()));
    }
    left.forEach(reason -> line("- " + reason));
    line("");
  }

  private void scores(Scores run) {
    heading("### JMH %s on %s".formatted(run.version(), run.machine().cpu()));
    where(run.machine(), run.date(), run.command(), run.jvm(), run.load());
    TreeMap<String, List<Score>> groups = new TreeMap<>();
    run.scores().forEach(s -> groups.computeIfAbsent(s.benchmark(), _ -> new ArrayList<>()).add(s));
    groups.forEach(this::group);
  }

  private void group(String benchmark, List<Score> scores) {
    List<String> keys = List.copyOf(scores.getFirst().params().keySet());
    boolean sampled = scores.getFirst().percentile99() != null;
    heading("#### %s".formatted(benchmark));
    line(
        "| %s | %s | B per call |"
            .formatted(
                String.join(" | ", keys),
                sampled
                    ? "median µs | 99th percentile µs"
                    : "ms per call | ± | ns per frame | × real time"));
    line(
        "|%s%s|--:|"
            .formatted("---|".repeat(keys.size()), sampled ? "--:|--:" : "--:|--:|--:|--:"));
    for (Score s : scores) {
      String params =
          keys.stream().map(k -> s.params().getOrDefault(k, "")).collect(joining(" | "));
      String times =
          sampled
              ? "%s | %s".formatted(digits(s.nanos() / 1e3), micros(s.percentile99()))
              : "%s | %s | %s | %s"
                  .formatted(
                      digits(s.nanos() / 1e6),
                      s.error() == null ? "" : digits(s.error() / 1e6),
                      s.nanosPerFrame() == null ? "" : digits(s.nanosPerFrame()),
                      s.timesRealTime() == null ? "" : count(s.timesRealTime()));
      line("| %s | %s | %s |".formatted(params, times, bytes(s.allocatedPerCall())));
    }
    line("");
  }

  private void where(Machine machine, String date, String command, List<String> jvm, double load) {
    line(
        "%s; %d GiB; %s; %s, options `%s`. Commit %s, %s, load before %s. `%s`"
            .formatted(
                String.join(" ", machine.flags()),
                machine.memoryGiB(),
                machine.system(),
                machine.java(),
                String.join(" ", jvm),
                machine.commit(),
                date,
                digits(load),
                command));
    line("");
  }

  private void heading(String text) {
    line(text);
    line("");
  }

  private void line(String text) {
    page.append(text).append('\n');
  }

  private static String text(Spread spread) {
    return "%s (%s–%s)"
        .formatted(digits(spread.median()), digits(spread.low()), digits(spread.high()));
  }

  private static String micros(@Nullable Double nanos) {
    return nanos == null ? "" : digits(nanos / 1e3);
  }

  /** Three digits. */
  private static String digits(double value) {
    if (value >= 100) {
      return count(value);
    }
    return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static String count(double value) {
    return String.format(Locale.ROOT, "%,d", Math.round(value)).replace(',', ' ');
  }

  private static String bytes(@Nullable Double value) {
    return value == null || value.isNaN() ? "" : value < 0.5 && value > 0 ? "< 1" : count(value);
  }
}
