package org.cochlea.core.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.testing.Allocated;
import org.junit.jupiter.api.Test;

/** Batch after batch, epoch after epoch: nothing is allocated, on any thread. */
class AugmentationAllocationTest {
  /** Rounds until one allocates nothing: copies between segments do until they are compiled. */
  private static final int ROUNDS = 200;

  private static final int CALLS = 10;

  @Test
  void aBatchAllocatesNothing() {
    List<Augmentation> wave =
        List.of(
            WaveAugmentation.Gain.of(0.5),
            WaveAugmentation.Shift.of(0.5),
            WaveAugmentation.PolarityInversion.of(0.5),
            new Augmentation.OneOf(
                1,
                List.of(
                    WaveAugmentation.AddColoredNoise.of(1),
                    WaveAugmentation.AddBackgroundNoise.of(Augmentations.source(), 1))),
            new WaveAugmentation.ApplyImpulseResponse(
                Augmentations.responses(), false, Chance.of(0.5)),
            WaveAugmentation.BandStopFilter.of(0.5),
            new WaveAugmentation.PitchShift(-4, 4, 256, Chance.of(0.2)),
            WaveAugmentation.SpeedPerturbation.threeWay(),
            WaveAugmentation.TanhDistortion.of(0.5),
            WaveAugmentation.Mix.of(0.5),
            WaveAugmentation.AdjustDuration.randomCrop(0.1));
    List<Augmentation> spectrogram =
        List.of(
            SpectrogramAugmentation.SpecMix.ebouteillon(),
            new SpectrogramAugmentation.TimeWarp(5, Chance.of(0.5)),
            SpectrogramAugmentation.FrequencyWarp.paper(4000),
            SpectrogramAugmentation.FrequencyMasking.of(8),
            SpectrogramAugmentation.TimeMasking.of(5),
            SpectrogramAugmentation.Mixup.of(0.4));
    int rate = Augmentations.RATE;
    Waveform in =
        Waveform.batch(
            List.of(
                Waveform.of(Augmentations.noise(1, 1200), rate),
                Waveform.of(Augmentations.noise(2, 700), rate),
                Waveform.of(Augmentations.noise(3, 900), rate)));
    long[] keys = {3, 4, 5};
    float[][] targets = {{1, 0}, {0, 1}, {1, 1}};
    Tensor features = Tensor.allocate(new Shape(3, 1, 40, 60, false));
    for (int b = 0; b < 3; b++) {
      features.setFrames(b, 60 - b);
    }
    try (Augmenter augmenter =
        new Augmenter(new AugmentationPlan(wave, spectrogram), 7, new ExtractorOptions(2))) {
      Draws draws = augmenter.draw(keys, 0, 1);
      int[] epoch = {0};
      Runnable call =
          () -> {
            augmenter.draw(keys, epoch[0]++, 1, draws);
            augmenter.augment(in, draws, targets);
            augmenter.augment(features, draws, targets, features);
          };
      long least = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS && least > 0; round++) {
        // The same epochs in every round, so that memory has grown to the most that any needs.
        epoch[0] = 0;
        least = Math.min(least, Allocated.by(CALLS, call));
      }
      assertEquals(0, least, "bytes in %d calls".formatted(CALLS));
    }
  }
}
