package org.cochlea.core.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.testing.Distance;
import org.cochlea.core.testing.Npy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * nnAudio's tests of its constant-Q transforms: sweeps of one second from 55 Hz to half the sample
 * rate, whose samples have a closed form. The results are nnAudio 0.3.3's, of every 12th frame.
 */
class NnAudioSweepTest {
  private static final int RATE = 44_100;
  private static final double LOW = 55;
  private static final double HIGH = 22_050;
  private static final int EVERY = 12;

  /** scipy.signal.chirp at times from 0 to 1, both included. */
  private static float[] sweep(boolean linear) {
    float[] x = new float[RATE];
    double ratio = Math.log(HIGH / LOW);
    for (int i = 0; i < x.length; i++) {
      double t = i / (RATE - 1.0);
      double cycles =
          linear
              ? LOW * t + 0.5 * (HIGH - LOW) * t * t
              : LOW / ratio * (Math.pow(HIGH / LOW, t) - 1);
      x[i] = (float) Math.cos(2 * Math.PI * cycles);
    }
    return x;
  }

  private static NnAudioCqt transform(
      NnAudioCqt.Method method, double low, int bins, double gamma) {
    return new NnAudioCqt(
        RATE,
        512,
        new CqtSpec(low, bins, 24, 1, 1, Window.HANN, gamma, 0, List.of()),
        method,
        NnAudioCqt.Normalization.LENGTH,
        true,
        Padding.REFLECT,
        Stft.Output.COMPLEX,
        false);
  }

  @ParameterizedTest
  @CsvSource({
    "CQT1992, FREQUENCY, 220, 80, 0",
    "CQT1992v2, TIME, 55, 207, 0",
    "CQT2010, OCTAVES_EVEN, 110, 160, 0",
    "CQT2010v2, OCTAVES_EVEN, 55, 207, 0",
    "VQT, OCTAVES_EVEN, 55, 207, 5"
  })
  void sweepsAreThoseOfNnAudio(
      String name, NnAudioCqt.Method method, double low, int bins, double gamma) {
    NnAudioCqt transform = transform(method, low, bins, gamma);
    // Long kernels take the reference engine seconds; shorter ones are compared elsewhere.
    List<String> engines =
        method == NnAudioCqt.Method.OCTAVES_EVEN ? List.of("reference", "cpu") : List.of("cpu");
    for (String engineName : engines) {
      Engine engine = Engines.named(engineName);
      try (Extractor extractor = engine.compile(transform.pipeline())) {
        for (boolean linear : new boolean[] {true, false}) {
          String sweep = linear ? "linear" : "log";
          Npy expected = Npy.readResource("/sweeps/" + sweep + "_" + name + ".npy");
          Tensor result = extractor.extract(Waveform.of(sweep(linear), RATE));
          assertEquals(1 + RATE / 512, result.shape().frames());
          int frames = Math.ceilDiv(result.shape().frames(), EVERY);
          assertArrayEquals(new int[] {bins, frames, 2}, expected.shape());
          float[] all = result.toArray();
          float[] some = new float[bins * frames * 2];
          for (int i = 0; i < some.length / 2; i++) {
            int at = 2 * (i / frames * result.shape().frames() + i % frames * EVERY);
            some[2 * i] = all[at];
            // The complex output of CQT2010 is the conjugate of the other classes'.
            some[2 * i + 1] = name.equals("CQT2010") ? -all[at + 1] : all[at + 1];
          }
          String what = engineName + ", " + sweep;
          double error = Distance.relativeL2(some, expected.data());
          assertTrue(error <= 2e-5, () -> "%s: relative L2 %.2g".formatted(what, error));
          checkPhases(some, expected.data(), what);
        }
      }
    }
  }

  /** Where there is something: the phase of nothing is noise. */
  private static void checkPhases(float[] actual, float[] expected, String what) {
    double most = 0;
    for (int i = 0; i < expected.length; i += 2) {
      most = Math.max(most, Math.hypot(expected[i], expected[i + 1]));
    }
    for (int i = 0; i < expected.length; i += 2) {
      if (Math.hypot(expected[i], expected[i + 1]) > 0.1 * most) {
        double phase = Math.atan2(expected[i + 1], expected[i]);
        double found = Math.atan2(actual[i + 1], actual[i]);
        assertEquals(0, Math.IEEEremainder(found - phase, 2 * Math.PI), 1e-4, what);
      }
    }
  }

  /** Half a sample at every rate, (2^6 - 1) / 2 samples at 49 Hz; none where filters are odd. */
  @Test
  void onlyFiltersOfEvenLengthAreEarly() {
    int rate = 22_050;
    double hz = 32.7 * Math.pow(2, 7 / 12.0);
    float[] x = new float[2 * rate];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.cos(2 * Math.PI * hz * i / rate);
    }
    double time = phase(x, rate, NnAudioCqt.Method.TIME);
    double odd = phase(x, rate, NnAudioCqt.Method.OCTAVES);
    double even = phase(x, rate, NnAudioCqt.Method.OCTAVES_EVEN);
    assertEquals(time, odd, 1e-4);
    assertEquals(31.5 * 2 * Math.PI * hz / rate, Math.abs(even - time), 1e-4);
  }

  private static double phase(float[] x, int rate, NnAudioCqt.Method method) {
    NnAudioCqt transform =
        new NnAudioCqt(
            rate,
            512,
            CqtSpec.nnAudio().withBins(32.7, 84, 12),
            method,
            NnAudioCqt.Normalization.LENGTH,
            true,
            Padding.REFLECT,
            Stft.Output.PHASE,
            false);
    try (Extractor extractor = Engines.named("cpu").compile(transform.pipeline())) {
      return extractor.extract(Waveform.of(x, rate)).at(0, 0, 7, 43);
    }
  }
}
