package org.cochlea.core.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.cochlea.core.testing.Distance;
import org.cochlea.core.testing.Npy;
import org.cochlea.core.testing.ReferenceAudio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ButterworthTest {

  /** Designs by scipy 1.17 with {@code output="sos"} and {@code "ba"}, and their steady states. */
  @ParameterizedTest
  @CsvFileSource(resources = "/reference/butterworth.csv", delimiter = ';', numLinesToSkip = 1)
  void designEqualsScipy(
      int order,
      String type,
      String cutoffs,
      double fs,
      String sos,
      String b,
      String a,
      String sosState,
      String state) {
    Butterworth design = design(order, type, numbers(cutoffs), fs);
    List<Biquad> sections = design.sections().sections();
    double[] expected = numbers(sos);
    assertEquals(expected.length, 5 * sections.size());
    for (int s = 0; s < sections.size(); s++) {
      Biquad q = sections.get(s);
      double[] actual = {q.b0(), q.b1(), q.b2(), q.a1(), q.a2()};
      // The gain is a product of a dozen numbers; the poles near the unit circle lose a few bits.
      assertClose(Arrays.copyOfRange(expected, 5 * s, 5 * s + 5), actual, 1e-13);
    }
    TransferFunction polynomials = design.transferFunction();
    assertClose(numbers(b), polynomials.b(), 1e-13);
    assertClose(numbers(a), polynomials.a(), 1e-13);
    // A steady state divides by the sum of a, which all but cancels for low cutoffs.
    double[][] steady = design.sections().steadyState();
    assertClose(
        numbers(sosState), Arrays.stream(steady).flatMapToDouble(Arrays::stream).toArray(), 1e-9);
    assertClose(numbers(state), polynomials.steadyState(), 1e-6);
  }

  /** The published coefficients of {@code butter(6, 0.5)}. */
  @Test
  void halfBandOfOrderSix() {
    TransferFunction f = Butterworth.lowpass(6, 4000, 16000).transferFunction();
    double[] b = {
      .02958822364, .1775293418, .4438233546, .5917644728, .4438233546, .1775293418, .02958822364
    };
    double[] a = {1, 0, .7776959619, 0, .1141994251, 0, .001750925956};
    double[] zi = {.9704117764, .7928824345, 1.126755042, .534990569, .2053666395, .02783729768};
    assertClose(b, f.b(), 1e-9);
    assertClose(a, f.a(), 1e-9);
    assertClose(zi, f.steadyState(), 1e-9);
    assertEquals(21, f.padLength());
  }

  @ParameterizedTest
  @CsvSource({
    "butter_sosfilt_0, 6, lowpass, 4000, false",
    "butter_sosfiltfilt_0, 6, lowpass, 4000, true",
    "butter_sosfilt_1, 4, highpass, 300, false",
    "butter_sosfiltfilt_1, 4, highpass, 300, true",
    "butter_sosfilt_2, 4, bandpass, 300 3400, false",
    "butter_sosfiltfilt_2, 4, bandpass, 300 3400, true",
  })
  void filteringEqualsScipy(String id, int order, String type, String cutoffs, boolean zeroPhase) {
    float[] x = ReferenceAudio.read("speech22k").mono();
    SecondOrderSections filter = design(order, type, numbers(cutoffs), 22050).sections();
    float[] y = zeroPhase ? filter.filtfilt(x) : filter.filter(x);
    // Both compute in double; the reference is rounded to float32.
    assertTrue(Distance.relativeL2(y, Npy.read(id).data()) < 1e-7);
  }

  @Test
  void polynomialsFilterAsScipy() {
    float[] x = ReferenceAudio.read("speech22k").mono();
    float[] y = Butterworth.lowpass(6, 4000, 22050).transferFunction().filtfilt(x);
    assertTrue(Distance.relativeL2(y, Npy.read("filtfilt_ba").data()) < 1e-7);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 10})
  void cutoffIsMinusThreeDecibels(int order) {
    double half = Math.sqrt(0.5);
    double rate = 16000;
    assertEquals(half, Butterworth.lowpass(order, 1000, rate).sections().gain(1000, rate), 1e-9);
    assertEquals(1, Butterworth.lowpass(order, 1000, rate).sections().gain(0, rate), 1e-12);
    assertEquals(half, Butterworth.highpass(order, 1000, rate).sections().gain(1000, rate), 1e-9);
    assertEquals(1, Butterworth.highpass(order, 1000, rate).sections().gain(8000, rate), 1e-12);
    SecondOrderSections pass = Butterworth.bandpass(order, 500, 2000, rate).sections();
    assertEquals(half, pass.gain(500, rate), 1e-8);
    assertEquals(half, pass.gain(2000, rate), 1e-8);
    assertEquals(0, pass.gain(0, rate), 1e-9);
    SecondOrderSections stop = Butterworth.bandstop(order, 500, 2000, rate).sections();
    assertEquals(half, stop.gain(500, rate), 1e-8);
    assertEquals(half, stop.gain(2000, rate), 1e-8);
    assertEquals(1, stop.gain(0, rate), 1e-9);
    assertEquals(1, stop.gain(8000, rate), 1e-9);
  }

  /** Order 50 has poles close to the unit circle and to each other: sections stay stable there. */
  @Test
  void highestOrderIsStable() {
    SecondOrderSections filter = Butterworth.bandpass(50, 300, 3400, 16000).sections();
    double[] impulse = new double[20000];
    impulse[0] = 1;
    double[] response = filter.filter(impulse);
    for (int i = 15000; i < response.length; i++) {
      assertEquals(0, response[i], 1e-9);
    }
    assertEquals(1, filter.gain(1200, 16000), 1e-9);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          0;lowpass;1000;order must be in [1, 50], was 0
          4;lowpass;8000;cutoff must be in (0.0, 8000.0), was 8000.0
          4;highpass;0;cutoff must be in (0.0, 8000.0), was 0.0
          4;bandpass;300 300;high must be in (300.0, 8000.0), was 300.0
          4;bandstop;-1 300;low must be in (0.0, 8000.0), was -1.0
          4;lowpass;NaN;cutoff must be in (0.0, 8000.0), was NaN
          """)
  void rangesAreChecked(int order, String type, String cutoffs, String message) {
    assertEquals(
        message,
        assertThrows(
                IllegalArgumentException.class, () -> design(order, type, numbers(cutoffs), 16000))
            .getMessage());
  }

  private static Butterworth design(int order, String type, double[] c, double fs) {
    return switch (type) {
      case "lowpass" -> Butterworth.lowpass(order, c[0], fs);
      case "highpass" -> Butterworth.highpass(order, c[0], fs);
      case "bandpass" -> Butterworth.bandpass(order, c[0], c[1], fs);
      case "bandstop" -> Butterworth.bandstop(order, c[0], c[1], fs);
      default -> throw new IllegalArgumentException(type);
    };
  }

  private static double[] numbers(String text) {
    return Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  /** Compares relative to the largest expected number. */
  private static void assertClose(double[] expected, double[] actual, double tolerance) {
    assertEquals(expected.length, actual.length);
    double scale = Arrays.stream(expected).map(Math::abs).max().orElse(1);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance * scale, "number " + i);
    }
  }
}
