package org.cochlea.core.augment;

import org.cochlea.core.Extractor;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;

/**
 * A pipeline made ready on an engine, with transforms of a plan before and after it. A transform
 * has the number of {@link Draws#applied}.
 *
 * <p>Belongs to one thread at a time.
 */
public interface AugmentingExtractor extends AutoCloseable {

  /** Returns the first transform that it runs; those before it run on the CPU. */
  int from();

  /** Returns the transform after the last that it runs; from there on they run on the CPU. */
  int to();

  /** Returns what computes the features alone; closing this closes it. */
  Extractor features();

  /** Returns the shape that {@link #extract} gives. */
  Shape outputShape(Waveform in, Draws draws);

  /**
   * Computes augmented features.
   *
   * @param in what the transforms before {@link #from} give
   * @param draws of an {@link Augmenter} of the same plan
   * @param out of the shape {@link #outputShape} gives; it may have more frames, which become zero
   */
  void extract(Waveform in, Draws draws, Tensor out);

  /** Frees what it holds. May be called twice. */
  @Override
  void close();
}
