package org.cochlea.core.augment;

import java.util.function.Function;
import org.cochlea.core.Engine;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.stage.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * Waveforms in, augmented features and targets out: what a trainer calls for every batch.
 *
 * {@snippet :
 * AugmentationPlan plan =
 *     new AugmentationPlan(
 *         List.of(Gain.of(0.5), AddColoredNoise.of(0.5), Shift.of(0.3)),
 *         List.of(FrequencyMasking.of(15), TimeMasking.of(35), Mixup.of(0.4)));
 * try (AugmentedExtractor train =
 *     new AugmentedExtractor(plan, 42, feature.pipeline(), Engines.best())) {
 *   for (int epoch = 0; epoch < epochs; epoch++) {
 *     for (Batch batch : batches) {
 *       Tensor x = train.extract(batch.waveform(), batch.keys(), epoch, batch.targets());
 *       // batch.targets() are now those of x.
 *     }
 *   }
 *   Tensor y = train.extract(validation); // nothing is augmented
 * }
 * }
 *
 * <p>An {@link AugmentingEngine}, such as those for CUDA and OpenCL, runs what it can of the plan
 * itself: then waveforms go to its device once and augmented features come back.
 *
 * <p>The same seed, keys and epoch give the same augmentation on every engine, in any order of
 * batches and on any number of threads; see {@link Draws}. Belongs to one thread at a time.
 */
public final class AugmentedExtractor implements AutoCloseable {
  private final Augmenter augmenter;
  private final Extractor extractor;

  /** What runs transforms too; null where all of them run here. */
  private final @Nullable AugmentingExtractor device;

  private @Nullable Draws draws;
  private long augmentNanos;

  /**
   * Makes a plan and a feature ready, with default options.
   *
   * @param seed of everything random
   */
  public AugmentedExtractor(AugmentationPlan plan, long seed, Pipeline pipeline, Engine engine) {
    this(plan, seed, pipeline, engine, ExtractorOptions.defaults());
  }

  /**
   * Makes a plan and a feature ready.
   *
   * @param seed of everything random
   * @throws org.cochlea.core.EngineUnavailableException if the engine cannot run here
   */
  public AugmentedExtractor(
      AugmentationPlan plan,
      long seed,
      Pipeline pipeline,
      Engine engine,
      ExtractorOptions options) {
    this.augmenter = new Augmenter(plan, seed, options);
    try {
      if (engine instanceof AugmentingEngine augmenting && !plan.equals(AugmentationPlan.NONE)) {
        this.device = augmenting.compile(plan, pipeline, options);
        this.extractor = device.features();
      } else {
        this.device = null;
        this.extractor = engine.compile(pipeline, options);
      }
    } catch (RuntimeException e) {
      augmenter.close();
      throw e;
    }
  }

  /**
   * Computes the augmented features of a batch into a new tensor.
   *
   * @param in the clips; not changed
   * @param keys one for each clip: its place in the data set
   * @param epoch at least 0
   * @param targets {@code [batch][classes]}, changed in place to those of the result; or null
   * @throws IllegalArgumentException if the sizes of the batch differ, or the rate is not the
   *     pipeline's
   */
  public Tensor extract(Waveform in, long[] keys, int epoch, float @Nullable [][] targets) {
    return extract(in, keys, epoch, targets, Tensor::allocate);
  }

  /**
   * Computes the augmented features of a batch into memory of the caller's.
   *
   * @param in the clips; not changed
   * @param keys one for each clip: its place in the data set
   * @param epoch at least 0
   * @param targets {@code [batch][classes]}, changed in place to those of the result; or null
   * @param memory gives the tensor for the result's shape, called once
   * @return that tensor
   * @throws IllegalArgumentException if the sizes of the batch differ, or the rate is not the
   *     pipeline's
   */
  public Tensor extract(
      Waveform in,
      long[] keys,
      int epoch,
      float @Nullable [][] targets,
      Function<Shape, Tensor> memory) {
    Draws drawn = draw(in, keys, epoch);
    Waveform before = before(in, drawn, targets);
    Shape shape =
        device == null ? extractor.outputShape(before) : device.outputShape(before, drawn);
    int from = device == null ? augmenter.waveTransforms() : device.to();
    boolean longer = augmenter.stretches(from);
    Tensor features = longer ? Tensor.allocate(shape) : memory.apply(shape);
    extract(before, drawn, targets, features);
    Tensor out = longer ? memory.apply(augmenter.outputShape(features, drawn, from)) : features;
    after(features, drawn, targets, out, from);
    return out;
  }

  /**
   * Computes the augmented features of a batch into a tensor. Where the plan leaves the lengths of
   * clips alone, or ends in an {@link WaveAugmentation.AdjustDuration}, every batch has one shape,
   * and nothing is allocated after the first calls on the CPU engine.
   *
   * @param in the clips; not changed
   * @param keys one for each clip: its place in the data set
   * @param epoch at least 0
   * @param targets {@code [batch][classes]}, changed in place to those of the result; or null
   * @param out with room for all frames; more become zero
   * @throws IllegalArgumentException if a size does not fit, or a {@link
   *     SpectrogramAugmentation.TimeStretch} runs on the CPU
   */
  public void extract(
      Waveform in, long[] keys, int epoch, float @Nullable [][] targets, Tensor out) {
    Draws drawn = draw(in, keys, epoch);
    extract(before(in, drawn, targets), drawn, targets, out);
    int from = device == null ? augmenter.waveTransforms() : device.to();
    after(out, drawn, targets, out, from);
  }

  /** Applies what comes before the engine. */
  private Waveform before(Waveform in, Draws drawn, float @Nullable [][] targets) {
    int count = device == null ? augmenter.waveTransforms() : device.from();
    if (count == 0) {
      return in;
    }
    long start = System.nanoTime();
    Waveform made = augmenter.augment(in, drawn, targets, count);
    augmentNanos += System.nanoTime() - start;
    return made;
  }

  /** Applies what comes after the engine. */
  private void after(
      Tensor features, Draws drawn, float @Nullable [][] targets, Tensor out, int from) {
    long start = System.nanoTime();
    augmenter.augment(features, drawn, targets, out, from);
    augmentNanos += System.nanoTime() - start;
  }

  /** Does what the engine does; the targets of what it mixes follow. */
  private void extract(Waveform in, Draws drawn, float @Nullable [][] targets, Tensor out) {
    AugmentingExtractor engine = device;
    if (engine == null) {
      extractor.extract(in, out);
      return;
    }
    engine.extract(in, drawn, out);
    if (targets != null) {
      augmenter.mixTargets(
          drawn, engine.from(), engine.to(), out.shape().bins(), out::frames, targets);
    }
  }

  private Draws draw(Waveform in, long[] keys, int epoch) {
    if (keys.length != in.batch()) {
      throw new IllegalArgumentException(
          "keys must have one entry per clip: the batch has %d, keys %d"
              .formatted(in.batch(), keys.length));
    }
    long start = System.nanoTime();
    Draws drawn = draws;
    if (drawn == null) {
      drawn = augmenter.draw(keys, epoch, in.channels());
      draws = drawn;
    } else {
      augmenter.draw(keys, epoch, in.channels(), drawn);
    }
    augmentNanos = System.nanoTime() - start;
    return drawn;
  }

  /** Computes the features as they are, for validation. */
  public Tensor extract(Waveform in) {
    return extractor.extract(in);
  }

  /**
   * Returns how long the last call augmented on the CPU, in nanoseconds: without what an {@link
   * AugmentingEngine} did itself.
   */
  public long augmentNanos() {
    return augmentNanos;
  }

  /** Returns what augments, for paired signals. */
  public Augmenter augmenter() {
    return augmenter;
  }

  /** Returns what extracts; closing this closes it. */
  public Extractor extractor() {
    return extractor;
  }

  /** Frees both. May be called twice. */
  @Override
  public void close() {
    try {
      if (device != null) {
        device.close();
      }
      extractor.close();
    } finally {
      augmenter.close();
    }
  }
}
