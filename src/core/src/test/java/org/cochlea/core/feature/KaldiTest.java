package org.cochlea.core.feature;

import static org.cochlea.core.testing.Reference.assertClose;
import static org.cochlea.core.testing.Reference.extract;
import static org.cochlea.core.testing.Reference.transposed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.cochlea.core.basis.Window;
import org.cochlea.core.testing.Npy;
import org.cochlea.core.testing.ReferenceAudio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KaldiTest {
  private static final int RATE = 16_000;
  private static final float[] SPEECH = ReferenceAudio.read("speech16k").mono();

  /**
   * torchaudio builds its filter bank in float32, and the logarithm of weak bins magnifies that.
   */
  private static final double TORCHAUDIO = 1e-4;

  /** The options' outputs were computed in float64 and are stored as float32. */
  private static final double FLOAT64 = 1e-6;

  private static KaldiFrames frames() {
    return KaldiFrames.of(RATE);
  }

  private static KaldiFrames hamming() {
    return frames().withWindow(Window.HAMMING.symmetric()).withSnipEdges(false);
  }

  private static KaldiFrames hanning() {
    return frames().withWindow(Window.HANN.symmetric());
  }

  private static KaldiMel narrow() {
    return KaldiMel.of(40).withBand(64, -200);
  }

  static Stream<Arguments> torchaudio() {
    KaldiFbank fbank = KaldiFbank.torchaudio(RATE);
    KaldiMfcc mfcc = KaldiMfcc.torchaudio(RATE);
    return Stream.of(
        Arguments.of("kaldi_fbank_0", fbank.withMel(KaldiMel.of(80))),
        Arguments.of(
            "kaldi_fbank_1", fbank.withFrames(hamming()).withUseEnergy(true).withHtkCompat(true)),
        Arguments.of(
            "kaldi_fbank_2", fbank.withFrames(hanning()).withMel(narrow()).withUsePower(false)),
        Arguments.of("kaldi_mfcc_0", mfcc.withMel(KaldiMel.of(80))),
        Arguments.of(
            "kaldi_mfcc_1", mfcc.withFrames(hamming()).withUseEnergy(true).withHtkCompat(true)),
        Arguments.of("kaldi_mfcc_2", mfcc.withFrames(hanning()).withMel(narrow())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void torchaudio(String id, Feature feature) {
    assertClose(Npy.read(id), transposed(extract(feature, SPEECH, RATE)), TORCHAUDIO);
  }

  static Stream<Arguments> options() {
    KaldiFbank fbank = KaldiFbank.torchaudio(RATE);
    KaldiMfcc mfcc = KaldiMfcc.torchaudio(RATE);
    KaldiEnergy windowed = new KaldiEnergy(1, false);
    return Stream.of(
        Arguments.of(
            "vtln",
            fbank
                .withFrames(frames().withWindow(Window.BOXCAR).withPreEmphasis(0.9))
                .withMel(KaldiMel.of(30).withVtln(120, -600, 1.15))
                .withEnergy(windowed)
                .withUseEnergy(true)),
        Arguments.of(
            "linear",
            fbank
                .withFrames(
                    frames()
                        .withWindow(Window.generalBlackman(0.4).symmetric())
                        .withFrames(24, 7.5)
                        .withRoundToPowerOfTwo(false)
                        .withRemoveDcOffset(false)
                        .withPreEmphasis(0))
                .withMel(KaldiMel.of(23).withBand(20, 7000))
                .withUseLog(false)
                .withSubtractMean(true)),
        Arguments.of(
            "htk_mfcc",
            mfcc.withHtkCompat(true).withLifter(0).withSubtractMean(true).withCoefficients(20)),
        Arguments.of(
            "energy_mfcc",
            mfcc.withFrames(hanning())
                .withMel(KaldiMel.of(40).withVtln(100, -500, 0.9))
                .withEnergy(new KaldiEnergy(1e9, false))
                .withUseEnergy(true)
                .withLifter(30)),
        Arguments.of(
            "spectrogram",
            new KaldiSpectrogram(hamming().withFrames(20, 10), KaldiEnergy.torchaudio(), false)),
        Arguments.of(
            "mean_spectrogram", new KaldiSpectrogram(frames(), new KaldiEnergy(0, false), true)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void options(String id, Feature feature) {
    assertClose(
        Npy.read("kaldi_options_" + id),
        extract(feature, Arrays.copyOf(SPEECH, 8000), RATE),
        FLOAT64);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 79, 80, 239, 240, 399, 400, 559, 560, 16_000})
  void frameCounts(int samples) {
    float[] x = Arrays.copyOf(SPEECH, samples);
    int snipped = samples < 400 ? 0 : 1 + (samples - 400) / 160;
    KaldiFbank fbank = KaldiFbank.torchaudio(RATE);
    assertEquals(snipped, extract(fbank, x, RATE)[0].length);
    assertEquals((samples + 80) / 160, extract(fbank.withFrames(hamming()), x, RATE)[0].length);
  }

  @Test
  void clipsOfLessThanTheMinimumDurationGiveNothing() {
    Feature feature = KaldiFbank.torchaudio(RATE).withFrames(frames().withMinDuration(0.1));
    assertEquals(0, extract(feature, Arrays.copyOf(SPEECH, 1599), RATE)[0].length);
    assertEquals(8, extract(feature, Arrays.copyOf(SPEECH, 1600), RATE)[0].length);
  }

  @Test
  void silenceStaysAtTheFloors() {
    float[][] fbank =
        extract(KaldiFbank.torchaudio(RATE).withUseEnergy(true), new float[400], RATE);
    assertEquals(0f, fbank[0][0], "ln of an energy floor of 1");
    for (int k = 1; k < fbank.length; k++) {
      assertEquals(-15.942385f, fbank[k][0], 1e-6f, "ln 2^-23");
    }
  }

  @Test
  void energyAloneIsACepstrumOfOne() {
    KaldiMfcc one = KaldiMfcc.torchaudio(RATE).withUseEnergy(true).withCoefficients(1);
    float[][] many = extract(one.withCoefficients(5), SPEECH, RATE);
    assertArrayEquals(many[0], extract(one, SPEECH, RATE)[0], 1e-5f);
    KaldiMfcc windowed = one.withEnergy(new KaldiEnergy(0, false));
    assertArrayEquals(
        extract(windowed.withCoefficients(5), SPEECH, RATE)[0],
        extract(windowed, SPEECH, RATE)[0],
        1e-5f);
  }

  /**
   * At 16-bit scale a dither of 1 lifts digital silence to the energy of 400 samples of unit noise,
   * within 5 deviations of a chi-squared variable.
   */
  @Test
  void ditherIsNoiseOfItsDeviation() {
    KaldiMfcc energy =
        KaldiMfcc.kaldi(RATE)
            .withCoefficients(1)
            .withFrames(frames().withDither(1, 7).withRemoveDcOffset(false));
    float[] frames = extract(energy, new float[RATE], RATE)[0];
    for (float logEnergy : frames) {
      assertEquals(400, Math.exp(logEnergy), 5 * Math.sqrt(2 * 400));
    }
    assertNotEquals(frames[0], frames[1]);
    KaldiMfcc other = energy.withFrames(energy.frames().withDither(1, 8));
    assertNotEquals(frames[0], extract(other, new float[RATE], RATE)[0][0]);
  }

  @Test
  void invalidOptionsNameParameterBoundAndValue() {
    rejects("sampleRate must be at least 1, was 0", () -> KaldiFrames.of(0));
    rejects("frameLength must be above 0 and finite, was 0.0", () -> frames().withFrames(0, 10));
    rejects(
        "frameLength in samples must be in [2, 67108864], was 1",
        () -> frames().withFrames(0.1, 10));
    rejects(
        "frameShift in samples must be in [1, 67108864], was 0",
        () -> frames().withFrames(25, 0.01));
    rejects("preEmphasis must be in [0.0, 1.0], was 1.5", () -> frames().withPreEmphasis(1.5));
    rejects("dither must be at least 0 and finite, was -1.0", () -> frames().withDither(-1, 0));
    rejects(
        "minDuration must be at least 0 and finite, was NaN",
        () -> frames().withMinDuration(Double.NaN));
    rejects(
        "waveformScale must be above 0 and finite, was 0.0", () -> frames().withWaveformScale(0));
    rejects(
        "frameLength in samples must be even without roundToPowerOfTwo, was 401",
        () -> frames().withFrames(25.1, 10).withRoundToPowerOfTwo(false));
    rejects("floor must be at least 0 and finite, was -1.0", () -> new KaldiEnergy(-1, true));
    rejects("bins must be at least 3, was 2", () -> KaldiMel.of(2));
    rejects("minHz must be at least 0 and finite, was -1.0", () -> KaldiMel.of(23).withBand(-1, 0));
    rejects("maxHz must be finite, was NaN", () -> KaldiMel.of(23).withBand(20, Double.NaN));
    rejects(
        "vtlnWarp must be above 0 and finite, was 0.0",
        () -> KaldiMel.of(23).withVtln(100, -500, 0));
    KaldiFbank fbank = KaldiFbank.torchaudio(RATE);
    rejects(
        "maxHz must be in (20.0, 8000.0] Hz, was 9000.0, that is 9000.0 Hz",
        () -> fbank.withMel(KaldiMel.of(23).withBand(20, 9000)));
    rejects(
        "maxHz must be in (20.0, 8000.0] Hz, was -7990.0, that is 10.0 Hz",
        () -> fbank.withMel(KaldiMel.of(23).withBand(20, -7990)));
    rejects(
        "vtlnLow and vtlnHigh must lie in this order in (20.0, 8000.0) Hz, were 10.0 and 7500.0 Hz",
        () -> fbank.withMel(KaldiMel.of(23).withVtln(10, -500, 1.1)));
    rejects(
        "coefficients must be in [1, 23], was 24",
        () -> KaldiMfcc.torchaudio(RATE).withCoefficients(24));
    rejects(
        "lifter must be at least 0 and finite, was -1.0",
        () -> KaldiMfcc.torchaudio(RATE).withLifter(-1));
  }

  static void rejects(String message, Supplier<?> value) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, value::get);
    assertEquals(message, e.getMessage());
  }
}
