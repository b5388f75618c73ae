package org.cochlea.train.data;

import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.cochlea.audio.AudioFormat;
import org.cochlea.audio.AudioWriter;
import org.cochlea.audio.dataset.Item;
import org.cochlea.cli.CommandRun;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.spark.SparkForTests;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trainer reads the Parquet of {@code extract --spark} as the files of {@code extract}. */
@NullUnmarked
class ParquetFeaturesTest {
  private static final Pipeline PIPELINE = LogMel.librosa(16_000).pipeline();

  @TempDir static Path folder;
  private static final List<Item> ITEMS = new ArrayList<>();
  private static Path table;

  @BeforeAll
  static void extractClips() throws IOException {
    SparkForTests.session();
    Path in = Files.createDirectories(folder.resolve("in"));
    Random random = new Random(3);
    // The one of 128 frames has as many of them as bins; the last one goes in pieces.
    int[] lengths = {3000, 9000, 127 * 512, 16_000, 16_000 * 9 + 77};
    for (int i = 0; i < lengths.length; i++) {
      float[] noise = new float[lengths[i]];
      for (int k = 0; k < noise.length; k++) {
        noise[k] = (float) (0.1 * random.nextGaussian() * (1 + Math.sin(k * 1e-4)));
      }
      Path file = in.resolve(i + ".wav");
      AudioWriter.write(file, AudioFormat.WAV_FLOAT_32, new float[][] {noise}, 16_000);
      ITEMS.add(item(file, 0));
    }
    Files.writeString(in.resolve("broken.wav"), "nothing");
    Path list = folder.resolve("list.csv");
    Files.writeString(list, "path,offset,duration\nin/1.wav,0.25,0.2\n");
    ITEMS.add(item(in.resolve("1.wav"), 0.25));
    table = folder.resolve("bins-frames");
    for (String layout : List.of("bins-frames", "frames-bins")) {
      String[] words = {
        "extract",
        in.toString(),
        list.toString(),
        "--feature",
        "log-mel",
        "--sr",
        "16000",
        "--layout",
        layout,
        "--long",
        "3"
      };
      extract(folder.resolve(layout + "-npy"), words);
      extract(folder.resolve(layout), words, "--spark", "local[2]", "--partitions", "2");
    }
  }

  private static void extract(Path out, String[] words, String... more) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(more));
    all.addAll(List.of("--out", out.toString()));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream to = new PrintStream(said, true, StandardCharsets.UTF_8);
    assertEquals(
        1, CommandRun.run(to, all.toArray(String[]::new)), said::toString); // one is broken
  }

  private static Item item(Path file, double offset) {
    return new Item(file, List.of("noise"), null, null, null, offset, null, null);
  }

  @Test
  void everyFeatureIsThatOfTheFiles() throws IOException {
    for (String layout : List.of("bins-frames", "frames-bins")) {
      try (FeatureStore files = store(folder.resolve(layout + "-npy"));
          FeatureStore rows = store(folder.resolve(layout))) {
        rows.require(ITEMS);
        for (Item item : ITEMS) {
          Clip expected = files.load(item);
          Clip found = rows.load(item);
          assertEquals(128, found.channels());
          assertEquals(expected.silence(), found.silence());
          for (int c = 0; c < 128; c++) {
            assertArrayEquals(expected.channel(c), found.channel(c), () -> item + " " + layout);
          }
        }
      }
    }
    // Layouts differ, features do not; one is as high as it is long.
    try (FeatureStore one = store(folder.resolve("bins-frames"));
        FeatureStore other = store(folder.resolve("frames-bins"))) {
      assertEquals(128, one.load(ITEMS.get(2)).samples());
      for (Item item : ITEMS) {
        assertArrayEquals(one.load(item).channel(5), other.load(item).channel(5));
      }
    }
  }

  @Test
  void clipsThatAreNotThereAreNamed() throws IOException {
    Item failed = item(folder.resolve("in/broken.wav"), 0);
    Item elsewhere = item(folder.resolve("in/0.wav"), 0.5);
    try (FeatureStore rows = store(table)) {
      for (Item item : List.of(failed, elsewhere)) {
        IOException e = assertThrows(IOException.class, () -> rows.require(List.of(item)));
        assertEquals(
            table
                + ": has no feature of "
                + item.path()
                + "; 'cochlea extract' makes them, of the same files",
            e.getMessage());
      }
    }
  }

  @Test
  void tablesThatDoNotFitSaySo() throws IOException {
    Dataset<Row> rows =
        SparkForTests.session().read().parquet(table.toString()).where("error is null");
    assertProblem("has no column path; it has ", rows.drop("path"));
    assertProblem("has no column shape; it has ", rows.drop("shape"));
    assertProblem("has no column feature; it has ", rows.drop("feature"));
    assertProblem("column feature is not of bytes", rows.withColumn("feature", expr("1")));
    assertProblem(
        "the front end gives 128 bins", rows.withColumn("shape", expr("array(64, frames)")));
    assertProblem(
        "frames is 9, the shape [128, ",
        rows.where("pieces = 1 and frames <> 9").withColumn("frames", expr("9")));
    assertProblem("this clip has 2 of 3 pieces", rows.where("pieces > 1 and piece <> 1"));

    // Found out when the feature is wanted.
    Path cut = write(rows.withColumn("feature", expr("substring(feature, 1, 400)")));
    try (FeatureStore store = store(cut)) {
      IOException e = assertThrows(IOException.class, () -> store.load(ITEMS.getFirst()));
      assertTrue(
          e.getMessage().contains(": the feature has 400 bytes, its shape is [128, "),
          e::getMessage);
    }
    IOException none = assertThrows(IOException.class, () -> store(folder.resolve("in")));
    assertTrue(none.getMessage().contains("has no index.jsonl and no Parquet"), none::getMessage);
  }

  private void assertProblem(String part, Dataset<Row> rows) throws IOException {
    Path to = write(rows);
    IOException e = assertThrows(IOException.class, () -> store(to));
    assertTrue(e.getMessage().startsWith(to.toString()), e::getMessage);
    assertTrue(e.getMessage().contains(part), e::getMessage);
  }

  private static Path write(Dataset<Row> rows) throws IOException {
    Path to = Files.createTempDirectory(folder, "table").resolve("parquet");
    rows.coalesce(1).write().parquet(to.toString());
    return to;
  }

  private static FeatureStore store(Path of) throws IOException {
    return new FeatureStore(of, PIPELINE, 0);
  }
}
