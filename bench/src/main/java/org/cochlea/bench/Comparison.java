package org.cochlea.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An interleaved comparison and where it was made: what the JSON files hold.
 *
 * @param machine where
 * @param date when, UTC
 * @param command what was called
 * @param jvm options of the JVMs
 * @param load processes that wanted a CPU in the minute before
 * @param stolen part of the CPU time that a hypervisor gave to others meanwhile, in [0, 1]
 * @param launches processes of every contender, one after the other
 * @param rounds measurements of every pair per launch
 * @param seconds length of one measurement, at least
 * @param workloads the log-mel jobs; the features are named in the measurements
 * @param measurements every contender
 * @param pairs every ratio
 * @param skipped who could not run, or was refused, and why
 */
public record Comparison(
    Machine machine,
    String date,
    String command,
    List<String> jvm,
    double load,
    double stolen,
    int launches,
    int rounds,
    double seconds,
    List<Workload> workloads,
    List<Measurement> measurements,
    List<Pair> pairs,
    List<Skipped> skipped) {

  /**
   * One contender on one workload.
   *
   * @param workload its name
   * @param contender its name
   * @param threads it used
   * @param version what it is
   * @param agreement with the float64 reference
   * @param nanosPerFrame time per frame of the batch; of a feature, per second of audio
   * @param timesRealTime seconds of audio per second, at the median
   * @param allocatedPerRun bytes on the Java heap, the median; null outside a JVM
   */
  public record Measurement(
      String workload,
      String contender,
      int threads,
      String version,
      Agreement agreement,
      Spread nanosPerFrame,
      double timesRealTime,
      @Nullable Double allocatedPerRun) {}

  /**
   * Two contenders measured in turns.
   *
   * @param workload its name
   * @param contender whose speed
   * @param threads it used
   * @param against compared with whose
   * @param againstThreads it used
   * @param ratios how many times as fast the contender was, pair by pair
   * @param ratio of them
   * @param stands whether the ratio may be claimed: its spread is no larger than the difference
   */
  public record Pair(
      String workload,
      String contender,
      int threads,
      String against,
      int againstThreads,
      List<Double> ratios,
      Spread ratio,
      boolean stands) {}

  /**
   * A contender that was not measured.
   *
   * @param workload its name
   * @param contender its name
   * @param threads it was to use
   * @param reason in words
   */
  public record Skipped(String workload, String contender, int threads, String reason) {}
}
