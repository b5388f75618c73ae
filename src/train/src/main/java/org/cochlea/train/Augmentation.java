package org.cochlea.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.cochlea.audio.augment.AugmentationPlans;
import org.cochlea.audio.augment.ClipBank;
import org.cochlea.core.Engine;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Shape;
import org.cochlea.core.Waveform;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.AugmentedExtractor;
import org.cochlea.core.augment.Augmenter;
import org.cochlea.core.augment.Chance;
import org.cochlea.core.augment.ClipSource;
import org.cochlea.core.augment.Draws;
import org.cochlea.core.augment.SpectrogramAugmentation;
import org.cochlea.core.augment.WaveAugmentation;
import org.cochlea.core.preset.Preset;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.cuda.CudaAugmentedExtractor;
import org.cochlea.cuda.CudaEngine;
import org.cochlea.cuda.DeviceWaveform;
import org.cochlea.train.data.Batch;
import org.cochlea.train.data.Windows;
import org.cochlea.train.model.Network;
import org.cochlea.train.optim.Target;
import org.cochlea.train.torch.CudaFrontend;
import org.cochlea.train.torch.FixedFrontend;
import org.jspecify.annotations.Nullable;

/**
 * A plan of augmentation on the windows of training, their features and their targets. What is
 * drawn follows from the seed, the epoch and the window's own number, so it does not depend on
 * threads, nor on the engine, nor on where training was stopped and went on; and, but for the
 * partners of a mix, not on the batch.
 *
 * <p>Where an engine computes the features, it also runs what it can of the plan. Of features that
 * are learned or read, and to show what is done, all of it runs on the CPU.
 */
final class Augmentation implements AutoCloseable {
  private final TrainConfig config;
  private final AugmentationPlan plan;
  private final Augmenter augmenter;
  private final @Nullable AugmentedExtractor extractor;
  private final @Nullable FixedFrontend fixed;

  /** Where both the model and the engine are on a GPU. */
  private final @Nullable CudaAugmentedExtractor cuda;

  private final @Nullable CudaFrontend device;
  private @Nullable Draws draws;
  private int[] frames = {};
  private double seconds;

  private Augmentation(
      TrainConfig config,
      AugmentationPlan plan,
      Augmenter augmenter,
      @Nullable AugmentedExtractor extractor,
      @Nullable CudaAugmentedExtractor cuda) {
    this.config = config;
    this.plan = plan;
    this.augmenter = augmenter;
    this.extractor = extractor;
    this.fixed = extractor == null ? null : new FixedFrontend(extractor);
    this.cuda = cuda;
    this.device = cuda == null ? null : new CudaFrontend(cuda);
  }

  /**
   * Makes a configuration's plan ready on an engine.
   *
   * @return null if there is none
   * @throws IOException if its noises cannot be read
   * @throws IllegalArgumentException if it mixes targets that cannot be mixed
   */
  static @Nullable Augmentation of(
      TrainConfig config, Preset front, Engine engine, ExtractorOptions options)
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
    if (!config.trainable().isEmpty() || !config.loading().extracted().isEmpty()) {
      return onCpu(config, front, options);
    }
    AugmentationPlan fitted = fitted(plan, config.windows(), front.sampleRate());
    long seed = config.training().seed();
    Pipeline pipeline = front.feature().pipeline();
    if (Devices.isCuda(config) && engine instanceof CudaEngine gpu) {
      CudaAugmentedExtractor cuda = gpu.compile(fitted, pipeline, options);
      if (cuda.endsOnDevice()) {
        return new Augmentation(config, plan, new Augmenter(fitted, seed, options), null, cuda);
      }
      cuda.close();
    }
    AugmentedExtractor extractor = new AugmentedExtractor(fitted, seed, pipeline, engine, options);
    return new Augmentation(config, plan, extractor.augmenter(), extractor, null);
  }

  /**
   * Makes a configuration's plan ready without an engine: {@link #waveforms} and {@link #features}.
   *
   * @return null if there is none
   * @throws IOException if its noises cannot be read
   */
  static @Nullable Augmentation onCpu(TrainConfig config, Preset front, ExtractorOptions options)
      throws IOException {
    AugmentationPlan plan = plan(config);
    if (plan.equals(AugmentationPlan.NONE)) {
      return null;
    }
    AugmentationPlan fitted = fitted(plan, config.windows(), front.sampleRate());
    long seed = config.training().seed();
    return new Augmentation(config, plan, new Augmenter(fitted, seed, options), null, null);
  }

  /** What comes out longer or shorter than a window is cut or filled up as a clip is. */
  private static AugmentationPlan fitted(AugmentationPlan plan, Windows windows, int sampleRate) {
    boolean lengths =
        AugmentationPlan.transforms(plan.waveform()).stream()
            .anyMatch(
                one ->
                    one instanceof WaveAugmentation.SpeedPerturbation
                        || one instanceof WaveAugmentation.AdjustDuration
                        || (one instanceof WaveAugmentation.TimeStretch stretch
                            && !stretch.leaveLengthUnchanged()));
    if (windows.whole() || !lengths) {
      return plan;
    }
    List<org.cochlea.core.augment.Augmentation> waveform = new ArrayList<>(plan.waveform());
    waveform.add(
        new WaveAugmentation.AdjustDuration(
            (double) windows.length(sampleRate) / sampleRate,
            WaveAugmentation.AdjustDuration.Position.START,
            windows.fill() == Windows.Fill.REPEAT ? Padding.WRAP : Padding.ZERO,
            Chance.ALWAYS));
    return new AugmentationPlan(waveform, plan.spectrogram());
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
    org.cochlea.core.Tensor silence = org.cochlea.core.Tensor.allocate(shape);
    Draws drawn = augmenter.draw(new long[] {0}, 0, input.channels());
    try {
      augmenter.augment(
          silence,
          drawn,
          null,
          org.cochlea.core.Tensor.allocate(augmenter.outputShape(silence, drawn)));
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

  /** Whether an engine computes features and augments them: {@link #tensor}. */
  boolean extracts() {
    return fixed != null || device != null;
  }

  /**
   * Augments the windows of a batch and computes their features.
   *
   * @param targets by window, changed where clips are mixed; or null
   * @return features in libtorch's memory, where the model is
   */
  Tensor tensor(Batch batch, int epoch, float @Nullable [][] targets) {
    Waveform in = batch.waveform(0, batch.size());
    if (cuda != null && device != null) {
      return tensor(in, draw(batch, epoch), targets, cuda, device);
    }
    if (extractor == null || fixed == null) {
      throw new IllegalStateException("no engine computes these features");
    }
    Tensor made = fixed.forward(in, keys(batch), epoch, targets);
    frames = fixed.frames();
    seconds = extractor.augmentNanos() / 1e9;
    return Devices.on(config, made);
  }

  private Tensor tensor(
      Waveform in,
      Draws drawn,
      float @Nullable [][] targets,
      CudaAugmentedExtractor on,
      CudaFrontend frontend) {
    long start = System.nanoTime();
    Waveform before = on.from() == 0 ? in : augmenter.augment(in, drawn, targets, on.from());
    seconds = (System.nanoTime() - start) / 1e9;
    int[] lengths = Features.lengths(before);
    Tensor samples = Devices.on(config, Features.waveforms(before));
    Tensor made = frontend.forward(samples, lengths, before.sampleRate(), drawn, Devices.STREAM);
    DeviceWaveform wave = CudaFrontend.waveform(samples, lengths, before.sampleRate());
    frames = new int[lengths.length];
    Arrays.setAll(frames, b -> on.frames(wave, drawn, b));
    if (targets != null) {
      int bins = Math.toIntExact(made.size(2));
      augmenter.mixTargets(drawn, on.from(), on.to(), bins, b -> frames[b], targets);
    }
    return made;
  }

  /** How many frames of each window are no padding, in the last batch. */
  int[] frames() {
    return frames;
  }

  /** How long the CPU augmented the last batch. */
  double seconds() {
    return seconds;
  }

  private static long[] keys(Batch batch) {
    return batch.keys().stream().mapToLong(key -> key).toArray();
  }

  /** Draws for a batch and says what, by window. */
  Draws draw(Batch batch, int epoch) {
    int channels = batch.extracted() ? 1 : batch.windows().getFirst().channels();
    Draws drawn = draws;
    if (drawn == null) {
      drawn = augmenter.draw(keys(batch), epoch, channels);
      draws = drawn;
    } else {
      augmenter.draw(keys(batch), epoch, channels, drawn);
    }
    return drawn;
  }

  /**
   * Augments the waveforms of a batch.
   *
   * @param targets by window, changed where clips are mixed; or null
   * @return valid until the next call
   */
  Waveform waveforms(Batch batch, int epoch, float @Nullable [][] targets) {
    Draws drawn = draw(batch, epoch);
    Waveform in = batch.waveform(0, batch.size());
    return plan.waveform().isEmpty() ? in : augmenter.augment(in, drawn, targets);
  }

  /** Augments the features of the batch whose waveforms were last, in place. */
  void features(org.cochlea.core.Tensor features, float @Nullable [][] targets) {
    Draws drawn = draws;
    if (drawn != null && !plan.spectrogram().isEmpty()) {
      augmenter.augment(features, drawn, targets, features);
    }
  }

  @Override
  public void close() {
    if (fixed != null) {
      fixed.close();
    }
    if (device != null) {
      device.close();
    }
    augmenter.close();
  }
}
