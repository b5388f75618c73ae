package org.cochlea.train;

import java.util.function.Consumer;
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
import org.cochlea.train.torch.FixedFrontend;

/** Windows become features on an engine, which writes them into libtorch's memory. */
final class Features implements AutoCloseable {
  private final Pipeline pipeline;
  private final Extractor extractor;
  private final FixedFrontend frontend;

  Features(Preset preset, Engine engine, ExtractorOptions options) {
    this.pipeline = preset.feature().pipeline();
    Layout output = pipeline.output();
    if (output.isSignal() || output.complex()) {
      throw new IllegalArgumentException(
          "the feature must give real bins for a model, gives " + output);
    }
    this.extractor = engine.compile(pipeline, options);
    this.frontend = new FixedFrontend(extractor);
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

  /** The features of a batch on the heap, {@code [batch, channels, bins, frames]}. */
  org.cochlea.core.Tensor of(Waveform batch) {
    return extractor.extract(batch);
  }

  /** The features of a batch in libtorch's memory, {@code [batch, channels, bins, frames]}. */
  Tensor tensor(Waveform batch) {
    return frontend.forward(batch);
  }

  /**
   * The same.
   *
   * @param change may change them where they lie, before anyone reads them
   */
  Tensor tensor(Waveform batch, Consumer<org.cochlea.core.Tensor> change) {
    return frontend.forward(batch, change);
  }

  /** How many frames of each window are no padding, in the last batch for libtorch. */
  int[] frames() {
    return frontend.frames();
  }

  @Override
  public void close() {
    frontend.close();
  }
}
