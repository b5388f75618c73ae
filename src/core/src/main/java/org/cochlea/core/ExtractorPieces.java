package org.cochlea.core;

import java.lang.foreign.MemorySegment;
import org.cochlea.core.stage.Pipeline;

/** Pieces by way of an extractor, for engines that have nothing better and no stage with memory. */
final class ExtractorPieces implements PieceRunner {
  private final Pipeline pipeline;
  private final Extractor extractor;

  ExtractorPieces(Pipeline pipeline, Extractor extractor) {
    this.pipeline = pipeline;
    this.extractor = extractor;
  }

  @Override
  public void run(Strip in, Strip out) {
    Tensor result =
        Tensor.wrap(
            new Shape(
                1, out.channels(), out.layout().bins(), out.capacity(), out.layout().complex()),
            out.floats());
    if (pipeline.input().isSignal()) {
      int rate = Math.max(1, pipeline.sampleRate());
      extractor.extract(
          Waveform.wrap(
              MemorySegment.ofArray(in.floats()),
              SampleType.FLOAT32,
              1,
              in.channels(),
              in.stride(),
              new int[] {in.count()},
              rate),
          result);
    } else {
      Shape shape =
          new Shape(1, in.channels(), in.layout().bins(), in.capacity(), in.layout().complex());
      Tensor frames = Tensor.wrap(shape, in.floats());
      frames.setFrames(0, in.count());
      extractor.extract(frames, result);
    }
  }

  @Override
  public void reset() {}

  @Override
  public void close() {
    extractor.close();
  }
}
