package org.cochlea.cuda;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * A signal as the kernels can read it without storing it first, {@code sample_at} of
 * kernels/signal.cuh: scaled, emphasised, with zeros before and after or cut, then padded.
 *
 * @param signal the samples, or null for the waveform of the call
 * @param source how many samples there are
 * @param scale of every sample
 * @param emphasis its coefficient, 0 for none
 * @param before what stands for the sample before the first
 * @param lengths zeros added at the ends or samples cut, in order
 * @param shift zeros before the first sample
 * @param left samples of padding before all that
 * @param padded whether there is such padding
 * @param padding what it is
 * @param time how many samples come out
 */
record Reader(
    @Nullable Value signal,
    Time source,
    double scale,
    double emphasis,
    Stage.PreEmphasis.Before before,
    List<Stage> lengths,
    int shift,
    int left,
    boolean padded,
    Padding padding,
    Time time) {

  static Reader of(@Nullable Value signal, Time source) {
    return new Reader(
        signal,
        source,
        1,
        0,
        Stage.PreEmphasis.Before.ZERO,
        List.of(),
        0,
        0,
        false,
        Padding.ZERO,
        source);
  }

  /** Whether it reads samples as they lie in memory. */
  boolean isPlain() {
    return signal != null && scale == 1 && emphasis == 0 && lengths.isEmpty() && !padded;
  }

  /** Whether it reads samples as they lie in memory, with a factor at most. */
  boolean isScale() {
    return emphasis == 0 && lengths.isEmpty() && !padded;
  }

  /** Tells a kernel that can only scale where the samples are, and of which type. */
  void store(Parameters p, Chunk chunk, long samples, long sampleType, long factor) {
    p.address(samples, signal == null ? chunk.inputAddress() : chunk.address(signal));
    p.int32(sampleType, signal == null ? Codes.of(chunk.type()) : 0);
    p.float32(factor, (float) (scale * (signal == null ? chunk.sampleScale() : 1)));
  }

  /** Returns the reader of what a stage gives, or null if no reader can do that. */
  @Nullable Reader then(Stage stage, Time after) {
    return switch (stage) {
      case Stage.Affine s when s.offset() == 0 && s.scale() != 0 ->
          new Reader(
              signal,
              source,
              scale * s.scale(),
              emphasis,
              before,
              lengths,
              shift,
              left,
              padded,
              padding,
              after);
      case Stage.PreEmphasis s when s.coefficient() == 0 && plainEmphasis(s) ->
          new Reader(
              signal, source, scale, emphasis, before, lengths, shift, left, padded, padding,
              after);
      case Stage.PreEmphasis s
          when s.coefficient() != 0 && emphasis == 0 && lengths.isEmpty() && !padded ->
          new Reader(
              signal,
              source,
              scale,
              s.coefficient(),
              s.before(),
              lengths,
              shift,
              left,
              padded,
              padding,
              after);
      case Stage.Pad s when s.padding() == Padding.ZERO && !padded ->
          new Reader(
              signal,
              source,
              scale,
              emphasis,
              before,
              with(s),
              shift + s.left(),
              left,
              padded,
              padding,
              after);
      case Stage.Pad s when !padded ->
          new Reader(
              signal,
              source,
              scale,
              emphasis,
              before,
              lengths,
              shift,
              s.left(),
              true,
              s.padding(),
              after);
      case Stage.FitLength s when !padded && before != Stage.PreEmphasis.Before.EXTRAPOLATE ->
          new Reader(
              signal, source, scale, emphasis, before, with(s), shift, left, padded, padding,
              after);
      default -> null;
    };
  }

  /** Without a coefficient only {@code EXTRAPOLATE} changes a sample, the first. */
  private static boolean plainEmphasis(Stage.PreEmphasis s) {
    return s.before() != Stage.PreEmphasis.Before.EXTRAPOLATE;
  }

  private List<Stage> with(Stage stage) {
    List<Stage> more = new ArrayList<>(lengths);
    more.add(stage);
    return List.copyOf(more);
  }

  /** Whether frames can be cut of what it reads without storing that first. */
  boolean canFrame(Stage.Frame frame) {
    // Beyond the padding lies the frames' own, which a kernel cannot know besides.
    return !padded
        || (frame.left() == 0 && frame.right() == 0 && frame.tail() == Stage.Frame.Tail.DROP);
  }

  /** Returns how many samples of a clip are read; the others are cut off. */
  int samples(long in) {
    long samples = source.of(in);
    long length = samples;
    int zeros = 0;
    for (Stage stage : lengths) {
      length = stage.frames(length);
      if (stage instanceof Stage.Pad pad) {
        zeros += pad.left();
      } else {
        samples = Math.min(samples, Math.max(0, length - zeros));
      }
    }
    return (int) samples;
  }

  /** Returns the length of the signal that padding continues. */
  int length(long in) {
    long length = source.of(in);
    for (Stage stage : lengths) {
      length = stage.frames(length);
    }
    return Math.toIntExact(length);
  }
}
