package org.cochlea.train;

import org.bytedeco.pytorch.Tensor;
import org.cochlea.core.Engine;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Shape;
import org.cochlea.core.Waveform;
import org.cochlea.core.preset.Preset;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.train.model.Network;

/** Windows become features on an engine, and those a tensor of libtorch. */
final class Features implements AutoCloseable {
  private final Pipeline pipeline;
  private final Extractor extractor;

  Features(Preset preset, Engine engine, ExtractorOptions options) {
    this.pipeline = preset.feature().pipeline();
    Layout output = pipeline.output();
    if (output.isSignal() || output.complex()) {
      throw new IllegalArgumentException(
          "the feature must give real bins for a model, gives " + output);
    }
    this.extractor = engine.compile(pipeline, options);
  }

  /** What a model reads of windows of so many samples. */
  Network.Input input(int channels, int samples) {
    Shape shape =
        extractor.outputShape(
            Waveform.ofChannels(new float[channels][samples], Math.max(1, rate())));
    if (shape.frames() == 0) {
      throw new IllegalArgumentException(
          "a window of %d samples is too short for a frame of the feature".formatted(samples));
    }
    return new Network.Input(shape.channels(), shape.bins(), shape.frames());
  }

  private int rate() {
    return pipeline.sampleRate();
  }

  /** The features of a batch, {@code [batch, channels, bins, frames]}. */
  org.cochlea.core.Tensor of(Waveform batch) {
    return extractor.extract(batch);
  }

  /** A tensor of libtorch with the same values. */
  static Tensor torch(org.cochlea.core.Tensor features) {
    Shape shape = features.shape();
    float[] array = features.array();
    return Tensor.create(
        array == null ? features.toArray() : array,
        shape.batch(),
        shape.channels(),
        shape.bins(),
        shape.frames());
  }

  @Override
  public void close() {
    extractor.close();
  }
}
