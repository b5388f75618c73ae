package org.cochlea.train.torch;

/** What of a pipeline can be trained. */
public enum Trainable {
  /** The window of every frame: {@code [samples]}. */
  WINDOW,
  /**
   * The Fourier transform, as a product with cosines and sines {@code [bins, samples]}; nnAudio's
   * {@code trainable_STFT}, whose kernels hold the window too.
   */
  FOURIER,
  /**
   * The matrix before the logarithm, root or PCEN, mel or gammatone filters {@code [bands, bins]};
   * nnAudio's {@code trainable_mel} and {@code trainable_bins}. What was not negative stays so:
   * every forward pass first puts what an optimiser made negative back to 0.
   */
  FILTER_BANK,
  /**
   * The matrix after the logarithm, root or PCEN, a cosine transform {@code [coefficients, bands]}.
   */
  DCT,
  /**
   * Smoothing, gain, bias and power of PCEN, each {@code [bands]}; its epsilon stays. The smoothing
   * is the sigmoid of its parameter, the others are the exponentials of theirs, which keeps them in
   * range.
   */
  PCEN
}
