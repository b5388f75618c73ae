package org.cochlea.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.audio.file.Safetensors;
import org.cochlea.core.Availability;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Waveform;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.train.data.Batch;
import org.cochlea.train.torch.Trainable;
import org.cochlea.train.torch.TrainableFrontend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Front ends that are learned with the model. */
class TrainerFrontEndTest {
  private static final ExtractorOptions ONE_THREAD = ExtractorOptions.defaults().withThreads(1);

  @TempDir private static Path folder;
  private static Dataset dataset = new Dataset(Path.of(""), List.of(), List.of());
  private static Engine engine = Engines.named("cpu");

  @BeforeAll
  static void tones() throws IOException {
    dataset = Tones.write(folder.resolve("tones"), 3, 8);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static TrainConfig config(Map<String, String> more) throws IOException {
    Map<String, String> values =
        new TreeMap<>(
            Map.of(
                "frontEnd.trainable", "{\"filter-bank\": 0.5, \"window\": 2}",
                "windows", "{\"seconds\": 0.4, \"hop\": 0.2}",
                "model", "linear",
                "division", "{\"type\": \"random\", \"validation\": 0.25}",
                "schedule", "constant",
                "optimizer.learningRate", "0.001",
                "training.epochs", "2",
                "training.batch", "6"));
    values.putAll(more);
    return ConfigFile.read(null, values);
  }

  private static Trainer begin(TrainConfig config, Path run, TrainListener listener)
      throws IOException {
    return Trainer.begin(config, Tones.frontEnd(), dataset, engine, ONE_THREAD, run, listener);
  }

  /** Adam's first step is the rate itself, whatever the gradient: so rates can be seen. */
  @Test
  void everyKindLearnsAtItsOwnRate(@TempDir Path runs) throws IOException {
    TrainConfig config = config(Map.of("training.epochs", "1", "training.batch", "18"));
    try (PointerScope _ = new PointerScope();
        TrainableFrontend start =
            new TrainableFrontend(Tones.frontEnd().feature().pipeline(), config.trainable());
        Trainer trainer = begin(config, runs.resolve("run"), TrainListener.silent())) {
      assertFalse(trainer.run().stopped());
      Map<String, Double> moved = new TreeMap<>();
      Map<String, Tensor> state = trainer.model().network().state();
      for (var group : start.groups()) {
        String name = group.trainable() == Trainable.WINDOW ? "window" : "filter_bank";
        float[] before = Tensors.floats(group.parameters().getFirst());
        float[] after = Tensors.floats(Objects.requireNonNull(state.get("frontend." + name)));
        double most = 0;
        for (int i = 0; i < before.length; i++) {
          most = Math.max(most, Math.abs(after[i] - before[i]));
        }
        moved.put(name, most);
      }
      assertEquals(0.002, moved.getOrDefault("window", 0.0), 2e-5);
      assertEquals(0.0005, moved.getOrDefault("filter_bank", 0.0), 5e-6);
    }
  }

  /** An engine that notes where it was asked to write. */
  private static Engine noting(AtomicLong address) {
    return new Engine() {
      @Override
      public String name() {
        return "noting";
      }

      @Override
      public Availability probe() {
        return engine.probe();
      }

      @Override
      public Extractor compile(Pipeline pipeline) {
        return compile(pipeline, ONE_THREAD);
      }

      @Override
      public Extractor compile(Pipeline pipeline, ExtractorOptions options) {
        Extractor real = engine.compile(pipeline, options);
        return (Extractor)
            Proxy.newProxyInstance(
                Extractor.class.getClassLoader(),
                new Class<?>[] {Extractor.class},
                (_, method, arguments) -> {
                  if (method.getReturnType() == void.class
                      && arguments != null
                      && arguments[1] instanceof org.cochlea.core.Tensor out) {
                    address.set(out.segment().address());
                  }
                  return method.invoke(real, arguments);
                });
      }

      @Override
      public void close() {}
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "{\"waveform\": [{\"type\": \"Gain\"}]}"})
  void theEngineWritesIntoTheMemoryThatTheNetworkReads(String plan) throws IOException {
    float[][] samples = {new float[Tones.RATE / 2]};
    Waveform clip = Waveform.ofChannels(samples, Tones.RATE);
    Batch batch = new Batch(List.of(clip, clip), List.of(0, 1), List.of(5L, 6L), false, 0);
    TrainConfig fixed = config(Map.of("frontEnd.trainable", "{}", "augmentation", plan));
    AtomicLong written = new AtomicLong();
    Engine noting = noting(written);
    try (PointerScope _ = new PointerScope();
        Features features = new Features(fixed, Tones.frontEnd(), noting, ONE_THREAD);
        Augmentation augmentation = Augmentation.of(fixed, Tones.frontEnd(), noting, ONE_THREAD)) {
      Tensor read =
          augmentation == null
              ? features.tensor(batch.waveform(0, 2))
              : augmentation.tensor(batch, 0, null);
      assertEquals(plan.equals("none"), augmentation == null);
      assertEquals(written.get(), read.data_ptr().address());
      int[] frames = augmentation == null ? features.frames() : augmentation.frames();
      assertEquals(2, frames.length);
      assertEquals(read.size(3), frames[1]);
    }
  }

  @Test
  void itIsStoredGoesOnAndIsInTheReport(@TempDir Path runs) throws IOException {
    TrainConfig config =
        config(
            Map.of(
                "augmentation",
                "{\"spectrogram\": [{\"type\": \"TimeMasking\", \"time_mask_param\": 5}]}"));
    Path whole = runs.resolve("whole");
    try (Trainer trainer = begin(config, whole, TrainListener.silent())) {
      assertFalse(trainer.run().stopped());
    }
    Path parts = runs.resolve("parts");
    Trainer[] running = new Trainer[1];
    TrainListener stop =
        new TrainListener() {
          @Override
          public void step(int epoch, int step, int of, double loss, int windows, Times times) {
            running[0].stop();
          }
        };
    try (Trainer trainer = begin(config, parts, stop)) {
      running[0] = trainer;
      assertTrue(trainer.run().stopped());
    }
    try (Trainer trainer =
        Trainer.resume(parts, Tones.frontEnd(), engine, ONE_THREAD, TrainListener.silent())) {
      assertFalse(trainer.run().stopped());
      double[] scores = trainer.model().answer(dataset.items(), TrainListener.silent()).scores(3);
      RunFolder run = new RunFolder(parts);
      Path last = run.weights(RunFolder.Which.LAST);
      assertArrayEquals(
          Files.readAllBytes(new RunFolder(whole).weights(RunFolder.Which.LAST)),
          Files.readAllBytes(last));
      try (Safetensors stored = Safetensors.open(last);
          TrainedModel loaded =
              TrainedModel.load(run, RunFolder.Which.LAST, Tones.frontEnd(), engine, ONE_THREAD)) {
        assertTrue(stored.names().containsAll(List.of("frontend.filter_bank", "frontend.window")));
        assertArrayEquals(scores, loaded.answer(dataset.items(), TrainListener.silent()).scores(3));
        String page = Files.readString(Report.write(run, loaded, TrainListener.silent()));
        assertTrue(page.contains("Learned front end"));
        assertTrue(page.contains("window") && page.contains("filter_bank"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"mel\": 1} | frontEnd.trainable: there is no \"mel\"",
        "{\"dct\": 1} | frontEnd.trainable: DCT cannot be trained",
        "{\"window\": 0} | frontEnd.trainable: the rate of WINDOW must be above 0",
        "{\"window\": \"fast\"} | frontEnd.trainable.window must be a number, was fast",
        "1 | frontEnd.trainable must be an object"
      })
  void whatCannotBeLearnedIsSaid(String trainable, String message, @TempDir Path run) {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                begin(
                    config(Map.of("frontEnd.trainable", trainable)),
                    run.resolve("run"),
                    TrainListener.silent()));
    assertTrue(String.valueOf(error.getMessage()).startsWith(message), error.toString());
  }

  @Test
  void whatLetsNoGradientThroughIsSaid(@TempDir Path run) {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                begin(
                    config(
                        Map.of(
                            "augmentation",
                            "{\"spectrogram\": [{\"type\": \"Mixup\", \"alpha\": 0.4}]}")),
                    run.resolve("run"),
                    TrainListener.silent()));
    assertTrue(String.valueOf(error.getMessage()).contains("Mixup lets no gradient"));
  }
}
