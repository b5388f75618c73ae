package org.cochlea.bench.jmh;

import org.cochlea.bench.Agreement;
import org.cochlea.bench.Contender;
import org.cochlea.bench.Contenders;
import org.cochlea.bench.Contenders.Unavailable;
import org.cochlea.bench.Workload;

/** A contender whose result was compared with the reference before anything is timed. */
final class Subject {
  private Subject() {}

  /**
   * Makes a contender ready.
   *
   * @param threads at least 1, or 0 for all
   * @throws IllegalStateException if it computes something else
   */
  static Contender ready(String name, Workload workload, int threads) throws Unavailable {
    float[] audio = workload.audio();
    int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    Contender contender = Contenders.open(name, workload, audio, count);
    contender.run();
    try (Contender reference = Contenders.open("cochlea-reference", workload, audio, 1)) {
      reference.run();
      Agreement.of(contender.output(), reference.output()).require(name);
    }
    return contender;
  }
}
