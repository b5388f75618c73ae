package org.cochlea.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.cochlea.bench.FeatureJob;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
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

/** Features with their libraries' defaults. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FeatureBench {
  @Param FeatureJob feature = FeatureJob.STFT;

  @Param({"cpu"})
  String engine = "";

  @Param({"1"})
  int threads;

  private @Nullable Engine opened;
  private @Nullable Extractor extractor;
  private Waveform in = Waveform.of(new float[0], 1);
  private @Nullable Tensor out;

  /** Compiles the feature. */
  @Setup(Level.Trial)
  public void setUp() {
    in = feature.waveform(feature.audio());
    opened = Engines.named(engine);
    extractor =
        opened.compile(
            feature.feature().pipeline(), ExtractorOptions.defaults().withThreads(threads));
    out = Tensor.allocate(extractor.outputShape(in));
  }

  /** Computes the batch. */
  @Benchmark
  public void extract(Progress progress) {
    if (extractor == null || out == null) {
      throw new IllegalStateException("the benchmark was not set up");
    }
    extractor.extract(in, out);
    progress.add(out.shape().batch() * out.shape().frames(), feature.audioSeconds());
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
