package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  @TempDir Path folder;

  @Test
  void everySoundGetsAFeatureAndAPicture() throws IOException {
    Run run = Run.of("demo", "--out", folder.resolve("demo"));
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals(24, count("audio", ""));
    assertEquals(24, count("features", ".npy"));
    assertEquals(24, count("pictures", ".png"));
    assertTrue(run.out().contains("24 of 24 written"), run.out());
    assertTrue(run.out().contains("times real time"), run.out());
    assertTrue(run.out().contains("18 training, 6 validation"), run.out());
    assertTrue(Files.exists(folder.resolve("demo/training/report.html")));
  }

  @Test
  void aWrongEngineLeavesNothingBehind() {
    Run run = Run.of("demo", "--out", folder.resolve("demo"), "--engine", "nix");
    assertEquals(ExitCode.USAGE, run.code());
    assertEquals(1, run.errLines().size(), run.err());
    assertFalse(Files.exists(folder.resolve("demo")));
  }

  @Test
  void aFileInThePlaceOfTheFolderIsOneLine() throws IOException {
    Path file = Files.writeString(folder.resolve("demo"), "mine");
    Run run = Run.of("demo", "--out", file);
    assertEquals(ExitCode.FAILED, run.code());
    assertEquals(List.of("cochlea: " + file + ": is not a folder"), run.errLines());
    assertEquals("mine", Files.readString(file));
  }

  private long count(String below, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("demo").resolve(below))) {
      return files.filter(Files::isRegularFile).filter(f -> f.toString().endsWith(ending)).count();
    }
  }
}
