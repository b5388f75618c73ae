package org.cochlea.core;

/**
 * The size of a feature: {@code [batch, channels, bins, frames]}, real or complex.
 *
 * <p>Values are stored with frames innermost. A complex value takes two floats, real part first, so
 * a complex feature is laid out as {@code [batch, channels, bins, frames, 2]}.
 *
 * @param batch number of clips, at least 0
 * @param channels channels per clip, at least 1
 * @param bins rows (frequencies, coefficients), at least 0; 1 for a signal
 * @param frames columns (time), at least 0; the largest of a ragged batch
 * @param complex whether a value is a (real, imaginary) pair
 */
public record Shape(int batch, int channels, int bins, int frames, boolean complex) {

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if a size is out of range
   */
  public Shape {
    require("batch", batch, 0);
    require("channels", channels, 1);
    require("bins", bins, 0);
    require("frames", frames, 0);
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, was %d".formatted(name, least, value));
    }
  }

  /** Returns the number of floats a tensor of this shape holds. */
  public long floats() {
    return (long) batch * channels * bins * frames * (complex ? 2 : 1);
  }

  @Override
  public String toString() {
    return "[" + batch + ", " + channels + ", " + bins + ", " + frames + (complex ? ", 2]" : "]");
  }
}
