package org.cochlea.core.feature;

import static org.cochlea.core.feature.KaldiTest.rejects;
import static org.cochlea.core.testing.Reference.assertClose;
import static org.cochlea.core.testing.Reference.extract;
import static org.cochlea.core.testing.Reference.transposed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.cochlea.core.basis.Window;
import org.cochlea.core.testing.Npy;
import org.cochlea.core.testing.ReferenceAudio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PsfTest {
  private static final float[] DIGITS = ReferenceAudio.read("digits8k").mono();

  /** Both sides compute in float64; the outputs are stored as float32. */
  private static final double FLOAT64 = 1e-6;

  @ParameterizedTest
  @CsvSource({"speech16k, 16000, 512", "digits8k, 8000, 256"})
  void defaults(String audio, int rate, int fftSize) {
    float[] samples = ReferenceAudio.read(audio).mono();
    PsfSpec spec = PsfSpec.of(rate).withFftSize(fftSize);
    assertEquals(spec, PsfSpec.ofMfcc(rate), "mfcc chooses the size that holds 25 ms");
    assertClose(
        Npy.read("psf_logfbank_" + audio),
        transposed(extract(new PsfLogFbank(spec), samples, rate)),
        FLOAT64);
    assertClose(
        Npy.read("psf_mfcc_" + audio),
        transposed(extract(PsfMfcc.of(rate), samples, rate)),
        FLOAT64);
  }

  static Stream<Arguments> options() {
    PsfMfcc mfcc = PsfMfcc.of(8000);
    return Stream.of(
        Arguments.of(
            "cut_mfcc",
            mfcc.withSpec(
                    mfcc.spec()
                        .withFftSize(128)
                        .withWindow(Window.HAMMING.symmetric())
                        .withPreEmphasis(0))
                .withLifter(0)
                .withAppendEnergy(false)
                .withCoefficients(20)),
        Arguments.of(
            "band_mfcc",
            mfcc.withSpec(
                    PsfSpec.of(11_025)
                        .withFrames(0.032, 0.0125)
                        .withFftSize(PsfSpec.fftSize(11_025, 0.032))
                        .withBins(20)
                        .withBand(100, 4000))
                .withLifter(15)),
        Arguments.of("ssc", new PsfSsc(PsfSpec.of(8000).withWindow(Window.HANN.symmetric()))),
        Arguments.of("fbank", new PsfFbank(PsfSpec.of(8000).withBins(40), true)),
        Arguments.of("delta", Delta.regression(mfcc, 3)),
        Arguments.of(
            "odd_logfbank",
            new PsfLogFbank(PsfSpec.of(44_100).withFftSize(1103).withWaveformScale(1))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void options(String id, Feature feature) {
    int rate = feature.pipeline().sampleRate();
    assertClose(
        Npy.read("psf_options_" + id),
        extract(feature, Arrays.copyOf(DIGITS, 8000), rate),
        FLOAT64);
  }

  @Test
  void silence() {
    assertClose(
        Npy.read("psf_options_silence"), extract(PsfMfcc.of(8000), new float[1000], 8000), FLOAT64);
    for (float[] bin : extract(PsfSsc.of(8000), new float[1000], 8000)) {
      for (float hz : bin) {
        assertTrue(hz > 0 && hz < 4000, "a centroid of silence is a frequency, was " + hz);
      }
    }
  }

  /** 1 s at 44.1 kHz and 0.1 s at 16 kHz, as the instrument classifiers use. */
  @ParameterizedTest
  @CsvSource({
    "44100, 44100, 99",
    "16000, 1600, 9",
    "16000, 0, 1",
    "16000, 1, 1",
    "16000, 400, 1",
    "16000, 401, 2",
    "16000, 560, 2",
    "16000, 561, 3"
  })
  void frameCounts(int rate, int samples, int frames) {
    float[] x = new float[samples];
    assertEquals(frames, extract(PsfMfcc.of(rate), x, rate)[0].length);
    assertEquals(frames, extract(PsfLogFbank.of(rate), x, rate)[0].length);
  }

  /** 27 corners below bin 8 must fall together; an empty filter gives ln of the least float64. */
  @Test
  void emptyFilters() {
    Feature tiny = new PsfLogFbank(PsfSpec.of(8000).withFftSize(16));
    float[][] x = extract(tiny, DIGITS, 8000);
    assertEquals(-36.04365f, x[0][0], 1e-5f);
  }

  @Test
  void lengthsRoundHalvesUp() {
    assertEquals(1103, PsfSpec.of(44_100).windowLength());
    assertEquals(441, PsfSpec.of(44_100).hopLength());
    assertEquals(276, PsfSpec.of(11_025).windowLength());
    assertEquals(110, PsfSpec.of(11_025).hopLength());
    assertEquals(2048, PsfSpec.ofMfcc(44_100).fftSize());
  }

  @Test
  void invalidOptionsNameParameterBoundAndValue() {
    PsfSpec spec = PsfSpec.of(16_000);
    rejects("sampleRate must be at least 1, was 0", () -> PsfSpec.of(0));
    rejects("windowSeconds must be above 0 and finite, was 0.0", () -> spec.withFrames(0, 0.01));
    rejects(
        "windowSeconds in samples must be at least 1, was 0", () -> spec.withFrames(1e-6, 0.01));
    rejects("hopSeconds in samples must be at least 1, was 0", () -> spec.withFrames(0.025, 1e-6));
    rejects("fftSize must be at least 1, was 0", () -> spec.withFftSize(0));
    rejects("bins must be at least 1, was 0", () -> spec.withBins(0));
    rejects(
        "maxHz must be above minHz = 100.0 and finite, was 100.0", () -> spec.withBand(100, 100));
    rejects(
        "maxHz must be at most half the sample rate, 8000.0 Hz, was 8001.0",
        () -> spec.withBand(0, 8001));
    rejects("preEmphasis must be finite, was NaN", () -> spec.withPreEmphasis(Double.NaN));
    rejects("waveformScale must be above 0 and finite, was -1.0", () -> spec.withWaveformScale(-1));
    rejects(
        "coefficients must be in [1, 26], was 27", () -> PsfMfcc.of(16_000).withCoefficients(27));
    rejects("lifter must be finite, was NaN", () -> PsfMfcc.of(16_000).withLifter(Double.NaN));
    rejects(
        "bins must be few enough for fftSize 16 that no filter is empty; of 26 filter 0 is",
        () -> new PsfSsc(spec.withFftSize(16)));
  }

  @Test
  void deltasOfDeltas() {
    Feature mfcc = PsfMfcc.of(8000);
    float[][] stacked = extract(new WithRegressionDeltas(mfcc, 2, 2), DIGITS, 8000);
    float[][] delta = extract(Delta.regression(mfcc, 2), DIGITS, 8000);
    float[][] twice = extract(Delta.regression(Delta.regression(mfcc, 2), 2), DIGITS, 8000);
    assertEquals(39, stacked.length);
    for (int k = 0; k < 13; k++) {
      assertTrue(Arrays.equals(delta[k], stacked[13 + k]));
      assertTrue(Arrays.equals(twice[k], stacked[26 + k]));
    }
    rejects("n must be at least 1, was 0", () -> Delta.regression(mfcc, 0));
    rejects("orders must be at least 1, was 0", () -> new WithRegressionDeltas(mfcc, 2, 0));
  }
}
