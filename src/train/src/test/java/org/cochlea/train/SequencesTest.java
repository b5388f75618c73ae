package org.cochlea.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.audio.dataset.Item;
import org.cochlea.audio.dataset.Part;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.train.data.Sequences;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clips joined to sequences. */
class SequencesTest {
  private static Dataset clips() {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      items.add(
          Item.of(Path.of("clip%d.wav".formatted(i)), "w" + i % 7)
              .withSplit(i < 40 ? Part.TRAIN : i < 50 ? Part.VALIDATION : Part.TEST));
    }
    return Dataset.of(Path.of(""), items);
  }

  @Test
  void everyClipComesAsOftenAsSaidAndInItsOwnPart() {
    Sequences sequences = new Sequences(2, 4, 0.3, 3);
    Sequences.Joined joined = sequences.apply(clips(), 5);
    Map<Item, Integer> counts = new HashMap<>();
    for (Item item : joined.dataset().items()) {
      Sequences.Sequence sequence = joined.sequences().get(item.path());
      assertNotNull(sequence);
      assertTrue(sequence.clips().size() <= 4);
      assertEquals(sequence.clips().size() - 1, sequence.pauses().size());
      List<String> words = new ArrayList<>();
      for (Item clip : sequence.clips()) {
        assertEquals(item.split(), clip.split());
        counts.merge(clip, 1, Integer::sum);
        words.add(clip.labels().getFirst());
      }
      assertEquals(String.join(" ", words), item.text());
      sequence.pauses().forEach(pause -> assertTrue(pause >= 0 && pause < 0.3));
    }
    for (Item clip : clips().items()) {
      assertEquals(clip.split() == Part.TRAIN ? 3 : 1, counts.getOrDefault(clip, 0));
    }
    assertEquals(joined, sequences.apply(clips(), 5));
    assertNotEquals(joined, sequences.apply(clips(), 6));
    assertEquals(clips(), new Sequences().apply(clips(), 5).dataset());
  }

  @Test
  void theyAreTranscribedAndTheRunKnowsThemAgain(@TempDir Path folder) throws IOException {
    Dataset tones = Tones.write(folder.resolve("tones"), 2, 6);
    ExtractorOptions options = ExtractorOptions.defaults().withThreads(1);
    TrainConfig config =
        ConfigFile.read(
            null,
            Map.of(
                "loss", "ctc",
                "windows.seconds", "0",
                "sequences", "{\"shortest\": 2, \"longest\": 3, \"silence\": 0.1}",
                "division", "{\"type\": \"random\", \"validation\": 0.3}",
                "model",
                    "{\"type\": \"tcn\", \"width\": 6, \"levels\": 2, \"dropout\": 0, \"output\": \"frames\"}",
                "training.epochs", "2"));
    Path run = folder.resolve("run");
    try (Engine engine = Engines.named("cpu")) {
      double loss;
      try (Trainer trainer =
          Trainer.begin(
              config, Tones.frontEnd(), tones, engine, options, run, TrainListener.silent())) {
        Evaluation best = trainer.run().best();
        assertNotNull(best);
        assertEquals("cer", best.main());
        List<Item> items = trainer.dataset().items(Part.VALIDATION);
        assertTrue(items.getFirst().text() != null && items.getFirst().text().contains("tone"));
        for (String text : trainer.model().answer(items, TrainListener.silent()).texts()) {
          assertEquals(text.strip().replaceAll("\\s+", " "), text);
        }
        loss = trainer.model().evaluate(items, TrainListener.silent()).result();
      }
      RunFolder stored = new RunFolder(run);
      try (TrainedModel model =
          TrainedModel.load(stored, RunFolder.Which.LAST, Tones.frontEnd(), engine, options)) {
        assertEquals(
            loss,
            model
                .evaluate(stored.dataset().items(Part.VALIDATION), TrainListener.silent())
                .result());
        assertTrue(
            Files.readString(Report.write(stored, model, TrainListener.silent()))
                .contains("What was recognised"));
      }
      IllegalArgumentException error =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  Trainer.begin(
                      ConfigFile.read(null, Map.of("sequences.longest", "3")),
                      Tones.frontEnd(),
                      tones,
                      engine,
                      options,
                      folder.resolve("other"),
                      TrainListener.silent()));
      assertTrue(String.valueOf(error.getMessage()).startsWith("sequences: clips"));
    }
  }
}
