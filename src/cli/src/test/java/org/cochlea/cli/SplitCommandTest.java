package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.audio.dataset.Item;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitCommandTest {
  @TempDir Path folder;
  private Path data = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void dataset() throws IOException {
    data = folder.resolve("data");
    out = folder.resolve("lists");
    for (String label : List.of("cat", "dog")) {
      for (int i = 0; i < 10; i++) {
        Sounds.tone(data.resolve(label).resolve(i + ".wav"), 8_000, 1, 0.01, 440);
      }
    }
  }

  @Test
  void everyClipIsInOnePartAndClassesKeepTheirShares() throws IOException {
    Run run = Run.of("split", data, "--out", out);
    assertEquals(ExitCode.OK, run.code(), run.err());
    Set<Path> seen = new HashSet<>();
    for (String part : List.of("train", "validation", "test")) {
      Dataset read = Dataset.open(out.resolve(part + ".csv"));
      assertEquals(part.equals("train") ? 16 : 2, read.items().size());
      for (String label : List.of("cat", "dog")) {
        assertEquals(
            part.equals("train") ? 8 : 1,
            read.items().stream().filter(i -> i.labels().contains(label)).count());
      }
      read.items().stream().map(Item::path).forEach(path -> assertTrue(seen.add(path.normalize())));
    }
    assertEquals(20, seen.size());
    assertEquals("clips  16     2           2", run.outLines().getLast());
  }

  @Test
  void theSeedDecides() throws IOException {
    Run.of("split", data, "--out", out, "--seed", 5);
    String first = Files.readString(out.resolve("test.csv"));
    Run.of("split", data, "--out", out, "--seed", 5);
    assertEquals(first, Files.readString(out.resolve("test.csv")));
    Run.of("split", data, "--out", out, "--seed", 6, "--ratios", "50,50,0");
    assertFalse(Files.exists(out.resolve("test.csv")), "an empty part has no list");
    assertEquals(10, Dataset.open(out.resolve("train.csv")).items().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--ratios 80,20 | 2 | --ratios must be three numbers",
        "--ratios 1,-1,1 | 2 | --ratios must be at least 0",
        "--ratios 0,0,0 | 2 | --ratios must not all be 0",
        "--by-group | 1 | group",
        "--seed many | 2 | --seed must be a whole number, was many"
      })
  void wrongOptionsAreOneLine(String options, int code, String message) {
    Run run = Run.of((Object[]) ("split " + data + " --out " + out + " " + options).split(" "));
    assertEquals(code, run.code(), run.err());
    assertEquals(1, run.errLines().size(), run.err());
    assertTrue(run.err().contains(message), run.err());
  }

  @Test
  void whatIsNoDatasetIsOneLine() {
    Run run = Run.of("split", folder.resolve("none"), "--out", out);
    assertEquals(ExitCode.FAILED, run.code());
    assertEquals(1, run.errLines().size(), run.err());
    assertTrue(run.err().contains("none"), run.err());
    assertEquals(ExitCode.USAGE, Run.of("split", data).code());
  }
}
