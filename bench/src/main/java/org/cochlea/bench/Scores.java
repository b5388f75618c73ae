package org.cochlea.bench;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run of JMH and where it was made: what the JSON files hold.
 *
 * @param machine where
 * @param date when, UTC
 * @param command what was called
 * @param jvm options of the JVMs
 * @param load processes that wanted a CPU in the minute before
 * @param version of JMH
 * @param scores every benchmark
 */
public record Scores(
    Machine machine,
    String date,
    String command,
    List<String> jvm,
    double load,
    String version,
    List<Score> scores) {

  /**
   * One benchmark with one set of parameters.
   *
   * @param benchmark class and method
   * @param params its parameters
   * @param nanos time per call: the mean, or the median where percentiles are sampled
   * @param error half the 99.9 % confidence interval of the mean; null with too few iterations
   * @param percentile99 of the time per call; null where it is not sampled
   * @param nanosPerFrame null where it is not counted
   * @param timesRealTime seconds of audio per second; null where it is not counted
   * @param allocatedPerCall bytes on the Java heap, all threads
   */
  public record Score(
      String benchmark,
      Map<String, String> params,
      double nanos,
      @Nullable Double error,
      @Nullable Double percentile99,
      @Nullable Double nanosPerFrame,
      @Nullable Double timesRealTime,
      @Nullable Double allocatedPerCall) {}
}
