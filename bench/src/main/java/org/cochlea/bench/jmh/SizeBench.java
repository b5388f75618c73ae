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

/**
 * Log-mel over the lengths of the transform: 16 clips of 10 s at 16 kHz, hop a quarter, 80 mels.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SizeBench {
  @Param({"256", "400", "480", "512", "640", "800", "1024", "1200", "2048", "4096", "8192"})
  int fftSize;

  @Param({"cochlea-cpu", "jtransforms"})
  String contender = "";

  private Workload job = Workload.ALL.getFirst();
  private Contender subject = Idle.CONTENDER;

  /** Makes the contender ready and compares its result. */
  @Setup(Level.Trial)
  public void setUp() throws Unavailable {
    job = new Workload("n" + fftSize, 16, 10, 16_000, fftSize, fftSize, fftSize / 4, 80);
    subject = Subject.ready(contender, job, 1);
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
