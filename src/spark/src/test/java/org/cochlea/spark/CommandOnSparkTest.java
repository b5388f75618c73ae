package org.cochlea.spark;

import static org.cochlea.spark.LocalSpark.SPARK;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.spark.sql.Row;
import org.cochlea.cli.CommandRun;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command gives on Spark what it gives without. */
@NullUnmarked // what is missing fails the test
class CommandOnSparkTest {
  @TempDir static Path folder;
  private static Path in;

  @BeforeAll
  static void writeClips() throws IOException {
    assertTrue(SPARK.version().startsWith("4."), SPARK.version());
    in = Files.createDirectories(folder.resolve("in/sub"));
    int[] rates = {8_000, 16_000, 44_100};
    for (int i = 0; i < 9; i++) {
      Path file = in.resolve("a.%d.wav".formatted(i));
      Sounds.write(file, Sounds.noise(1 + i % 2, 900 + 800 * i, i), rates[i % 3]);
    }
    Sounds.write(in.resolve("long.wav"), Sounds.noise(1, 22_050 * 5 + 31, 11), 22_050);
    Files.writeString(in.resolve("broken.wav"), "nothing");
  }

  /** Runs {@code cochlea extract} and returns what it printed. */
  private static String extract(int code, Path out, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "extract", in.getParent().toString(), "--feature", "log-mel", "--n-mels", "40"));
    words.addAll(List.of("--out", out.toString(), "--long", "1.5"));
    words.addAll(List.of(more));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream to = new PrintStream(printed, true, StandardCharsets.UTF_8);
    assertEquals(code, CommandRun.run(to, words.toArray(String[]::new)), printed::toString);
    return printed.toString(StandardCharsets.UTF_8);
  }

  private static Map<String, byte[]> files(Path of) throws IOException {
    Map<String, byte[]> found = new HashMap<>();
    try (Stream<Path> all = Files.walk(of)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = of.relativize(file).toString();
        if (!name.startsWith("_cochlea")) {
          found.put(name, Files.readAllBytes(file));
        }
      }
    }
    return found;
  }

  @Test
  void filesAreThoseOfTheCommandWithoutSpark() throws IOException {
    Files.writeString(folder.resolve("broken-too.wav"), "nothing either");
    Path list = folder.resolve("list.csv");
    Files.writeString(
        list,
        """
        path,label,offset,duration
        in/sub/a.5.wav,hiss,0.02,0.05
        in/sub/a.5.wav,hiss,0.05,0.3
        broken-too.wav,none,,
        in/sub/a.8.wav,hum,,
        in/sub/long.wav,long,1.25,3.3
        """);
    Path one = folder.resolve("one");
    extract(1, one, list.toString(), "--layout", "frames-bins");
    Path out = folder.resolve("npy");
    String[] spark = {
      list.toString(), "--layout", "frames-bins", "--spark", "local[2]", "--format", "npy"
    };
    String said = extract(1, out, spark);
    assertTrue(said.contains("13 of 15 written, 2 failed"), said);
    // Every file: features, the index (whose digests name the engine, not "auto"), the failures.
    Map<String, byte[]> expected = files(one);
    assertSame(expected, files(out));

    // The folder alone, on top: the clips of the list stay in the index of both.
    extract(1, one, "--layout", "frames-bins", "--resume");
    extract(
        1, out, "--layout", "frames-bins", "--spark", "local[2]", "--format", "npy", "--resume");
    assertSame(files(one), files(out));
  }

  private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> found) {
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach(
        (name, bytes) -> {
          if (name.endsWith(".npy")) {
            assertArrayEquals(bytes, found.get(name), name);
          } else {
            assertEquals(
                new String(bytes, StandardCharsets.UTF_8),
                new String(found.get(name), StandardCharsets.UTF_8),
                name);
          }
        });
  }

  @Test
  void finishedPartitionsAreNotComputedAgain() throws IOException {
    Path out = folder.resolve("parquet");
    String[] spark = {"--spark", "local[2]", "--partitions", "4", "--resume"};
    extract(1, out, spark);
    List<Row> rows = SPARK.read().parquet(out.toString()).where("error is null").collectAsList();
    assertEquals(9, rows.stream().filter(row -> row.<Integer>getAs("pieces") == 1).count());
    assertEquals(3, rows.stream().filter(row -> row.<Integer>getAs("pieces") == 3).count());
    // One partition was not finished, and left something behind.
    Path note;
    try (Stream<Path> notes = Files.list(out.resolve("_cochlea"))) {
      note = notes.filter(f -> f.getFileName().toString().startsWith("part-")).findFirst().get();
    }
    Files.delete(note);
    Map<String, FileTime> before = times(out);
    String said = extract(1, out, spark);
    Map<String, FileTime> after = times(out);
    String part = "part=" + note.getFileName().toString().replace(".txt", "");
    assertTrue(before.keySet().stream().anyMatch(name -> name.startsWith(part)), part);
    for (String name : before.keySet()) {
      assertEquals(name.startsWith(part), !before.get(name).equals(after.get(name)), name);
    }
    assertTrue(said.contains("there already"), said);
    assertEquals(rows.size(), SPARK.read().parquet(out.toString()).where("error is null").count());
  }

  private static Map<String, FileTime> times(Path out) throws IOException {
    Map<String, FileTime> times = new HashMap<>();
    for (String name : files(out).keySet()) {
      if (name.endsWith(".parquet") && !name.startsWith(".")) {
        times.put(name, Files.getLastModifiedTime(out.resolve(name)));
      }
    }
    return times;
  }

  @Test
  void shardsHoldTheSame() throws IOException {
    Path one = folder.resolve("one-of-shards");
    extract(1, one);
    Path out = folder.resolve("shards");
    extract(1, out, "--spark", "local[2]", "--format", "webdataset", "--partitions", "2");
    Map<String, byte[]> members = new HashMap<>();
    for (Map.Entry<String, byte[]> file : files(out).entrySet()) {
      if (file.getKey().endsWith(".tar")) {
        try (TarArchiveInputStream tar =
            new TarArchiveInputStream(new java.io.ByteArrayInputStream(file.getValue()))) {
          for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
            members.put(e.getName(), tar.readAllBytes());
          }
        }
      }
    }
    assertEquals(2 * (9 + 3), members.size());
    for (int i = 0; i < 9; i++) {
      assertArrayEquals(
          Files.readAllBytes(one.resolve("sub/a.%d.npy".formatted(i))),
          members.get("sub/a_%d.npy".formatted(i)));
    }
    String json = new String(members.get("sub/long-000001.json"), StandardCharsets.UTF_8);
    assertTrue(json.contains("\"first_frame\":64,"), json);
  }
}
