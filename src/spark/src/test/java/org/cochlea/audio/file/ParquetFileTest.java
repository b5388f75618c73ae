package org.cochlea.audio.file;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.cochlea.spark.SparkForTests;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Spark writes is read as Spark reads it. */
@NullUnmarked
class ParquetFileTest {
  @TempDir Path folder;

  /** Rows of all types that are read: few values and many, nulls, empty lists. */
  private static Dataset<Row> table() {
    return SparkForTests.session()
        .range(0, 1500, 1, 1)
        .select(
            expr("if(id % 7 = 0, null, concat('clip ', id % 50))").as("few"),
            expr("concat('ä ', id)").as("many"),
            expr("if(id % 5 = 0, null, id * 1000000007)").as("whole"),
            expr("cast(id % 300 as int)").as("frames"),
            expr("sqrt(id)").as("real"),
            expr("cast(sqrt(id) as float)").as("single"),
            expr("if(id % 11 = 0, null,"
                    + " transform(sequence(0, id % 4), x -> cast(x * id as int)))")
                .as("shape"),
            expr("if(id % 13 = 0, null, cast(repeat(sha2(cast(id as string), 512), 3) as binary))")
                .as("feature"));
  }

  private Path write(Dataset<Row> rows, String... options) throws IOException {
    Path to = folder.resolve("table");
    var writer = rows.write();
    for (int i = 0; i < options.length; i += 2) {
      writer = writer.option(options[i], options[i + 1]);
    }
    writer.parquet(to.toString());
    try (Stream<Path> files = Files.list(to)) {
      return files.filter(f -> f.getFileName().toString().startsWith("part-")).findFirst().get();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"snappy", "gzip", "none"})
  void columnsAreThoseThatSparkReads(String codec) throws IOException {
    // Small pages and groups, so that there are several.
    Path name =
        write(
            table(),
            "compression",
            codec,
            "parquet.page.size",
            "4096",
            "parquet.block.size",
            "200000",
            "parquet.page.row.count.limit",
            "300");
    List<Row> rows = SparkForTests.session().read().parquet(name.toString()).collectAsList();
    try (ParquetFile file = ParquetFile.open(name)) {
      assertEquals(1500, file.rows());
      assertEquals(
          List.of("few", "many", "whole", "frames", "real", "single", "shape", "feature"),
          file.columns());
      long[] whole = file.longs("whole", -1);
      long[] frames = file.longs("frames", -1);
      double[] real = file.doubles("real", 0);
      double[] single = file.doubles("single", 0);
      List<@Nullable String> few = file.strings("few");
      List<@Nullable String> many = file.strings("many");
      List<List<Integer>> shape = file.intLists("shape");
      for (int i = 0; i < rows.size(); i++) {
        Row row = rows.get(i);
        assertEquals(row.<String>getAs("few"), few.get(i));
        assertEquals(row.<String>getAs("many"), many.get(i));
        assertEquals(row.isNullAt(2) ? -1 : row.getLong(2), whole[i]);
        assertEquals(row.getInt(3), frames[i]);
        assertEquals(row.getDouble(4), real[i]);
        assertEquals(row.getFloat(5), single[i]);
        assertEquals(row.isNullAt(6) ? List.of() : row.getList(6), shape.get(i));
      }
      for (int i = 0; i < rows.size(); i += 17) {
        assertArrayEquals(rows.get(i).<byte[]>getAs("feature"), file.bytes("feature", i), "" + i);
      }
    }
  }

  @Test
  void whatIsNotReadSaysSo() throws IOException {
    Path name = write(table().limit(20), "compression", "zstd");
    try (ParquetFile file = ParquetFile.open(name)) {
      assertMessage("is compressed with zstd", () -> file.longs("frames", 0));
      assertMessage("has no column path; it has few, many", () -> file.strings("path"));
      assertMessage("column many is not of whole numbers", () -> file.longs("many", 0));
      assertMessage("column frames is not of lists", () -> file.intLists("frames"));
    }
    assertMessage("no such file", () -> ParquetFile.open(folder.resolve("none.parquet")));
  }

  @Test
  void encodingsOfVersionTwoSaySo() throws IOException {
    Path name = write(table().select(col("whole")), "parquet.writer.version", "v2");
    try (ParquetFile file = ParquetFile.open(name)) {
      assertMessage("write it with version 1 of Parquet", () -> file.longs("whole", 0));
    }
  }

  @Test
  void damagedFilesSaySo() throws IOException {
    Path name = write(table());
    byte[] good = Files.readAllBytes(name);
    Path bad = folder.resolve("bad.parquet");
    Files.write(bad, Arrays.copyOf(good, good.length / 2));
    assertMessage("is not a complete Parquet file", () -> ParquetFile.open(bad));
    Files.write(bad, new byte[0]);
    assertMessage("is not a complete Parquet file", () -> ParquetFile.open(bad));
    Files.writeString(bad, "PAR1 and nothing that is PAR1");
    assertMessage("is damaged", () -> ParquetFile.open(bad));

    // A byte here and there: right, or an error with the file's name, never anything else.
    Random random = new Random(1);
    int wrong = 0;
    for (int i = 0; i < 100; i++) {
      byte[] bytes = good.clone();
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(bad, bytes);
      try (ParquetFile file = ParquetFile.open(bad)) {
        file.strings("few");
        file.longs("whole", 0);
        file.intLists("shape");
        for (int row = 0; row < file.rows(); row += 500) {
          file.bytes("feature", row);
        }
      } catch (IOException e) {
        assertTrue(e.getMessage().startsWith(bad.toString()), e.getMessage());
        wrong++;
      }
    }
    assertTrue(wrong > 20, () -> "most bytes are checked");
  }

  @Test
  void snappyIsUnpacked() throws IOException {
    Random random = new Random(2);
    for (int size : new int[] {0, 1, 59, 60, 61, 300, 70_000, 1 << 20}) {
      byte[] bytes = new byte[size];
      for (int i = 0; i < size; i++) {
        // Runs, repetitions from near and far, and what cannot be packed.
        bytes[i] =
            switch (i >> 9 & 3) {
              case 0 -> (byte) (i >> 6);
              case 1 -> bytes[i - 1 - random.nextInt(2)];
              case 2 -> i < 40_000 ? (byte) (i % 100) : bytes[i - 40_000];
              default -> (byte) random.nextInt();
            };
      }
      byte[] packed = org.xerial.snappy.Snappy.compress(bytes);
      assertArrayEquals(bytes, Snappy.unpack(ByteBuffer.wrap(packed), size));
      for (int cut = 0; cut < Math.min(packed.length, 50); cut++) {
        ByteBuffer less = ByteBuffer.wrap(packed, 0, packed.length - 1 - cut);
        assertThrows(RuntimeException.class, () -> Snappy.unpack(less, size));
      }
    }
  }

  private interface Act {
    void run() throws IOException;
  }

  private static void assertMessage(String part, Act act) {
    IOException e = assertThrows(IOException.class, act::run);
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
