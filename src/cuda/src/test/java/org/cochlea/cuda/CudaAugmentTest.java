package org.cochlea.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.augment.Augmentation;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.Augmentations;
import org.cochlea.core.augment.AugmentedExtractor;
import org.cochlea.core.augment.Chance;
import org.cochlea.core.augment.WaveAugmentation;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.cuda.driver.Emulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Augmentation on the emulated driver, beside that of the CPU. */
@Emulator.Needs
class CudaAugmentTest {
  private static final CudaEngine ENGINE = new CudaEngine(new CudaOptions("ffm", "auto", 0));
  private static final Engine CPU = Engines.named("cpu");

  /** The bound that every engine keeps; see docs/architecture.md, Precision. */
  private static final double BOUND = 1e-5;

  private static final int RATE = Augmentations.RATE;
  private static final int[] LENGTHS = {2500, 0, 1, 2, 7, 700, 2049};
  private static final long[] KEYS = {70, 3, 12, 5, 1L << 40, -9, 44};

  /** Samples as they are. */
  private static final Pipeline SAMPLES = Pipeline.of(0, new Stage.Affine(1, 0));

  @AfterAll
  static void close() {
    ENGINE.close();
    CPU.close();
  }

  private static Waveform clips(int channels, int... lengths) {
    List<Waveform> clips = new ArrayList<>();
    for (int b = 0; b < lengths.length; b++) {
      float[][] x = new float[channels][];
      for (int c = 0; c < channels; c++) {
        x[c] = Augmentations.noise(10L * b + c, lengths[b]);
      }
      clips.add(Waveform.ofChannels(x, RATE));
    }
    return Waveform.batch(clips);
  }

  private static float[][] targets(int batch) {
    float[][] targets = new float[batch][batch];
    for (int b = 0; b < batch; b++) {
      targets[b][b] = 1;
    }
    return targets;
  }

  private static void agrees(AugmentationPlan plan, Waveform in, Pipeline pipeline) {
    int batch = in.batch();
    long[] keys = Arrays.copyOf(KEYS, batch);
    float[][] cpuTargets = targets(batch);
    float[][] targets = targets(batch);
    Tensor expected;
    Tensor made;
    try (AugmentedExtractor cpu = new AugmentedExtractor(plan, 42, pipeline, CPU);
        AugmentedExtractor cuda = new AugmentedExtractor(plan, 42, pipeline, ENGINE)) {
      expected = cpu.extract(in, keys, 3, cpuTargets);
      made = cuda.extract(in, keys, 3, targets);
    }
    assertEquals(expected.shape(), made.shape());
    for (int b = 0; b < batch; b++) {
      assertEquals(expected.frames(b), made.frames(b));
      assertArrayEquals(cpuTargets[b], targets[b]);
    }
    double error = Noise.relativeError(expected.toArray(), made.toArray());
    assertTrue(error < BOUND, () -> plan + ": " + error);
  }

  static Stream<Augmentation> wave() {
    return Augmentations.wave().stream();
  }

  @ParameterizedTest
  @MethodSource("wave")
  void waveformsAreThoseOfTheCpu(Augmentation a) {
    agrees(AugmentationPlan.ofWaveform(a), clips(2, LENGTHS), SAMPLES);
  }

  @Test
  void clipsAreMixed() {
    Chance c = Chance.of(0.8);
    for (WaveAugmentation.Mix.MixTarget target : WaveAugmentation.Mix.MixTarget.values()) {
      agrees(
          AugmentationPlan.ofWaveform(
              WaveAugmentation.Gain.of(0.5),
              WaveAugmentation.Shift.of(0.5),
              new WaveAugmentation.Mix(0, 5, target, c),
              WaveAugmentation.TimeInversion.of(0.5),
              new WaveAugmentation.Mix(0, 5, target, c),
              new WaveAugmentation.BitCrush(5, 10, Chance.of(0.5))),
          clips(2, LENGTHS),
          SAMPLES);
    }
  }

  @Test
  void chainsAgree() {
    List<Augmentation> all = Augmentations.wave();
    for (int k = 1; k < 4; k++) {
      List<Augmentation> some = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        some.add(all.get((i * (2 * k + 5) + k) % all.size()));
      }
      agrees(
          AugmentationPlan.ofWaveform(
              new Augmentation.SomeOf(3, 9, 1, some), WaveAugmentation.Gain.of(1)),
          clips(2, LENGTHS),
          SAMPLES);
    }
  }
}
