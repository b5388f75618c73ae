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

/** The three log-mel workloads, every contender that runs in a JVM. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LogMelBench {
  @Param({"W1", "W2", "W3"})
  String workload = "";

  @Param({
    "cochlea-cpu",
    "cochlea-cpu-vector",
    "cochlea-cpu-256bit",
    "cochlea-cpu-128bit",
    "cochlea-cpu-jtransforms",
    "cochlea-reference",
    "cochlea-opencl",
    "jtransforms",
    "libtorch-clips",
    "libtorch-batch",
    "libtorch-fast"
  })
  String contender = "";

  @Param({"1", "0"})
  int threads;

  private Workload job = Workload.ALL.getFirst();
  private Contender subject = Idle.CONTENDER;

  /** Makes the contender ready and compares its result. */
  @Setup(Level.Trial)
  public void setUp() throws Unavailable {
    job = Workload.of(workload);
    subject = Subject.ready(contender, job, threads);
  }

  /** Computes the batch. */
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
