package org.cochlea.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.Engine;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Shape;
import org.cochlea.core.Waveform;
import org.cochlea.core.preset.Preset;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.cuda.CudaExtractor;
import org.cochlea.train.model.Network;
import org.cochlea.train.torch.CudaFrontend;
import org.cochlea.train.torch.FixedFrontend;
import org.cochlea.train.torch.ParameterGroup;
import org.cochlea.train.torch.SharedMemory;
import org.cochlea.train.torch.Trainable;
import org.cochlea.train.torch.TrainableFrontend;
import org.jspecify.annotations.Nullable;

/**
 * Windows become features in libtorch's memory: an engine writes them there; or, where something of
 * the front end is learned, libtorch computes them, with gradients.
 */
final class Features implements AutoCloseable {
  private final TrainConfig config;
  private final Pipeline pipeline;
  private final Extractor extractor;
  private final FixedFrontend fixed;

  /** Where both the model and the engine are on a GPU; belongs to {@link #fixed}. */
  private final @Nullable CudaFrontend device;

  private final @Nullable TrainableFrontend trainable;
  private int[] frames = {};

  Features(TrainConfig config, Preset preset, Engine engine, ExtractorOptions options) {
    this.config = config;
    this.pipeline = preset.feature().pipeline();
    Layout output = pipeline.output();
    if (output.isSignal() || output.complex()) {
      throw new IllegalArgumentException(
          "the feature must give real bins for a model, gives " + output);
    }
    this.trainable = trainable(pipeline, config.trainable());
    this.extractor = engine.compile(pipeline, options);
    this.fixed = new FixedFrontend(extractor);
    this.device =
        Devices.isCuda(config)
                && extractor instanceof CudaExtractor cuda
                && engine.stagesOnCpu(pipeline).isEmpty()
            ? new CudaFrontend(cuda)
            : null;
  }

  private static @Nullable TrainableFrontend trainable(
      Pipeline pipeline, Map<Trainable, Double> rates) {
    if (rates.isEmpty()) {
      return null;
    }
    try {
      return new TrainableFrontend(pipeline, rates);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("frontEnd.trainable: " + e.getMessage(), e);
    }
  }

  /** What is before anything was learned. */
  Pipeline pipeline() {
    return pipeline;
  }

  /** What of the front end is learned; null if nothing is. */
  @Nullable TrainableFrontend trainable() {
    return trainable;
  }

  List<ParameterGroup> groups() {
    return trainable == null ? List.of() : trainable.groups();
  }

  /** What a model reads of windows of so many samples. */
  Network.Input input(int channels, int samples) {
    Shape shape =
        extractor.outputShape(
            Waveform.ofChannels(new float[channels][samples], Math.max(1, pipeline.sampleRate())));
    if (shape.frames() == 0) {
      throw new IllegalArgumentException(
          "a window of %d samples is too short for a frame of the feature".formatted(samples));
    }
    return new Network.Input(shape.channels(), shape.bins(), shape.frames());
  }

  /** The features of a batch, with what was learned, {@code [batch, channels, bins, frames]}. */
  org.cochlea.core.Tensor of(Waveform batch) {
    if (trainable == null) {
      return extractor.extract(batch);
    }
    try (PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      Tensor made = tensor(batch);
      org.cochlea.core.Tensor feature =
          org.cochlea.core.Tensor.wrap(shape(made), Tensors.floats(made));
      setFrames(feature);
      return feature;
    }
  }

  /** The features of a batch in libtorch's memory, {@code [batch, channels, bins, frames]}. */
  Tensor tensor(Waveform batch) {
    TrainableFrontend learned = trainable;
    if (learned != null) {
      int[] lengths = lengths(batch);
      Tensor made = learned.forward(Devices.on(config, waveforms(batch)), lengths);
      frames = learned.frames(lengths);
      return made;
    }
    if (device != null) {
      int[] lengths = lengths(batch);
      frames = lengths.clone();
      Arrays.setAll(frames, b -> Math.toIntExact(pipeline.frames(lengths[b])));
      return device.forward(
          Devices.on(config, waveforms(batch)), lengths, batch.sampleRate(), Devices.STREAM);
    }
    Tensor made = fixed.forward(batch);
    frames = fixed.frames();
    return Devices.on(config, made);
  }

  /**
   * The same of learned features.
   *
   * @param change may replace values by others, which have no gradient
   */
  Tensor tensor(Waveform batch, Consumer<org.cochlea.core.Tensor> change) {
    return replaced(tensor(batch), change);
  }

  static int[] lengths(Waveform batch) {
    int[] lengths = new int[batch.batch()];
    Arrays.setAll(lengths, batch::length);
    return lengths;
  }

  /** Where a value was replaced nothing is learned from it; elsewhere the gradient passes. */
  private Tensor replaced(Tensor made, Consumer<org.cochlea.core.Tensor> change) {
    Tensor plain = made.detach().cpu().contiguous();
    Tensor changed = plain.clone();
    try (Arena arena = Arena.ofConfined()) {
      org.cochlea.core.Tensor feature = SharedMemory.feature(changed, arena);
      setFrames(feature);
      change.accept(feature);
    }
    return torch.where(Devices.like(made, changed.eq(plain)), made, Devices.like(made, changed));
  }

  /**
   * Features that were read, in libtorch's memory.
   *
   * @param rows of every window, its channels times bins
   * @param input what they are cut from
   */
  Tensor read(
      Waveform rows, Network.Input input, @Nullable Consumer<org.cochlea.core.Tensor> change) {
    frames = new int[rows.batch()];
    Arrays.setAll(frames, rows::length);
    int longest = rows.maxLength();
    Tensor made = torch.zeros(rows.batch(), rows.channels() / input.bins(), input.bins(), longest);
    try (Arena arena = Arena.ofConfined()) {
      org.cochlea.core.Tensor feature = SharedMemory.feature(made, arena);
      for (int b = 0; b < rows.batch(); b++) {
        for (int r = 0; r < rows.channels(); r++) {
          MemorySegment.copy(
              rows.segment(b),
              rows.offset(b, r) * Float.BYTES,
              feature.segment(),
              ((long) b * rows.channels() + r) * longest * Float.BYTES,
              (long) frames[b] * Float.BYTES);
        }
      }
      setFrames(feature);
      if (change != null) {
        change.accept(feature);
      }
    }
    return Devices.on(config, made);
  }

  /** The samples of a batch, {@code [batch, channels, samples]}. */
  static Tensor waveforms(Waveform batch) {
    int stride = batch.maxLength();
    float[] samples = new float[batch.batch() * batch.channels() * stride];
    for (int b = 0; b < batch.batch(); b++) {
      for (int c = 0; c < batch.channels(); c++) {
        System.arraycopy(
            batch.toArray(b, c), 0, samples, (b * batch.channels() + c) * stride, batch.length(b));
      }
    }
    return Tensor.create(samples, batch.batch(), batch.channels(), stride);
  }

  static Shape shape(Tensor of) {
    return new Shape(
        Math.toIntExact(of.size(0)),
        Math.toIntExact(of.size(1)),
        Math.toIntExact(of.size(2)),
        Math.toIntExact(of.size(3)),
        false);
  }

  private void setFrames(org.cochlea.core.Tensor feature) {
    for (int b = 0; b < frames.length; b++) {
      feature.setFrames(b, frames[b]);
    }
  }

  /** How many frames of each window are no padding, in the last batch for libtorch. */
  int[] frames() {
    return frames;
  }

  @Override
  public void close() {
    fixed.close();
    if (trainable != null) {
      trainable.close();
    }
  }
}
