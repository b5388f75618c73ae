package org.cochlea.core.signal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.cochlea.core.signal.Silence.Fixed;
import org.cochlea.core.signal.Silence.Reduction;
import org.cochlea.core.signal.Silence.Relative;
import org.cochlea.core.testing.Npy;
import org.cochlea.core.testing.ReferenceAudio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SilenceTest {

  /** Speech with 9000 zeros before and 7000 behind. */
  private static float[] padded() {
    float[] speech = ReferenceAudio.read("speech22k").mono();
    float[] x = new float[speech.length + 16_000];
    System.arraycopy(speech, 0, x, 9000, speech.length);
    return x;
  }

  @Test
  void trimEqualsLibrosa() {
    float[] expected = Npy.read("trim").data();
    Interval interval = Silence.DEFAULT.trim(padded());
    assertEquals(new Interval((int) expected[0], (int) expected[1]), interval);
    assertEquals(interval.length(), interval.of(padded()).length);
  }

  /** {@code librosa.effects.split} of librosa 0.11 on the same signal, start and end by turns. */
  @ParameterizedTest
  @CsvSource({
    "60, 2048, 512, 8704 67584",
    "30, 2048, 512, 8704 67072",
    "20, 1024, 256, 9984 11776 12544 17408 19712 25856 27136 30720 32512 34560 34816 39424 41728"
        + " 45824 46336 48640 49408 57856 58624 65280",
    "30, 1001, 333, 8991 11988 12321 30969 31302 66267",
  })
  void splitEqualsLibrosa(double topDb, int frameLength, int hopLength, String expected) {
    Silence silence =
        new Silence(topDb, frameLength, hopLength, new Relative(Reduction.MAX), Reduction.MAX);
    assertSplit(silence, new float[][] {padded()}, expected);
  }

  @Test
  void otherReferencesEqualLibrosa() {
    float[][] x = {padded()};
    assertSplit(
        new Silence(40, 2048, 512, new Fixed(1), Reduction.MAX),
        x,
        "8704 17920 18944 40448 40960 66560");
    assertSplit(
        new Silence(25, 2048, 512, new Relative(Reduction.MEDIAN), Reduction.MAX), x, "8704 67584");
  }

  /** Two channels, the second rolled by 20000 samples and 20 dB down. */
  @ParameterizedTest
  @CsvSource({
    "MAX, 0 4096 8704 68608 69632 74752 75776 77824 79360 80133",
    "MIN, 30208 32256 33792 37888 40448 45056 47104 50688 54784 58368 62976 66048",
    "MEAN, 28672 67072",
    "MEDIAN, 28672 67072",
  })
  void aggregatesEqualLibrosa(Reduction aggregate, String expected) {
    float[] first = padded();
    float[] second = new float[first.length];
    for (int i = 0; i < first.length; i++) {
      second[(i + 20_000) % first.length] = first[i] * 0.1f;
    }
    assertSplit(
        new Silence(30, 2048, 512, new Relative(Reduction.MAX), aggregate),
        new float[][] {first, second},
        expected);
  }

  private static void assertSplit(Silence silence, float[][] x, String expected) {
    List<Interval> intervals = silence.split(x);
    assertArrayEquals(
        Arrays.stream(expected.split(" ")).mapToInt(Integer::parseInt).toArray(),
        intervals.stream()
            .flatMapToInt(i -> java.util.stream.IntStream.of(i.start(), i.end()))
            .toArray());
    assertEquals(
        new Interval(intervals.getFirst().start(), intervals.getLast().end()), silence.trim(x));
  }

  @Test
  void zerosAreSoundBesideThemselvesAndSilenceBesideAFixedLevel() {
    float[] zeros = new float[5000];
    assertEquals(new Interval(0, 5000), Silence.DEFAULT.trim(zeros));
    assertEquals(List.of(new Interval(0, 5000)), Silence.DEFAULT.split(zeros));
    Silence fixed = new Silence(60, 2048, 512, new Fixed(1), Reduction.MAX);
    assertEquals(new Interval(0, 0), fixed.trim(zeros));
    assertEquals(List.of(), fixed.split(zeros));
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2", "600"})
  void shortSignals(int n) {
    float[] x = new float[n];
    Arrays.fill(x, 1);
    for (int frameLength : new int[] {2048, 1001, 1}) {
      Silence silence =
          new Silence(60, frameLength, 512, new Relative(Reduction.MAX), Reduction.MAX);
      assertEquals(new Interval(0, n), silence.trim(x));
      assertEquals(n == 0 ? List.of() : List.of(new Interval(0, n)), silence.split(x));
    }
  }

  @Test
  void argumentsAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> Silence.DEFAULT.withTopDb(-1));
    assertThrows(IllegalArgumentException.class, () -> Silence.DEFAULT.withTopDb(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Fixed(0));
    assertThrows(IllegalArgumentException.class, () -> Silence.DEFAULT.trim(new float[0][]));
    assertThrows(
        IllegalArgumentException.class, () -> Silence.DEFAULT.trim(new float[][] {{1}, {1, 2}}));
    assertThrows(IllegalArgumentException.class, () -> new Interval(3, 2));
    assertThrows(IllegalArgumentException.class, () -> new Interval(0, 3).of(new float[2]));
  }
}
