package org.cochlea.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.core.Availability;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.augment.Augmentation;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.AugmentingEngine;
import org.cochlea.core.augment.AugmentingExtractor;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.cuda.CudaEngine;
import org.cochlea.cuda.CudaOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training with the {@code cuda} engine, on the emulated GPU. */
class TrainerCudaTest {
  private static final String PLAN =
      """
      {"waveform": [
         {"type": "Gain", "p": 0.8},
         {"type": "SpeedPerturbation", "p": 0.5},
         {"type": "Shift", "p": 0.5},
         {"type": "Mix", "p": 0.3},
         {"type": "AddGaussianNoise", "p": 0.5}],
       "spectrogram": [
         {"type": "TimeMasking", "time_mask_param": 5},
         {"type": "FrequencyMasking", "freq_mask_param": 4, "fill": "mean"},
         {"type": "Mixup", "alpha": 0.4}]}
      """;

  @BeforeEach
  void requireTheEmulator() {
    Path library = Path.of(System.getProperty("cochlea.emulator", ""), "libcuda.so.1");
    assumeTrue(
        Files.exists(library),
        () -> "the emulated CUDA driver is not built: make emulator, which needs g++");
  }

  /** The engine, and whether it was asked to augment. */
  private static final class Noting implements AugmentingEngine {
    private final CudaEngine engine = new CudaEngine(CudaOptions.ofProperties());
    private final List<Augmentation.Transform> onCpu = new ArrayList<>();
    private int augmenting;

    @Override
    public AugmentingExtractor compile(
        AugmentationPlan plan, Pipeline pipeline, ExtractorOptions options) {
      augmenting++;
      onCpu.addAll(transformsOnCpu(plan, pipeline));
      return engine.compile(plan, pipeline, options);
    }

    @Override
    public List<Augmentation.Transform> transformsOnCpu(AugmentationPlan plan, Pipeline pipeline) {
      return engine.transformsOnCpu(plan, pipeline);
    }

    @Override
    public String name() {
      return engine.name();
    }

    @Override
    public Availability probe() {
      return engine.probe();
    }

    @Override
    public Extractor compile(Pipeline pipeline) {
      return engine.compile(pipeline);
    }

    @Override
    public Extractor compile(Pipeline pipeline, ExtractorOptions options) {
      return engine.compile(pipeline, options);
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  private static List<Double> losses(TrainConfig config, Dataset dataset, Engine engine, Path run)
      throws IOException {
    List<Double> losses = new ArrayList<>();
    TrainListener listener =
        new TrainListener() {
          @Override
          public void step(int epoch, int step, int of, double loss, int windows, Times times) {
            losses.add(loss);
          }
        };
    try (Trainer trainer =
        Trainer.begin(
            config,
            Tones.frontEnd(),
            dataset,
            engine,
            ExtractorOptions.defaults().withThreads(1),
            run,
            listener)) {
      assertTrue(trainer.run().epochs() > 0);
    }
    return losses;
  }

  @Test
  void theLossesAreThoseOfTheCpu(@TempDir Path folder) throws IOException {
    Dataset dataset = Tones.write(folder.resolve("tones"), 3, 8);
    TrainConfig config =
        ConfigFile.read(
            null,
            Map.of(
                "windows", "{\"seconds\": 0.1, \"hop\": 0.1}",
                "model", "linear",
                "division", "{\"type\": \"random\", \"validation\": 0}",
                "augmentation", PLAN,
                "optimizer.learningRate", "0.01",
                "training.epochs", "3",
                "training.batch", "3"));
    List<Double> expected;
    try (Engine cpu = Engines.named("cpu")) {
      expected = losses(config, dataset, cpu, folder.resolve("cpu"));
    }
    try (Noting cuda = new Noting()) {
      List<Double> losses = losses(config, dataset, cuda, folder.resolve("cuda"));
      assertTrue(losses.size() >= 20, () -> losses.size() + " steps");
      assertEquals(expected.size(), losses.size());
      for (int i = 0; i < losses.size(); i++) {
        // Features agree within 1e-5; the first steps' losses were the same to some 1e-7.
        assertEquals(expected.get(i), losses.get(i), 1e-5 * expected.get(i), "step " + i);
      }
      assertEquals(1, cuda.augmenting);
      assertEquals(List.of(), cuda.onCpu);
    }
  }
}
