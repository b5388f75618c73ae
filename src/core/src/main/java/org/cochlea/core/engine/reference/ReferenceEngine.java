package org.cochlea.core.engine.reference;

import org.cochlea.core.Availability;
import org.cochlea.core.Engine;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.PieceRunner;
import org.cochlea.core.stage.Pipeline;

/**
 * The definition of every stage: plain {@code double} loops and a JTransforms FFT, one stage after
 * the other, one thread. All other engines are held to it.
 */
public final class ReferenceEngine implements Engine {

  /** Makes the engine; {@link org.cochlea.core.Engines} does. */
  public ReferenceEngine() {}

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public Availability probe() {
    return new Availability.Available("float64 on one CPU thread");
  }

  @Override
  public Extractor compile(Pipeline pipeline, ExtractorOptions options) {
    return new ReferenceExtractor(pipeline);
  }

  @Override
  public PieceRunner compilePieces(Pipeline pipeline, ExtractorOptions options) {
    return new ReferencePieces(pipeline);
  }

  @Override
  public boolean keepsDoubles() {
    return true;
  }

  @Override
  public boolean keepsMemory() {
    return true;
  }

  @Override
  public void close() {}
}
