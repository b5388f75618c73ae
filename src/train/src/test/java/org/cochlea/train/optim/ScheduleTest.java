package org.cochlea.train.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Map;
import org.cochlea.train.Fixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Against the rates of torch's schedulers in schedules/schedules.json. */
class ScheduleTest {
  private static final double RATE = 0.5;

  private static final Map<String, Schedule> SCHEDULES =
      Map.of(
          "step", new Schedule.Step(2, 0.3),
          "cosine", new Schedule.Cosine(0.1),
          "one-cycle", new Schedule.OneCycle(),
          "one-cycle-linear", new Schedule.OneCycle(0.2, 25, 1e4, Schedule.Anneal.LINEAR),
          "cyclical", new Schedule.Cyclical(0.1, 1.5, Schedule.Cycle.TRIANGULAR),
          "cyclical2", new Schedule.Cyclical(0.1, 1, Schedule.Cycle.TRIANGULAR2));

  @ParameterizedTest
  @ValueSource(
      strings = {"step", "cosine", "one-cycle", "one-cycle-linear", "cyclical", "cyclical2"})
  void asTorch(String name) throws IOException {
    double[] expected = Fixtures.doubles(Fixtures.read("schedules/schedules.json").get(name));
    Schedule schedule = SCHEDULES.getOrDefault(name, new Schedule.Constant());
    for (int step = 0; step < expected.length; step++) {
      double rate = RATE * schedule.factor(new Schedule.Position(step, expected.length, 10));
      assertEquals(expected[step], rate, 1e-12, "step " + step);
    }
  }

  @Test
  void plateauAsTorch() throws IOException {
    JsonNode fixture = Fixtures.read("schedules/schedules.json").get("plateau");
    double[] results = Fixtures.doubles(fixture.get("results"));
    double[] rates = Fixtures.doubles(fixture.get("rates"));
    PlateauState state = PlateauState.START;
    for (int epoch = 0; epoch < results.length; epoch++) {
      assertEquals(rates[epoch], RATE * state.factor(), 1e-12, "epoch " + epoch);
      state = state.after(results[epoch], new Schedule.Plateau(0.1, 2));
    }
    assertFalse(state.isBetter(Double.NaN));
  }

  @Test
  void rangesAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> new Schedule.Step(0, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new Schedule.Cosine(1.5));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Schedule.OneCycle(1, 25, 1e4, Schedule.Anneal.COSINE));
    assertThrows(IllegalArgumentException.class, () -> new OptimizerSpec.Adam(0, 0));
    assertThrows(IllegalArgumentException.class, () -> new OptimizerSpec.Sgd(0.1, 0, true, 0));
    assertThrows(IllegalArgumentException.class, () -> new Loss.CrossEntropy(1, false, Map.of()));
  }
}
