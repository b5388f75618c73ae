package org.cochlea.core.signal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.cochlea.core.signal.Resampler.Quality;
import org.cochlea.core.testing.Distance;
import org.cochlea.core.testing.Npy;
import org.cochlea.core.testing.ReferenceAudio;
import org.jtransforms.fft.DoubleFFT_1D;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplerTest {

  @ParameterizedTest
  @CsvSource({
    "ta_resample_0, speech22k, 16000",
    "ta_resample_1, speech16k, 8000",
    "ta_resample_2, digits8k, 16000",
  })
  void hannEqualsTorchaudio(String id, String input, int to) {
    assertTorchaudio(id, input, to, SincKernel.torchaudio());
  }

  @ParameterizedTest
  @CsvSource({
    "ta_resample_kaiser_0, speech22k, 16000",
    "ta_resample_kaiser_1, speech16k, 8000",
    "ta_resample_kaiser_2, digits8k, 16000",
  })
  void kaiserEqualsTorchaudio(String id, String input, int to) {
    assertTorchaudio(id, input, to, SincKernel.kaiserBest());
  }

  private static void assertTorchaudio(String id, String input, int to, SincKernel kernel) {
    ReferenceAudio audio = ReferenceAudio.read(input);
    float[] actual = Resampler.of(audio.sampleRate(), to, kernel).resample(audio.mono());
    double distance = Distance.relativeL2(actual, Npy.read(id).data());
    assertTrue(distance < 1e-6, id + " " + distance);
  }

  /**
   * Another filter of the same class as soxr's: equal where both pass everything, so away from the
   * ends and below 0.9 of the lower Nyquist frequency. At ratios other than 2 soxr's own pass band
   * droops by up to 0.01 dB, 1e-3 of the amplitude at the band's end.
   */
  @ParameterizedTest
  @CsvSource({
    "soxr_hq_0, speech22k, 16000, 1e-4",
    "soxr_hq_1, speech16k, 8000, 1e-6",
    "soxr_hq_2, digits8k, 16000, 1e-6",
  })
  void highQualityIsThatOfSoxr(String id, String input, int to, double tolerance) {
    ReferenceAudio audio = ReferenceAudio.read(input);
    float[] actual = Resampler.of(audio.sampleRate(), to).resample(audio.mono());
    float[] expected = Npy.read(id).data();
    assertEquals(expected.length, actual.length);
    double[] difference = new double[actual.length];
    double[] reference = new double[actual.length];
    for (int i = 0; i < actual.length; i++) {
      difference[i] = (double) actual[i] - expected[i];
      reference[i] = expected[i];
    }
    double band = 0.9 * Math.min(audio.sampleRate(), to) / to;
    double distance = Math.sqrt(energy(difference, band) / energy(reference, band));
    assertTrue(distance < tolerance, id + " " + distance);
  }

  /** Energy below {@code band} times the Nyquist frequency, of the signal under a Hann window. */
  private static double energy(double[] x, double band) {
    int n = x.length;
    double[] windowed = x.clone();
    for (int i = 0; i < n; i++) {
      windowed[i] *= Math.pow(Math.sin(Math.PI * i / n), 2);
    }
    double[] spectrum = Arrays.copyOf(windowed, n + 2);
    new DoubleFFT_1D(n).realForward(spectrum);
    double sum = 0;
    for (int k = 2; k < band * n - 1; k++) {
      sum += spectrum[k] * spectrum[k];
    }
    return sum;
  }

  /** The bands that {@link Quality} promises, from the kernel's Fourier transform. */
  @ParameterizedTest
  @CsvSource({"MEDIUM, 0.85, 100", "HIGH, 0.913, 125", "VERY_HIGH, 0.95, 175"})
  void bandsOfTheQualities(Quality quality, double passband, double attenuation) {
    SincKernel kernel = quality.kernel();
    double ripple = 0;
    for (double f = 0; f <= passband; f += 0.003) {
      ripple = Math.max(ripple, Math.abs(response(kernel, f) - 1));
    }
    double alias = 0;
    for (double f = 1; f < 3; f += 0.0013) {
      alias = Math.max(alias, Math.abs(response(kernel, f)));
    }
    ripple = Math.max(ripple, Math.abs(response(kernel, passband) - 1));
    // Kaiser's formulas are good to 2 dB.
    assertTrue(-20 * Math.log10(ripple) > attenuation - 2, () -> "pass band of " + quality);
    assertTrue(-20 * Math.log10(alias) > attenuation - 2, () -> "stop band of " + quality);
  }

  /** Gain at {@code f} times half the lower rate; the kernel is 1 at 0, so it sums to 1. */
  private static double response(SincKernel kernel, double f) {
    DoubleUnaryOperator impulse = kernel.impulse();
    int perCrossing = 16;
    double sum = impulse.applyAsDouble(0);
    int last = kernel.width() * perCrossing;
    for (int i = 1; i <= last; i++) {
      double t = (double) i / perCrossing;
      sum += 2 * impulse.applyAsDouble(t) * Math.cos(Math.PI * t * f / kernel.rolloff());
    }
    return sum / perCrossing;
  }

  @ParameterizedTest
  @CsvSource({
    "44100, 16000", "16000, 44100", "48000, 44100", "8000, 16000", "16000, 8000", "22050, 16000",
    "48000, 8000", "8000, 48000", "16001, 16000", "16000, 16001", "44101, 11027", "7919, 44100",
    "3, 1", "1, 3", "96000, 11025", "16000, 16000"
  })
  void sineKeepsAmplitudeAndPhase(int from, int to) {
    // 0.2 to 0.45 of the lower rate, away from the ends.
    for (double part : new double[] {0.02, 0.2, 0.45}) {
      double frequency = part * Math.min(from, to);
      int n = Math.toIntExact(Math.max(4000L, 3000L * from / Math.min(from, to)));
      float[] x = new float[n];
      for (int i = 0; i < n; i++) {
        x[i] = (float) Math.sin(2 * Math.PI * frequency * i / from + 0.3);
      }
      float[] y = Resampler.of(from, to).resample(x);
      assertEquals(Math.ceilDiv((long) n * to, (long) from), y.length);
      for (int i = y.length / 3; i < 2 * y.length / 3; i++) {
        // The input's own rounding is 3e-8, the ripple of 125 dB is 6e-7.
        assertEquals(Math.sin(2 * Math.PI * frequency * i / to + 0.3), y[i], 1.2e-6);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "44100, 16000, 9000",
    "44100, 16000, 20000",
    "16000, 8000, 4100",
    "16001, 16000, 8000.4",
    "48000, 44100, 22100"
  })
  void whatWouldAliasIsGone(int from, int to, double frequency) {
    float[] x = new float[2 * from];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.sin(2 * Math.PI * frequency * i / from);
    }
    float[] y = Resampler.of(from, to).resample(x);
    double largest = 0;
    for (int i = y.length / 4; i < 3 * y.length / 4; i++) {
      largest = Math.max(largest, Math.abs(y[i]));
    }
    assertTrue(20 * Math.log10(largest) < -120, 20 * Math.log10(largest) + " dB");
  }

  /** The interpolated table against the exact one, for the same rates. */
  @ParameterizedTest
  @CsvSource({"441, 160", "160, 441", "2, 1", "1, 2", "320, 147", "12, 1"})
  void interpolatedKernelIsTheExactOne(int in, int out) {
    float[] x = noise(new Random(in), 20_000);
    for (SincKernel kernel :
        new SincKernel[] {
          SincKernel.torchaudio(), Quality.HIGH.kernel(), Quality.VERY_HIGH.kernel()
        }) {
      double scale = kernel.rolloff() * Math.min(1, (double) out / in);
      Resampler resampler = Resampler.of(in, out, kernel);
      float[] exact =
          new ResampleStream(
                  resampler, new PolyphaseFilter(in, out, kernel, scale), false, Integer.MAX_VALUE)
              .process(x);
      float[] interpolated =
          new ResampleStream(
                  resampler,
                  new InterpolatedFilter(in, out, kernel, scale),
                  false,
                  Integer.MAX_VALUE)
              .process(x);
      int common = Math.min(exact.length, interpolated.length);
      assertTrue(common > exact.length - 3 * Math.max(32, out));
      for (int i = 0; i < common; i++) {
        // Rounding to float is 6e-8 of values around 1 to 4.
        assertEquals(exact[i], interpolated[i], 5e-7);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "44100, 16000",
    "16000, 44100",
    "16000, 8000",
    "8000, 16000",
    "16001, 16000",
    "5, 7",
    "1000, 1",
    "1, 1000",
    "48000, 48000",
    "7919, 7907"
  })
  void streamEqualsOneShot(int from, int to) {
    Resampler resampler = Resampler.of(from, to, SincKernel.kaiserFast());
    Random random = new Random(from * 31L + to);
    for (ResampleStream stream :
        new ResampleStream[] {resampler.stream(), resampler.liveStream()}) {
      for (int round = 0; round < 4; round++) {
        int most = Math.max(100, (int) Math.min(60_000, 1_000_000L * from / to));
        float[] x = noise(random, round == 0 ? 3 : random.nextInt(most));
        float[] whole = resampler.resample(x);
        float[] joined = new float[whole.length];
        int written = 0;
        int largest = round % 2 == 0 ? 300 : 30_000;
        for (int at = 0; at < x.length; ) {
          int n = Math.min(x.length - at, random.nextInt(largest));
          written += stream.process(x, at, n, joined, written);
          at += n;
        }
        written += stream.flush(joined, written);
        assertEquals(whole.length, written);
        assertArrayEquals(whole, joined);
        stream.reset();
      }
    }
  }

  @Test
  void chunksAsArrays() {
    float[] x = noise(new Random(5), 5000);
    Resampler resampler = Resampler.of(44100, 16000);
    ResampleStream stream = resampler.stream();
    float[] first = stream.process(Arrays.copyOf(x, 2000));
    float[] second = stream.process(Arrays.copyOfRange(x, 2000, 5000));
    float[] rest = stream.flush();
    float[] joined = Arrays.copyOf(first, first.length + second.length + rest.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    System.arraycopy(rest, 0, joined, first.length + second.length, rest.length);
    assertArrayEquals(resampler.resample(x), joined);
    assertThrows(IllegalStateException.class, () -> stream.process(x));
    assertThrows(IllegalStateException.class, stream::flush);
  }

  @Test
  void liveStreamsGiveOutputsAtOnce() {
    ResampleStream live = Resampler.of(44100, 16000).liveStream();
    assertEquals(0, live.process(new float[live.latency() - 1]).length);
    assertEquals(160, live.process(new float[1]).length);
    assertEquals(160, live.process(new float[441]).length);
    assertTrue(live.latency() < 441 + 300, "latency " + live.latency());
    ResampleStream blocks = Resampler.of(44100, 16000).stream();
    assertEquals(0, blocks.process(new float[blocks.latency() - 1]).length);
    assertEquals(128 * 160, blocks.process(new float[1]).length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 7, 100})
  void shortSignals(int n) {
    float[] x = new float[n];
    Arrays.fill(x, 1);
    for (int[] rates : new int[][] {{44100, 16000}, {16000, 44100}, {16001, 16000}, {1, 1}}) {
      float[] y = Resampler.of(rates[0], rates[1]).resample(x);
      assertEquals((n * rates[1] + rates[0] - 1) / rates[0], y.length);
      for (float value : y) {
        assertTrue(Math.abs(value) < 1.3);
      }
    }
  }

  @Test
  void equalRatesCopy() {
    float[] x = noise(new Random(9), 20_000);
    float[] y = Resampler.of(44100, 44100).resample(x);
    assertArrayEquals(x, y);
    y[0]++;
    assertTrue(x[0] != y[0]);
  }

  @Test
  void channelsAreSeparate() {
    float[][] x = {noise(new Random(1), 3000), noise(new Random(2), 3000)};
    Resampler resampler = Resampler.of(48000, 16000);
    float[][] y = resampler.resample(x);
    assertArrayEquals(resampler.resample(x[0]), y[0]);
    assertArrayEquals(resampler.resample(x[1]), y[1]);
  }

  /** A table per phase would hold 100 million taps for these rates. */
  @Test
  void memoryDoesNotDependOnTheRates() {
    Resampler resampler = Resampler.of(192_001, 191_999, Quality.VERY_HIGH);
    float[] x = new float[10_000];
    Arrays.fill(x, 0.5f);
    assertEquals(0.5f, resampler.resample(x)[5000], 1e-6f);
    assertEquals(10_000L * 1_000_000, Resampler.of(1, 1_000_000).outputLength(10_000));
  }

  @Test
  void notANumberStaysNearby() {
    float[] x = noise(new Random(4), 40_000);
    x[20_000] = Float.NaN;
    float[] y = Resampler.of(44100, 16000).resample(x);
    int middle = (int) (20_000L * 16000 / 44100);
    assertTrue(Float.isNaN(y[middle]));
    for (int i = 0; i < y.length; i++) {
      assertTrue(Math.abs(i - middle) < 200 || Float.isFinite(y[i]));
    }
  }

  @ParameterizedTest
  @EnumSource
  void qualitiesDiffer(Quality quality) {
    assertTrue(quality.kernel().width() > SincKernel.torchaudio().width());
  }

  @Test
  void argumentsAreChecked() {
    assertMessage("from must be at least 1, was 0", () -> Resampler.of(0, 1));
    assertMessage("to must be at least 1, was -5", () -> Resampler.of(1, -5));
    assertThrows(IllegalArgumentException.class, () -> Resampler.of(1_000_000, 1));
    assertMessage("rolloff must be in (0, 1], was 0.0", () -> new SincKernel.Hann(6, 0));
    assertMessage("width must be in [1, 4096], was 0", () -> new SincKernel.Hann(0, 1));
    assertMessage("beta must be in [0.0, 100.0], was -1.0", () -> new SincKernel.Kaiser(6, 1, -1));
    assertMessage("passband must be in (0.0, 1.0), was 1.0", () -> SincKernel.design(1, 100));
    assertMessage(
        "attenuation must be in [30.0, 200.0], was 10.0", () -> SincKernel.design(0.9, 10));
    ResampleStream stream = Resampler.of(1, 2).stream();
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> stream.process(new float[9], 0, 9, new float[17], 0));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> stream.process(new float[9], 5, 5, new float[99], 0));
  }

  private static void assertMessage(
      String message, org.junit.jupiter.api.function.Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  private static float[] noise(Random random, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
