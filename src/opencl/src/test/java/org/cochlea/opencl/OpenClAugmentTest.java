package org.cochlea.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Waveform;
import org.cochlea.core.augment.Augmentation;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.Augmentations;
import org.cochlea.core.augment.AugmentedExtractor;
import org.cochlea.core.augment.Chance;
import org.cochlea.core.augment.SpectrogramAugmentation;
import org.cochlea.core.augment.WaveAugmentation;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Augmentation on a device, beside that of the CPU. */
@NeedsDevice
class OpenClAugmentTest {
  private static final OpenClEngine ENGINE = new OpenClEngine(new OpenClOptions("0", 0));
  private static final Engine CPU = Engines.named("cpu");

  /** The bound that every engine keeps; see docs/architecture.md, Precision. */
  private static final double BOUND = 1e-5;

  private static final int RATE = Augmentations.RATE;
  private static final int[] LENGTHS = {2500, 0, 1, 2, 7, 700, 2049};
  private static final long[] KEYS = {70, 3, 12, 5, 1L << 40, -9, 44};

  /** Samples as they are. */
  private static final Pipeline SAMPLES = Pipeline.of(0, new Stage.Affine(1, 0));

  private static final Pipeline MEL =
      new MelSpectrogram(
              RATE,
              StftSpec.centred(128, 64, Padding.REFLECT),
              MelSpec.slaney(24, 0, RATE / 2.0),
              2)
          .pipeline();

  private static final SpectrogramAugmentation.Fill MEAN = SpectrogramAugmentation.Fill.MEAN;

  @AfterAll
  static void close() {
    ENGINE.close();
    CPU.close();
  }

  private static void agrees(AugmentationPlan plan, Waveform in, Pipeline pipeline) {
    agrees(plan, in, pipeline, ENGINE);
  }

  private static void agrees(
      AugmentationPlan plan, Waveform in, Pipeline pipeline, OpenClEngine engine) {
    Augmentations.assertAgree(plan, in, KEYS, pipeline, CPU, engine, BOUND);
  }

  /** All of one kind that have kernels. */
  private static List<Augmentation> withKernels(List<Augmentation> all, boolean wave) {
    return all.stream()
        .filter(
            a -> {
              AugmentationPlan plan =
                  wave ? AugmentationPlan.ofWaveform(a) : AugmentationPlan.ofSpectrogram(a);
              return ENGINE.transformsOnCpu(plan, MEL).isEmpty();
            })
        .toList();
  }

  static Stream<Augmentation> wave() {
    return withKernels(Augmentations.wave(), true).stream();
  }

  static Stream<Augmentation> spectrogram() {
    return withKernels(Augmentations.spectrogram(), false).stream();
  }

  @Test
  void whatHasKernels() {
    assertEquals(18, wave().count());
    assertEquals(Augmentations.spectrogram().size(), spectrogram().count());
  }

  @ParameterizedTest
  @MethodSource("wave")
  void waveformsAreThoseOfTheCpu(Augmentation a) {
    agrees(AugmentationPlan.ofWaveform(a), Augmentations.clips(2, LENGTHS), SAMPLES);
  }

  @ParameterizedTest
  @MethodSource("spectrogram")
  void featuresAreThoseOfTheCpu(Augmentation a) {
    agrees(AugmentationPlan.ofSpectrogram(a), Augmentations.clips(2, LENGTHS), MEL);
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
              new WaveAugmentation.AddGaussianNoise(0.001, 0.015, Chance.of(0.5))),
          Augmentations.clips(2, LENGTHS),
          SAMPLES);
    }
  }

  @Test
  void featuresAreMixedAndTargetsFollow() {
    Chance c = Chance.of(0.8);
    for (Augmentation mix :
        List.of(
            new SpectrogramAugmentation.Mixup(0.4, true, c),
            new SpectrogramAugmentation.Mixup(0.4, false, c),
            new SpectrogramAugmentation.CutMix(1, c),
            new SpectrogramAugmentation.SpecMix(0.25, 0.25, c))) {
      agrees(
          AugmentationPlan.ofSpectrogram(
              SpectrogramAugmentation.Roll.of(0.5),
              mix,
              SpectrogramAugmentation.TimeFlip.of(0.5),
              mix,
              SpectrogramAugmentation.TimeMasking.of(5)),
          Augmentations.clips(2, LENGTHS),
          MEL);
    }
  }

  private static List<Augmentation> some(List<Augmentation> all, int k) {
    List<Augmentation> some = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      some.add(all.get((i * (2 * k + 5) + k) % all.size()));
    }
    return some;
  }

  @Test
  void chainsAgree() {
    List<Augmentation> wave = withKernels(Augmentations.wave(), true);
    List<Augmentation> spectrogram = withKernels(Augmentations.spectrogram(), false);
    for (int k = 1; k < 5; k++) {
      agrees(
          AugmentationPlan.ofWaveform(
              new Augmentation.SomeOf(3, 9, 1, some(wave, k)), WaveAugmentation.Gain.of(1)),
          Augmentations.clips(2, LENGTHS),
          SAMPLES);
      agrees(
          new AugmentationPlan(
              List.of(WaveAugmentation.Gain.of(1), WaveAugmentation.Mix.of(1)),
              List.of(
                  new Augmentation.SomeOf(3, 8, 1, some(spectrogram, k)),
                  SpectrogramAugmentation.Mixup.of(1))),
          // No shorter ones: the spectrum of one sample, repeated, is rounding but for one bin, and
          // what is divided by its maximum or range would be compared.
          Augmentations.clips(2, 2500, 300, 700, 2049),
          MEL);
    }
  }

  @Test
  void complexFeaturesAreMasked() {
    Pipeline stft = Stft.of(StftSpec.centred(128, 64, Padding.REFLECT)).pipeline();
    agrees(
        AugmentationPlan.ofSpectrogram(
            new SpectrogramAugmentation.TimeMasking(10, 0.5, 2, MEAN, Chance.ALWAYS),
            SpectrogramAugmentation.FrequencyMasking.of(9)),
        Augmentations.clips(2, 2500, 0, 700),
        stft);
    agrees(
        AugmentationPlan.ofSpectrogram(
            SpectrogramAugmentation.TimeMasking.of(10),
            new SpectrogramAugmentation.TimeStretch(0.8, 1.25, 64, Chance.ALWAYS)),
        Augmentations.clips(1, 2500, 0, 700),
        stft);
  }

  @Test
  void manyMasksTakeSeveralPasses() {
    agrees(
        AugmentationPlan.ofSpectrogram(
            new SpectrogramAugmentation.TimeMasking(2, 1, 300, MEAN, Chance.ALWAYS)),
        Augmentations.clips(1, 6000, 30_000),
        MEL);
  }

  @Test
  void whatHasNoKernelRunsOnTheHost() {
    AugmentationPlan plan =
        new AugmentationPlan(
            List.of(
                WaveAugmentation.Gain.of(1),
                WaveAugmentation.LoudnessNormalization.of(1),
                WaveAugmentation.PolarityInversion.of(1)),
            List.of(SpectrogramAugmentation.TimeMasking.of(3)));
    assertEquals(
        List.of(plan.waveform().get(0), plan.waveform().get(1)), ENGINE.transformsOnCpu(plan, MEL));
    agrees(plan, Augmentations.clips(1, 4000, 700), MEL);
  }

  @Test
  void howABatchIsSplitChangesNoBit() {
    AugmentationPlan plan =
        new AugmentationPlan(
            List.of(new Augmentation.SomeOf(4, 8, 1, withKernels(Augmentations.wave(), true))),
            List.of(
                new Augmentation.SomeOf(3, 6, 1, withKernels(Augmentations.spectrogram(), false))));
    Waveform in = Augmentations.clips(2, LENGTHS);
    try (OpenClEngine small = new OpenClEngine(new OpenClOptions("all", 1));
        AugmentedExtractor whole = new AugmentedExtractor(plan, 7, MEL, ENGINE);
        AugmentedExtractor split = new AugmentedExtractor(plan, 7, MEL, small)) {
      assertArrayEquals(
          whole.extract(in, KEYS, 2, null).toArray(), split.extract(in, KEYS, 2, null).toArray());
    }
  }
}
