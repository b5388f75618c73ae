package org.cochlea.core.augment;

import java.util.ArrayList;
import java.util.List;

/**
 * What is done to the waveform, then to the feature, in order.
 *
 * @param waveform of {@link WaveAugmentation}s and lists of them
 * @param spectrogram of {@link SpectrogramAugmentation}s and lists of them
 */
public record AugmentationPlan(List<Augmentation> waveform, List<Augmentation> spectrogram) {

  /** A plan that changes nothing. */
  public static final AugmentationPlan NONE = new AugmentationPlan(List.of(), List.of());

  /**
   * Copies the lists and checks that each holds its kind.
   *
   * @throws IllegalArgumentException if one does not
   */
  public AugmentationPlan {
    waveform = List.copyOf(waveform);
    spectrogram = List.copyOf(spectrogram);
    for (Augmentation.Transform t : transforms(waveform)) {
      if (!(t instanceof WaveAugmentation)) {
        throw new IllegalArgumentException(
            "waveform must hold augmentations of waveforms, not " + t.getClass().getSimpleName());
      }
    }
    for (Augmentation.Transform t : transforms(spectrogram)) {
      if (!(t instanceof SpectrogramAugmentation)) {
        throw new IllegalArgumentException(
            "spectrogram must hold augmentations of spectrograms, not "
                + t.getClass().getSimpleName());
      }
    }
  }

  /** Returns a plan for waveforms alone. */
  public static AugmentationPlan ofWaveform(Augmentation... augmentations) {
    return new AugmentationPlan(List.of(augmentations), List.of());
  }

  /** Returns a plan for features alone. */
  public static AugmentationPlan ofSpectrogram(Augmentation... augmentations) {
    return new AugmentationPlan(List.of(), List.of(augmentations));
  }

  /** Returns whether it may change targets: then those of a batch must be given. */
  public boolean mixesTargets() {
    for (List<Augmentation> list : List.of(waveform, spectrogram)) {
      for (Augmentation.Transform t : transforms(list)) {
        switch (t) {
          case WaveAugmentation.Mix mix -> {
            if (mix.mixTarget() == WaveAugmentation.Mix.MixTarget.UNION) {
              return true;
            }
          }
          case SpectrogramAugmentation.Mixup mixup -> {
            if (mixup.mixTargets()) {
              return true;
            }
          }
          case SpectrogramAugmentation.CutMix _, SpectrogramAugmentation.SpecMix _ -> {
            return true;
          }
          default -> {}
        }
      }
    }
    return false;
  }

  /** Returns what a list holds at any depth, in order. */
  public static List<Augmentation.Transform> transforms(List<Augmentation> list) {
    List<Augmentation.Transform> found = new ArrayList<>();
    for (Augmentation augmentation : list) {
      switch (augmentation) {
        case Augmentation.Compose a -> found.addAll(transforms(a.transforms()));
        case Augmentation.OneOf a -> found.addAll(transforms(a.transforms()));
        case Augmentation.SomeOf a -> found.addAll(transforms(a.transforms()));
        case Augmentation.Transform a -> found.add(a);
      }
    }
    return found;
  }
}
