package org.cochlea.spark;

import java.io.Serial;
import java.io.Serializable;
import org.cochlea.core.augment.Augmentation;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.Chance;
import org.cochlea.core.augment.SpectrogramAugmentation;
import org.cochlea.core.augment.WaveAugmentation;
import org.jspecify.annotations.Nullable;

/**
 * Augmentation of every clip by a key of its own: however clips are distributed, the same seed,
 * epoch and key give the same samples to the last bit.
 */
public final class Augment implements Serializable {
  @Serial private static final long serialVersionUID = 1;

  private final byte[] plan;
  private final long seed;
  private final int epoch;
  private final @Nullable String keyColumn;

  private Augment(byte[] plan, long seed, int epoch, @Nullable String keyColumn) {
    this.plan = plan;
    this.seed = seed;
    this.epoch = epoch;
    this.keyColumn = keyColumn;
  }

  /**
   * Returns an augmentation.
   *
   * @param plan what is done; noises and impulse responses must be of files that every executor
   *     sees
   * @param seed of everything random
   * @param epoch at least 0: another one gives other numbers
   * @param keyColumn column of whole numbers, one of its own for every clip; null: the first eight
   *     bytes, as a big-endian number, of the SHA-256 of the path
   * @throws IllegalArgumentException if the plan mixes clips, or draws for batches: what lies in
   *     one batch depends on how clips are distributed
   */
  public static Augment of(
      AugmentationPlan plan, long seed, int epoch, @Nullable String keyColumn) {
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch must be at least 0, was " + epoch);
    }
    plan.waveform().forEach(Augment::requireAlone);
    plan.spectrogram().forEach(Augment::requireAlone);
    return new Augment(Values.write(plan), seed, epoch, keyColumn);
  }

  private static void requireAlone(Augmentation one) {
    switch (one) {
      case Augmentation.Compose c -> c.transforms().forEach(Augment::requireAlone);
      case Augmentation.OneOf c -> c.transforms().forEach(Augment::requireAlone);
      case Augmentation.SomeOf c -> c.transforms().forEach(Augment::requireAlone);
      case WaveAugmentation.Mix _,
          SpectrogramAugmentation.Mixup _,
          SpectrogramAugmentation.CutMix _,
          SpectrogramAugmentation.SpecMix _ ->
          throw new IllegalArgumentException(
              one.getClass().getSimpleName()
                  + " mixes the clips of a batch, which depends on how they are distributed:"
                  + " leave it to the training");
      case Augmentation.Transform t -> {
        Chance chance = t.chance();
        if (chance.mode() == Chance.Mode.PER_BATCH || chance.pMode() == Chance.Mode.PER_BATCH) {
          throw new IllegalArgumentException(
              "%s draws for a batch, which depends on how clips are distributed: use PER_EXAMPLE"
                  .formatted(t.getClass().getSimpleName()));
        }
      }
    }
  }

  AugmentationPlan plan() {
    return Values.read(plan, AugmentationPlan.class);
  }

  long seed() {
    return seed;
  }

  int epoch() {
    return epoch;
  }

  @Nullable String keyColumn() {
    return keyColumn;
  }
}
