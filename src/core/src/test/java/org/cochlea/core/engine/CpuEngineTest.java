package org.cochlea.core.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Feature;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuEngineTest extends EngineParity {
  @Override
  protected Engine engine() {
    return Engines.named("cpu");
  }

  @Override
  protected List<ExtractorOptions> ways() {
    return List.of(
        ExtractorOptions.defaults().withThreads(1), ExtractorOptions.defaults().withThreads(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void threadsDoNotChangeABit(int threads) {
    Waveform in = clips();
    for (Feature feature : features()) {
      try (Extractor one =
              engine().compile(feature.pipeline(), ExtractorOptions.defaults().withThreads(1));
          Extractor many =
              engine()
                  .compile(feature.pipeline(), ExtractorOptions.defaults().withThreads(threads))) {
        Tensor expected = one.extract(in);
        for (int i = 0; i < 5; i++) {
          assertArrayEquals(expected.toArray(), many.extract(in).toArray());
        }
        assertEquals(expected.frames(1), many.extract(in).frames(1));
      }
    }
  }
}
