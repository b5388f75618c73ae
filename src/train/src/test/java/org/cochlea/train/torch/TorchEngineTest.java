package org.cochlea.train.torch;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.Engine;
import org.cochlea.core.EngineUnavailableException;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Waveform;
import org.cochlea.core.engine.EngineParity;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TorchEngineTest extends EngineParity {
  @BeforeAll
  static void oneThread() {
    // Small tensors: threads would wait for one another.
    Libtorch.load();
    torch.set_num_threads(1);
  }

  @Override
  protected Engine engine() {
    return Engines.named("torch");
  }

  @Override
  protected List<ExtractorOptions> ways() {
    return List.of(ExtractorOptions.defaults().withThreads(1));
  }

  @ParameterizedTest
  @MethodSource("features")
  void doublePrecisionDiffersByTheRoundingOfTheResult(Feature feature) {
    TorchOptions wide = TorchOptions.defaults().withPrecision(TorchOptions.Precision.FLOAT64);
    Waveform in = clips();
    try (Engine engine = new TorchEngine(wide);
        Extractor extractor = engine.compile(feature.pipeline())) {
      float[] expected = reference(feature.pipeline(), in);
      assertTrue(relativeError(expected, extractor.extract(in).toArray()) < 1e-9);
    }
  }

  @Test
  void anUnknownDeviceIsRefused() {
    Engine engine = new TorchEngine(TorchOptions.defaults().withDevice("cuda"));
    assumeFalse(torch.cuda_is_available());
    Pipeline pipeline = Pipeline.of(0, new Stage.Affine(2, 0));
    var e = assertThrows(EngineUnavailableException.class, () -> engine.compile(pipeline));
    assertTrue(String.valueOf(e.getMessage()).contains("CUDA"), e.getMessage());
  }

  @Test
  void isNeverPickedUnasked() {
    assertNotEquals("torch", Engines.best().name());
  }
}
