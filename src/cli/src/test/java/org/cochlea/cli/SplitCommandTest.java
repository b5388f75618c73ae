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

  @Test
  void theDatasetsOwnPartsAreKept() throws IOException {
    Path own = folder.resolve("own");
    for (String part : List.of("train", "val", "test")) {
      Sounds.tone(own.resolve(part).resolve("cat/" + part + ".wav"), 8_000, 1, 0.01, 440);
    }
    Run run = Run.of("split", own, "--out", out, "--keep");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals("the dataset's own parts", run.outLines().getFirst());
    assertTrue(Files.readString(out.resolve("validation.csv")).contains("val.wav"));
    assertTrue(Files.readString(out.resolve("test.csv")).contains("test.wav"));
    assertTrue(Run.of("split", own, "--out", out).err().contains("--keep keeps"));
  }

  @Test
  void aFoldIsHeldOutAndEsc10IsASubset() throws IOException {
    Path esc = folder.resolve("esc");
    StringBuilder meta = new StringBuilder("filename,fold,target,category,esc10,src_file,take\n");
    for (int i = 1; i <= 6; i++) {
      Sounds.tone(esc.resolve("audio/" + i + ".wav"), 8_000, 1, 0.01, 440);
      String label = i > 3 ? "dog,True" : "hen,False";
      meta.append("%d.wav,%d,0,%s,%d,A%n".formatted(i, 1 + i % 3, label, i));
    }
    Files.createDirectories(esc.resolve("meta"));
    Files.writeString(esc.resolve("meta/esc50.csv"), meta);
    Run run = Run.of("split", esc, "--out", out, "--keep", "--fold", 2, "--esc10");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals(
        "the dataset's own folds: 2 for testing, [1, 3] for training", run.outLines().getFirst());
    assertEquals("clips  2      0           1", run.outLines().getLast());
    assertTrue(Files.readString(out.resolve("test.csv")).contains("4.wav"));
    assertFalse(Files.exists(out.resolve("validation.csv")));
    assertEquals(ExitCode.FAILED, Run.of("split", esc, "--out", out, "--keep", "--fold", 9).code());
    assertEquals(ExitCode.FAILED, Run.of("split", data, "--out", out, "--keep").code());
    assertEquals(ExitCode.FAILED, Run.of("split", data, "--out", out, "--esc10").code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--ratios 80,20 | 2 | --ratios must be three numbers",
        "--ratios 1,-1,1 | 2 | --ratios must be at least 0",
        "--ratios 0,0,0 | 2 | --ratios must not all be 0",
        "--by-group | 1 | group",
        "--keep --seed 3 | 2 | --keep cannot be combined with --seed",
        "--fold 3 | 2 | --fold needs --keep",
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
