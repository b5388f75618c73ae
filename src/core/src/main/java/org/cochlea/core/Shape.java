package org.cochlea.core;

import java.util.function.IntUnaryOperator;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;

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

  /**
   * Returns the shape that comes out for a waveform.
   *
   * @throws IllegalArgumentException if the pipeline does not read waveforms of this rate
   */
  public static Shape of(Pipeline pipeline, Waveform in) {
    return of(pipeline, in.sampleRate(), in.batch(), in.channels(), in::length);
  }

  /**
   * Returns the shape that comes out for clips, wherever they are.
   *
   * @param sampleRate of the clips, in Hz
   * @param batch how many there are
   * @param channels of every clip
   * @param lengths the samples of a clip, by its number
   * @throws IllegalArgumentException if the pipeline does not read waveforms of this rate
   */
  public static Shape of(
      Pipeline pipeline, int sampleRate, int batch, int channels, IntUnaryOperator lengths) {
    Layout input = pipeline.input();
    int rate = pipeline.sampleRate();
    if (!input.isSignal()) {
      throw new IllegalArgumentException("this pipeline reads %s, not waveforms".formatted(input));
    }
    if (rate != 0 && sampleRate != rate) {
      throw new IllegalArgumentException(
          "the waveform is at %d Hz, the pipeline was made for %d Hz".formatted(sampleRate, rate));
    }
    long longest = 0;
    for (int b = 0; b < batch; b++) {
      longest = Math.max(longest, pipeline.frames(lengths.applyAsInt(b)));
    }
    return of(pipeline, batch, channels, longest);
  }

  /**
   * Returns the shape that comes out for frames, of an inverse.
   *
   * @throws IllegalArgumentException if the pipeline does not read such frames
   */
  public static Shape of(Pipeline pipeline, Tensor in) {
    Layout input = pipeline.input();
    Shape shape = in.shape();
    if (input.isSignal() || shape.bins() != input.bins() || shape.complex() != input.complex()) {
      throw new IllegalArgumentException(
          "this pipeline reads %s, not a tensor of shape %s".formatted(input, shape));
    }
    long longest = 0;
    for (int b = 0; b < shape.batch(); b++) {
      longest = Math.max(longest, pipeline.frames(in.frames(b)));
    }
    return of(pipeline, shape.batch(), shape.channels(), longest);
  }

  private static Shape of(Pipeline pipeline, int batch, int channels, long frames) {
    if (frames > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the result would have %d frames, more than %d".formatted(frames, Integer.MAX_VALUE));
    }
    Layout output = pipeline.output();
    return new Shape(batch, channels, output.bins(), (int) frames, output.complex());
  }

  /**
   * Checks that a tensor of this shape can take a result; it may have more frames.
   *
   * @throws IllegalArgumentException naming both shapes if it cannot
   */
  public void requireRoomFor(Shape result) {
    if (batch != result.batch
        || channels != result.channels
        || bins != result.bins
        || frames < result.frames
        || complex != result.complex) {
      throw new IllegalArgumentException(
          "the result is of shape %s, the tensor given of shape %s".formatted(result, this));
    }
  }

  @Override
  public String toString() {
    return "[" + batch + ", " + channels + ", " + bins + ", " + frames + (complex ? ", 2]" : "]");
  }
}
