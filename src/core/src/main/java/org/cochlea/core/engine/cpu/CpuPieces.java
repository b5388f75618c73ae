package org.cochlea.core.engine.cpu;

import org.cochlea.core.PieceRunner;
import org.cochlea.core.Strip;

/** An extractor on pieces of a clip. */
record CpuPieces(CpuExtractor extractor) implements PieceRunner {
  @Override
  public void run(Strip in, Strip out) {
    extractor.run(in, out);
  }

  @Override
  public void reset() {
    extractor.reset();
  }

  @Override
  public void close() {
    extractor.close();
  }
}
