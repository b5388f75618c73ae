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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.cochlea.audio.AudioFormat;
import org.cochlea.audio.AudioWriter;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.audio.dataset.Item;
import org.cochlea.audio.dataset.Part;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.ExtractorOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
  private static final ExtractorOptions ONE_THREAD = ExtractorOptions.defaults().withThreads(1);

  @TempDir private static Path folder;
  private static Dataset dataset = new Dataset(Path.of(""), List.of(), List.of());
  private static Engine engine = Engines.named("cpu");

  @BeforeAll
  static void tones() throws IOException {
    dataset = Tones.write(folder.resolve("tones"), 3, 12);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** A network of some hundred parameters with dropout, for two epochs of four steps. */
  private static TrainConfig config(Map<String, String> more) throws IOException {
    Map<String, String> values = tones(Map.of("training.epochs", "2", "training.batch", "6"));
    values.put("model", network(0.2));
    values.putAll(more);
    return ConfigFile.read(null, values);
  }

  /** What every run on the tones begins with. */
  private static Map<String, String> tones(Map<String, String> more) {
    Map<String, String> values = new TreeMap<>(more);
    values.put("windows", "{\"seconds\": 0.4, \"hop\": 0.2}");
    values.put("optimizer.learningRate", "0.02");
    values.put("division", "{\"type\": \"random\", \"validation\": 0.25}");
    return values;
  }

  private static String network(double dropout) {
    return """
    {"blocks": [{"channels": 8, "convolutions": 1, "kernel": 3, "stride": 1, "poolBins": 2,
    "poolFrames": 2}], "pooling": "bins", "dropout": %s}"""
        .formatted(dropout);
  }

  private static Trainer begin(TrainConfig config, Path run, TrainListener listener)
      throws IOException {
    return begin(config, dataset, run, listener);
  }

  private static Trainer begin(TrainConfig config, Dataset data, Path run, TrainListener listener)
      throws IOException {
    return Trainer.begin(config, Tones.frontEnd(), data, engine, ONE_THREAD, run, listener);
  }

  @Test
  void aSmallNetworkLearnsTonesAndItsFolderHasAllOfTheRun(@TempDir Path run) throws IOException {
    TrainConfig config = config(Map.of("training.epochs", "8"));
    Evaluation evaluation;
    try (Trainer trainer = begin(config, run, TrainListener.silent())) {
      Trainer.Result result = trainer.run();
      assertEquals(8, result.epochs());
      assertFalse(result.stopped());
      evaluation = trainer.model().evaluate(dataset.items(), TrainListener.silent());
    }
    assertTrue(evaluation.result() > 0.9, evaluation.toString());
    RunFolder stored = new RunFolder(run);
    List<String> log = Files.readAllLines(stored.log());
    assertEquals(9, log.size());
    assertTrue(log.getFirst().startsWith("epoch,step,seconds,"), log.getFirst());
    assertEquals(config, ConfigFile.read(stored.config(), Map.of()));
    Dataset divided = stored.dataset();
    assertEquals(9, divided.items(Part.VALIDATION).size());
    assertEquals(27, divided.items(Part.TRAIN).size());
    for (RunFolder.Which which : RunFolder.Which.values()) {
      try (TrainedModel model =
          TrainedModel.load(stored, which, Tones.frontEnd(), engine, ONE_THREAD)) {
        assertTrue(
            model.evaluate(divided.items(), TrainListener.silent()).result() > 0.9,
            which.toString());
      }
    }
  }

  @Test
  void aLoadedModelGivesTheSameScores(@TempDir Path run) throws IOException {
    try (Trainer trainer = begin(config(Map.of()), run, TrainListener.silent())) {
      Trainer.Result _ = trainer.run();
      List<Item> items = dataset.items().subList(0, 5);
      Evaluation.Answers before = trainer.model().answer(items, TrainListener.silent());
      try (TrainedModel loaded =
          TrainedModel.load(
              new RunFolder(run), RunFolder.Which.LAST, Tones.frontEnd(), engine, ONE_THREAD)) {
        Evaluation.Answers after = loaded.answer(items, TrainListener.silent());
        for (int i = 0; i < items.size(); i++) {
          assertArrayEquals(before.scores(i), after.scores(i));
        }
      }
    }
  }

  /** Stops after a step of the whole run. */
  private static final class StopAfter implements TrainListener {
    private final int steps;
    private int seen;
    private @Nullable Trainer trainer;

    StopAfter(int steps) {
      this.steps = steps;
    }

    @Override
    public void step(int epoch, int step, int of, double loss, int windows, Times times) {
      Trainer stopped = trainer;
      if (++seen == steps && stopped != null) {
        stopped.stop();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"adam", "adam-w", "sgd", "rms-prop"})
  void aStoppedRunThatGoesOnIsEqualBitForBit(String optimizer, @TempDir Path runs)
      throws IOException {
    TrainConfig config = config(Map.of("optimizer", optimizer, "schedule", "plateau"));
    Path whole = runs.resolve("whole");
    try (Trainer trainer = begin(config, whole, TrainListener.silent())) {
      Trainer.Result _ = trainer.run();
    }
    // In the middle of an epoch, and once more behind its end.
    Path parts = runs.resolve("parts");
    StopAfter first = new StopAfter(2);
    try (Trainer trainer = begin(config, parts, first)) {
      first.trainer = trainer;
      assertTrue(trainer.run().stopped());
    }
    StopAfter second = new StopAfter(2);
    try (Trainer trainer = Trainer.resume(parts, Tones.frontEnd(), engine, ONE_THREAD, second)) {
      second.trainer = trainer;
      assertTrue(trainer.run().stopped());
    }
    try (Trainer trainer =
        Trainer.resume(parts, Tones.frontEnd(), engine, ONE_THREAD, TrainListener.silent())) {
      assertFalse(trainer.run().stopped());
    }
    for (RunFolder.Which which : RunFolder.Which.values()) {
      assertArrayEquals(
          Files.readAllBytes(new RunFolder(whole).weights(which)),
          Files.readAllBytes(new RunFolder(parts).weights(which)),
          which.toString());
    }
    // All but the times are equal too.
    assertEquals(untimed(whole), untimed(parts));
  }

  private static List<String> untimed(Path run) throws IOException {
    return Files.readAllLines(run.resolve("log.csv")).stream()
        .map(line -> line.replaceFirst("^(\\w+,\\w+),(?:[^,]*,){5}", "$1,"))
        .toList();
  }

  @Test
  void theSeedDecides(@TempDir Path runs) throws IOException {
    List<byte[]> weights = new ArrayList<>();
    for (String seed : List.of("1", "1", "2")) {
      Path run = runs.resolve("run" + weights.size());
      try (Trainer trainer =
          begin(config(Map.of("training.seed", seed)), run, TrainListener.silent())) {
        Trainer.Result _ = trainer.run();
      }
      weights.add(Files.readAllBytes(new RunFolder(run).weights(RunFolder.Which.LAST)));
    }
    assertArrayEquals(weights.get(0), weights.get(1));
    assertFalse(java.util.Arrays.equals(weights.get(0), weights.get(2)));
  }

  @Test
  void trainingStopsWhenItDoesNotGetBetter(@TempDir Path run) throws IOException {
    // So small a rate that nothing changes.
    TrainConfig config =
        config(
            Map.of(
                "training.epochs", "20",
                "training.patience", "2",
                "training.monitor", "metric",
                "optimizer", "{\"type\": \"sgd\", \"learningRate\": 1e-12}",
                "model.dropout", "0"));
    try (Trainer trainer = begin(config, run, TrainListener.silent())) {
      assertTrue(trainer.run().epochs() < 20);
    }
  }

  @Test
  void aCorruptClipIsReportedOnceAndLeftOut(@TempDir Path data, @TempDir Path run)
      throws IOException {
    Tones.write(data, 2, 6);
    Path bad = data.resolve("tone0/clip00.wav");
    Files.writeString(bad, "no audio");
    Set<Path> skipped = new HashSet<>();
    TrainListener listener =
        new TrainListener() {
          @Override
          public void skipped(Path file, String why) {
            assertTrue(skipped.add(file), "reported twice");
            assertTrue(why.contains("clip00.wav"), why);
          }
        };
    TrainConfig config = config(Map.of("division", "{\"type\": \"random\", \"validation\": 0}"));
    try (Trainer trainer = begin(config, Dataset.open(data), run.resolve("a"), listener)) {
      Trainer.Result _ = trainer.run();
    }
    assertEquals(Set.of(bad), skipped);
    TrainConfig strict =
        config(
            Map.of("division", "{\"type\": \"random\", \"validation\": 0}", "loading.bad", "fail"));
    try (Trainer trainer = begin(strict, Dataset.open(data), run.resolve("b"), listener)) {
      IOException error = assertThrows(IOException.class, trainer::run);
      assertTrue(
          String.valueOf(error.getMessage()).contains("clip00.wav"),
          String.valueOf(error.getMessage()));
    }
  }

  @Test
  void aLossThatIsNoNumberNamesTheStepAndItsClips(@TempDir Path data, @TempDir Path run)
      throws IOException {
    Tones.write(data, 2, 4);
    float[] broken = new float[Tones.RATE];
    broken[Tones.RATE / 2] = Float.NaN;
    AudioWriter.write(
        data.resolve("tone1/broken.wav"),
        AudioFormat.WAV_FLOAT_32,
        new float[][] {broken},
        Tones.RATE);
    TrainConfig config =
        config(
            Map.of(
                "windows.seconds", "1",
                "division", "{\"type\": \"random\", \"validation\": 0}"));
    try (Trainer trainer =
        begin(config, Dataset.open(data), run.resolve("run"), TrainListener.silent())) {
      NonFiniteLossException error = assertThrows(NonFiniteLossException.class, trainer::run);
      assertTrue(
          String.valueOf(error.getMessage())
              .matches("the loss is .* in epoch 1, step \\d+: .*broken.wav.*"),
          String.valueOf(error.getMessage()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tags|{\"loss\": \"binary-cross-entropy\"}|map|0.9",
        "triplet|{\"loss\": {\"type\": \"triplet\", \"dimensions\": 4}}|accuracy|0.8",
        "contrastive|{\"loss\": {\"type\": \"contrastive\", \"dimensions\": 4}}|accuracy|0.8",
        "few|{\"loss\": {\"type\": \"prototypical\", \"dimensions\": 4, \"support\": 2, \"queries\": 2}}|accuracy|0.8",
        "frames|{\"model\": {\"type\": \"tcn\", \"width\": 8, \"levels\": 2, \"output\": \"frames\"}}|accuracy|0.8",
        "weights|{\"loss\": {\"type\": \"cross-entropy\", \"labelSmoothing\": 0.1, \"balanced\": true}, \"training\": {\"balanced\": true, \"clipGradient\": 1, \"warmUpEpochs\": 0.5}}|accuracy|0.8"
      })
  void otherLossesLearnTonesToo(String line, @TempDir Path run) throws IOException {
    String[] parts = line.split("\\|", -1);
    Path file = run.resolve("config.json");
    Files.writeString(file, parts[1]);
    Map<String, String> values = tones(Map.of("training.epochs", "8", "training.batch", "12"));
    if (!parts[1].contains("\"model\"")) {
      values.put("model", network(0));
    }
    try (Trainer trainer =
        begin(ConfigFile.read(file, values), run.resolve("run"), TrainListener.silent())) {
      Trainer.Result result = trainer.run();
      Evaluation best = result.best();
      assertNotNull(best);
      assertEquals(parts[2], best.main());
      assertTrue(best.result() >= Double.parseDouble(parts[3]), best.toString());
    }
    try (TrainedModel model =
        TrainedModel.load(
            new RunFolder(run.resolve("run")),
            RunFolder.Which.BEST,
            Tones.frontEnd(),
            engine,
            ONE_THREAD)) {
      Evaluation again =
          model.evaluate(
              new RunFolder(run.resolve("run")).dataset().items(Part.VALIDATION),
              TrainListener.silent());
      assertTrue(again.result() >= Double.parseDouble(parts[3]), again.toString());
    }
  }

  @Test
  void numbersAreLearnt(@TempDir Path data, @TempDir Path run) throws IOException {
    Dataset tones = Tones.write(data, 3, 10);
    List<Item> items =
        tones.items().stream()
            .map(
                item ->
                    Item.of(item.path(), item.labels().getFirst().replace("tone", "").concat(".5")))
            .toList();
    TrainConfig config =
        config(Map.of("loss", "mse", "training.epochs", "10", "model.dropout", "0"));
    try (Trainer trainer =
        begin(config, Dataset.of(data, items), run.resolve("run"), TrainListener.silent())) {
      Evaluation best = trainer.run().best();
      assertNotNull(best);
      assertTrue(best.metrics().getOrDefault("mae", 9.0) < 0.5, best.toString());
    }
  }

  @Test
  void textsAreLearnt(@TempDir Path data, @TempDir Path run) throws IOException {
    Dataset tones = Tones.write(data, 3, 10);
    List<Item> items = new ArrayList<>();
    for (Item item : tones.items()) {
      String text = List.of("ab", "c", "d").get(item.labels().getFirst().charAt(4) - '0');
      items.add(new Item(item.path(), List.of(), null, null, null, 0, null, text));
    }
    TrainConfig config =
        config(
            Map.of(
                "loss", "ctc",
                "windows.seconds", "0",
                "model",
                    "{\"type\": \"tcn\", \"width\": 12, \"levels\": 3, \"dropout\": 0, \"output\": \"frames\"}",
                "schedule", "constant",
                "training.epochs", "40",
                "training.batch", "8",
                "optimizer.learningRate", "0.02"));
    try (Trainer trainer =
        begin(config, Dataset.of(data, items), run.resolve("run"), TrainListener.silent())) {
      Evaluation best = trainer.run().best();
      assertNotNull(best);
      assertTrue(best.metrics().getOrDefault("cer", 9.0) < 0.2, best.toString());
    }
  }

  @Test
  void whatCannotBeTrainedIsSaidBeforeAnythingIsWritten(@TempDir Path run) throws IOException {
    Path target = run.resolve("run");
    for (Map.Entry<String, Map<String, String>> wrong :
        Map.of(
                "cuda is not available", Map.of("training.device", "cuda"),
                "no folds of its own", Map.of("division", "{\"type\": \"fold\", \"folds\": 0}"),
                "has no groups", Map.of("division", "{\"type\": \"group\", \"group\": \"x\"}"),
                "no clip has a text", Map.of("loss", "ctc", "windows.seconds", "0"),
                "the label must be a number", Map.of("loss", "mse"),
                "for a model that flattens", Map.of("model", "linear", "windows.seconds", "0"))
            .entrySet()) {
      TrainConfig config = config(wrong.getValue());
      IllegalArgumentException error =
          assertThrows(
              IllegalArgumentException.class,
              () -> begin(config, target, TrainListener.silent()).close());
      assertTrue(
          String.valueOf(error.getMessage()).contains(wrong.getKey()),
          String.valueOf(error.getMessage()));
      assertFalse(Files.exists(target), wrong.getKey());
    }
  }
}
