package org.cochlea.cli.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.cochlea.cli.plot.Scale.Tick;
import org.cochlea.core.basis.MelScale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {
  @ParameterizedTest
  @CsvSource({
    "0, 3, 6, 0.0 0.5 1.0 1.5 2.0 2.5 3.0",
    "0, 3, 3, 0 1 2 3",
    "0, 11025, 8, 0 2000 4000 6000 8000 10000",
    "-1, 1, 4, −1.0 −0.5 0.0 0.5 1.0",
    "0.3, 0.301, 5, 0.3000 0.3002 0.3004 0.3006 0.3008 0.3010",
    "0, 3e7, 3, 0.00 1.00e+07 2.00e+07 3.00e+07"
  })
  void linearStepsAreOneTwoFive(double low, double high, int most, String expected) {
    assertEquals(expected, labels(new Scale.Linear(), low, high, most));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.04, 4, 0.00 0.01 0.02 0.03 0.04",
    "0, 59, 6, 0 10 20 30 40 50",
    "0, 95, 7, 0:00 0:15 0:30 0:45 1:00 1:15 1:30",
    "118.2, 121.3, 4, 1:59 2:00 2:01",
    "0, 4000, 5, 0:00:00 0:15:00 0:30:00 0:45:00 1:00:00",
    "0, 300000, 5, 0:00:00 24:00:00 48:00:00 72:00:00"
  })
  void secondsFollowTheClockFromAMinuteOn(double low, double high, int most, String expected) {
    assertEquals(expected, labels(new Scale.Seconds(), low, high, most));
  }

  @Test
  void decibelsAlwaysHaveASign() {
    assertEquals(
        "−80 dB|−60 dB|−40 dB|−20 dB|+0 dB",
        String.join(
            "|",
            new Scale.Decibels().ticks(new Limits(-80, 0), 4).stream().map(Tick::label).toList()));
  }

  @Test
  void countsAreWhole() {
    assertEquals("0 1 2", labels(new Scale.Count(), -0.5, 2.5, 40));
  }

  @ParameterizedTest
  @CsvSource({
    "11025, 20, 0 64 128 256 512 1024 2048 4096 8192",
    "11025, 5, 0 64 256 1024 4096",
    "30, 5, 0 10 20 30"
  })
  void octavesAreMarkedAtPowersOfTwo(double high, int most, String expected) {
    assertEquals(expected, labels(new Scale.Octaves(Scale.Octaves.C2), 0, high, most));
  }

  @Test
  void melIsMarkedAsLibrosaDoes() {
    assertEquals("0 512 1024 2048 4096 8192", labels(new Scale.Mel(MelScale.SLANEY), 0, 11025, 12));
  }

  /** Positions relative to that of C2, of matplotlib's SymmetricalLogTransform(2, C2, 0.5). */
  @ParameterizedTest
  @CsvSource({
    "10, 0.1528902573188572",
    "65, 0.9937866725725718",
    "100, 1.6124964762500653",
    "1000, 4.934424571137427",
    "8000, 7.934424571137427"
  })
  void logarithmicAxisIsLibrosas(double hz, double expected) {
    Scale scale = new Scale.Octaves(Scale.Octaves.C2);
    assertEquals(expected, scale.forward(hz), 1e-12);
    assertEquals(hz, scale.inverse(expected), 1e-9);
  }

  @Test
  void axisEndsAreAtZeroAndOne() {
    Axis axis = new Axis("", new Limits(50, 8000), new Scale.Mel(MelScale.HTK));
    assertEquals(0, axis.position(50), 1e-15);
    assertEquals(1, axis.position(8000), 1e-15);
    assertEquals(440, axis.value(axis.position(440)), 1e-9);
  }

  private static String labels(Scale scale, double low, double high, int most) {
    List<Tick> ticks = scale.ticks(new Limits(low, high), most);
    return String.join(" ", ticks.stream().map(Tick::label).toList());
  }
}
