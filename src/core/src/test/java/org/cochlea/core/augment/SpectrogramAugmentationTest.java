package org.cochlea.core.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Objects;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.stage.Philox;
import org.junit.jupiter.api.Test;

/** What augmentations of features do to values and targets. */
class SpectrogramAugmentationTest {
  private static final int BINS = 40;
  private static final int FRAMES = 100;
  private static final Chance ALWAYS = Chance.ALWAYS;

  private interface Value {
    double at(int item, int bin, int frame);
  }

  private static Tensor tensor(int batch, Value value) {
    Tensor x = Tensor.allocate(new Shape(batch, 1, BINS, FRAMES, false));
    float[] values = Objects.requireNonNull(x.array());
    for (int b = 0; b < batch; b++) {
      x.setFrames(b, FRAMES);
      for (int k = 0; k < BINS; k++) {
        for (int t = 0; t < FRAMES; t++) {
          values[(int) x.offset(b, 0, k) + t] = (float) value.at(b, k, t);
        }
      }
    }
    return x;
  }

  private static Tensor apply(Augmentation a, Tensor x, float[][] targets, long firstKey) {
    try (Augmenter augmenter = new Augmenter(AugmentationPlan.ofSpectrogram(a), 3)) {
      long[] keys = new long[x.shape().batch()];
      Arrays.setAll(keys, i -> firstKey + i);
      Tensor out = Tensor.allocate(x.shape());
      augmenter.augment(x, augmenter.draw(keys, 0, 1), targets, out);
      return out;
    }
  }

  // ---- masks ---------------------------------------------------------------------------------

  @Test
  void timeMasksAreTorchaudios() {
    int n = 3000;
    int param = 20;
    Tensor y =
        apply(
            SpectrogramAugmentation.TimeMasking.of(param),
            tensor(n, (b, k, t) -> 1),
            new float[n][0],
            0);
    int[] widths = new int[param];
    double starts = 0;
    int masked = 0;
    for (int b = 0; b < n; b++) {
      int width = 0;
      int start = -1;
      for (int t = 0; t < FRAMES; t++) {
        boolean zero = y.at(b, 0, 0, t) == 0;
        assertEquals(zero, y.at(b, 0, BINS - 1, t) == 0, "all bins");
        if (zero) {
          assertTrue(start < 0 || start + width == t, "one run");
          start = start < 0 ? t : start;
          width++;
        }
      }
      widths[width]++;
      if (width > 0) {
        starts += start;
        masked++;
      }
    }
    // Widths are uniform in 0 … param - 1, starts between 0 and FRAMES - width.
    for (int w = 0; w < param; w++) {
      assertEquals(n / 20.0, widths[w], 5 * Math.sqrt(n * 0.05 * 0.95), "width " + w);
    }
    assertEquals((FRAMES - 10.5) / 2 - 0.5, starts / masked, 5 * FRAMES / Math.sqrt(12.0 * n));
  }

  @Test
  void frequencyMasksFillWithTheMean() {
    Tensor x = tensor(200, (b, k, t) -> Philox.uniform(b, k, t));
    Tensor y =
        apply(
            new SpectrogramAugmentation.FrequencyMasking(
                10, 2, SpectrogramAugmentation.Fill.MEAN, ALWAYS),
            x,
            new float[200][0],
            0);
    int changed = 0;
    for (int b = 0; b < 200; b++) {
      double mean = 0;
      for (float v : x.toArray(b)) {
        mean += v / (double) (BINS * FRAMES);
      }
      for (int k = 0; k < BINS; k++) {
        boolean filled = y.at(b, 0, k, 0) != x.at(b, 0, k, 0);
        changed += filled ? 1 : 0;
        for (int t = 0; t < FRAMES; t++) {
          assertEquals(filled ? mean : x.at(b, 0, k, t), y.at(b, 0, k, t), 1e-6);
        }
      }
    }
    // Two masks of 4.5 bins on average, which overlap at times.
    assertEquals(8.5, changed / 200.0, 1);
  }

  @Test
  void masksOfProportionsAndAdaptiveOnesStayWithin() {
    Tensor ones = tensor(100, (b, k, t) -> 1);
    Tensor part =
        apply(
            new SpectrogramAugmentation.TimeMasking(
                80, 0.1, 1, SpectrogramAugmentation.Fill.ZERO, ALWAYS),
            ones,
            new float[100][0],
            0);
    Tensor adaptive =
        apply(
            new SpectrogramAugmentation.AdaptiveTimeMasking(
                0.05, 0.04, 3, SpectrogramAugmentation.Fill.ZERO, ALWAYS),
            ones,
            new float[100][0],
            0);
    for (int b = 0; b < 100; b++) {
      assertTrue(zeros(part, b) < 10);
      assertTrue(zeros(adaptive, b) <= 3 * 3, "three masks of at most 3 frames");
    }
  }

  private static int zeros(Tensor x, int item) {
    int count = 0;
    for (int t = 0; t < FRAMES; t++) {
      count += x.at(item, 0, 3, t) == 0 ? 1 : 0;
    }
    return count;
  }

  @Test
  void erasedBoxesHaveTheArea() {
    int n = 500;
    Tensor y =
        apply(
            new SpectrogramAugmentation.RandomErasing(0.1, 0.1, 0.5, 2, 7, 7, ALWAYS),
            tensor(n, (b, k, t) -> 0),
            new float[n][0],
            0);
    for (int b = 0; b < n; b++) {
      double area = 0;
      for (float v : y.toArray(b)) {
        area += v / 7;
      }
      // Rounding down loses up to a row and a column.
      assertTrue(area <= 400.001 && area > 400 - 60, "area " + area);
    }
  }

  // ---- mixing --------------------------------------------------------------------------------

  @Test
  void mixupOfValuesAndTargets() {
    Tensor x = tensor(3, (b, k, t) -> b == 0 ? 1 : b == 1 ? 10 : 100);
    float[][] y = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    Tensor out = apply(SpectrogramAugmentation.Mixup.of(0.4), x, y, 0);
    for (int b = 0; b < 3; b++) {
      double expected = y[b][0] + 10 * y[b][1] + 100 * y[b][2];
      assertEquals(1, y[b][0] + y[b][1] + y[b][2], 1e-6);
      for (float v : out.toArray(b)) {
        assertEquals(expected, v, 1e-4);
      }
    }
  }

  @Test
  void lambdasAreOfABetaDistribution() {
    for (double alpha : new double[] {0.2, 1, 4}) {
      Numbers numbers = new Numbers();
      numbers.start(1, 0, 0, 0, 0);
      int n = 20_000;
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double v = numbers.beta(alpha);
        assertTrue(v >= 0 && v <= 1);
        sum += v;
        squares += (v - 0.5) * (v - 0.5);
      }
      double variance = 1 / (4 * (2 * alpha + 1));
      assertEquals(0.5, sum / n, 5 * Math.sqrt(variance / n));
      assertEquals(variance, squares / n, 0.03 * variance);
    }
  }

  /** The weight of the partner's targets is the part of the values that are the partner's. */
  @Test
  void specMixAndCutMixWeighTargetsByWhatTheyReplace() {
    for (Augmentation a :
        new Augmentation[] {
          SpectrogramAugmentation.SpecMix.ebouteillon(), SpectrogramAugmentation.CutMix.of(1)
        }) {
      for (long key = 0; key < 200; key += 2) {
        float[][] y = {{1, 0}, {0, 1}};
        Tensor out = apply(a, tensor(2, (b, k, t) -> b), y, key);
        for (int b = 0; b < 2; b++) {
          double ones = 0;
          for (float v : out.toArray(b)) {
            ones += v;
          }
          assertEquals(ones / (BINS * FRAMES), y[b][1], 1e-6, a + " " + key);
        }
      }
    }
  }

  @Test
  void specMixReplacesAtMostAQuarterOfEachAxis() {
    double weights = 0;
    for (long key = 0; key < 400; key += 2) {
      float[][] y = {{1, 0}, {0, 1}};
      apply(SpectrogramAugmentation.SpecMix.ebouteillon(), tensor(2, (b, k, t) -> b), y, key);
      assertTrue(y[0][1] <= 1 - 0.75 * 0.75);
      weights += y[0][1];
    }
    // The mean of u/4 + v/4 - uv/16, less what rounding down loses.
    assertEquals(0.234, weights / 200, 0.04);
  }

  // ---- geometry ------------------------------------------------------------------------------

  @Test
  void rollsAndFlips() {
    Tensor x = tensor(1, (b, k, t) -> 1000 * k + t);
    Tensor rolled =
        apply(new SpectrogramAugmentation.Roll(0.2, 0.2, ALWAYS), x, new float[1][0], 0);
    Tensor flipped = apply(SpectrogramAugmentation.TimeFlip.of(1), x, new float[1][0], 0);
    for (int t = 0; t < FRAMES; t++) {
      assertEquals(5000 + (t + 80) % 100, rolled.at(0, 0, 5, t));
      assertEquals(5000 + 99 - t, flipped.at(0, 0, 5, t));
    }
  }

  @Test
  void aTimeWarpKeepsTheEndsAndTheOrder() {
    for (long key = 0; key < 50; key++) {
      Tensor y =
          apply(
              new SpectrogramAugmentation.TimeWarp(30, ALWAYS),
              tensor(1, (b, k, t) -> t),
              new float[1][0],
              key);
      assertEquals(0, y.at(0, 0, 0, 0));
      assertEquals(FRAMES - 1, y.at(0, 0, 0, FRAMES - 1), 1e-4);
      double moved = 0;
      for (int t = 1; t < FRAMES; t++) {
        assertTrue(y.at(0, 0, 0, t) >= y.at(0, 0, 0, t - 1));
        moved = Math.max(moved, Math.abs(y.at(0, 0, 0, t) - t));
      }
      assertTrue(moved <= 30.001);
    }
  }

  @Test
  void aFrequencyWarpMultipliesFrequencies() {
    double top = 8000;
    double step = 2595 * Math.log10(1 + top / 700) / (BINS + 1);
    // Every bin holds its own frequency, so every new one tells where it was taken from.
    Tensor x = tensor(1, (b, k, t) -> 700 * (Math.pow(10, step * (k + 1) / 2595) - 1));
    float last = x.at(0, 0, BINS - 1, 0);
    for (double factor : new double[] {0.8, 1, 1.25}) {
      Tensor y =
          apply(
              new SpectrogramAugmentation.FrequencyWarp(factor, factor, top, ALWAYS),
              x,
              new float[1][0],
              0);
      for (int k = 0; k < BINS; k++) {
        double source = x.at(0, 0, k, 3) / factor;
        double first = x.at(0, 0, 0, 3);
        assertEquals(Math.clamp(source, first, last), y.at(0, 0, k, 3), 0.003 * last);
      }
    }
  }

  @Test
  void zoomsAreLinear() {
    Tensor x = tensor(1, (b, k, t) -> 3 * k + 2 * t);
    Tensor same = apply(new SpectrogramAugmentation.ZoomCrop(1, 1, ALWAYS), x, new float[1][0], 0);
    assertArrayEquals(x.toArray(), same.toArray(), 1e-4f);
    Tensor y = apply(new SpectrogramAugmentation.ZoomCrop(2, 2, ALWAYS), x, new float[1][0], 0);
    // A plane stays a plane of half the slope, but for the values clamped at the edges.
    for (int k = 2; k < BINS - 2; k++) {
      for (int t = 2; t < FRAMES - 2; t++) {
        assertEquals(1, y.at(0, 0, k, t + 1) - y.at(0, 0, k, t), 1e-3);
        assertEquals(1.5, y.at(0, 0, k + 1, t) - y.at(0, 0, k, t), 1e-3);
      }
    }
  }

  // ---- values --------------------------------------------------------------------------------

  @Test
  void birdClefs() {
    Tensor x = tensor(1, (b, k, t) -> 2 + k + t);
    float[][] none = new float[1][0];
    Tensor power = apply(new SpectrogramAugmentation.RandomPower(1.5, 1.5, ALWAYS), x, none, 0);
    assertEquals(0, power.at(0, 0, 0, 0));
    assertEquals(1, power.at(0, 0, BINS - 1, FRAMES - 1));
    assertEquals(Math.pow(20 / 138.0, 1.5), power.at(0, 0, 12, 8), 1e-6);
    double mean = 2 + 39 / 2.0 + 99 / 2.0;
    Tensor noise = apply(new SpectrogramAugmentation.MelNoise(1, ALWAYS), x, none, 0);
    double least = Double.MAX_VALUE;
    double most = 0;
    for (int k = 0; k < BINS; k++) {
      for (int t = 0; t < FRAMES; t++) {
        double added = noise.at(0, 0, k, t) - x.at(0, 0, k, t);
        least = Math.min(least, added);
        most = Math.max(most, added);
      }
    }
    // (U + 9) times one factor between 0.3 and 1.3 of 0.05 mean.
    assertEquals(10 / 9.0, most / least, 0.01);
    assertTrue(least > 9 * 0.05 * 0.3 * mean && most < 10 * 0.05 * 1.3 * mean);
    Tensor highs = apply(SpectrogramAugmentation.AttenuateHighs.birdClef(), x, none, 1);
    float top = 0;
    for (float v : highs.toArray()) {
      top = Math.max(top, v);
    }
    assertTrue(top == 1 || top == 140, "divided by its maximum where it is applied");
  }

  @Test
  void complexFeaturesAreForStretchesAndMasks() {
    Tensor x = Tensor.allocate(new Shape(1, 1, 5, 10, true));
    x.setFrames(0, 10);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> apply(SpectrogramAugmentation.TimeFlip.of(1), x, new float[1][0], 0))
            .getMessage();
    assertEquals("TimeFlip needs real features, these are of shape [1, 1, 5, 10, 2]", message);
    try (Augmenter augmenter =
        new Augmenter(
            AugmentationPlan.ofSpectrogram(
                new SpectrogramAugmentation.TimeStretch(2.5, 2.5, 4, ALWAYS)),
            3)) {
      Draws draws = augmenter.draw(new long[1], 0, 1);
      Shape shape = augmenter.outputShape(x, draws);
      assertEquals(4, shape.frames());
      Tensor out = Tensor.allocate(shape);
      augmenter.augment(x, draws, null, out);
      assertEquals(4, out.frames(0));
    }
  }
}
