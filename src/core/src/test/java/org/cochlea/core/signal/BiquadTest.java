package org.cochlea.core.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BiquadTest {

  /** torchaudio's formulas in Python. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
            riaa; 44100; 0.2380612232632074 -0.17185454019616797 -0.04429177968575995 -1.7007240000000001 0.70293815242559
            riaa; 48000; 0.21973782308585987 -0.1660233736819499 -0.036174495424386 -1.7327655000000002 0.7345534436225001
            riaa; 88200; 0.1267106352051949 -0.1074452587941361 -0.014288296605142933 -1.8554648 0.8559721392529199
            riaa; 96000; 0.11714782103050835 -0.09998954284241497 -0.012940091060962446 -1.8666083 0.86703828725602
            deemph; 44100; 0.4603507788631884 -0.2844082119124985 0.03388877229118692 -1.0542914627856914 0.2641228020275685
            deemph; 48000; 0.44769273852619246 -0.30433728984290975 0.04114811044801043 -1.1081890000653134 0.29269255919660664
          """)
  void fixedFiltersEqualTorchaudio(String filter, int rate, String expected) {
    Biquad q = filter.equals("riaa") ? Biquad.riaa(rate) : Biquad.deemphasis(rate);
    double[] c = Arrays.stream(expected.split(" ")).mapToDouble(Double::parseDouble).toArray();
    assertEquals(c[0], q.b0(), 1e-14);
    assertEquals(c[1], q.b1(), 1e-14);
    assertEquals(c[2], q.b2(), 1e-14);
    assertEquals(c[3], q.a1(), 1e-14);
    assertEquals(c[4], q.a2(), 1e-14);
  }

  /**
   * IEC 60098: time constants of 3180, 318 and 75 µs, 0 dB at 1 kHz. SoX's fits stray from it most
   * at low rates.
   */
  @ParameterizedTest
  @CsvSource({"44100, 0.45", "48000, 0.28", "88200, 0.065", "96000, 0.066"})
  void riaaFollowsTheAnalogueCurve(int rate, double decibels) {
    for (double f : new double[] {20, 50, 100, 500, 1000, 2000, 5000, 10_000, 15_000, 20_000}) {
      double expected = riaa(f) / riaa(1000);
      assertEquals(20 * Math.log10(expected), decibels(Biquad.riaa(rate), f, rate), decibels);
    }
    assertEquals(0, decibels(Biquad.riaa(rate), 1000, rate), 1e-12);
  }

  private static double riaa(double f) {
    double w = 2 * Math.PI * f;
    return Math.hypot(1, w * 318e-6) / Math.hypot(1, w * 3180e-6) / Math.hypot(1, w * 75e-6);
  }

  /** IEC 60908: time constants of 50 and 15 µs, which the shelf follows within 0.06 dB. */
  @ParameterizedTest
  @ValueSource(ints = {44_100, 48_000})
  void deemphasisFollowsTheAnalogueCurve(int rate) {
    for (double f : new double[] {0, 100, 1000, 3000, 5000, 8000, 10_000, 12_000, 16_000, 20_000}) {
      double w = 2 * Math.PI * f;
      double expected = Math.hypot(1, w * 15e-6) / Math.hypot(1, w * 50e-6);
      assertEquals(20 * Math.log10(expected), decibels(Biquad.deemphasis(rate), f, rate), 0.06);
    }
  }

  @ParameterizedTest
  @CsvSource({"16000, 1000, 0.707", "16000, 1000, 5", "44100, 300, 2", "8000, 3000, 1"})
  void bandPeaksAtItsCentre(double rate, double centre, double q) {
    SecondOrderSections band = Biquad.band(rate, centre, q).sections();
    assertEquals(1, band.gain(centre, rate), 1e-12);
    for (int k = 0; k <= 1000; k++) {
      double f = k * rate / 2000;
      assertTrue(band.gain(f, rate) <= 1 + 1e-12, f + " Hz");
      // The same poles at another level.
      assertEquals(
          Biquad.bandForNoise(rate, centre, q).sections().gain(f, rate)
              / Biquad.bandForNoise(rate, centre, q).sections().gain(centre, rate),
          band.gain(f, rate),
          1e-12);
    }
    // Both poles lie at the radius of a resonance of this bandwidth.
    assertEquals(
        Math.exp(-2 * Math.PI * centre / q / rate), Biquad.band(rate, centre, q).a2(), 1e-15);
  }

  /** White noise keeps its power: the squares of the impulse response add up to 1. */
  @ParameterizedTest
  @CsvSource({"16000, 1000, 0.707", "16000, 1000, 5", "44100, 300, 2", "8000, 3000, 1"})
  void bandForNoiseKeepsThePowerOfNoise(double rate, double centre, double q) {
    double[] impulse = new double[100_000];
    impulse[0] = 1;
    double[] response = Biquad.bandForNoise(rate, centre, q).sections().filter(impulse);
    assertEquals(1, Arrays.stream(response).map(x -> x * x).sum(), 1e-10);
  }

  @Test
  void fixedFiltersHaveFixedRates() {
    assertEquals(
        "sampleRate must be 44100 or 48000 Hz, was 16000",
        assertThrows(IllegalArgumentException.class, () -> Biquad.deemphasis(16_000)).getMessage());
    assertEquals(
        "sampleRate must be 44100, 48000, 88200 or 96000 Hz, was 32000",
        assertThrows(IllegalArgumentException.class, () -> Biquad.riaa(32_000)).getMessage());
  }

  private static double decibels(Biquad q, double frequency, double rate) {
    return 20 * Math.log10(q.sections().gain(frequency, rate));
  }
}
