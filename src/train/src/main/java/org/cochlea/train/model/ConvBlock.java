package org.cochlea.train.model;

/**
 * Convolutions of one width, padded so that a stride of 1 keeps the size, and a pooling behind
 * them.
 *
 * @param channels feature maps, at least 1
 * @param convolutions how many, at least 1
 * @param kernel odd, the same on both axes, at least 1
 * @param stride of the first convolution, at least 1
 * @param poolBins by how much maximum pooling shrinks the axis of bins, at least 1
 * @param poolFrames by how much it shrinks the axis of frames, at least 1
 */
public record ConvBlock(
    int channels, int convolutions, int kernel, int stride, int poolBins, int poolFrames) {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public ConvBlock {
    Check.atLeast("channels", channels, 1);
    Check.atLeast("convolutions", convolutions, 1);
    Check.atLeast("kernel", kernel, 1);
    Check.atLeast("stride", stride, 1);
    Check.atLeast("poolBins", poolBins, 1);
    Check.atLeast("poolFrames", poolFrames, 1);
    if (kernel % 2 == 0) {
      throw new IllegalArgumentException("kernel must be odd, was " + kernel);
    }
  }

  /** A block of 3x3 convolutions, pooled on both axes. */
  static ConvBlock of(int channels, int convolutions, int pool) {
    return new ConvBlock(channels, convolutions, 3, 1, pool, pool);
  }
}
