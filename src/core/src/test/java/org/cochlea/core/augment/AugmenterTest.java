package org.cochlea.core.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.stage.Philox;
import org.cochlea.core.testing.Distance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all augmentations have in common: reproducible, independent, unbreakable. */
class AugmenterTest {
  private static final int RATE = Augmentations.RATE;
  private static final int[] LENGTHS = {4000, 0, 1, 2, 7, 1500, 4001};
  private static final long[] KEYS = {70, 3, 12, 5, 1L << 40, -9, 44};

  private static Waveform clip(int index, int channels) {
    float[][] x = new float[channels][];
    for (int c = 0; c < channels; c++) {
      x[c] = Augmentations.noise(10L * index + c, LENGTHS[index]);
    }
    return Waveform.ofChannels(x, RATE);
  }

  private static Waveform batch(int channels, int... indices) {
    return Waveform.batch(Arrays.stream(indices).mapToObj(i -> clip(i, channels)).toList());
  }

  private static long[] keys(int... indices) {
    return Arrays.stream(indices).mapToLong(i -> KEYS[i]).toArray();
  }

  private static float[][] channels(Waveform w, int item) {
    float[][] x = new float[w.channels()][];
    for (int c = 0; c < x.length; c++) {
      x[c] = w.toArray(item, c);
    }
    return x;
  }

  static Stream<Augmentation> wave() {
    return Augmentations.wave().stream();
  }

  static Stream<Augmentation> spectrogram() {
    return Augmentations.spectrogram().stream();
  }

  /** Whatever is in the batch, in any order, on any number of threads. */
  @ParameterizedTest
  @MethodSource("wave")
  void aClipIsAugmentedTheSameInAnyBatch(Augmentation a) {
    AugmentationPlan plan = AugmentationPlan.ofWaveform(a);
    int[] all = {0, 1, 2, 3, 4, 5, 6};
    try (Augmenter many = new Augmenter(plan, 42, new ExtractorOptions(3));
        Augmenter one = new Augmenter(plan, 42, new ExtractorOptions(1))) {
      Waveform in = batch(2, all);
      Waveform together = many.augment(in, many.draw(keys(all), 5, 2), null);
      for (int i : new int[] {6, 2, 0, 3, 1, 5, 4}) {
        Waveform alone = one.augment(clip(i, 2), one.draw(keys(i), 5, 2), null);
        assertArrayEquals(channels(alone, 0), channels(together, i), "clip " + i);
        for (float[] x : channels(alone, 0)) {
          for (float v : x) {
            assertTrue(Float.isFinite(v), "clip " + i);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("wave")
  void inputsAreNotChangedAndEpochsDiffer(Augmentation a) {
    try (Augmenter augmenter = new Augmenter(AugmentationPlan.ofWaveform(a), 1)) {
      Waveform in = clip(0, 2);
      float[][] before = channels(in, 0);
      Draws first = augmenter.draw(keys(0), 0, 2);
      Waveform augmented = augmenter.augment(in, first, null);
      float[][] one = channels(augmented, 0);
      assertArrayEquals(before, channels(in, 0));
      assertArrayEquals(one, channels(augmenter.augment(in, first, null), 0), "drawn once");
      boolean centred =
          a instanceof WaveAugmentation.AdjustDuration d
              && d.position() == WaveAugmentation.AdjustDuration.Position.CENTRE;
      boolean random = Drawing.count((Augmentation.Transform) a) > 0 && !centred;
      boolean differ = false;
      for (int epoch = 1; epoch < 12; epoch++) {
        Draws other = augmenter.draw(keys(0), epoch, 2);
        differ |= !Arrays.deepEquals(one, channels(augmenter.augment(in, other, null), 0));
      }
      assertEquals(random, differ);
    }
  }

  @ParameterizedTest
  @MethodSource("wave")
  void silenceStaysFinite(Augmentation a) {
    try (Augmenter augmenter = new Augmenter(AugmentationPlan.ofWaveform(a), 1)) {
      Waveform out =
          augmenter.augment(
              Waveform.of(new float[4000], RATE), augmenter.draw(keys(0), 0, 1), null);
      for (float v : out.toArray(0, 0)) {
        assertTrue(Float.isFinite(v));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("spectrogram")
  void aFeatureIsAugmentedTheSameInAnyBatch(Augmentation a) {
    AugmentationPlan plan = AugmentationPlan.ofSpectrogram(a);
    int[] frames = {30, 0, 1, 2, 9, 25};
    Tensor in = Tensor.allocate(new Shape(6, 2, 12, 30, false));
    float[] values = Objects.requireNonNull(in.array());
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Philox.uniform(1, 0, i);
    }
    for (int b = 0; b < 6; b++) {
      in.setFrames(b, frames[b]);
    }
    long[] keys = {5, 4, 3, 2, 1, 0};
    try (Augmenter augmenter = new Augmenter(plan, 3, new ExtractorOptions(2))) {
      Tensor out = Tensor.allocate(in.shape());
      augmenter.augment(in, augmenter.draw(keys, 1, 2), null, out);
      for (int b = 0; b < 6; b++) {
        Tensor alone = Tensor.allocate(new Shape(1, 2, 12, frames[b], false));
        alone.setFrames(0, frames[b]);
        for (int c = 0; c < 2; c++) {
          for (int k = 0; k < 12; k++) {
            for (int t = 0; t < frames[b]; t++) {
              Objects.requireNonNull(alone.array())[(int) alone.offset(0, c, k) + t] =
                  in.at(b, c, k, t);
            }
          }
        }
        augmenter.augment(alone, augmenter.draw(new long[] {keys[b]}, 1, 2), null, alone);
        assertArrayEquals(alone.toArray(0), out.toArray(b), "clip " + b);
        for (float v : alone.toArray(0)) {
          assertTrue(Float.isFinite(v));
        }
        for (int t = frames[b]; t < 30; t++) {
          assertEquals(0, out.at(b, 1, 11, t), "padding");
        }
      }
    }
  }

  /** The whole chain, on the definition and on the fast engine: the same draws, close values. */
  @Test
  void enginesAgree() {
    List<Augmentation> wave =
        List.of(
            WaveAugmentation.Gain.of(0.5),
            new Augmentation.OneOf(
                0.9,
                List.of(
                    WaveAugmentation.AddColoredNoise.of(1),
                    WaveAugmentation.AddBackgroundNoise.of(Augmentations.source(), 1))),
            WaveAugmentation.SpeedPerturbation.threeWay(),
            WaveAugmentation.Mix.of(0.5),
            WaveAugmentation.AdjustDuration.randomCrop(0.4));
    List<Augmentation> spectrogram =
        List.of(
            SpectrogramAugmentation.SpecMix.ebouteillon(),
            SpectrogramAugmentation.FrequencyMasking.of(8),
            SpectrogramAugmentation.TimeMasking.of(5),
            SpectrogramAugmentation.Mixup.of(0.4));
    AugmentationPlan plan = new AugmentationPlan(wave, spectrogram);
    int[] all = {0, 5, 6, 4};
    List<Tensor> results = new ArrayList<>();
    List<float[][]> targets = new ArrayList<>();
    for (String name : List.of("reference", "cpu")) {
      Engine engine = Engines.named(name);
      float[][] y = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 0}};
      try (AugmentedExtractor extractor =
          new AugmentedExtractor(plan, 7, LogMel.librosa(RATE).pipeline(), engine)) {
        results.add(extractor.extract(batch(1, all), keys(all), 2, y));
      }
      targets.add(y);
    }
    assertArrayEquals(targets.get(0), targets.get(1));
    float[] expected = results.get(0).toArray();
    float[] actual = results.get(1).toArray();
    double error = Distance.relativeL2(actual, expected);
    assertTrue(error < 1e-5, "relative L2 " + error);
  }

  /** What the partner of a mix is depends on the examples, not on their order. */
  @Test
  void mixesDoNotDependOnTheOrder() {
    AugmentationPlan plan =
        AugmentationPlan.ofWaveform(WaveAugmentation.Gain.of(0.5), WaveAugmentation.Mix.of(0.8));
    try (Augmenter augmenter = new Augmenter(plan, 9)) {
      int[] order = {0, 5, 6};
      int[] other = {6, 0, 5};
      List<float[][]> results = new ArrayList<>();
      float[][] y = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
      Waveform w = augmenter.augment(batch(1, order), augmenter.draw(keys(order), 0, 1), y);
      for (int b = 0; b < 3; b++) {
        results.add(channels(w, b));
      }
      float[][] z = {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}};
      Waveform v = augmenter.augment(batch(1, other), augmenter.draw(keys(other), 0, 1), z);
      for (int b = 0; b < 3; b++) {
        int at = (b + 2) % 3;
        assertArrayEquals(results.get(at), channels(v, b));
        assertArrayEquals(y[at], z[b]);
      }
      assertTrue(Arrays.stream(y).anyMatch(row -> row[0] + row[1] + row[2] == 2), "one was mixed");
    }
  }

  @Test
  void chancesAreThoseAsked() {
    Augmentation gain = new WaveAugmentation.Gain(0, 0, Chance.of(0.3));
    Augmentation flip = new WaveAugmentation.PolarityInversion(Chance.ALWAYS);
    AugmentationPlan plan =
        AugmentationPlan.ofWaveform(
            gain,
            new Augmentation.OneOf(0.5, List.of(flip, flip, gain)),
            new Augmentation.SomeOf(1, 3, 1, List.of(flip, flip, flip, flip)),
            new Augmentation.Compose(0.25, List.of(flip, gain)));
    int n = 20_000;
    long[] keys = new long[n];
    Arrays.setAll(keys, i -> i);
    try (Augmenter augmenter = new Augmenter(plan, 11)) {
      Draws draws = augmenter.draw(keys, 0, 1);
      double[] expected = {0.3, 1 / 6.0, 1 / 6.0, 0.05, 0.5, 0.5, 0.5, 0.5, 0.25, 0.075};
      Chain chain = draws.chain();
      int sums = 0;
      for (int i = 0; i < chain.size(); i++) {
        int count = 0;
        for (int b = 0; b < n; b++) {
          count += (int) draws.table()[draws.row(b, 0) + chain.slot(i)];
        }
        // Five standard deviations of a count of 20000.
        double bound = 5 * Math.sqrt(expected[i] * (1 - expected[i]) / n);
        assertEquals(expected[i], (double) count / n, bound, "transform " + i);
      }
      for (int b = 0; b < n; b++) {
        int chosen = 0;
        for (int i = 4; i < 8; i++) {
          chosen += (int) draws.table()[draws.row(b, 0) + chain.slot(i)];
        }
        assertTrue(chosen >= 1 && chosen <= 3);
        sums += chosen;
      }
      assertEquals(2, (double) sums / n, 5 * Math.sqrt(2 / 3.0 / n));
    }
  }

  @Test
  void modes() {
    Chance always = Chance.ALWAYS;
    AugmentationPlan plan =
        AugmentationPlan.ofWaveform(
            new WaveAugmentation.Gain(-20, 20, always),
            new WaveAugmentation.Gain(-20, 20, always.per(Chance.Mode.PER_CHANNEL)),
            new WaveAugmentation.Gain(-20, 20, always.per(Chance.Mode.PER_BATCH)));
    try (Augmenter augmenter = new Augmenter(plan, 11)) {
      Draws d = augmenter.draw(new long[] {8, 9}, 0, 2);
      double[][] gain = new double[3][4];
      for (int i = 0; i < 3; i++) {
        for (int row = 0; row < 4; row++) {
          gain[i][row] = d.table()[d.row(row / 2, row % 2) + d.chain().slot(i) + 1];
        }
      }
      assertEquals(gain[0][0], gain[0][1]);
      assertEquals(gain[0][2], gain[0][3]);
      assertFalse(gain[0][0] == gain[0][2]);
      assertEquals(4, Arrays.stream(gain[1]).distinct().count());
      assertEquals(1, Arrays.stream(gain[2]).distinct().count());
    }
  }

  @Test
  void wrongSizesAreSaid() {
    try (Augmenter augmenter =
            new Augmenter(AugmentationPlan.ofWaveform(WaveAugmentation.Gain.of(1)), 1);
        Augmenter other = new Augmenter(AugmentationPlan.NONE, 1)) {
      Draws two = augmenter.draw(new long[2], 0, 1);
      assertMessage(
          "the batch has 1 examples, the draws are for 2",
          () -> augmenter.augment(clip(0, 1), two, null));
      assertMessage(
          "targets must have one row per example: the batch has 2, targets 1",
          () -> augmenter.augment(batch(1, 0, 1), two, new float[1][3]));
      assertMessage(
          "these draws are another augmenter's", () -> other.augment(batch(1, 0, 1), two, null));
      assertMessage("epoch must be at least 0, was -1", () -> augmenter.draw(new long[1], -1, 1));
    }
    assertMessage(
        "waveform must hold augmentations of waveforms, not TimeFlip",
        () -> AugmentationPlan.ofWaveform(SpectrogramAugmentation.TimeFlip.of(1)));
    assertMessage(
        "minSnrDb must be at most maxSnrDb = 3.0, was 5.0",
        () -> new WaveAugmentation.Mix(5, 3, WaveAugmentation.Mix.MixTarget.UNION, Chance.ALWAYS));
    assertMessage("p must be in [0.0, 1.0], was 1.5", () -> WaveAugmentation.Gain.of(1.5));
    assertMessage(
        "mode and pMode must be PER_EXAMPLE or PER_BATCH: the channels of a clip stay together",
        () ->
            new WaveAugmentation.SpeedPerturbation(
                List.of(1.1), Chance.ALWAYS.per(Chance.Mode.PER_CHANNEL)));
  }

  private static void assertMessage(String message, Executable e) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, e).getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a16BitWaveformIsReadAsFloats(boolean augmented) {
    short[] samples = {1, -32768, 32767, 0};
    AugmentationPlan plan =
        augmented
            ? AugmentationPlan.ofWaveform(WaveAugmentation.PolarityInversion.of(1))
            : AugmentationPlan.NONE;
    try (Augmenter augmenter = new Augmenter(plan, 1)) {
      Waveform out =
          augmenter.augment(Waveform.of(samples, RATE), augmenter.draw(new long[] {1}, 0, 1), null);
      float sign = augmented ? -1 : 1;
      assertArrayEquals(
          new float[] {sign / 32768, -sign, sign * 32767 / 32768f, sign * 0f}, out.toArray(0, 0));
    }
  }
}
