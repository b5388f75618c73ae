package org.cochlea.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.train.model.Statistic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Classical models of pooled features. */
class BaselineTest {
  private static final ExtractorOptions ONE_THREAD = ExtractorOptions.defaults().withThreads(1);

  @TempDir private static Path folder;
  private static Dataset dataset = new Dataset(Path.of(""), List.of(), List.of());
  private static Engine engine = Engines.named("cpu");

  @BeforeAll
  static void tones() throws IOException {
    dataset = Tones.write(folder.resolve("tones"), 3, 10);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static Trainer begin(Map<String, String> more, Path run) throws IOException {
    Map<String, String> values =
        new TreeMap<>(
            Map.of(
                "windows", "{\"seconds\": 0.4, \"hop\": 0.2}",
                "division", "{\"type\": \"random\", \"validation\": 0.3}"));
    values.putAll(more);
    return Trainer.begin(
        ConfigFile.read(null, values),
        Tones.frontEnd(),
        dataset,
        engine,
        ONE_THREAD,
        run,
        TrainListener.silent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "logistic-regression",
        "svm",
        "{\"type\": \"svm\", \"kernel\": \"linear\", \"pooled\": [\"mean\", \"std\", \"min\", \"max\"]}",
        "{\"type\": \"random-forest\", \"trees\": 20}"
      })
  void tonesAreToldApartAndTheModelIsStored(String model, @TempDir Path runs) throws IOException {
    Path run = runs.resolve("run");
    double[] scores;
    try (Trainer trainer = begin(Map.of("model", model), run)) {
      Evaluation best = trainer.run().best();
      assertNotNull(best);
      assertTrue(best.result() > 0.85, best.toString());
      assertTrue(best.loss() < 0.6, best.toString());
      scores = trainer.model().answer(dataset.items(), TrainListener.silent()).scores(4);
      assertEquals(1, scores[0] + scores[1] + scores[2], 1e-9);
    }
    RunFolder stored = new RunFolder(run);
    for (RunFolder.Which which : RunFolder.Which.values()) {
      try (TrainedModel loaded =
          TrainedModel.load(stored, which, Tones.frontEnd(), engine, ONE_THREAD)) {
        assertArrayEquals(
            scores, loaded.answer(dataset.items(), TrainListener.silent()).scores(4), 1e-12);
        String page = Files.readString(Report.write(stored, loaded, TrainListener.silent()));
        assertTrue(page.contains("Confusion"));
      }
    }
    try (Trainer again =
        Trainer.resume(run, Tones.frontEnd(), engine, ONE_THREAD, TrainListener.silent())) {
      assertFalse(again.run().stopped());
    }
  }

  @Test
  void statisticsAreThoseOfTheFramesThatAreThere() {
    // Two windows of one bin, the second with two frames and padding.
    double[][] pooled =
        Baseline.pool(
            new float[] {1, 2, 3, 4, 6, 0},
            1,
            new int[] {3, 2},
            List.of(Statistic.MEAN, Statistic.STD, Statistic.MIN, Statistic.MAX));
    assertArrayEquals(new double[] {2, Math.sqrt(2 / 3.0), 1, 3}, pooled[0], 1e-12);
    assertArrayEquals(new double[] {5, 1, 4, 6}, pooled[1], 1e-12);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "loss | ctc | model: svm tells classes apart, with the loss cross-entropy; it cannot learn with ctc",
        "frontEnd.trainable | {\"window\": 1} | frontEnd.trainable: svm has no gradients",
        "augmentation | {\"spectrogram\": [{\"type\": \"CutMix\"}]} | augmentation: it mixes the targets",
        "model.cost | 0 | model: cost must be above 0, was 0.0",
        "model.pooled | [] | model: pooled must have at least 1 statistic, had 0"
      })
  void whatCannotBeIsSaid(String path, String value, String message, @TempDir Path run) {
    Map<String, String> values = new TreeMap<>(Map.of("model", "svm", path, value));
    if (value.equals("ctc")) {
      values.put("windows.seconds", "0");
    }
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> begin(values, run.resolve("run")));
    assertTrue(String.valueOf(error.getMessage()).startsWith(message), error.toString());
  }
}
