package org.cochlea.core;

/**
 * A pipeline made ready on one engine.
 *
 * <p>An extractor belongs to one thread at a time: calls must not overlap (it uses several threads
 * itself). Compiling allocates; after the first call of a size, {@code extract} into a given tensor
 * allocates nothing on the CPU engine.
 *
 * <p>A pipeline reads either waveforms or, for an inverse, spectra; calling the wrong method is an
 * {@link IllegalArgumentException}.
 */
public interface Extractor extends AutoCloseable {

  /** Returns the shape that {@link #extract(Waveform)} gives for an input. */
  Shape outputShape(Waveform in);

  /**
   * Computes the feature into a new heap tensor.
   *
   * @throws IllegalArgumentException if the sample rate is not the pipeline's
   */
  default Tensor extract(Waveform in) {
    Tensor out = Tensor.allocate(outputShape(in));
    extract(in, out);
    return out;
  }

  /**
   * Computes the feature into a tensor.
   *
   * @param out of the shape {@link #outputShape(Waveform)} gives; it may have more frames, which
   *     become zero
   * @throws IllegalArgumentException if the sample rate or the shape does not fit
   */
  void extract(Waveform in, Tensor out);

  /** Returns the shape that {@link #extract(Tensor)} gives for an input. */
  Shape outputShape(Tensor in);

  /**
   * Computes an inverse, spectra to signals: {@code [batch, channels, 1, samples]}.
   *
   * @throws IllegalArgumentException if the pipeline reads waveforms or the shape does not fit
   */
  default Tensor extract(Tensor in) {
    Tensor out = Tensor.allocate(outputShape(in));
    extract(in, out);
    return out;
  }

  /**
   * Computes an inverse into a tensor.
   *
   * @throws IllegalArgumentException if the pipeline reads waveforms or a shape does not fit
   */
  void extract(Tensor in, Tensor out);

  /** Frees what the extractor holds. May be called twice. */
  @Override
  void close();
}
