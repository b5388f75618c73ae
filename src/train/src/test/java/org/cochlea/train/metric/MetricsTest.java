package org.cochlea.train.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Locale;
import org.cochlea.train.Fixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Against the numbers of scikit-learn and scipy in metrics/metrics.json. */
class MetricsTest {
  private static final double EXACT = 1e-12;

  private static JsonNode fixture(String part) throws IOException {
    return Fixtures.read("metrics/metrics.json").get(part);
  }

  private static ConfusionMatrix confusion() throws IOException {
    int[] truth = Fixtures.integers(fixture("single").get("truth"));
    int[] predicted = Fixtures.integers(fixture("single").get("predicted"));
    ConfusionMatrix confusion = new ConfusionMatrix(5);
    for (int i = 0; i < truth.length; i++) {
      confusion.add(truth[i], predicted[i]);
    }
    return confusion;
  }

  @Test
  void confusionAndAccuracy() throws IOException {
    ConfusionMatrix confusion = confusion();
    JsonNode expected = fixture("single").get("confusion");
    for (int t = 0; t < 5; t++) {
      for (int p = 0; p < 5; p++) {
        assertEquals(expected.get(t).get(p).asInt(), confusion.count(t, p));
      }
    }
    assertEquals(fixture("single").get("accuracy").asDouble(), confusion.accuracy(), EXACT);
  }

  @ParameterizedTest
  @EnumSource(Average.class)
  void averages(Average average) throws IOException {
    ConfusionMatrix confusion = confusion();
    double[] expected =
        Fixtures.doubles(fixture("single").get(average.name().toLowerCase(Locale.ROOT)));
    assertArrayEquals(
        expected,
        new double[] {
          confusion.precision(average), confusion.recall(average), confusion.f1(average)
        },
        EXACT);
  }

  @Test
  void ranking() throws IOException {
    JsonNode multi = fixture("multi");
    int clips = multi.get("scores").size();
    double[][] scores = new double[clips][];
    boolean[][] truth = new boolean[clips][5];
    for (int i = 0; i < clips; i++) {
      scores[i] = Fixtures.doubles(multi.get("scores").get(i));
      for (int k = 0; k < 5; k++) {
        truth[i][k] = multi.get("truth").get(i).get(k).asBoolean();
      }
    }
    for (int k = 0; k < 5; k++) {
      double[] column = new double[clips];
      boolean[] positive = new boolean[clips];
      for (int i = 0; i < clips; i++) {
        column[i] = scores[i][k];
        positive[i] = truth[i][k];
      }
      assertEquals(
          multi.get("ap").get(k).asDouble(), Ranking.averagePrecision(column, positive), EXACT);
      assertEquals(multi.get("auc").get(k).asDouble(), Ranking.auc(column, positive), EXACT);
    }
    assertEquals(multi.get("map").asDouble(), Ranking.meanAveragePrecision(scores, truth), EXACT);
    assertEquals(multi.get("lwlrap").asDouble(), Ranking.lwlrap(scores, truth), EXACT);
  }

  @Test
  void withoutPositivesThereIsNoNumber() {
    double[] scores = {0.1, 0.2};
    assertTrue(Double.isNaN(Ranking.auc(scores, new boolean[2])));
    assertTrue(Double.isNaN(Ranking.averagePrecision(scores, new boolean[2])));
    assertTrue(Double.isNaN(Ranking.lwlrap(new double[][] {scores}, new boolean[1][2])));
    assertEquals(0, new ConfusionMatrix(2).accuracy());
    assertEquals(0, new ConfusionMatrix(2).f1(Average.MACRO));
  }

  @Test
  void mapAtThree() {
    double[][] scores = {{0.9, 0.5, 0.1, 0}, {0.9, 0.5, 0.1, 0}, {0.9, 0.5, 0.1, 0}};
    assertEquals((1 + 1 / 3.0 + 0) / 3, Ranking.mapAt(3, scores, new int[] {0, 2, 3}), EXACT);
  }

  @Test
  void normalQuantile() throws IOException {
    double[] p = Fixtures.doubles(fixture("normal").get("p"));
    double[] x = Fixtures.doubles(fixture("normal").get("x"));
    for (int i = 0; i < p.length; i++) {
      assertEquals(x[i], NormalQuantile.of(p[i]), 1e-13 * Math.max(1, Math.abs(x[i])));
    }
    assertEquals(Double.POSITIVE_INFINITY, NormalQuantile.of(1));
    assertTrue(Double.isNaN(NormalQuantile.of(-0.1)));
    // YAMNet's balanced average AUC and d', as published.
    assertEquals(2.318, Ranking.dPrime(0.949_5), 0.005);
  }

  @ParameterizedTest
  @CsvSource({
    // said, recognised, substitutions, deletions, insertions, words
    "the cat sat on the mat, the cat sat on a mat today, 1, 0, 1, 6",
    "one two three, '', 0, 3, 0, 3",
    "seven, seven, 0, 0, 0, 1",
    "a b c d, b c d e, 0, 1, 1, 4",
    "'', 'x y', 0, 0, 2, 0"
  })
  void wordErrors(String said, String recognised, int s, int d, int i, int n) {
    assertEquals(new ErrorRate(s, d, i, n), ErrorRate.ofWords(said, recognised));
  }

  @Test
  void characterErrors() {
    ErrorRate kitten = ErrorRate.ofCharacters("kitten", "sitting");
    assertEquals(new ErrorRate(2, 0, 1, 6), kitten);
    assertEquals(3 / 6.0, kitten.rate(), EXACT);
    assertEquals(6 / 12.0, kitten.plus(kitten).rate(), EXACT);
    assertTrue(Double.isNaN(ErrorRate.NONE.rate()));
  }

  @Test
  void falseAlarms() {
    FalseAlarms alarms = new FalseAlarms(0.5, 2, 0.01);
    alarms.add(new double[] {0.6, 0.1, 0.7, 0.1, 0.1, 0.5, 0.9, 0});
    assertEquals(2, alarms.alarms());
    alarms.add(new double[360_000 - 8]);
    assertEquals(2 / 1.0, alarms.perHour(), EXACT);
    assertThrows(IllegalArgumentException.class, () -> new FalseAlarms(0.5, 0, 0.01));
  }
}
