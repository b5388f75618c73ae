package org.cochlea.opencl;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.augment.Augmentation;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.AugmentingExtractor;
import org.cochlea.core.augment.Draws;
import org.cochlea.core.stage.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline on one or several devices, with the transforms of a plan before and after it that have
 * kernels. All launches of a chunk are one call: waveforms go to a device once, and augmented
 * features come back.
 *
 * <p>Belongs to one thread at a time.
 */
public final class OpenClAugmentedExtractor implements AugmentingExtractor {
  private final AugmentationPlan plan;
  private final Pipeline pipeline;
  private final List<Augmentation.Transform> transforms;
  private final int middle;
  private final int from;
  private final int to;
  private final OpenClExtractor features;

  /** What augments; null where nothing of the plan has a kernel. */
  private final @Nullable OpenClExtractor augmenting;

  /** Makes an extractor of a program. */
  interface Compiler {
    OpenClExtractor of(DeviceProgram program);
  }

  /** Prepares it; the extractor given belongs to it. */
  OpenClAugmentedExtractor(
      AugmentationPlan plan, Pipeline pipeline, OpenClExtractor features, Compiler compiler) {
    this.plan = plan;
    this.pipeline = pipeline;
    this.features = features;
    this.transforms = Augment.transforms(plan);
    this.middle = AugmentationPlan.transforms(plan.waveform()).size();
    // What follows a stage of the host is there.
    boolean device = features.isOnDevice() && !pipeline.stages().isEmpty();
    this.from = device ? Augment.from(transforms, middle) : middle;
    this.to = device ? Augment.to(transforms, middle, pipeline.output().complex()) : middle;
    boolean mixes = transforms.subList(from, to).stream().anyMatch(Augment::mixes);
    this.augmenting =
        from == to ? null : compiler.of(Planner.plan(pipeline, from < middle, middle < to, mixes));
  }

  /** Returns the transforms of a plan that have to run on the host. */
  static List<Augmentation.Transform> onCpu(
      AugmentationPlan plan, Pipeline pipeline, boolean onDevice) {
    List<Augmentation.Transform> all = Augment.transforms(plan);
    int middle = AugmentationPlan.transforms(plan.waveform()).size();
    if (!onDevice) {
      return all;
    }
    int end = Augment.to(all, middle, pipeline.output().complex());
    List<Augmentation.Transform> host = new ArrayList<>(all.subList(0, Augment.from(all, middle)));
    host.addAll(all.subList(end, all.size()));
    return List.copyOf(host);
  }

  @Override
  public int from() {
    return from;
  }

  @Override
  public int to() {
    return to;
  }

  @Override
  public OpenClExtractor features() {
    return features;
  }

  private Augment augment(int sampleRate, Draws draws) {
    return new Augment(transforms, from, middle, to, draws, sampleRate);
  }

  @Override
  public Shape outputShape(Waveform in, Draws draws) {
    Augment augment = augment(in.sampleRate(), draws);
    return Shape.of(
        pipeline, in.sampleRate(), in.batch(), in.channels(), b -> augment.length(b, in.length(b)));
  }

  @Override
  public void extract(Waveform in, Draws draws, Tensor out) {
    if (!draws.plan().equals(plan)) {
      throw new IllegalArgumentException("these draws are for another plan");
    }
    if (in.batch() != draws.batch()) {
      throw new IllegalArgumentException(
          "the batch has %d examples, the draws are for %d".formatted(in.batch(), draws.batch()));
    }
    out.shape().requireRoomFor(outputShape(in, draws));
    if (augmenting == null) {
      features.extract(in, out);
    } else {
      augmenting.extract(in, augment(in.sampleRate(), draws), out);
    }
  }

  @Override
  public void close() {
    if (augmenting != null) {
      augmenting.close();
    }
    features.close();
  }
}
