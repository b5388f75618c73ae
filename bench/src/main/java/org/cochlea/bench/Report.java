package org.cochlea.bench;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 * Writes the tables of {@code bench/README.md}, and the few lines of them in {@code README.md},
 * from the JSON files under {@code bench/results}.
 *
 * <p>What lies between the two marks is replaced; the rest of a page is left alone.
 */
final class Report {
  static final String BEGIN = "<!-- generated from bench/results by `make bench-report` -->";
  static final String END = "<!-- end of what is generated -->";
  static final String COMPARISON = "log-mel.json";
  static final String FEATURES = "features.json";
  static final String SCORES = "jmh.json";
  static final String ROOFLINE = "roofline.json";
  static final String WARM_UP = "warm-up.json";
  static final String EXTRACT = "extract.json";

  /** What has to be so many times as fast as the fastest peer. */
  private static final Set<String> GOALS =
      Stream.of(FeatureJob.STFT, FeatureJob.MFCC, FeatureJob.KALDI_FBANK, FeatureJob.CQT)
          .map(FeatureJob::name)
          .collect(toSet());

  private static final double GOAL = 3;

  private final StringBuilder page = new StringBuilder();

  private Report() {}

  /** Writes the tables into the pages that have them, and the pictures beside the results. */
  static void write(Path root) throws IOException {
    Path results = root.resolve("bench/results");
    replace(root.resolve("bench/README.md"), tables(results));
    replace(root.resolve("README.md"), Overview.table(results));
    for (Path folder : machines(results)) {
      draw(folder);
    }
  }

  private static void replace(Path readme, String tables) throws IOException {
    Files.writeString(readme, inserted(Files.readString(readme), tables));
  }

  /** Draws a machine's results beside them. */
  static void draw(Path folder) throws IOException {
    Path comparison = folder.resolve(COMPARISON);
    if (Files.exists(comparison)) {
      Charts.comparison(
          Data.JSON.readValue(comparison.toFile(), Comparison.class), picture(comparison));
    }
    Path features = folder.resolve(FEATURES);
    if (Files.exists(features)) {
      Charts.features(Data.JSON.readValue(features.toFile(), Comparison.class), picture(features));
    }
    Path roofline = folder.resolve(ROOFLINE);
    if (Files.exists(roofline)) {
      Charts.roofline(Data.JSON.readValue(roofline.toFile(), Roofline.class), picture(roofline));
    }
  }

  private static Path picture(Path results) {
    return results.resolveSibling(results.getFileName().toString().replace(".json", ".png"));
  }

  private void picture(Machine machine, String what, String results) {
    line("![%s](results/%s/%s)".formatted(what, machine.name(), results.replace(".json", ".png")));
    line("");
  }

  static List<Path> machines(Path results) throws IOException {
    if (!Files.isDirectory(results)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(results)) {
      return folders.filter(Files::isDirectory).sorted().toList();
    }
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
    for (Path folder : machines(results)) {
      Path comparison = folder.resolve(COMPARISON);
      Path scores = folder.resolve(SCORES);
      if (Files.exists(comparison)) {
        report.comparison(Data.JSON.readValue(comparison.toFile(), Comparison.class));
      }
      Path features = folder.resolve(FEATURES);
      if (Files.exists(features)) {
        report.features(Data.JSON.readValue(features.toFile(), Comparison.class));
      }
      Path roofline = folder.resolve(ROOFLINE);
      if (Files.exists(roofline)) {
        report.roofline(Data.JSON.readValue(roofline.toFile(), Roofline.class));
      }
      Path extract = folder.resolve(EXTRACT);
      if (Files.exists(extract)) {
        report.extract(Data.JSON.readValue(extract.toFile(), EndToEnd.class));
      }
      Path warmUp = folder.resolve(WARM_UP);
      if (Files.exists(warmUp)) {
        report.warmUp(Data.JSON.readValue(warmUp.toFile(), WarmUp.class));
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
    picture(run.machine(), "Features", FEATURES);
    line("| | Target | Measured | |");
    line("|---|--:|--:|---|");
    for (Pair pair : closest(run)) {
      if (isGoal(pair.workload())) {
        List<String> peers =
            run.pairs().stream()
                .filter(p -> p.workload().equals(pair.workload()))
                .map(Pair::against)
                .toList();
        line(
            "| `%s`: against %s%s | %s× | %s | %s |"
                .formatted(
                    pair.workload(),
                    pair.against(),
                    peers.size() > 1 ? ", the fastest of " + String.join(", ", peers) : "",
                    plain(GOAL),
                    text(pair),
                    verdict(pair, GOAL)));
      }
    }
    line("");
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

  /** Whether a feature has to be so many times as fast as its fastest peer. */
  static boolean isGoal(String feature) {
    return GOALS.contains(feature);
  }

  /** Returns one pair of every feature: that with the peer which comes closest. */
  static List<Pair> closest(Comparison run) {
    Map<String, Pair> pairs = new LinkedHashMap<>();
    for (Pair pair : run.pairs()) {
      pairs.merge(pair.workload(), pair, (a, b) -> b.ratio().median() < a.ratio().median() ? b : a);
    }
    return List.copyOf(pairs.values());
  }

  /** What one core could do, and what of it is done. */
  private void roofline(Roofline run) {
    heading("### Cost, against what one core can do");
    where(run.machine(), run.date(), run.command(), Compare.JVM, null);
    picture(run.machine(), "Roofline", ROOFLINE);
    line(
        "Measured ceilings: %s GFLOP/s of multiply-adds, %s GB/s of a copy (read and written)."
            .formatted(digits(run.gigaflops()), digits(run.gigabytes())));
    line("");
    line(
        "| Job | 10⁶ operations per second of audio | kB moved per second of audio | operations per"
            + " byte | ns per frame | GFLOP/s | of the peak |");
    line("|---|--:|--:|--:|--:|--:|--:|");
    for (Roofline.Cost job : run.jobs()) {
      line(
          "| %s | %s | %s | %s | %s | %s | %s %% |"
              .formatted(
                  job.name(),
                  digits(job.operationsPerSecond() / 1e6),
                  digits(job.bytesPerSecond() / 1e3),
                  digits(job.intensity()),
                  digits(job.nanosPerFrame()),
                  digits(job.gigaflops()),
                  digits(100 * job.share())));
    }
    line("");
    line(
        "| Transform alone, with window and squares, in the cache | ns per frame | GFLOP/s | of the peak |");
    line("|---|--:|--:|--:|");
    for (Roofline.Transform transform : run.transforms()) {
      line(
          "| %d | %s | %s | %s %% |"
              .formatted(
                  transform.size(),
                  digits(transform.nanosPerFrame()),
                  digits(transform.gigaflops()),
                  digits(100 * transform.share())));
    }
    line("");
    line(
        "Operations are counted as usual, `2.5 N log2 N` for a real transform; the engine's own"
            + " are fewer, and most of them are no multiply-adds. Times are the best of some seconds, shares the median"
            + " of runs in turns with multiply-adds.");
    line("");
  }

  /** Whole commands, beside scripts that do the same. */
  private void extract(EndToEnd run) {
    heading("### `cochlea extract` beside Python in %d processes".formatted(run.machine().cpus()));
    where(run.machine(), run.date(), run.command(), List.of(), null);
    line(
        "Whole commands, from start to end, %d of each in turns; 16 kHz WAV files in, log-mel as"
                .formatted(run.rounds())
            + " npy files out.");
    line("");
    line("| Files | Peer | Cochlea s | Peer s | Cochlea is | difference |");
    line("|---|---|--:|--:|--:|--:|");
    for (EndToEnd.Row row : run.rows()) {
      line(
          "| %s | %s | %s | %s | %s | %s |"
              .formatted(
                  row.corpus(),
                  row.peer(),
                  text(row.cochleaSeconds()),
                  text(row.peerSeconds()),
                  text(row.ratio(), row.ratio().stands()),
                  String.format(Locale.ROOT, "%.0e", row.agreement().relativeL2())));
    }
    line("");
    run.skipped()
        .forEach(s -> line("- `%s` was left out: %s".formatted(s.contender(), s.reason())));
  }

  /** How a fresh JVM gets up to speed. */
  private void warmUp(WarmUp run) {
    heading("### Warm-up, one thread, from the first call of a fresh process");
    where(run.machine(), run.date(), run.command(), run.jvm(), null);
    line("| Job | Contender | first call ms | seconds to 90 % of its speed | calls | later ms |");
    line("|---|---|--:|--:|--:|--:|");
    for (WarmUp.Row row : run.rows()) {
      line(
          "| %s | %s | %s | %s | %s | %s |"
              .formatted(
                  row.workload(),
                  row.contender(),
                  text(row.firstMillis()),
                  text(row.seconds()),
                  count(row.calls().median()),
                  digits(row.lastMillis().median())));
    }
    line("");
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
    picture(run.machine(), "Log-mel", COMPARISON);
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
      target(run, workload, "one core, against torch-clips (MKL)", "torch-clips", 3);
      target(run, workload, "one core, against torch-fast (MKL)", "torch-fast", 3);
      target(run, workload, "one core, against C on FFTW", "fftw", 2.5);
      target(run, workload, "one core, against C on oneMKL", "mkl", 2.5);
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
    return text(pair.ratio(), pair.stands());
  }

  private static String text(Spread r, boolean stands) {
    String range = "%s–%s".formatted(digits(r.low()), digits(r.high()));
    return stands
        ? "%s× (%s)".formatted(digits(r.median()), range)
        : "no claim (%s)".formatted(range);
  }

  private void versions(Comparison run) {
    Set<String> versions = new LinkedHashSet<>();
    for (Measurement m : run.measurements()) {
      versions.add("`%s`: %s".formatted(m.contender(), m.version()));
    }
    versions.forEach(version -> line("- " + version));
    Map<String, Set<String>> left = new LinkedHashMap<>();
    for (Skipped s : run.skipped()) {
      left.computeIfAbsent(
              "`%s` was left out: %s".formatted(s.contender(), s.reason()),
              _ -> new LinkedHashSet<>())
          .add(s.workload());
    }
    left.forEach((reason, jobs) -> line("- %s (%s)".formatted(reason, String.join(", ", jobs))));
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

  private void where(
      Machine machine, String date, String command, List<String> jvm, @Nullable Double load) {
    line(
        "%s; %d GiB; %s; %s, options `%s`. Commit %s, %s%s. `%s`"
            .formatted(
                String.join(" ", machine.flags()),
                machine.memoryGiB(),
                machine.system(),
                machine.java(),
                String.join(" ", jvm),
                machine.commit(),
                date,
                load == null ? "" : ", load before " + digits(load),
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
  static String digits(double value) {
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
