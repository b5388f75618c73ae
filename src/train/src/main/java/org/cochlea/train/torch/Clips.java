package org.cochlea.train.torch;

import java.util.Arrays;
import java.util.function.LongUnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.stage.Layout;

/**
 * A batch between two stages: signals {@code [batch, channels, samples]}, or frames {@code [batch,
 * channels, frames, bins]}, complex values as a complex type.
 *
 * <p>The time axis is as long as the longest clip, and beyond a clip's end there are zeros: what
 * comes after may compute there whatever it likes, if it is finite and has finite gradients.
 */
final class Clips {
  /** The time axis: samples of a signal, frames else. */
  static final int TIME = 2;

  /** The axis of bins, of frames. */
  static final int BINS = 3;

  private final Tensor values;
  private final Layout layout;
  private final int[] lengths;

  Clips(Tensor values, Layout layout, int... lengths) {
    this.values = values;
    this.layout = layout;
    this.lengths = lengths;
  }

  Tensor values() {
    return values;
  }

  Layout layout() {
    return layout;
  }

  int batch() {
    return lengths.length;
  }

  long channels() {
    return values.size(1);
  }

  /** Returns the samples or frames of a clip. */
  int length(int item) {
    return lengths[item];
  }

  int[] lengths() {
    return lengths;
  }

  /** Returns the samples or frames of the longest clip. */
  long longest() {
    return values.size(TIME);
  }

  /** Whether a clip is shorter than another. */
  boolean ragged() {
    long longest = longest();
    for (int length : lengths) {
      if (length != longest) {
        return true;
      }
    }
    return false;
  }

  /** Returns clips of the same lengths, whose values are zero beyond them. */
  Clips with(Tensor other, Layout of) {
    return new Clips(other, of, lengths);
  }

  /** Returns clips of the same lengths and layout, whose values are zero beyond them. */
  Clips with(Tensor other) {
    return with(other, layout);
  }

  /** Returns clips of the same lengths; their values beyond them are made zero. */
  Clips masked(Tensor other) {
    return masked(other, layout, lengths);
  }

  /** Returns clips; their values beyond the lengths are made zero. */
  static Clips masked(Tensor values, Layout layout, int... lengths) {
    Clips all = new Clips(values, layout, lengths);
    return all.ragged() ? all.with(values.masked_fill(all.beyond(), new Scalar(0.0))) : all;
  }

  /** Returns where a position lies beyond its clip: {@code [batch, 1, time]} or with a last 1. */
  Tensor beyond() {
    Tensor time = torch.arange(new Scalar(longest()), options(torch.ScalarType.Long));
    Tensor ends = longs(Arrays.stream(lengths).asLongStream().toArray(), batch(), 1);
    Tensor beyond = time.unsqueeze(0).ge(ends).unsqueeze(1);
    return layout.isSignal() ? beyond : beyond.unsqueeze(BINS);
  }

  /** Returns options for a tensor on the same device. */
  TensorOptions options(torch.ScalarType type) {
    return values.options().dtype(new org.bytedeco.pytorch.ScalarTypeOptional(type));
  }

  /** Returns numbers on the same device. */
  Tensor longs(long[] numbers, long... sizes) {
    return SharedMemory.copy(numbers, sizes).to(values.device(), torch.ScalarType.Long);
  }

  /** Returns numbers of the same type on the same device. */
  Tensor numbers(double[] numbers, long... sizes) {
    return SharedMemory.copy(numbers, sizes).to(values.device(), values.scalar_type().intern());
  }

  /** Returns the lengths that a rule makes of these. */
  int[] lengths(LongUnaryOperator rule) {
    int[] result = new int[lengths.length];
    for (int b = 0; b < result.length; b++) {
      result[b] = Math.toIntExact(rule.applyAsLong(lengths[b]));
    }
    return result;
  }

  /** Returns the largest of some lengths, 0 if there is none. */
  static int longest(int... lengths) {
    return Arrays.stream(lengths).max().orElse(0);
  }
}
