package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
  @TempDir Path folder;

  @Test
  void everyFeatureEngineAndSizeIsMeasured() throws IOException {
    Path json = folder.resolve("results.json");
    Run run =
        Run.of(
            "bench",
            "--feature",
            "all",
            "--engine",
            "cpu,reference",
            "--batch",
            "1,2",
            "--seconds",
            "0.1",
            "--sample-rate",
            16_000,
            "--warm-up",
            0,
            "--rounds",
            3,
            "--json",
            json);
    assertEquals(ExitCode.OK, run.code(), run.err());
    long rows =
        run.outLines().stream()
            .filter(line -> line.matches("[a-z-]+ +(cpu|reference) +\\d.*"))
            .count();
    assertEquals(4L * BenchFeature.values().length, rows, run.out());
    String text = Files.readString(json);
    assertEquals(rows, text.split("\"median_seconds\"", -1).length - 1);
    assertTrue(text.startsWith("{\"java\":") && text.endsWith("]}\n"), text);
  }

  @Test
  void numbersFollowFromTheRounds() {
    BenchResult result =
        new BenchResult("mel", "cpu", 4, 22_050, 22_050, 0, 50, List.of(0.02, 0.01, 0.04, 0.03));
    assertEquals(0.025, result.median());
    assertEquals(0.01, result.fastest());
    assertEquals(0.04, result.slowest());
    assertEquals(160, result.timesRealTime(), 1e-9);
    assertEquals(125_000, result.nanosPerFrame(), 1e-6);
  }

  @ParameterizedTest
  @CsvSource({
    "--feature nix, --feature must be all or one of spectrogram",
    "--engine nix, --engine must be one of",
    "--batch 0, --batch must be above 0",
    "--seconds 0, --seconds must be above 0",
    "--seconds 4000, --seconds must be from one sample to 3600",
    "--rounds 2, --rounds must be at least 3",
    "--warm-up -1, --warm-up must be at least 0",
    "--limit NaN, '--limit must be above 0, was NaN'",
    "--threads 0, '--threads must be at least 1, was 0'",
    "--device first, --device must be auto",
    "--batch many, '--batch must be a whole number, was many'",
    "--json=, --json must not be empty",
  })
  void wrongOptionsAreOneLine(String options, String message) {
    Run run = Run.of((Object[]) ("bench " + options).split(" "));
    assertEquals(ExitCode.USAGE, run.code(), run.err());
    assertEquals("", run.out());
    assertEquals(1, run.errLines().size(), run.err());
    assertTrue(run.err().contains(message), run.err());
  }

  @Test
  void aFileThatCannotBeWrittenIsSaidBeforeAnythingIsMeasured() {
    Run run = Run.of("bench", "--json", "none/results.json");
    assertEquals(ExitCode.FAILED, run.code());
    assertEquals("", run.out());
    assertTrue(run.err().startsWith("cochlea: none/results.json: "), run.err());
  }
}
