package org.cochlea.core.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.basis.PseudoInverse;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InverseTest {
  private static final int RATE = 16_000;
  private static final Engine ENGINE = Engines.named("reference");

  /** A few partials between 200 and 3000 Hz that come and go. */
  private static float[] sound(int n) {
    SplittableRandom random = new SplittableRandom(3);
    double[] phase = random.doubles(12).toArray();
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      double fade = Math.pow(Math.sin(Math.PI * i / n), 2);
      for (int p = 0; p < phase.length; p++) {
        x[i] +=
            (float)
                (0.05 * fade * Math.sin(2 * Math.PI * (phase[p] + (220 + 230.7 * p) * i / RATE)));
      }
    }
    return x;
  }

  private static Tensor run(Feature feature, Tensor in) {
    try (Extractor extractor = ENGINE.compile(feature.pipeline())) {
      return extractor.extract(in);
    }
  }

  private static Tensor run(Feature feature, float[] samples) {
    try (Extractor extractor = ENGINE.compile(feature.pipeline())) {
      return extractor.extract(Waveform.of(samples, RATE));
    }
  }

  /** Relative L2 error in decibels, with its sign changed. */
  private static double snr(float[] expected, float[] actual) {
    double signal = 0;
    double noise = 0;
    for (int i = 0; i < Math.min(expected.length, actual.length); i++) {
      signal += (double) expected[i] * expected[i];
      noise += Math.pow((double) expected[i] - actual[i], 2);
    }
    return 10 * Math.log10(signal / noise);
  }

  private static MelSpectrogram mel() {
    return new MelSpectrogram(
        RATE, StftSpec.centred(512, 128, Padding.REFLECT), MelSpec.slaney(40, 0, 8000), 2);
  }

  @Test
  void pseudoInverseOfARectangleAndOfLowRank() {
    // numpy.linalg.pinv([[1, 2, 0], [0, 1, 3]]) = [[10, -2], [18, 1], [-6, 15]] / 46.
    Basis p = PseudoInverse.of(Basis.of(new double[][] {{1, 2, 0}, {0, 1, 3}}));
    double[][] expected = {{10, -2}, {18, 1}, {-6, 15}};
    for (int r = 0; r < 3; r++) {
      for (int c = 0; c < 2; c++) {
        assertEquals(expected[r][c] / 46, p.at(r, c), 1e-14);
      }
    }
    Basis low = PseudoInverse.of(Basis.of(new double[][] {{2, 0}, {0, 0}, {2, 0}}));
    assertEquals(0.25, low.at(0, 0), 1e-14);
    assertEquals(0.25, low.at(0, 2), 1e-14);
    assertEquals(0, low.at(1, 1), 1e-14);
  }

  static Stream<Feature> banks() {
    return Stream.of(
        mel(), mel().withPower(1), new LinearSpectrogram(RATE, mel().stft(), 30, 0, 8000, 2));
  }

  @ParameterizedTest
  @MethodSource("banks")
  void filtersOfTheInverseGiveWhatWasGiven(Feature bank) {
    Tensor y = run(bank, sound(8000));
    Inverse inverse =
        Inverse.of(bank, Inverse.To.SPECTRUM).withFilters(new Inverse.Filters(400, 0));
    float[] spectrum = run(inverse, y).toArray();
    for (float v : spectrum) {
      assertTrue(v >= 0);
    }
    Basis filters = filters(bank);
    double power = bank instanceof MelSpectrogram m ? m.power() : 2;
    float[] again = new float[(int) y.shape().floats()];
    int frames = y.shape().frames();
    for (int r = 0; r < filters.rows(); r++) {
      for (int k = 0; k < filters.columns(); k++) {
        for (int t = 0; t < frames; t++) {
          again[r * frames + t] +=
              (float) (filters.at(r, k) * Math.pow(spectrum[k * frames + t], power));
        }
      }
    }
    assertTrue(snr(y.toArray(), again) > 55, () -> "%.1f dB".formatted(snr(y.toArray(), again)));
  }

  private static Basis filters(Feature bank) {
    return bank.pipeline().stages().stream()
        .filter(Stage.Project.class::isInstance)
        .map(stage -> ((Stage.Project) stage).basis())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void allCoefficientsOfAnMfccGiveTheMelSpectrogram() {
    for (double lifter : new double[] {0, 22}) {
      DctSpec dct = DctSpec.ortho(40).withLifter(lifter);
      Mfcc mfcc = new Mfcc(mel(), Compression.Decibels.ofPower(), dct);
      Tensor expected = run(mel(), sound(8000));
      Tensor back = run(Inverse.of(mfcc, Inverse.To.FILTERS), run(mfcc, sound(8000)));
      double got = snr(expected.toArray(), back.toArray());
      assertTrue(got > 80, "%.1f dB".formatted(got));
    }
  }

  @Test
  void aComplexSpectrumComesBackExactly() {
    Feature stft = Stft.of(mel().stft());
    float[] x = sound(8000);
    float[] back = run(Inverse.of(stft, Inverse.To.SIGNAL), run(stft, x)).toArray();
    assertTrue(snr(x, back) > 120);
  }

  @Test
  void aMelSpectrogramBecomesASignalOfTheSameSpectrogram() {
    Tensor y = run(mel(), sound(8000));
    float[] x = run(Inverse.of(mel(), Inverse.To.SIGNAL), y).toArray();
    double got = snr(y.toArray(), run(mel(), x).toArray());
    assertTrue(got > 10, "%.1f dB".formatted(got));
  }

  @Test
  void whatHasNoInverseSaysWhy() {
    Feature pcen = new Compressed(mel(), Compression.Pcen.librosa(RATE, 128));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Inverse.of(pcen, Inverse.To.SPECTRUM));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.startsWith("no inverse: Pcen["), message);
    assertThrows(
        IllegalArgumentException.class, () -> Inverse.of(Rms.librosa(), Inverse.To.SIGNAL));
    // Not centred: the first samples are in one frame only, at the window's zero.
    Feature aside = mel().withStft(StftSpec.centred(512, 128, Padding.REFLECT).withCenter(false));
    assertThrows(IllegalArgumentException.class, () -> Inverse.of(aside, Inverse.To.SIGNAL));
    assertThrows(IllegalArgumentException.class, () -> InverseCqt.of(ConstantQ.librosa(22_050)));
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 24})
  void aConstantQTransformComesBack(int perOctave) {
    // Kernels whole: leaving out a hundredth of them, as is usual, costs some 10 dB.
    CqtSpec spec =
        new CqtSpec(
            110, 5 * perOctave, perOctave, 1, 1, CqtSpec.librosa().window(), 0, 0, List.of());
    ConstantQ dense =
        new ConstantQ(
            RATE, 32, spec, ConstantQ.Method.RECURSIVE, true, Padding.ZERO, Stft.Output.COMPLEX);
    float[] x = sound(6000);
    float[] back = run(InverseCqt.of(dense).withSamples(x.length), run(dense, x)).toArray();
    double got = snr(x, back);
    assertTrue(got > 40, "%.1f dB".formatted(got));
  }
}
