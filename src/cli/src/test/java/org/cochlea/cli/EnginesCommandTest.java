package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.cochlea.core.Availability.Available;
import org.cochlea.core.Availability.Unavailable;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.junit.jupiter.api.Test;

class EnginesCommandTest {
  @Test
  void everyEngineIsListedWithItsDeviceOrEveryReason() {
    Run run = Run.of("engines");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals("", run.err());
    for (Engine engine : Engines.all()) {
      String line =
          run.outLines().stream().filter(l -> l.startsWith(engine.name())).findFirst().orElse("");
      switch (engine.probe()) {
        case Available yes ->
            assertTrue(line.contains(" yes ") && line.contains(yes.device()), run.out());
        case Unavailable no -> {
          assertTrue(line.contains(" no "), run.out());
          no.reasons().forEach(reason -> assertTrue(run.out().contains(reason), run.out()));
        }
      }
    }
  }

  @Test
  void theDefaultIsNamedWithTheReason() {
    Engines.Choice choice = Engines.choose();
    assertTrue(
        Run.of("engines")
            .out()
            .contains("default: %s (%s)".formatted(choice.engine().name(), choice.why())));
  }

  @Test
  void argumentsAreRefused() {
    Run run = Run.of("engines", "cuda");
    assertEquals(ExitCode.USAGE, run.code());
    assertEquals(1, run.errLines().size());
  }
}
