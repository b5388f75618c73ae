package org.cochlea.core.augment;

import java.util.List;

/**
 * A random change of a clip, as a value.
 *
 * <p>There are two kinds: of the waveform ({@link WaveAugmentation}) and of the feature ({@link
 * SpectrogramAugmentation}); {@link Compose}, {@link OneOf} and {@link SomeOf} hold others, of one
 * kind. A value says what may happen; {@link Draws} what did.
 */
public sealed interface Augmentation {

  /**
   * All, in order, or none; torch-audiomentations' {@code Compose} (without {@code shuffle}).
   *
   * @param p probability that any of it happens, in [0, 1], drawn for every example
   * @param transforms at least one
   */
  record Compose(double p, List<Augmentation> transforms) implements Augmentation {
    /**
     * Copies the list and checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Compose {
      Check.range("p", p, 0, 1);
      transforms = copy(transforms);
    }
  }

  /**
   * One of several, all equally likely; torch-audiomentations' and audiomentations' {@code OneOf}.
   * The one chosen still has its own {@code p}.
   *
   * @param p probability that any of it happens, in [0, 1], drawn for every example
   * @param transforms at least one
   */
  record OneOf(double p, List<Augmentation> transforms) implements Augmentation {
    /**
     * Copies the list and checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public OneOf {
      Check.range("p", p, 0, 1);
      transforms = copy(transforms);
    }
  }

  /**
   * Some of several, in their order; audiomentations' {@code SomeOf}. How many is uniform in
   * [minTransforms, maxTransforms], and every choice of so many equally likely; those chosen still
   * have their own {@code p}.
   *
   * @param minTransforms at least 0
   * @param maxTransforms at least minTransforms, at most as many as there are
   * @param p probability that any of it happens, in [0, 1], drawn for every example
   * @param transforms at least one
   */
  record SomeOf(int minTransforms, int maxTransforms, double p, List<Augmentation> transforms)
      implements Augmentation {
    /**
     * Copies the list and checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public SomeOf {
      Check.range("p", p, 0, 1);
      transforms = copy(transforms);
      Check.range("minTransforms", minTransforms, 0, transforms.size());
      Check.range("maxTransforms", maxTransforms, minTransforms, transforms.size());
    }
  }

  private static List<Augmentation> copy(List<Augmentation> transforms) {
    if (transforms.isEmpty()) {
      throw new IllegalArgumentException("transforms must have at least 1 element, had 0");
    }
    return List.copyOf(transforms);
  }

  /** Something that is done to a clip, with a probability of its own. */
  sealed interface Transform extends Augmentation
      permits WaveAugmentation, SpectrogramAugmentation {
    /** Returns how often it is applied. */
    Chance chance();
  }
}
