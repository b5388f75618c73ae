package org.cochlea.core.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.cochlea.core.Waveform;
import org.cochlea.core.signal.Loudness;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.testing.Distance;
import org.cochlea.core.testing.Npy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What augmentations of waveforms do to samples: levels, spectra, pitches, peers' numbers. */
class AugmentationValuesTest {
  private static final int RATE = Augmentations.RATE;
  private static final Chance ALWAYS = Chance.ALWAYS;
  private static final Npy PEERS = Npy.read("augment");

  private static float[] peer(int row) {
    int n = PEERS.shape()[1];
    return Arrays.copyOfRange(PEERS.data(), row * n, (row + 1) * n);
  }

  private static float[] apply(Augmentation a, float[] x) {
    return apply(a, x, 0);
  }

  private static float[] apply(Augmentation a, float[] x, long key) {
    try (Augmenter augmenter = new Augmenter(AugmentationPlan.ofWaveform(a), 5)) {
      return augmenter
          .augment(Waveform.of(x, RATE), augmenter.draw(new long[] {key}, 0, 1), null)
          .toArray(0, 0);
    }
  }

  private static double power(float[] x) {
    double sum = 0;
    for (float v : x) {
      sum += (double) v * v;
    }
    return sum / x.length;
  }

  private static float[] minus(float[] a, float[] b) {
    float[] d = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      d[i] = a[i] - b[i];
    }
    return d;
  }

  private static double snr(float[] augmented, float[] clean) {
    return 10 * Math.log10(power(clean) / power(minus(augmented, clean)));
  }

  // ---- peers' numbers ------------------------------------------------------------------------

  private static void assertClose(float[] expected, float[] actual, double bound) {
    double error = Distance.relativeL2(actual, expected);
    assertTrue(error <= bound, "relative L2 " + error);
  }

  @Test
  void clippingIsAudiomentations() {
    float[] y = apply(new WaveAugmentation.ClippingDistortion(21, 21, ALWAYS), peer(0));
    assertClose(peer(1), y, 1e-7);
  }

  @Test
  void tanhIsAudiomentations() {
    assertClose(
        peer(2), apply(new WaveAugmentation.TanhDistortion(0.5, 0.5, ALWAYS), peer(0)), 1e-6);
  }

  @Test
  void bitCrushIsAudiomentations() {
    assertClose(peer(3), apply(new WaveAugmentation.BitCrush(6, 6, ALWAYS), peer(0)), 1e-7);
  }

  @Test
  void filtersAreJulius() {
    float[] x = peer(0);
    float[] low = apply(new WaveAugmentation.LowPassFilter(800, 800, ALWAYS), x);
    assertClose(peer(4), low, 1e-6);
    float[] high = apply(new WaveAugmentation.HighPassFilter(800, 800, ALWAYS), x);
    assertClose(minus(x, peer(4)), high, 1e-6);
    float[] band = apply(new WaveAugmentation.BandPassFilter(1000, 1000, 1, 1, ALWAYS), x);
    assertClose(peer(5), band, 1e-6);
    float[] stop = apply(new WaveAugmentation.BandStopFilter(1000, 1000, 1, 1, ALWAYS), x);
    assertClose(minus(x, peer(5)), stop, 1e-6);
  }

  @Test
  void impulseResponsesAreConvolvedWith() {
    ClipSource source = ClipSource.of(List.of(peer(6)), RATE);
    assertClose(
        peer(7),
        apply(new WaveAugmentation.ApplyImpulseResponse(source, true, ALWAYS), peer(0)),
        1e-6);
  }

  @Test
  void timeStretchIsLibrosa() {
    float[] y = apply(new WaveAugmentation.TimeStretch(1.25, 1.25, true, 256, ALWAYS), peer(0));
    // librosa works in float32: phases of many turns lose digits there.
    assertClose(peer(8), y, 1e-4);
  }

  @Test
  void equalizersAreCookbookFilters() {
    Signal s = new Signal();
    s.load(Waveform.of(peer(0), RATE), 0);
    double[] t = new double[3 * Drawing.EQ_BANDS];
    for (int band = 0; band < Drawing.EQ_BANDS; band++) {
      t[3 * band] = 5000;
      t[3 * band + 2] = 1;
    }
    System.arraycopy(new double[] {60, 6, 0.5}, 0, t, 0, 3);
    System.arraycopy(new double[] {600, -9, 0.8}, 0, t, 9, 3);
    System.arraycopy(new double[] {3000, 4, 0.7}, 0, t, 18, 3);
    WaveOperations.equalize(s, 0, t, 0, new Scratch());
    assertClose(peer(9), s.samples(0), 1e-6);
  }

  // ---- levels --------------------------------------------------------------------------------

  @Test
  void gains() {
    float[] x = Augmentations.noise(1, 1000);
    float[] y = apply(new WaveAugmentation.Gain(-6, -6, ALWAYS), x);
    for (int i = 0; i < x.length; i++) {
      assertEquals(x[i] * Math.pow(10, -0.3), y[i], 1e-8);
    }
    float[] peak =
        apply(
            new WaveAugmentation.PeakNormalization(
                WaveAugmentation.PeakNormalization.ApplyTo.ALL, ALWAYS),
            x);
    float most = 0;
    for (float v : peak) {
      most = Math.max(most, Math.abs(v));
    }
    assertEquals(1, most, 1e-6);
    float[] rms = apply(new WaveAugmentation.RmsNormalization(-20, -20, ALWAYS), x);
    assertEquals(0.01, power(rms), 1e-7);
    float[] quiet =
        apply(
            new WaveAugmentation.PeakNormalization(
                WaveAugmentation.PeakNormalization.ApplyTo.ONLY_TOO_LOUD_SOUNDS, ALWAYS),
            x);
    assertArrayEquals(x, quiet);
    float[] loud =
        apply(
            new WaveAugmentation.LoudnessNormalization(-23, -23, ALWAYS),
            Augmentations.noise(2, RATE));
    assertEquals(-23, Loudness.measure(loud, RATE), 1e-4);
  }

  /** Gains wait for a pass over the samples: in a chain they are exact all the same. */
  @Test
  void gainsInChains() {
    float[] x = Augmentations.noise(1, 4000);
    Augmentation gain = new WaveAugmentation.Gain(-3, -3, ALWAYS);
    Augmentation crush = new WaveAugmentation.BitCrush(20, 20, ALWAYS);
    Augmentation flip = new WaveAugmentation.PolarityInversion(ALWAYS);
    Augmentation noise = new WaveAugmentation.AddColoredNoise(20, 20, 1, 1, ALWAYS);
    List<Augmentation> steps = List.of(gain, flip, noise, gain, crush, gain);
    float[] y = apply(new Augmentation.Compose(1, steps), x);
    assertEquals(20, snr(scaled(y, -Math.pow(10, 0.45)), x), 0.01);
  }

  private static float[] scaled(float[] x, double factor) {
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) (factor * x[i]);
    }
    return y;
  }

  @ParameterizedTest
  @ValueSource(doubles = {-5, 0, 10, 30})
  void noiseHasTheRatioAsked(double db) {
    float[] x = Augmentations.tone(500, 9001);
    for (double decay : new double[] {-2, 0, 1.5}) {
      float[] y = apply(new WaveAugmentation.AddColoredNoise(db, db, decay, decay, ALWAYS), x);
      assertEquals(db, snr(y, x), 0.01, "decay " + decay);
    }
    for (long key = 0; key < 8; key++) {
      // One source is longer than the clip, one is repeated, one is a single sample.
      float[] y =
          apply(
              new WaveAugmentation.AddBackgroundNoise(Augmentations.source(), db, db, ALWAYS),
              x,
              key);
      assertEquals(db, snr(y, x), 0.01, "key " + key);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 0, 1, 2})
  void noiseHasTheSpectrumAsked(double decay) {
    int n = RATE;
    double[] sums = new double[4];
    double[] expected = new double[4];
    int[] edges = {20, 100, 500, 2000, 4000};
    float[] x = Augmentations.tone(500, n);
    int size = Fft.sizeFor(n);
    for (long key = 0; key < 24; key++) {
      float[] noise =
          minus(apply(new WaveAugmentation.AddColoredNoise(0, 0, decay, decay, ALWAYS), x, key), x);
      float[] block = Arrays.copyOf(noise, size);
      for (int i = 0; i < size; i++) {
        block[i] *= (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / n)) * (i < n ? 1 : 0);
      }
      Fft.of(size).forward(block);
      for (int band = 0; band < 4; band++) {
        for (int k = edges[band] * size / RATE; k < edges[band + 1] * size / RATE; k++) {
          sums[band] += block[2 * k] * block[2 * k] + block[2 * k + 1] * block[2 * k + 1];
        }
      }
    }
    for (int band = 0; band < 4; band++) {
      for (int hz = edges[band]; hz < edges[band + 1]; hz++) {
        expected[band] += Math.pow(1 + hz / (RATE / 2.0) * (Math.sqrt(RATE / 2.0) - 1), -2 * decay);
      }
    }
    for (int band = 1; band < 4; band++) {
      // The lowest band holds 80 Hz of 24 clips: 1900 numbers, a deviation of 0.1 dB.
      assertEquals(
          10 * Math.log10(expected[band] / expected[0]),
          10 * Math.log10(sums[band] / sums[0]),
          0.5,
          "band " + band);
    }
  }

  // ---- time ----------------------------------------------------------------------------------

  @Test
  void shifts() {
    float[] x = {1, 2, 3, 4, 5};
    assertArrayEquals(new float[] {4, 5, 1, 2, 3}, shifted(x, 2, true));
    assertArrayEquals(new float[] {3, 4, 5, 1, 2}, shifted(x, -2, true));
    assertArrayEquals(new float[] {3, 4, 5, 1, 2}, shifted(x, -7, true));
    assertArrayEquals(new float[] {0, 0, 1, 2, 3}, shifted(x, 2, false));
    assertArrayEquals(new float[] {3, 4, 5, 0, 0}, shifted(x, -2, false));
    assertArrayEquals(new float[5], shifted(x, 9, false));
    assertArrayEquals(
        new float[] {5, 4, 3, 2, 1}, apply(new WaveAugmentation.TimeInversion(ALWAYS), x));
  }

  private static float[] shifted(float[] x, double samples, boolean rollover) {
    return apply(
        new WaveAugmentation.Shift(
            samples, samples, WaveAugmentation.Shift.Unit.SAMPLES, rollover, ALWAYS),
        x);
  }

  @Test
  void durations() {
    float[] x = {1, 2, 3};
    assertArrayEquals(
        new float[] {0, 0, 1, 2, 3, 0, 0},
        adjusted(x, 7, WaveAugmentation.AdjustDuration.Position.CENTRE, Padding.ZERO));
    assertArrayEquals(
        new float[] {1, 2, 3, 1, 2, 3, 1, 2},
        adjusted(x, 8, WaveAugmentation.AdjustDuration.Position.START, Padding.WRAP));
    assertArrayEquals(
        new float[] {3, 1, 2, 3},
        adjusted(x, 4, WaveAugmentation.AdjustDuration.Position.END, Padding.WRAP));
    assertArrayEquals(
        new float[] {2},
        adjusted(x, 1, WaveAugmentation.AdjustDuration.Position.CENTRE, Padding.ZERO));
    assertArrayEquals(
        new float[] {2, 3},
        adjusted(x, 2, WaveAugmentation.AdjustDuration.Position.END, Padding.ZERO));
    assertArrayEquals(
        new float[2],
        adjusted(new float[0], 2, WaveAugmentation.AdjustDuration.Position.RANDOM, Padding.WRAP));
    int[] firsts = new int[4];
    for (long key = 0; key < 4000; key++) {
      firsts[(int) apply(WaveAugmentation.AdjustDuration.randomCrop(2.0 / RATE), row(5), key)[0]]++;
    }
    for (int count : firsts) {
      assertEquals(1000, count, 5 * Math.sqrt(4000 * 0.25 * 0.75));
    }
  }

  private static float[] row(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = i;
    }
    return x;
  }

  private static float[] adjusted(
      float[] x, int n, WaveAugmentation.AdjustDuration.Position position, Padding padding) {
    return apply(
        new WaveAugmentation.AdjustDuration((double) n / RATE, position, padding, ALWAYS), x);
  }

  @Test
  void spliceOutKeepsTheLengthAndEndsInSilence() {
    float[] x = new float[RATE];
    Arrays.fill(x, 1);
    float[] y = apply(new WaveAugmentation.SpliceOut(8, 50, ALWAYS), x);
    assertEquals(x.length, y.length);
    int end = y.length;
    while (end > 0 && y[end - 1] == 0) {
      end--;
    }
    for (int i = 0; i < end; i++) {
      assertEquals(1, y[i], 1e-6, "cross-fades of a constant are constant");
    }
    // Eight pieces of 0 to 400 samples, half of each.
    assertTrue(end > y.length - 8 * 200 && end < y.length - 200, "cut to " + end);
  }

  // ---- tempo and pitch -----------------------------------------------------------------------

  /** The frequency of a tone: the peak of a windowed spectrum, interpolated. */
  private static double pitch(float[] x, int from, int size) {
    float[] block = new float[size];
    for (int i = 0; i < size; i++) {
      block[i] = (float) (x[from + i] * (0.5 - 0.5 * Math.cos(2 * Math.PI * i / size)));
    }
    Fft.of(size).forward(block);
    double[] db = new double[size / 2];
    int best = 2;
    for (int k = 1; k < size / 2; k++) {
      db[k] = Math.log(Math.hypot(block[2 * k], block[2 * k + 1]) + 1e-12);
      best = db[k] > db[best] ? k : best;
    }
    double a = db[best - 1];
    double c = db[best + 1];
    return (best + (a - c) / (2 * (a - 2 * db[best] + c))) * RATE / size;
  }

  /**
   * A plain vocoder, librosa's too, lets the phases of a tone's neighbouring bins drift apart,
   * which costs up to 1.3 dB of its power of 0.125.
   */
  private static void assertTone(double power) {
    assertTrue(power > 0.09 && power < 0.13, "power " + power);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-12, -3.7, 0, 4, 7})
  void pitchShiftMovesATone(double semitones) {
    float[] x = Augmentations.tone(440, 12_000);
    float[] y = apply(new WaveAugmentation.PitchShift(semitones, semitones, 1024, ALWAYS), x);
    assertEquals(x.length, y.length);
    assertEquals(440 * Math.pow(2, semitones / 12), pitch(y, 2000, 4096), 0.5);
    assertTone(power(Arrays.copyOfRange(y, 2000, 10_000)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.83, 1, 1.6})
  void timeStretchKeepsATone(double rate) {
    float[] x = Augmentations.tone(440, 16_000);
    float[] y = apply(new WaveAugmentation.TimeStretch(rate, rate, false, 1024, ALWAYS), x);
    assertEquals(Math.round(16_000 / rate), y.length);
    assertEquals(440, pitch(y, 2000, 4096), 0.5);
    assertTone(power(Arrays.copyOfRange(y, 2000, 8000)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.9, 1.1, 1.7})
  void speedMovesAToneAndKeepsItsShape(double factor) {
    float[] x = Augmentations.tone(440, 8000);
    float[] y = apply(new WaveAugmentation.SpeedPerturbation(List.of(factor), ALWAYS), x);
    assertEquals((int) Math.ceil(8000 / factor), y.length);
    double worst = 0;
    for (int i = 200; i < y.length - 200; i++) {
      worst =
          Math.max(worst, Math.abs(y[i] - 0.5 * Math.sin(2 * Math.PI * 440 * factor * i / RATE)));
    }
    assertTrue(worst < 1e-4, "off by " + worst);
  }

  @Test
  void speedSuppressesWhatWouldFoldBack() {
    float[] y =
        apply(
            new WaveAugmentation.SpeedPerturbation(List.of(1.5), ALWAYS),
            Augmentations.tone(3000, 8000));
    assertTrue(power(Arrays.copyOfRange(y, 200, 5000)) < 1e-8);
  }
}
