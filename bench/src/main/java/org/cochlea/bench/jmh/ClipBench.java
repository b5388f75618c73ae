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

/** Log-mel (16 kHz, 400/160/80) over the length of one clip. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ClipBench {
  @Param({"1", "10", "60", "600"})
  int seconds;

  @Param({"cochlea-cpu"})
  String contender = "";

  @Param({"1", "0"})
  int threads;

  private Workload job = Workload.ALL.getFirst();
  private Contender subject = Idle.CONTENDER;

  /** Makes the contender ready and compares its result. */
  @Setup(Level.Trial)
  public void setUp() throws Unavailable {
    job = new Workload("s" + seconds, 1, seconds, 16_000, 400, 400, 160, 80);
    subject = Subject.ready(contender, job, threads);
  }

  /** Computes the clip. */
  @Benchmark
  public void logMel(Progress progress) {
    subject.run();
    progress.add(job.frames(), job.audioSeconds());
  }

  /** Frees it. */
  @TearDown(Level.Trial)
  public void tearDown() {
    subject.close();
  }
}
