package org.cochlea.bench;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cochlea.bench.Comparison.Pair;
import org.jspecify.annotations.Nullable;

/** The few lines of all results that the project's front page shows, a column per machine. */
final class Overview {
  /** Who log-mel is beside, and how a reader may call them. */
  private static final Map<String, String> PEERS = new LinkedHashMap<>();

  static {
    PEERS.put("jtransforms", "JTransforms and a sparse filter bank");
    PEERS.put("torch-clips", "PyTorch with MKL, clip by clip");
    PEERS.put("fftw", "a C pipeline on FFTW");
    PEERS.put("mkl", "that one on oneMKL");
  }

  private static final String NONE = "";

  private final Map<String, List<String>> rows = new LinkedHashMap<>();
  private int columns;

  private Overview() {}

  /** Returns the table of all machines that have results. */
  static String table(Path results) throws IOException {
    Overview overview = new Overview();
    List<String> machines = new ArrayList<>();
    for (Path folder : Report.machines(results)) {
      Comparison logMel = read(folder.resolve(Report.COMPARISON), Comparison.class);
      if (logMel != null) {
        machines.add(logMel.machine().cpu());
        overview.add(
            logMel,
            read(folder.resolve(Report.FEATURES), Comparison.class),
            read(folder.resolve(Report.EXTRACT), EndToEnd.class));
      }
    }
    StringBuilder text = new StringBuilder();
    text.append("| Cochlea is so many times as fast as | ");
    text.append(String.join(" | ", machines)).append(" |\n");
    text.append("|---|").append("---|".repeat(machines.size())).append('\n');
    overview.rows.forEach(
        (row, cells) -> {
          List<String> all = overview.filled(cells);
          text.append("| ").append(row).append(" | ");
          text.append(String.join(" | ", all)).append(" |\n");
        });
    return text.append('\n').toString();
  }

  private static <T> @Nullable T read(Path file, Class<T> type) throws IOException {
    return Files.exists(file) ? Data.JSON.readValue(file.toFile(), type) : null;
  }

  private void add(Comparison logMel, @Nullable Comparison features, @Nullable EndToEnd extract) {
    columns++;
    String jobs = logMel.workloads().stream().map(Job::name).collect(joining(" / "));
    PEERS.forEach(
        (peer, title) -> {
          String cell =
              logMel.workloads().stream()
                  .map(job -> ratio(logMel, job.name(), peer))
                  .collect(joining(" / "));
          put("log-mel on one core, %s: %s".formatted(jobs, title), cell);
        });
    if (features != null) {
      for (Pair pair : Report.closest(features)) {
        if (Report.isGoal(pair.workload())) {
          put(
              "`%s` on one core: the fastest peer".formatted(pair.workload()),
              "%s, %s".formatted(text(pair.ratio(), pair.stands()), pair.against()));
        }
      }
    }
    if (extract != null) {
      for (EndToEnd.Row row : extract.rows()) {
        put(
            "`cochlea extract`, %s, start-up included: a %s script in %d processes"
                .formatted(row.corpus(), row.peer(), extract.machine().cpus()),
            text(row.ratio(), row.ratio().stands()));
      }
    }
  }

  private void put(String row, String cell) {
    List<String> cells = rows.computeIfAbsent(row, _ -> new ArrayList<>());
    while (cells.size() < columns - 1) {
      cells.add(NONE);
    }
    cells.add(cell);
  }

  private List<String> filled(List<String> cells) {
    List<String> all = new ArrayList<>(cells);
    while (all.size() < columns) {
      all.add(NONE);
    }
    return all;
  }

  private static String ratio(Comparison run, String job, String peer) {
    return run.pairs().stream()
        .filter(p -> p.workload().equals(job) && p.against().equals(peer))
        .filter(p -> p.threads() == 1 && p.againstThreads() == 1)
        .map(p -> text(p.ratio(), p.stands()))
        .findFirst()
        .orElse("–");
  }

  private static String text(Spread ratio, boolean stands) {
    return stands ? Report.digits(ratio.median()) + "×" : "no claim";
  }
}
