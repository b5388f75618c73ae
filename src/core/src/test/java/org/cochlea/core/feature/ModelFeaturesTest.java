package org.cochlea.core.feature;

import static org.cochlea.core.feature.KaldiTest.rejects;
import static org.cochlea.core.testing.Reference.extract;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.cochlea.core.feature.NemoLogMel.Normalization;
import org.cochlea.core.feature.NemoLogMel.Revision;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.testing.ReferenceAudio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The front-ends of models; their outputs are compared where the presets are. */
class ModelFeaturesTest {
  private static final int RATE = 16_000;
  private static final float[] SPEECH = ReferenceAudio.read("speech16k").mono();

  /** Whole file and signal as it is see the same samples except within half a frame of the end. */
  @Test
  void whisperOfAWholeFileIsItsOwnMiddle() {
    float[][] asIs = extract(new WhisperLogMel(80, WhisperLogMel.Length.AS_IS), SPEECH, RATE);
    float[][] whole = extract(new WhisperLogMel(80, WhisperLogMel.Length.WHOLE), SPEECH, RATE);
    int frames = SPEECH.length / 160;
    assertEquals(frames, asIs[0].length);
    assertEquals(frames, whole[0].length);
    for (int k = 0; k < 80; k++) {
      assertArrayEquals(
          Arrays.copyOf(asIs[k], frames - 2), Arrays.copyOf(whole[k], frames - 2), 1e-6f);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nemoNormalisesOverItsValidFrames(Revision revision) {
    float[] x = Arrays.copyOf(SPEECH, 16_000);
    int valid = revision == Revision.REFLECTED ? 101 : 100;
    NemoLogMel feature = NemoLogMel.of(revision).withPadTo(1);
    float[][] perBin = extract(feature, x, RATE);
    assertEquals(101, perBin[0].length);
    for (float[] bin : perBin) {
      requireStandard(Arrays.copyOf(bin, valid));
    }
    float[][] all = extract(feature.withNormalization(Normalization.ALL_FEATURES), x, RATE);
    float[] together = new float[64 * valid];
    for (int k = 0; k < 64; k++) {
      System.arraycopy(all[k], 0, together, k * valid, valid);
      if (valid == 100) {
        assertEquals(0f, all[k][100]);
      }
    }
    requireStandard(together);
    float[][] none =
        extract(
            feature
                .withNormalization(Normalization.NONE)
                .withLog(Compression.Logarithm.clamped(0x1p-24)),
            new float[1600],
            RATE);
    assertEquals(-24 * Math.log(2), none[0][0], 1e-6);
  }

  private static void requireStandard(float[] x) {
    double mean = 0;
    for (float v : x) {
      mean += v / x.length;
    }
    double squares = 0;
    for (float v : x) {
      squares += (v - mean) * (v - mean);
    }
    assertEquals(0, mean, 1e-6);
    // The divisor has 1e-5 added to a deviation of about 2.
    assertEquals(1, Math.sqrt(squares / (x.length - 1)), 2e-5);
  }

  @Test
  void nemoDitherLiftsSilence() {
    NemoLogMel feature = NemoLogMel.of(Revision.REFLECTED).withNormalization(Normalization.NONE);
    float silent = extract(feature, new float[1600], RATE)[63][5];
    float noisy = extract(feature.withDither(1e-2, 3), new float[1600], RATE)[63][5];
    assertEquals(-24 * Math.log(2), silent, 1e-6);
    assertTrue(noisy > silent + 5, () -> noisy + " against " + silent);
  }

  @Test
  void tensorFlowFramesBeginAtTheFirstSample() {
    float[] x = new float[2000];
    x[0] = 1;
    TensorFlowLogMel feature = TensorFlowLogMel.yamnet();
    float[][] mel = extract(feature, x, RATE);
    assertEquals(11, mel[0].length);
    // The periodic Hann window is 0 at its first sample.
    assertEquals(Math.log(0.001), mel[0][0], 1e-6);
    assertEquals(2000 - 400, feature.pipeline().frames(2000) * 160 - 160);
  }

  @Test
  void scaleOfTheWaveformIsAFactor() {
    TensorFlowLogMel feature = TensorFlowLogMel.yamnet().withCompression(new Compression.None());
    float[][] one = extract(feature, SPEECH, RATE);
    float[][] scaled = extract(feature.withWaveformScale(32_768), SPEECH, RATE);
    for (int t = 0; t < one[0].length; t++) {
      assertEquals(32_768 * one[10][t], scaled[10][t], 1e-6 * scaled[10][t]);
    }
  }

  @Test
  void scaledLogarithm() {
    Feature mel = MelSpectrogram.librosa(RATE);
    float[][] plain = extract(mel, SPEECH, RATE);
    float[][] log =
        extract(new Compressed(mel, new Compression.ScaledLogarithm(10, 10_000, 1)), SPEECH, RATE);
    for (int t = 0; t < plain[0].length; t++) {
      assertEquals(Math.log10(10_000.0 * plain[40][t] + 1), log[40][t], 1e-6);
    }
  }

  @Test
  void quantizedHasLevelsFromNothingToOne() {
    float[][] grey = extract(new Quantized(LogMel.librosa(RATE), 255), SPEECH, RATE);
    float least = 1;
    float most = 0;
    for (float[] bin : grey) {
      for (float v : bin) {
        least = Math.min(least, v);
        most = Math.max(most, v);
        assertEquals(Math.rint(255.0 * v), 255.0 * v, 1e-4);
      }
    }
    assertEquals(0f, least);
    assertEquals(1f, most);
    for (float[] bin : extract(new Quantized(LogMel.librosa(RATE), 255), new float[9000], RATE)) {
      assertArrayEquals(new float[bin.length], bin);
    }
  }

  @Test
  void invalidOptionsNameParameterBoundAndValue() {
    TensorFlowLogMel yamnet = TensorFlowLogMel.yamnet();
    rejects("windowLength must be in [1, 512], was 513", () -> yamnet.withFrames(513, 160, 512));
    rejects("hopLength must be at least 1, was 0", () -> yamnet.withFrames(400, 0, 512));
    rejects("power must be above 0 and finite, was 0.0", () -> yamnet.withPower(0));
    rejects("waveformScale must be above 0 and finite, was 0.0", () -> yamnet.withWaveformScale(0));
    rejects(
        "maxHz must be at most half the sample rate, 8000.0 Hz, was 8001.0",
        () -> yamnet.withMel(MelSpec.htk(64, 0, 8001)));
    rejects(
        "bins must be at least 1, was 0", () -> new WhisperLogMel(0, WhisperLogMel.Length.AS_IS));
    NemoLogMel nemo = NemoLogMel.of(Revision.REFLECTED);
    rejects("padTo must be at least 1, was 0", () -> nemo.withPadTo(0));
    rejects("dither must be at least 0 and finite, was -1.0", () -> nemo.withDither(-1, 0));
    rejects(
        "maxHz must be at most half the sample rate, 8000.0 Hz, was 9000.0",
        () -> nemo.withMel(MelSpec.slaney(64, 0, 9000)));
    rejects(
        "epsilon must be at least 0 and finite, was -1.0", () -> new NormalizedWaveform(RATE, -1));
    rejects("sampleRate must be at least 0, was -1", () -> new NormalizedWaveform(-1, 0));
    rejects("levels must be at least 1, was 0", () -> new Quantized(yamnet, 0));
    rejects(
        "coefficients must be in [1, 39], was 40",
        () -> new FayekMfcc(FayekMfcc.of(8000).spec(), 40, 22, true));
    rejects(
        "lifter must be at least 0 and finite, was -22.0",
        () -> new FayekMfcc(FayekMfcc.of(8000).spec(), 12, -22, true));
    rejects(
        "base must be above 1 and finite, was 1.0", () -> new Compression.ScaledLogarithm(1, 1, 1));
    rejects(
        "scale must be above 0 and finite, was 0.0",
        () -> new Compression.ScaledLogarithm(10, 0, 1));
    rejects(
        "offset must be above 0 and finite, was 0.0",
        () -> new Compression.ScaledLogarithm(10, 1, 0));
    rejects("least must be at least 0, was -1", () -> new LengthRule.DropShorter(-1));
    InverseStft inverse = InverseStft.of(StftSpec.centred(512, 128, Padding.REFLECT));
    rejects(
        "of must read waveforms, was " + inverse,
        () -> new Fitted(inverse, new LengthRule.Exactly(10)));
  }
}
