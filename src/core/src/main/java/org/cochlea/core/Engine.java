package org.cochlea.core;

import java.util.List;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Runs pipelines on one kind of hardware.
 *
 * <p>Engines are found with {@link java.util.ServiceLoader}; see {@link Engines}. An engine knows
 * stages, never features. Engines are safe for use from several threads; what they compile is not.
 */
public interface Engine extends AutoCloseable {

  /** Returns the engine's name, such as {@code cpu}. */
  String name();

  /** Says whether the engine can run here. Never throws. */
  Availability probe();

  /**
   * Prepares a pipeline: plans, tables and workspaces are made here.
   *
   * @param pipeline what to compute
   * @param options how to run it
   * @return an extractor, which the caller closes
   * @throws EngineUnavailableException if the engine cannot run here
   */
  Extractor compile(Pipeline pipeline, ExtractorOptions options);

  /** Prepares a pipeline with default options. */
  default Extractor compile(Pipeline pipeline) {
    return compile(pipeline, ExtractorOptions.defaults());
  }

  /**
   * Prepares a pipeline for pieces of clips, which {@link StreamingExtractor} hands it. The result
   * holds its numbers as {@link #keepsDoubles} says.
   */
  default PieceRunner compilePieces(Pipeline pipeline, ExtractorOptions options) {
    return new ExtractorPieces(pipeline, compile(pipeline, options));
  }

  /** Whether numbers between stages are doubles. */
  default boolean keepsDoubles() {
    return false;
  }

  /**
   * Whether stages with memory (recursive filters, PCEN, sliding normalisation) can go on from one
   * piece to the next, with the bits of one call.
   */
  default boolean keepsMemory() {
    return false;
  }

  /**
   * Returns the stages of a pipeline that this engine leaves to the {@code cpu} engine, because it
   * has no code of its own for the first of them: a tail of the pipeline, usually empty.
   */
  default List<Stage> stagesOnCpu(Pipeline pipeline) {
    return List.of();
  }

  /** Frees what the engine holds; extractors must be closed before. May be called twice. */
  @Override
  void close();
}
