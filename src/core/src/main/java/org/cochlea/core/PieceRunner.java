package org.cochlea.core;

/**
 * A pipeline made ready on one engine to run on the pieces of a clip, one after the other: what a
 * {@link StreamingExtractor} is made of. Programs use that.
 *
 * <p>A stage with memory ({@link org.cochlea.core.stage.Stage.Pcen}) goes on where the piece before
 * ended. Noise is that of the items' places in the clip.
 */
public interface PieceRunner extends AutoCloseable {

  /**
   * Runs on all items of a strip.
   *
   * @param in what goes in, not changed
   * @param out has the count and the first place of what comes out
   */
  void run(Strip in, Strip out);

  /** Forgets what came before. */
  void reset();

  /** Frees what it holds. May be called twice. */
  @Override
  void close();
}
