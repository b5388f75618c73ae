package org.cochlea.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.cochlea.bench.Contender;
import org.cochlea.bench.Contenders.Unavailable;
import org.cochlea.bench.Workload;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** How long one second of audio takes (log-mel, 16 kHz, 400/160/80), with percentiles. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LatencyBench {
  @Param({"cochlea-cpu", "jtransforms", "libtorch-fast"})
  String contender = "";

  private final Workload job = new Workload("latency", 1, 1, 16_000, 400, 400, 160, 80);
  private Contender subject = Idle.CONTENDER;

  /** Makes the contender ready and compares its result. */
  @Setup(Level.Trial)
  public void setUp() throws Unavailable {
    subject = Subject.ready(contender, job, 1);
  }

  /** Computes one clip. */
  @Benchmark
  public void oneSecond() {
    subject.run();
  }

  /** Frees it. */
  @TearDown(Level.Trial)
  public void tearDown() {
    subject.close();
  }
}
