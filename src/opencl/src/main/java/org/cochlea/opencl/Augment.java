package org.cochlea.opencl;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.augment.Applied;
import org.cochlea.core.augment.Augmentation;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.Draws;
import org.cochlea.core.augment.SpectrogramAugmentation;
import org.cochlea.core.augment.WaveAugmentation;

/**
 * The transforms of a plan that run on a device, as they were drawn for a batch.
 *
 * @param transforms all of the plan, those of waveforms first
 * @param from the first that runs there
 * @param middle the first of features
 * @param to the one after the last
 * @param draws what was drawn
 * @param sampleRate of the clips
 */
record Augment(
    List<Augmentation.Transform> transforms,
    int from,
    int middle,
    int to,
    Draws draws,
    int sampleRate) {

  static List<Augmentation.Transform> transforms(AugmentationPlan plan) {
    List<Augmentation.Transform> all =
        new ArrayList<>(AugmentationPlan.transforms(plan.waveform()));
    all.addAll(AugmentationPlan.transforms(plan.spectrogram()));
    return List.copyOf(all);
  }

  /** Returns the transform after the last of waveforms that has no kernel. */
  static int from(List<Augmentation.Transform> transforms, int middle) {
    int first = middle;
    while (first > 0
        && transforms.get(first - 1) instanceof WaveAugmentation one
        && WaveSchedule.runs(one)) {
      first--;
    }
    return first;
  }

  /** Returns the first transform of features that has no kernel, or is not for such features. */
  static int to(List<Augmentation.Transform> transforms, int middle, boolean complex) {
    int end = middle;
    while (end < transforms.size()
        && transforms.get(end) instanceof SpectrogramAugmentation one
        && PictureSchedule.runs(one, complex)) {
      end++;
    }
    return end;
  }

  /** Whether a transform takes another clip of the batch. */
  static boolean mixes(Augmentation.Transform transform) {
    return transform instanceof WaveAugmentation.Mix
        || transform instanceof SpectrogramAugmentation.Mixup
        || transform instanceof SpectrogramAugmentation.CutMix
        || transform instanceof SpectrogramAugmentation.SpecMix;
  }

  /** Whether there are transforms of waveforms. */
  boolean waves() {
    return from < middle;
  }

  /** Whether there are transforms of features. */
  boolean pictures() {
    return middle < to;
  }

  /** Returns the samples of a clip after the transforms of waveforms. */
  int length(int item, int n) {
    int length = n;
    for (int i = from; i < middle; i++) {
      if (transforms.get(i) instanceof WaveAugmentation.AdjustDuration a
          && draws.applied(item, 0, i)) {
        length = Applied.duration(a, sampleRate);
      }
    }
    return length;
  }

  /** Returns the most samples that a clip has on its way. */
  int most(int item, int n) {
    int most = n;
    for (int i = from; i < middle; i++) {
      if (transforms.get(i) instanceof WaveAugmentation.AdjustDuration a
          && draws.applied(item, 0, i)) {
        most = Math.max(most, Applied.duration(a, sampleRate));
      }
    }
    return most;
  }
}
