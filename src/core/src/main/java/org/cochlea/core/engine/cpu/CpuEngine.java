package org.cochlea.core.engine.cpu;

import org.cochlea.core.Availability;
import org.cochlea.core.Engine;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.PieceRunner;
import org.cochlea.core.stage.Pipeline;

/**
 * float32 on the CPU, several threads. What comes out is the same to the last bit whatever the
 * number of threads, the batch a clip came in, and where its samples lie.
 */
public final class CpuEngine implements Engine {

  /** Makes the engine; {@link org.cochlea.core.Engines} does. */
  public CpuEngine() {}

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Availability probe() {
    return new Availability.Available(
        "%d threads, %s"
            .formatted(Runtime.getRuntime().availableProcessors(), Lanes.description()));
  }

  @Override
  public Extractor compile(Pipeline pipeline, ExtractorOptions options) {
    return extractor(pipeline, options);
  }

  @Override
  public PieceRunner compilePieces(Pipeline pipeline, ExtractorOptions options) {
    return new CpuPieces(extractor(pipeline, options));
  }

  @Override
  public boolean keepsMemory() {
    return true;
  }

  private static CpuExtractor extractor(Pipeline pipeline, ExtractorOptions options) {
    int threads =
        options.threads() == 0 ? Runtime.getRuntime().availableProcessors() : options.threads();
    CpuExtractor extractor = new CpuExtractor(pipeline, threads);
    Warmup.choose(extractor);
    return extractor;
  }

  @Override
  public void close() {}
}
