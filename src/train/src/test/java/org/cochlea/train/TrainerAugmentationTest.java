package org.cochlea.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.ExtractorOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Augmentation while training. */
class TrainerAugmentationTest {
  private static final String PLAN =
      """
      {"waveform": [
         {"type": "Gain", "p": 0.8},
         {"type": "SpeedPerturbation", "p": 0.5},
         {"type": "AddBackgroundNoise", "noise": "noises", "p": 0.5}],
       "spectrogram": [
         {"type": "TimeMasking", "time_mask_param": 5},
         {"type": "Mixup", "alpha": 0.4}]}
      """;

  @TempDir private static Path folder;
  private static Dataset dataset = new Dataset(Path.of(""), List.of(), List.of());
  private static Engine engine = Engines.named("cpu");

  @BeforeAll
  static void tones() throws IOException {
    dataset = Tones.write(folder.resolve("tones"), 3, 8);
    Dataset _ = Tones.write(folder.resolve("noises"), 1, 2);
    Files.writeString(folder.resolve("plan.json"), PLAN);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static TrainConfig config(Map<String, String> more) throws IOException {
    Map<String, String> values =
        new TreeMap<>(
            Map.of(
                "windows", "{\"seconds\": 0.4, \"hop\": 0.2}",
                "model", "linear",
                "division", "{\"type\": \"random\", \"validation\": 0.25}",
                "augmentation", folder.resolve("plan.json").toString(),
                "optimizer.learningRate", "0.01",
                "training.epochs", "2",
                "training.batch", "6"));
    values.putAll(more);
    return ConfigFile.read(null, values);
  }

  private static byte[] train(TrainConfig config, Path run, int threads) throws IOException {
    try (Trainer trainer =
        Trainer.begin(
            config,
            Tones.frontEnd(),
            dataset,
            engine,
            ExtractorOptions.defaults().withThreads(threads),
            run,
            TrainListener.silent())) {
      assertFalse(trainer.run().stopped());
    }
    return Files.readAllBytes(new RunFolder(run).weights(RunFolder.Which.LAST));
  }

  @Test
  void theSameOnAnyNumberOfThreadsAndAfterAStop(@TempDir Path runs) throws IOException {
    TrainConfig config = config(Map.of());
    byte[] whole = train(config, runs.resolve("whole"), 1);
    TrainConfig threads = config(Map.of("loading.threads", "3"));
    assertArrayEquals(whole, train(threads, runs.resolve("threads"), 2), "on more threads");
    Path parts = runs.resolve("parts");
    Trainer[] stopped = new Trainer[1];
    TrainListener atStepFour =
        new TrainListener() {
          private int seen;

          @Override
          public void step(int epoch, int step, int of, double loss, int windows, Times times) {
            assertTrue(times.augmentation() > 0);
            if (++seen == 4) {
              stopped[0].stop();
            }
          }
        };
    ExtractorOptions options = ExtractorOptions.defaults().withThreads(1);
    try (Trainer trainer =
        Trainer.begin(config, Tones.frontEnd(), dataset, engine, options, parts, atStepFour)) {
      stopped[0] = trainer;
      assertTrue(trainer.run().stopped());
    }
    try (Trainer trainer =
        Trainer.resume(parts, Tones.frontEnd(), engine, options, TrainListener.silent())) {
      assertFalse(trainer.run().stopped());
    }
    assertArrayEquals(
        whole,
        Files.readAllBytes(new RunFolder(parts).weights(RunFolder.Which.LAST)),
        "after a stop");
    assertFalse(
        Arrays.equals(
            whole, train(config(Map.of("augmentation", "none")), runs.resolve("plain"), 1)));
  }

  @Test
  void evaluationIsWithoutIt(@TempDir Path run) throws IOException {
    // So strong that an augmented clip could not be recognised.
    String silence =
        "{\"waveform\": [{\"type\": \"Gain\", \"min_gain_db\": -200, \"max_gain_db\": -190, \"p\": 1}]}";
    byte[] _ = train(config(Map.of("augmentation", silence)), run.resolve("run"), 1);
    RunFolder folder = new RunFolder(run.resolve("run"));
    try (TrainedModel model =
            TrainedModel.load(
                folder,
                RunFolder.Which.LAST,
                Tones.frontEnd(),
                engine,
                ExtractorOptions.defaults());
        Engine other = Engines.named("cpu")) {
      double[] scores = model.answer(dataset.items(), TrainListener.silent()).scores(0);
      Files.writeString(folder.config(), ConfigFile.toJson(config(Map.of("augmentation", "none"))));
      try (TrainedModel plain =
          TrainedModel.load(
              folder, RunFolder.Which.LAST, Tones.frontEnd(), other, ExtractorOptions.defaults())) {
        assertArrayEquals(scores, plain.answer(dataset.items(), TrainListener.silent()).scores(0));
      }
    }
  }

  @Test
  void theReportShowsWhatWasDrawn(@TempDir Path runs) throws IOException {
    Path run = runs.resolve("run");
    byte[] _ = train(config(Map.of("training.epochs", "1")), run, 1);
    RunFolder stored = new RunFolder(run);
    try (TrainedModel model =
        TrainedModel.load(
            stored, RunFolder.Which.LAST, Tones.frontEnd(), engine, ExtractorOptions.defaults())) {
      String page = Files.readString(Report.write(stored, model, TrainListener.silent()));
      assertTrue(page.contains("Augmentations drawn"));
      assertTrue(page.contains("TimeMasking"));
    }
  }

  @ParameterizedTest
  @CsvSource({"binary-cross-entropy, map", "mse, mae"})
  void mixedTagsAndNumbersCanBeLearntFrom(String loss, String metric, @TempDir Path run)
      throws IOException {
    TrainConfig config = config(Map.of("loss", loss, "training.epochs", "1"));
    Dataset numbered =
        Dataset.of(
            dataset.root(),
            dataset.items().stream()
                .map(
                    item ->
                        org.cochlea.audio.dataset.Item.of(
                            item.path(), item.labels().getFirst().substring(4)))
                .toList());
    try (Trainer trainer =
        Trainer.begin(
            config,
            Tones.frontEnd(),
            numbered,
            engine,
            ExtractorOptions.defaults(),
            run.resolve("run"),
            TrainListener.silent())) {
      Evaluation best = trainer.run().best();
      assertEquals(metric, best == null ? "none" : best.main());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "triplet | {\"spectrogram\": [{\"type\": \"CutMix\"}]} | it mixes the targets of clips",
        "mse | {\"spectrogram\": [{\"type\": \"TimeStretch\", \"hop_length\": 64}]} | augmentation: TimeStretch needs complex features",
        "mse | {\"waveform\": [{\"type\": \"Gain\", \"p\": 3}]} | augmentation: waveform[0], Gain: p must be in [0.0, 1.0], was 3.0"
      })
  void whatCannotBeIsSaidBeforeAnythingIsWritten(
      String loss, String plan, String message, @TempDir Path run) {
    Exception error =
        assertThrows(
            Exception.class,
            () -> train(config(Map.of("augmentation", plan, "loss", loss)), run.resolve("x"), 1));
    assertTrue(String.valueOf(error.getMessage()).contains(message), error.toString());
    assertFalse(Files.exists(run.resolve("x")));
  }

  @Test
  void thePlanIsInTheConfigurationWithAbsolutePaths(@TempDir Path other) throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, "{\"augmentation\": \"plan.json\"}");
    TrainConfig read = ConfigFile.read(file, Map.of());
    String text = ConfigFile.toJson(read);
    assertTrue(
        text.contains(folder.resolve("noises").toAbsolutePath().toString().replace("\\", "\\\\")),
        text);
    Path copy = other.resolve("copy.json");
    ConfigFile.write(read, copy);
    assertEquals(read, ConfigFile.read(copy, Map.of()));
    TrainConfig some =
        ConfigFile.read(file, Map.of("augmentation.waveform", "[{\"type\": \"TimeInversion\"}]"));
    assertEquals(
        List.of("TimeInversion"),
        Augmentation.plan(some).waveform().stream()
            .map(a -> a.getClass().getSimpleName())
            .toList());
    assertEquals(2, Augmentation.plan(some).spectrogram().size());
  }
}
