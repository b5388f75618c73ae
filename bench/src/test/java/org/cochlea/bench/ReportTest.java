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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir Path folder;

  @Test
  void thePageHasTheTablesOfTheResults() throws IOException {
    String page = Files.readString(Path.of("README.md"));
    String tables = Report.tables(Path.of("results"));
    assertEquals(Report.inserted(page, tables), page, "run `make bench-report`");
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

  private String tables(Spread ratio) throws IOException {
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
            List.of(Workload.of("W1")),
            List.of(measurement("cochlea-cpu", 0.0), measurement("jtransforms", 10.0)),
            List.of(
                new Pair(
                    "W1",
                    "cochlea-cpu",
                    1,
                    "jtransforms",
                    1,
                    List.of(ratio.low(), ratio.median(), ratio.high()),
                    ratio,
                    ratio.stands())),
            List.of());
    Path file = folder.resolve("box").resolve(Report.COMPARISON);
    Files.createDirectories(file.getParent());
    Data.JSON.writeValue(file.toFile(), run);
    return Report.tables(folder);
  }

  private static Measurement measurement(String contender, double allocated) {
    return new Measurement(
        "W1",
        contender,
        1,
        "1.0",
        new Agreement(1e-6, 1e-3),
        new Spread(500, 510, 520),
        40_000,
        allocated);
  }
}
