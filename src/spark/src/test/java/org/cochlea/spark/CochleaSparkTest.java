package org.cochlea.spark;

import static org.cochlea.spark.LocalSpark.SPARK;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.Augmenter;
import org.cochlea.core.augment.SpectrogramAugmentation;
import org.cochlea.core.augment.WaveAugmentation;
import org.cochlea.core.feature.KaldiFbank;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Normalized;
import org.cochlea.core.preset.Preset;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.mutable.ArraySeq;

/** What Spark computes is what one machine computes, bit for bit. */
@NullUnmarked // what is missing fails the test
class CochleaSparkTest {
  private static final int CLIPS = 30;
  private static final int[] RATES = {8_000, 16_000, 22_050};

  /** Below the maximum of the clip, at the clip's own rate. */
  private static final Recipe LOG_MEL =
      rate -> Preset.of("log-mel", "", rate, LogMel.librosa(rate));

  @TempDir static Path folder;
  private static Path broken = Path.of("");

  @BeforeAll
  static void writeClips() throws IOException {
    for (int i = 0; i < CLIPS; i++) {
      Sounds.write(file(i), Sounds.noise(1 + i % 2, 1500 + 997 * i, i), RATES[i % RATES.length]);
    }
    broken = folder.resolve("broken.wav");
    Files.writeString(broken, "no audio at all");
  }

  private static Path file(int i) {
    return folder.resolve("clip-%02d.wav".formatted(i));
  }

  /** A dataset of the clips: path, label, key. */
  private static Dataset<Row> clips(int partitions, Path... more) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < CLIPS; i++) {
      rows.add(RowFactory.create(file(i).toString(), "label " + i % 3, (long) i));
    }
    for (Path path : more) {
      rows.add(RowFactory.create(path.toString(), "none", -1L));
    }
    StructType schema =
        new StructType()
            .add("path", DataTypes.StringType)
            .add("label", DataTypes.StringType)
            .add("key", DataTypes.LongType);
    return SPARK.createDataFrame(rows, schema).repartition(partitions);
  }

  private static Map<String, Row> byName(Dataset<Row> rows) {
    Map<String, Row> found = new HashMap<>();
    for (Row row : rows.collectAsList()) {
      String path = row.getAs("path");
      assertNull(found.put(path.substring(path.lastIndexOf('/') + 1), row), path);
    }
    return found;
  }

  private static void assertIsFeature(Tensor expected, Row row) {
    assertNull(row.getAs("error"));
    assertEquals(expected.shape().frames(), row.<Integer>getAs("frames"));
    assertArrayEquals(expected.toArray(), Sounds.values(row));
    assertEquals(
        List.of(expected.shape().bins(), expected.shape().frames()),
        row.getList(row.fieldIndex("shape")));
  }

  @Test
  void featuresAreThoseOfOneMachine() throws IOException {
    ExtractMetrics metrics = ExtractMetrics.register(SPARK);
    Dataset<Row> features =
        CochleaSpark.extract(
            clips(3, broken), LOG_MEL, ExtractOptions.defaults().withBatch(4), metrics);
    Map<String, Row> found = byName(features);
    assertEquals(CLIPS + 1, found.size());
    double seconds = 0;
    for (int i = 0; i < CLIPS; i++) {
      Row row = found.get(file(i).getFileName().toString());
      assertIsFeature(Sounds.feature(LOG_MEL, file(i)), row);
      assertEquals("label " + i % 3, row.getAs("label"));
      assertEquals(RATES[i % RATES.length], row.<Integer>getAs("sample_rate"));
      assertEquals(1, row.<Integer>getAs("pieces"));
      seconds += (1500 + 997 * i) / (double) RATES[i % RATES.length];
    }
    Row bad = found.get("broken.wav");
    assertNull(bad.getAs("feature"));
    assertTrue(bad.<String>getAs("error").contains(broken.toString()), bad.<String>getAs("error"));
    assertEquals(CLIPS, metrics.clips().value());
    assertEquals(1, metrics.failures().value());
    assertEquals(seconds, metrics.seconds().value(), 1e-6);
  }

  @Test
  void aClipThatFailsMayEndTheJob() {
    Dataset<Row> features =
        CochleaSpark.extract(
            clips(2, broken),
            LOG_MEL,
            ExtractOptions.defaults().withFailing(ExtractOptions.Failing.FAIL));
    Exception e = assertThrows(Exception.class, features::collectAsList);
    assertTrue(e.getMessage().contains("broken.wav"), e.getMessage());
  }

  @Test
  void bytesAndSamplesGiveTheSame() throws IOException {
    Map<String, Row> expected =
        byName(CochleaSpark.extract(clips(1), LOG_MEL, ExtractOptions.defaults()));
    Dataset<Row> files = SPARK.read().format("binaryFile").load(folder + "/*.wav");
    Map<String, Row> contents =
        byName(CochleaSpark.extract(files, LOG_MEL, ExtractOptions.defaults()));
    assertEquals(CLIPS + 1, contents.size());
    assertFalse(
        Arrays.asList(contents.get("broken.wav").schema().fieldNames()).contains("content"));
    assertTrue(
        contents.get("broken.wav").<String>getAs("error").contains(broken.toString()),
        contents.get("broken.wav").<String>getAs("error"));
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < CLIPS; i += 2) { // those of one channel
      float[] mono = Sounds.noise(1, 1500 + 997 * i, i)[0];
      rows.add(
          RowFactory.create(
              file(i).toString(), new ArraySeq.ofFloat(mono), RATES[i % RATES.length]));
    }
    StructType schema =
        new StructType()
            .add("path", DataTypes.StringType)
            .add("samples", DataTypes.createArrayType(DataTypes.FloatType, false))
            .add("sample_rate", DataTypes.IntegerType);
    Map<String, Row> samples =
        byName(
            CochleaSpark.extract(
                SPARK.createDataFrame(rows, schema), LOG_MEL, ExtractOptions.defaults()));
    for (int i = 0; i < CLIPS; i++) {
      String name = file(i).getFileName().toString();
      assertArrayEquals(Sounds.values(expected.get(name)), Sounds.values(contents.get(name)));
      if (i % 2 == 0) {
        assertArrayEquals(Sounds.values(expected.get(name)), Sounds.values(samples.get(name)));
      }
    }
  }

  @Test
  void valuesAsAnArrayAndFramesFirst() throws IOException {
    Recipe recipe = Recipe.of(Mfcc.librosa(16_000));
    Dataset<Row> features =
        CochleaSpark.extract(
            clips(2).filter("key = 4"),
            recipe,
            ExtractOptions.defaults()
                .withValues(ExtractOptions.FeatureValues.ARRAY)
                .withLayout(ExtractOptions.FeatureLayout.FRAMES_BINS));
    Row row = features.first();
    Tensor expected = Sounds.feature(recipe, file(4));
    List<Float> values = row.getList(row.fieldIndex("feature"));
    int frames = expected.shape().frames();
    assertEquals(List.of(frames, 20), row.getList(row.fieldIndex("shape")));
    for (int t = 0; t < frames; t++) {
      for (int k = 0; k < 20; k++) {
        assertEquals(expected.at(0, 0, k, t), values.get(t * 20 + k));
      }
    }
  }

  @Test
  void aFunctionOfSql() throws IOException {
    CochleaSpark.register(SPARK, "log_mel", LOG_MEL, ExtractOptions.defaults());
    clips(2, broken).createOrReplaceTempView("clips");
    Dataset<Row> found =
        SPARK.sql("select path, made.* from (select path, log_mel(path) as made from clips)");
    Map<String, Row> rows = byName(found);
    assertIsFeature(Sounds.feature(LOG_MEL, file(7)), rows.get("clip-07.wav"));
    assertTrue(rows.get("broken.wav").<String>getAs("error").contains("broken.wav"));
    Row made =
        SPARK
            .sql(
                "select log_mel_samples(array(cast(0.5 as float), cast(-0.5 as float)), 8000) as m")
            .first()
            .getStruct(0);
    Tensor expected = Sounds.feature(LOG_MEL, new float[][] {{0.5f, -0.5f}}, 8000);
    assertArrayEquals(expected.toArray(), Sounds.values(made));
  }

  // ---- long recordings -----------------------------------------------------------------------

  private static Row wholeOf(Dataset<Row> rows, int least) {
    List<Row> pieces = rows.orderBy("piece").collectAsList();
    assertTrue(pieces.size() >= least, pieces.size() + " pieces");
    Row first = pieces.getFirst();
    assertNull(first.getAs("error"));
    assertEquals(pieces.size(), first.<Integer>getAs("pieces"));
    int bins = (Integer) first.getList(first.fieldIndex("shape")).getFirst();
    int frames = 0;
    for (Row piece : pieces) {
      assertEquals(frames, piece.<Long>getAs("first_frame"));
      frames += piece.<Integer>getAs("frames");
    }
    float[] values = new float[bins * frames];
    int at = 0;
    for (Row piece : pieces) {
      int count = piece.getAs("frames");
      for (int k = 0; k < bins; k++) {
        System.arraycopy(Sounds.values(piece), k * count, values, k * frames + at, count);
      }
      at += count;
    }
    return RowFactory.create(bins, frames, values);
  }

  @Test
  void piecesOfALongRecordingAreThoseOfTheWhole() throws IOException {
    Path file = folder.resolve("long.wav");
    try {
      Sounds.write(file, Sounds.noise(2, 44_100 * 9 + 77, 5), 44_100);
      Dataset<Row> one =
          clips(1, file).filter("label = 'none'").withColumn("offset", functions.lit(0.75));
      ExtractOptions options =
          ExtractOptions.defaults()
              .withInput(new ClipInput.Paths("path", "offset", null))
              .withPieces(1, 3);
      float[][] all = org.cochlea.audio.AudioClip.load(file, 0.75, 1e9).toChannels();
      Map<Recipe, Integer> pieces =
          Map.of(
              rate -> Preset.of("a", "", rate, LogMel.torchaudio(rate)),
              8,
              rate -> Preset.of("a", "", rate, KaldiFbank.torchaudio(rate)),
              8,
              LOG_MEL,
              8,
              Recipe.of(Mfcc.librosa(16_000)),
              8,
              Recipe.of(MelSpectrogram.torchaudio(16_001)),
              8,
              // This one needs all frames: one task computes it.
              Recipe.of(Normalized.perFeature(LogMel.torchaudio(16_000))),
              1);
      pieces.forEach(
          (recipe, count) -> {
            Tensor expected = Sounds.feature(recipe, all, 44_100);
            Row found = wholeOf(CochleaSpark.extract(one, recipe, options), count);
            assertEquals(expected.shape().frames(), found.getInt(1));
            assertArrayEquals(expected.toArray(), (float[]) found.get(2));
          });
    } finally {
      Files.deleteIfExists(file);
    }
  }

  // ---- augmentation --------------------------------------------------------------------------

  @Test
  void augmentationDependsOnTheKeyAlone() throws IOException {
    AugmentationPlan plan =
        new AugmentationPlan(
            List.of(WaveAugmentation.Gain.of(0.7), WaveAugmentation.AddColoredNoise.of(0.7)),
            List.of(SpectrogramAugmentation.TimeMasking.of(9)));
    Recipe recipe = Recipe.of(MelSpectrogram.torchaudio(16_000));
    ExtractOptions options = ExtractOptions.defaults().withAugment(Augment.of(plan, 42, 3, "key"));
    Map<String, Row> one = byName(CochleaSpark.extract(clips(1), recipe, options.withBatch(1)));
    Map<String, Row> many = byName(CochleaSpark.extract(clips(7), recipe, options.withBatch(5)));
    Map<String, Row> other =
        byName(
            CochleaSpark.extract(
                clips(7), recipe, options.withAugment(Augment.of(plan, 43, 3, "key"))));
    int same = 0;
    for (Map.Entry<String, Row> row : one.entrySet()) {
      assertNull(row.getValue().getAs("error"));
      assertNull(many.get(row.getKey()).getAs("error"));
      float[] values = Sounds.values(row.getValue());
      assertArrayEquals(values, Sounds.values(many.get(row.getKey())));
      same += Arrays.equals(values, Sounds.values(other.get(row.getKey()))) ? 1 : 0;
    }
    assertTrue(same < CLIPS / 2, same + " clips do not depend on the seed");
    // As core augments one clip.
    Preset preset = recipe.preset(16_000);
    try (Augmenter augmenter = new Augmenter(plan, 42, new ExtractorOptions(1))) {
      var audio = org.cochlea.audio.AudioClip.load(file(11));
      Waveform in = preset.prepare(audio.toChannels(), audio.sampleRate());
      var draws = augmenter.draw(new long[] {11}, 3, 1);
      float[] heard = augmenter.augment(in, draws, null).toArray(0, 0);
      Tensor seen = Sounds.feature(recipe, new float[][] {heard}, 16_000);
      augmenter.augment(seen, draws, null, seen);
      assertArrayEquals(seen.toArray(), Sounds.values(one.get("clip-11.wav")));
    }
  }

  @Test
  void augmentationThatNeedsOtherClipsIsRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Augment.of(
                    AugmentationPlan.ofSpectrogram(SpectrogramAugmentation.Mixup.of(1)),
                    1,
                    0,
                    null));
    assertTrue(e.getMessage().startsWith("Mixup mixes"), e.getMessage());
  }

  // ---- columns -------------------------------------------------------------------------------

  @Test
  void columnsThatDoNotFitAreNamed() {
    Dataset<Row> clips = clips(1);
    ExtractOptions options = ExtractOptions.defaults();
    assertMessage(
        () -> CochleaSpark.extract(clips.withColumnRenamed("key", "frames"), LOG_MEL, options),
        "column frames of the clips has the name");
    assertMessage(
        () -> CochleaSpark.extract(clips.drop("path"), LOG_MEL, options),
        "clips must have a column path");
    assertMessage(
        () ->
            CochleaSpark.extract(
                clips, LOG_MEL, options.withInput(new ClipInput.Paths("key", null, null))),
        "column key must be of type string, was of bigint");
  }

  private static void assertMessage(Runnable call, String start) {
    String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
    assertTrue(message.startsWith(start), message);
  }
}
