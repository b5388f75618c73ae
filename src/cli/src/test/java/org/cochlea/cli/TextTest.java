package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0.00 s",
    "0.532, 0.53 s",
    "12.34, 12.3 s",
    "60, 1:00 min",
    "245.2, 4:05 min",
    "11045, 3:04:05 h",
    "NaN, ? s"
  })
  void durations(double seconds, String expected) {
    assertEquals(expected, Text.duration(seconds));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0 | 0", "0.5124 | 0.512", "5.126 | 5.13", "51.26 | 51.3", "51264.2 | 51,264"})
  void numbers(double value, String expected) {
    assertEquals(expected, Text.number(value));
  }

  @Test
  void counts() {
    assertEquals("1 clip", Text.count(1, "clip", "clips"));
    assertEquals("12,000 clips", Text.count(12_000, "clip", "clips"));
  }

  @Test
  void columnsOfATableStartBelowEachOther() {
    assertEquals(
        List.of("a    long", "bbb  c"),
        Text.table(List.of(List.of("a", "long"), List.of("bbb", "c"))));
  }
}
