package org.cochlea.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.cochlea.bench.StageJob;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.jspecify.annotations.Nullable;
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

/** Single stages, from memory to memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StageBench {
  @Param StageJob stage = StageJob.FRAME;

  @Param({"cpu", "reference"})
  String engine = "";

  @Param({"1"})
  int threads;

  private @Nullable Engine opened;
  private @Nullable Extractor extractor;
  private Waveform clips = Waveform.of(new float[0], 1);

  /** What the stages before it give; null for the first. */
  private @Nullable Tensor frames;

  private @Nullable Tensor out;

  /** Runs the stages before it, and compiles it. */
  @Setup(Level.Trial)
  public void setUp() {
    opened = Engines.named(engine);
    ExtractorOptions options = ExtractorOptions.defaults().withThreads(threads);
    clips = stage.clips();
    if (!stage.before().isEmpty()) {
      Pipeline before = new Pipeline(stage.sampleRate(), Layout.signal(), stage.before());
      try (Extractor first = opened.compile(before, options)) {
        frames = first.extract(clips);
      }
    }
    extractor = opened.compile(stage.alone(), options);
    out =
        Tensor.allocate(
            frames == null ? extractor.outputShape(clips) : extractor.outputShape(frames));
  }

  /** Computes the batch. */
  @Benchmark
  public void extract(Progress progress) {
    if (extractor == null || out == null) {
      throw new IllegalStateException("the benchmark was not set up");
    }
    if (frames == null) {
      extractor.extract(clips, out);
    } else {
      extractor.extract(frames, out);
    }
    progress.add(out.shape().batch() * out.shape().frames(), stage.audioSeconds());
  }

  /** Frees it. */
  @TearDown(Level.Trial)
  public void tearDown() {
    if (extractor != null) {
      extractor.close();
    }
    if (opened != null) {
      opened.close();
    }
  }
}
