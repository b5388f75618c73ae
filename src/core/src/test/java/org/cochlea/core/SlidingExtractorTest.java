package org.cochlea.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.NemoLogMel;
import org.cochlea.core.feature.Rms;
import org.cochlea.core.feature.WhisperLogMel;
import org.cochlea.core.stage.Pipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SlidingExtractorTest {
  private static final int RATE = 16_000;
  private static final Engine ENGINE = Engines.named("cpu");

  static Stream<Feature> features() {
    return Stream.of(
        new WhisperLogMel(80, WhisperLogMel.Length.AS_IS),
        NemoLogMel.of(NemoLogMel.Revision.REFLECTED),
        NemoLogMel.of(NemoLogMel.Revision.ZERO_PADDED),
        LogMel.torchaudio(RATE),
        Rms.librosa());
  }

  private static float[] noise(SplittableRandom random, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (random.nextDouble() - 0.5);
    }
    return x;
  }

  private static void check(Feature feature, int window, int hop, int total, int most) {
    SplittableRandom random = new SplittableRandom(9);
    float[] x = noise(random, total);
    Pipeline pipeline = feature.pipeline();
    try (Extractor whole = ENGINE.compile(pipeline);
        SlidingExtractor sliding = new SlidingExtractor(ENGINE, pipeline, 1, window)) {
      for (int at = 0; at < total; ) {
        int count = Math.min(total - at, 1 + random.nextInt(most));
        sliding.push(new float[][] {Arrays.copyOfRange(x, at, at + count)});
        at += count;
        int end = at / hop * hop;
        float[] last = Arrays.copyOfRange(x, Math.max(0, end - window), end < window ? at : end);
        assertArrayEquals(
            whole.extract(Waveform.of(last, RATE)).toArray(),
            sliding.extract().toArray(),
            feature + " at " + at);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("features")
  void theLastWindowIsWhatOneCallGives(Feature feature) {
    // 100 hops of 160, 200 or 512 samples.
    int hop = feature instanceof LogMel ? 200 : feature instanceof Rms ? 512 : 160;
    check(feature, 60 * hop, hop, 200 * hop + 77, 20 * hop);
  }

  @Test
  void whisperReadsTheLastThirtySeconds() {
    Feature whisper = new WhisperLogMel(80, WhisperLogMel.Length.THIRTY_SECONDS);
    check(whisper, WhisperLogMel.SAMPLES, 160, 33 * RATE, 4 * RATE);
  }

  @Test
  void windowsAreMultiplesOfTheHop() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new SlidingExtractor(
                ENGINE, new WhisperLogMel(80, WhisperLogMel.Length.AS_IS).pipeline(), 1, 16_001));
  }
}
