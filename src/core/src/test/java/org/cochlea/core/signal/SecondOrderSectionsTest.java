package org.cochlea.core.signal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.cochlea.core.testing.Distance;
import org.cochlea.core.testing.Npy;
import org.cochlea.core.testing.ReferenceAudio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecondOrderSectionsTest {

  private static final SecondOrderSections BAND =
      Butterworth.bandpass(4, 300, 3400, 16000).sections();

  @Test
  void biquadsEqualTorchaudio() {
    float[] x = ReferenceAudio.read("speech22k").mono();
    assertReference("ta_lowpass_biquad", Biquad.lowpass(22050, 3000).sections().filterClamped(x));
    assertReference("ta_highpass_biquad", Biquad.highpass(22050, 300).sections().filterClamped(x));
    assertReference(
        "ta_equalizer_biquad", Biquad.equalizer(22050, 1000, 6, 0.9).sections().filterClamped(x));
  }

  private static void assertReference(String id, float[] actual) {
    assertTrue(Distance.relativeL2(actual, Npy.read(id).data()) < 1e-5, id);
  }

  @Test
  void biquadResponses() {
    double rate = 16000;
    double q = Math.sqrt(0.5);
    assertEquals(q, Biquad.lowpass(rate, 1000, q).sections().gain(1000, rate), 1e-12);
    assertEquals(1, Biquad.lowpass(rate, 1000, q).sections().gain(0, rate), 1e-12);
    assertEquals(q, Biquad.highpass(rate, 1000, q).sections().gain(1000, rate), 1e-12);
    assertEquals(1, Biquad.bandpass(rate, 1000, 2).sections().gain(1000, rate), 1e-12);
    assertEquals(2, Biquad.bandpassConstantSkirt(rate, 1000, 2).sections().gain(1000, rate), 1e-9);
    assertEquals(0, Biquad.bandreject(rate, 1000, 2).sections().gain(1000, rate), 1e-12);
    assertEquals(1, Biquad.bandreject(rate, 1000, 2).sections().gain(0, rate), 1e-12);
    for (double f : new double[] {0, 100, 1000, 5000, 8000}) {
      assertEquals(1, Biquad.allpass(rate, 1000, 0.7).sections().gain(f, rate), 1e-9);
    }
    double six = Math.pow(10, 6 / 20.0);
    assertEquals(six, Biquad.equalizer(rate, 1000, 6, 1).sections().gain(1000, rate), 1e-9);
    assertEquals(six, Biquad.bass(rate, 6, 100, 0.707).sections().gain(0, rate), 1e-9);
    assertEquals(1, Biquad.bass(rate, 6, 100, 0.707).sections().gain(8000, rate), 1e-9);
    assertEquals(Math.sqrt(six), Biquad.bass(rate, 6, 100, 0.707).sections().gain(100, rate), 1e-9);
    assertEquals(six, Biquad.treble(rate, 6, 3000, 0.707).sections().gain(8000, rate), 1e-9);
    assertEquals(1, Biquad.treble(rate, 6, 3000, 0.707).sections().gain(0, rate), 1e-9);
  }

  @Test
  void clampIsOutsideTheFeedback() {
    float[] x = new float[200];
    x[0] = 30;
    SecondOrderSections filter = Biquad.lowpass(16000, 500).sections();
    float[] plain = filter.filter(x);
    float[] clamped = filter.filterClamped(x);
    boolean reached = false;
    for (int i = 0; i < x.length; i++) {
      assertEquals(Math.max(-1, Math.min(1, plain[i])), clamped[i]);
      reached |= plain[i] > 1;
    }
    assertTrue(reached);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void chunksDoNotMatter(long seed) {
    Random random = new Random(seed);
    float[] x = noise(random, 3000 + random.nextInt(2000));
    float[] whole = BAND.filter(x);
    float[] out = new float[x.length];
    SosFilter filter = BAND.stream();
    for (int at = 0; at < x.length; ) {
      int n = Math.min(x.length - at, random.nextInt(random.nextBoolean() ? 3 : 900));
      filter.process(x, at, out, at, n);
      at += n;
    }
    assertArrayEquals(whole, out);
    filter.reset();
    filter.process(x, 0, x, 0, x.length);
    assertArrayEquals(whole, x, "in place, after reset");
  }

  @Test
  void zeroPhase() {
    // A symmetric signal, far from the ends, stays symmetric only if no frequency is delayed.
    double[] x = new double[4001];
    for (int i = 1900; i <= 2100; i++) {
      x[i] = Math.cos((i - 2000) * 0.4) * Math.exp(-Math.pow((i - 2000) / 30.0, 2));
    }
    double[] y = BAND.filtfilt(x);
    for (int i = 1; i <= 2000; i++) {
      assertEquals(y[2000 - i], y[2000 + i], 1e-12);
    }
    assertTrue(y[2000] > 0.5);
    double[] polynomial = Butterworth.lowpass(4, 3000, 16000).transferFunction().filtfilt(x);
    assertEquals(polynomial[1990], polynomial[2010], 1e-12);
  }

  @Test
  void constantPassesALowpassUntouched() {
    double[] x = new double[100];
    java.util.Arrays.fill(x, 0.7);
    for (double y : Butterworth.lowpass(5, 100, 16000).sections().filtfilt(x)) {
      assertEquals(0.7, y, 1e-9);
    }
  }

  @Test
  void paddingNeedsEnoughSamples() {
    assertEquals(27, BAND.padLength());
    assertEquals(12, Butterworth.lowpass(3, 1000, 16000).sections().padLength());
    assertEquals(28, BAND.filtfilt(new float[28]).length);
    assertEquals(
        "samples must be more than 27, the length of the padding, were 27",
        assertThrows(IllegalArgumentException.class, () -> BAND.filtfilt(new float[27]))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> BAND.filtfilt(new float[0]));
    assertEquals(1, BAND.filtfilt(new double[] {1}, 0).length);
  }

  @Test
  void emptyAndSingle() {
    assertEquals(0, BAND.filter(new float[0]).length);
    assertEquals(
        (float) BAND.sections().stream().mapToDouble(Biquad::b0).reduce(1, (a, b) -> a * b),
        BAND.filter(new float[] {1})[0]);
  }

  /** A decaying state would end in denormal numbers, which are a hundred times slower. */
  @Test
  void silenceEndsInZeros() {
    float[] x = new float[200_000];
    x[0] = 1;
    SosFilter filter = BAND.stream();
    filter.process(x, 0, x, 0, x.length);
    double[] silence = new double[512];
    filter.process(silence, 0, 512);
    for (double y : silence) {
      assertEquals(0, y);
    }
  }

  @Test
  void notANumberStaysInItsOwnSignal() {
    float[] x = noise(new Random(1), 100);
    x[50] = Float.NaN;
    float[] y = BAND.filter(x);
    assertTrue(Float.isFinite(y[49]) && Float.isNaN(y[50]) && Float.isNaN(y[99]));
  }

  @Test
  void poleAtZeroHasNoSteadyState() {
    SecondOrderSections integrator = new Biquad(1, 0, 0, -1, 0).sections();
    assertThrows(IllegalArgumentException.class, integrator::steadyState);
    TransferFunction f = TransferFunction.of(new double[] {1}, new double[] {1, -1});
    assertThrows(IllegalArgumentException.class, f::steadyState);
  }

  @Test
  void argumentsAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> new SecondOrderSections(List.of()));
    assertThrows(IllegalArgumentException.class, () -> new Biquad(1, 0, 0, Double.NaN, 0));
    assertThrows(IllegalArgumentException.class, () -> Biquad.lowpass(16000, 8000));
    assertThrows(IllegalArgumentException.class, () -> Biquad.lowpass(16000, 100, 0));
    assertThrows(IllegalArgumentException.class, () -> Biquad.lowpass(-1, 100));
    assertThrows(
        IllegalArgumentException.class, () -> Biquad.bass(16000, Double.POSITIVE_INFINITY, 100, 1));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> BAND.stream().process(new float[2], 1, new float[2], 0, 2));
  }

  private static float[] noise(Random random, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
