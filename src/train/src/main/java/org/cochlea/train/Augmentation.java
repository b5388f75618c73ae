package org.cochlea.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cochlea.audio.augment.AugmentationPlans;
import org.cochlea.audio.augment.ClipBank;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.Augmenter;
import org.cochlea.core.augment.ClipSource;
import org.cochlea.core.augment.Draws;
import org.cochlea.core.augment.SpectrogramAugmentation;
import org.cochlea.train.data.Batch;
import org.cochlea.train.data.Windows;
import org.cochlea.train.model.Network;
import org.cochlea.train.optim.Target;
import org.jspecify.annotations.Nullable;

/**
 * A plan of augmentation on the windows of training, their features and their targets. What is
 * drawn follows from the seed, the epoch and the window's own number, so it does not depend on
 * threads, nor on where training was stopped and went on; and, but for the partners of a mix, not
 * on the batch.
 */
final class Augmentation implements AutoCloseable {
  private final AugmentationPlan plan;
  private final Augmenter augmenter;
  private final Windows windows;
  private @Nullable Draws draws;

  private Augmentation(AugmentationPlan plan, Augmenter augmenter, Windows windows) {
    this.plan = plan;
    this.augmenter = augmenter;
    this.windows = windows;
  }

  /**
   * Makes a configuration's plan ready.
   *
   * @return null if there is none
   * @throws IOException if its noises cannot be read
   * @throws IllegalArgumentException if it mixes targets that cannot be mixed
   */
  static @Nullable Augmentation of(TrainConfig config, ExtractorOptions options)
      throws IOException {
    AugmentationPlan plan = plan(config);
    if (plan.equals(AugmentationPlan.NONE)) {
      return null;
    }
    Target target = config.loss().target();
    if (plan.mixesTargets() && (target == Target.TEXT || target == Target.EMBEDDING)) {
      throw new IllegalArgumentException(
          "augmentation: it mixes the targets of clips, which those of this loss, %s, cannot be"
              .formatted(target == Target.TEXT ? "texts" : "embeddings of a class"));
    }
    return new Augmentation(
        plan, new Augmenter(plan, config.training().seed(), options), config.windows());
  }

  /**
   * Returns the plan, with its noises.
   *
   * @throws IOException if they cannot be read
   */
  static AugmentationPlan plan(TrainConfig config) throws IOException {
    if (config.augmentation().isEmpty()) {
      return AugmentationPlan.NONE;
    }
    Map<String, ClipSource> opened = new LinkedHashMap<>();
    return AugmentationPlans.parse(
        "augmentation",
        ConfigFile.json(config.augmentation()),
        location -> {
          ClipSource source = opened.get(location);
          if (source == null) {
            source = ClipBank.open(Path.of(location));
            opened.put(location, source);
          }
          return source;
        });
  }

  /**
   * Checks that the features are such as the plan can augment.
   *
   * @param learned whether gradients must pass
   * @param extracted whether features are read
   * @throws IllegalArgumentException if they are not
   */
  void check(Network.Input input, boolean learned, boolean extracted) {
    if (extracted && !plan.waveform().isEmpty()) {
      throw new IllegalArgumentException(
          "augmentation: there are no waveforms to augment where extracted features are read");
    }
    if (learned) {
      for (org.cochlea.core.augment.Augmentation.Transform one :
          AugmentationPlan.transforms(plan.spectrogram())) {
        if (!(one instanceof SpectrogramAugmentation.TimeMasking
            || one instanceof SpectrogramAugmentation.FrequencyMasking
            || one instanceof SpectrogramAugmentation.AdaptiveTimeMasking
            || one instanceof SpectrogramAugmentation.RandomErasing)) {
          throw new IllegalArgumentException(
              "augmentation: %s lets no gradient through to a front end that is learned: of features masks and RandomErasing do, and all augmentations of waveforms"
                  .formatted(one.getClass().getSimpleName()));
        }
      }
    }
    Shape shape = new Shape(1, input.channels(), input.bins(), input.frames(), false);
    Tensor silence = Tensor.allocate(shape);
    Draws drawn = augmenter.draw(new long[] {0}, 0, input.channels());
    try {
      augmenter.augment(
          silence, drawn, null, Tensor.allocate(augmenter.outputShape(silence, drawn)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("augmentation: " + e.getMessage(), e);
    }
  }

  AugmentationPlan plan() {
    return plan;
  }

  /** Whether targets follow, and must be given. */
  boolean mixesTargets() {
    return plan.mixesTargets();
  }

  /** Draws for a batch and says what, by window. */
  Draws draw(Batch batch, int epoch) {
    long[] keys = batch.keys().stream().mapToLong(key -> key).toArray();
    int channels = batch.extracted() ? 1 : batch.windows().getFirst().channels();
    Draws drawn = draws;
    if (drawn == null) {
      drawn = augmenter.draw(keys, epoch, channels);
      draws = drawn;
    } else {
      augmenter.draw(keys, epoch, channels, drawn);
    }
    return drawn;
  }

  /**
   * Augments the waveforms of a batch. What came out longer or shorter than a window is cut or
   * filled up as a clip is.
   *
   * @param targets by window, changed where clips are mixed; or null
   * @return valid until the next call
   */
  Waveform waveforms(Batch batch, int epoch, float @Nullable [][] targets) {
    Draws drawn = draw(batch, epoch);
    Waveform in = batch.waveform(0, batch.size());
    if (plan.waveform().isEmpty()) {
      return in;
    }
    Waveform out = augmenter.augment(in, drawn, targets);
    if (windows.whole()) {
      return out;
    }
    int length = windows.length(out.sampleRate());
    for (int b = 0; b < out.batch(); b++) {
      if (out.length(b) != length) {
        return cut(out);
      }
    }
    return out;
  }

  private Waveform cut(Waveform of) {
    List<Waveform> all = new ArrayList<>();
    for (int b = 0; b < of.batch(); b++) {
      float[][] channels = new float[of.channels()][];
      for (int c = 0; c < channels.length; c++) {
        channels[c] = windows.cut(of.toArray(b, c), 0, of.sampleRate());
      }
      all.add(Waveform.ofChannels(channels, of.sampleRate()));
    }
    return Waveform.batch(all);
  }

  /** Augments the features of the batch whose waveforms were last, in place. */
  void features(Tensor features, float @Nullable [][] targets) {
    Draws drawn = draws;
    if (drawn != null && !plan.spectrogram().isEmpty()) {
      augmenter.augment(features, drawn, targets, features);
    }
  }

  @Override
  public void close() {
    augmenter.close();
  }
}
