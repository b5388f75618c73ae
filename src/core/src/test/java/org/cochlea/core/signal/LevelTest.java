package org.cochlea.core.signal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LevelTest {

  @Test
  void monoIsTheMean() {
    float[][] channels = {{1, 2, 3}, {3, 2, -3}};
    assertArrayEquals(new float[] {2, 2, 0}, Level.mono(channels));
    assertArrayEquals(new float[] {1, 2, 3}, Level.mono(new float[][] {{1, 2, 3}}));
    assertEquals(0, Level.mono(new float[2][0]).length);
    assertThrows(IllegalArgumentException.class, () -> Level.mono(new float[0][]));
    assertEquals(
        "channels must have one length, channel 0 has 1 samples and channel 1 has 2",
        assertThrows(IllegalArgumentException.class, () -> Level.mono(new float[][] {{1}, {1, 2}}))
            .getMessage());
  }

  @Test
  void measures() {
    float[] sine = sine(48000, 1000, 1, 48000);
    assertEquals(Math.sqrt(0.5), Level.rms(sine), 1e-7);
    assertEquals(-3.0103, Level.rmsDbfs(sine), 1e-4);
    assertEquals(1, Level.peak(sine), 1e-7);
    assertEquals(0.75, Level.peak(new float[] {0.5f, -0.75f}));
    assertEquals(0, Level.rms(new float[0]));
    assertEquals(Double.NEGATIVE_INFINITY, Level.rmsDbfs(new float[3]));
    assertTrue(Double.isNaN(Level.peak(new float[] {1, Float.NaN})));
  }

  @Test
  void peak() {
    assertArrayEquals(
        new float[] {0.5f, -1, 0.25f}, Level.normalizePeak(new float[] {1, -2, 0.5f}));
    assertArrayEquals(
        new float[] {0.05f, -0.1f}, Level.normalizePeak(new float[] {1, -2}, -20), 1e-8f);
    // Below the smallest normal number nothing is changed, as in librosa.
    float[] tiny = {Float.MIN_VALUE, 0};
    assertArrayEquals(tiny, Level.normalizePeak(tiny));
    assertArrayEquals(new float[2], Level.normalizePeak(new float[2]));
    assertEquals(0, Level.normalizePeak(new float[0]).length);
    float[][] both = Level.normalizePeak(new float[][] {{1, 0}, {-4, 2}}, 0);
    assertArrayEquals(new float[] {0.25f, 0}, both[0]);
    assertArrayEquals(new float[] {-1, 0.5f}, both[1]);
    assertEquals(
        "samples must be finite, number 1 was NaN",
        assertThrows(
                IllegalArgumentException.class,
                () -> Level.normalizePeak(new float[] {1, Float.NaN}))
            .getMessage());
  }

  @Test
  void rms() {
    float[] x = sine(16000, 440, 0.1, 16000);
    assertEquals(-20, Level.rmsDbfs(Level.normalizeRms(x, -20)), 1e-5);
    assertArrayEquals(new float[4], Level.normalizeRms(new float[4], -20));
    assertThrows(IllegalArgumentException.class, () -> Level.normalizeRms(x, Double.NaN));
  }

  /** The coefficients in tables 1 and 2 of ITU-R BS.1770-4, for 48 kHz. */
  @Test
  void kWeightingAt48kHz() {
    Biquad shelf = Loudness.kWeighting(48000).sections().get(0);
    assertEquals(1.53512485958697, shelf.b0(), 1e-8);
    assertEquals(-2.69169618940638, shelf.b1(), 1e-8);
    assertEquals(1.19839281085285, shelf.b2(), 1e-8);
    assertEquals(-1.69065929318241, shelf.a1(), 1e-8);
    assertEquals(0.73248077421585, shelf.a2(), 1e-8);
    Biquad highpass = Loudness.kWeighting(48000).sections().get(1);
    assertEquals(1, highpass.b0(), 1e-12);
    assertEquals(-2, highpass.b1(), 1e-12);
    assertEquals(1, highpass.b2(), 1e-12);
    assertEquals(-1.99004745483398, highpass.a1(), 1e-8);
    assertEquals(0.99007225036621, highpass.a2(), 1e-8);
  }

  @Test
  void kWeightingIsTheSameCurveAtOtherRates() {
    for (double rate : new double[] {16000, 22050, 44100, 96000}) {
      for (double f : new double[] {30, 100, 1000, 2000}) {
        assertEquals(
            20 * Math.log10(Loudness.kWeighting(48000).gain(f, 48000)),
            20 * Math.log10(Loudness.kWeighting(rate).gain(f, rate)),
            // The bilinear transform bends the shelf near the Nyquist frequency of low rates.
            rate < 20000 ? 0.15 : 0.06);
      }
    }
  }

  /** BS.1770-4: a sine of 997 Hz at full scale in one front channel reads -3.01 LKFS. */
  @Test
  void fullScaleSine() {
    assertEquals(-3.01, Loudness.measure(sine(48000, 997, 1, 5 * 48000), 48000), 0.01);
    assertEquals(-3.01, Loudness.measure(sine(44100, 997, 1, 5 * 44100), 44100), 0.02);
    float[] silence = new float[48000];
    float[] sine = sine(48000, 997, 1, 48000);
    double surround = Loudness.measure(new float[][] {silence, silence, silence, sine}, 48000);
    assertEquals(-3.01 + 10 * Math.log10(1.41), surround, 0.01);
  }

  /** EBU Tech 3341, minimum requirements test signals 1 to 4: stereo sines of 1000 Hz. */
  @Test
  void ebuTestSignals() {
    assertEquals(-23, stereo(new double[] {-23}, new double[] {20}), 0.1);
    assertEquals(-33, stereo(new double[] {-33}, new double[] {20}), 0.1);
    assertEquals(-23, stereo(new double[] {-36, -23, -36}, new double[] {10, 60, 10}), 0.1);
    assertEquals(
        -23,
        stereo(new double[] {-72, -36, -23, -36, -72}, new double[] {10, 10, 60, 10, 10}),
        0.1);
  }

  private static double stereo(double[] dbfs, double[] seconds) {
    int rate = 48000;
    int total = 0;
    for (double s : seconds) {
      total += (int) (s * rate);
    }
    float[] x = new float[total];
    int at = 0;
    for (int part = 0; part < dbfs.length; part++) {
      float[] sine = sine(rate, 1000, Math.pow(10, dbfs[part] / 20), (int) (seconds[part] * rate));
      System.arraycopy(sine, 0, x, at, sine.length);
      at += sine.length;
    }
    return Loudness.measure(new float[][] {x, x}, rate);
  }

  @Test
  void loudnessNormalisation() {
    float[] x = sine(44100, 300, 0.01, 44100);
    assertEquals(-23, Loudness.measure(Loudness.normalize(x, 44100, -23), 44100), 1e-4);
    float[] silence = new float[44100];
    assertEquals(Double.NEGATIVE_INFINITY, Loudness.measure(silence, 44100));
    assertArrayEquals(silence, Loudness.normalize(silence, 44100, -23));
  }

  @Test
  void loudnessArguments() {
    assertEquals(
        "samples must be at least 0.4 s, 19200 at 48000.0 Hz, were 100",
        assertThrows(IllegalArgumentException.class, () -> Loudness.measure(new float[100], 48000))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> Loudness.measure(new float[6][48000], 48000));
    assertThrows(IllegalArgumentException.class, () -> Loudness.kWeighting(3000));
  }

  private static float[] sine(double rate, double frequency, double amplitude, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (amplitude * Math.sin(2 * Math.PI * frequency * i / rate));
    }
    return x;
  }
}
