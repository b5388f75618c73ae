package org.cochlea.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cochlea.bench.Comparison.Measurement;
import org.cochlea.bench.Comparison.Pair;
import org.cochlea.bench.Comparison.Skipped;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir Path folder;

  @Test
  void thePageHasTheTablesOfTheResults() throws IOException {
    String page = Files.readString(Path.of("README.md"));
    String tables = Report.tables(Path.of("results"));
    assertEquals(Report.inserted(page, tables), page, "run `make bench-report`");
    String front = Files.readString(Path.of("../README.md"));
    String overview = Overview.table(Path.of("results"));
    assertEquals(Report.inserted(front, overview), front, "run `make bench-report`");
  }

  @Test
  void aRatioThatVariesTooMuchIsNotClaimed() throws IOException {
    String steady = tables(new Spread(11.5, 12, 12.5));
    assertTrue(steady.contains("| 12.0× (11.5–12.5) | yes |"), steady);
    String noisy = tables(new Spread(2, 12, 15));
    assertTrue(noisy.contains("| no claim (2.00–15.0) | not shown |"), noisy);
    assertFalse(noisy.contains("12.0×"), noisy);
    assertTrue(tables(new Spread(7, 8, 9)).contains("| 8.00× (7.00–9.00) | **no** |"));
    assertTrue(tables(new Spread(9, 11, 12)).contains("| 11.0× (9.00–12.0) | undecided |"));
  }

  @Test
  void aFeatureHasARowForEveryPeerAndItsGoalIsTheFastest() throws IOException {
    String tables =
        tables(
            Report.FEATURES,
            List.of(),
            List.of(
                measurement("STFT", "cochlea-cpu", 0.0),
                measurement("STFT", "librosa", 0.0),
                measurement("STFT", "torch", 0.0),
                measurement("YIN", "cochlea-cpu", 0.0),
                measurement("YIN", "librosa", 0.0)),
            List.of(
                pair("STFT", "librosa", new Spread(5, 6, 7)),
                pair("STFT", "torch", new Spread(1.5, 1.6, 1.7)),
                pair("YIN", "librosa", new Spread(17, 18, 19))),
            List.of(
                new Skipped("STFT", "nnAudio", 1, "not here"),
                new Skipped("CQT", "nnAudio", 1, "not here")));
    assertTrue(
        tables.contains("| `STFT` | librosa | 40 000 | 40 000 | 6.00× (5.00–7.00) |"), tables);
    assertTrue(tables.contains("| `STFT` | torch | 40 000 | 40 000 | 1.60× (1.50–1.70) |"), tables);
    assertTrue(
        tables.contains(
            "| `STFT`: against torch, the fastest of librosa, torch | 3× | 1.60× (1.50–1.70) | **no** |"),
        tables);
    assertFalse(tables.contains("`YIN`: against"), tables);
    assertTrue(tables.contains("- `nnAudio` was left out: not here (STFT, CQT)"), tables);
  }

  private String tables(Spread ratio) throws IOException {
    return tables(
        Report.COMPARISON,
        List.of(Workload.of("W1")),
        List.of(measurement("W1", "cochlea-cpu", 0.0), measurement("W1", "jtransforms", 10.0)),
        List.of(pair("W1", "jtransforms", ratio)),
        List.of());
  }

  private String tables(
      String name,
      List<Workload> workloads,
      List<Measurement> measurements,
      List<Pair> pairs,
      List<Skipped> skipped)
      throws IOException {
    Comparison run =
        new Comparison(
            new Machine("box", "CPU", 2, List.of("avx2"), 8, "OS 1", "JVM 25", "abc"),
            "2026-01-01T00:00Z",
            "compare",
            Compare.JVM,
            0.1,
            0,
            1,
            3,
            0.25,
            workloads,
            measurements,
            pairs,
            skipped);
    Path file = folder.resolve("box").resolve(name);
    Files.createDirectories(file.getParent());
    Data.JSON.writeValue(file.toFile(), run);
    return Report.tables(folder);
  }

  private static Pair pair(String job, String against, Spread ratio) {
    return new Pair(
        job,
        "cochlea-cpu",
        1,
        against,
        1,
        List.of(ratio.low(), ratio.median(), ratio.high()),
        ratio,
        ratio.stands());
  }

  private static Measurement measurement(String job, String contender, double allocated) {
    return new Measurement(
        job,
        contender,
        1,
        "1.0",
        new Agreement(1e-6, 1e-3),
        new Spread(500, 510, 520),
        40_000,
        allocated);
  }
}
