package org.cochlea.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StageJobTest {
  @ParameterizedTest
  @EnumSource
  void aStageAloneGivesWhatItGivesAfterTheOthers(StageJob job) {
    SplittableRandom random = new SplittableRandom(1);
    float[] x = new float[job.sampleRate()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (random.nextDouble() - 0.5);
    }
    Waveform in = Waveform.of(x, job.sampleRate());
    try (Engine engine = Engines.named("cpu")) {
      ExtractorOptions options = ExtractorOptions.defaults().withThreads(1);
      List<Stage> together = new ArrayList<>(job.before());
      together.addAll(job.alone().stages());
      Tensor expected;
      try (Extractor all =
          engine.compile(new Pipeline(job.sampleRate(), Layout.signal(), together), options)) {
        expected = all.extract(in);
      }
      try (Extractor alone = engine.compile(job.alone(), options)) {
        Tensor got;
        if (job.before().isEmpty()) {
          got = alone.extract(in);
        } else {
          Pipeline before = new Pipeline(job.sampleRate(), Layout.signal(), job.before());
          try (Extractor first = engine.compile(before, options)) {
            got = alone.extract(first.extract(in));
          }
        }
        Agreement agreement = Agreement.of(got.toArray(), expected.toArray());
        assertTrue(agreement.relativeL2() <= 1e-6, () -> job + ": " + agreement);
      }
    }
  }
}
