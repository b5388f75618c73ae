package org.cochlea.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How fast a fresh process is at first, and how long until it reaches 90 % of its speed.
 *
 * @param machine where
 * @param date when, UTC
 * @param command what was called
 * @param jvm options of the JVMs
 * @param launches of every contender
 * @param rows every job and contender
 */
public record WarmUp(
    Machine machine, String date, String command, List<String> jvm, int launches, List<Row> rows) {

  /** Seconds that a process is watched for. */
  private static final double WATCHED = 8;

  private static final double SHARE = 0.9;
  private static final int RUNNING = 5;

  /**
   * A contender on a job, one thread.
   *
   * @param workload its name
   * @param contender its name
   * @param firstMillis the first call, milliseconds
   * @param seconds from the first call until the median of five calls is within 90 % of the speed
   *     at the end
   * @param calls until then
   * @param lastMillis a call at the end, the median of the last quarter
   */
  public record Row(
      String workload,
      String contender,
      Spread firstMillis,
      Spread seconds,
      Spread calls,
      Spread lastMillis) {}

  static WarmUp measure(String command, Path root, int launches) throws IOException {
    Path data = root.resolve("bench/target/data");
    Data.write(data, Workload.ALL);
    List<Row> rows = new ArrayList<>();
    for (Workload job : Workload.ALL) {
      for (String contender : List.of("cochlea-cpu", "jtransforms", "libtorch-clips")) {
        double[][] seen = new double[4][launches];
        for (int launch = 0; launch < launches; launch++) {
          System.err.printf(
              "%s: %s, launch %d of %d%n", job.name(), contender, launch + 1, launches);
          Path log = root.resolve("bench/target/logs/warm-up.txt");
          try (WorkerProcess process =
              new WorkerProcess(Compare.java(contender, job, 1, data, Compare.JVM), 1, log)) {
            double[] one = summary(process.calls(WATCHED));
            for (int i = 0; i < one.length; i++) {
              seen[i][launch] = one[i];
            }
          }
        }
        rows.add(
            new Row(
                job.name(),
                contender,
                Spread.of(seen[0]),
                Spread.of(seen[1]),
                Spread.of(seen[2]),
                Spread.of(seen[3])));
      }
    }
    return new WarmUp(Machine.here(null), Data.now(), command, Compare.JVM, launches, rows);
  }

  /** Returns first call in ms, seconds and calls until 90 %, last call in ms. */
  static double[] summary(List<Long> nanos) {
    long[] calls = nanos.stream().mapToLong(Long::longValue).toArray();
    long last = median(calls, calls.length - Math.max(1, calls.length / 4), calls.length);
    double elapsed = 0;
    int until = calls.length;
    for (int i = 0; i < calls.length; i++) {
      elapsed += calls[i] / 1e9;
      if (median(calls, Math.max(0, i + 1 - RUNNING), i + 1) * SHARE <= last) {
        until = i + 1;
        break;
      }
    }
    return new double[] {calls[0] / 1e6, elapsed, until, last / 1e6};
  }

  private static long median(long[] values, int from, int to) {
    long[] sorted = Arrays.copyOfRange(values, from, to);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
