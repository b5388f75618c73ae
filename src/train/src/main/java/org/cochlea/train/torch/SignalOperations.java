package org.cochlea.train.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.stage.Stage;

/** The stages that work along time: on signals, or on the order of frames. */
final class SignalOperations {
  private SignalOperations() {}

  /** Along the last axis: of signals, or of the samples of frames. */
  static Clips preEmphasis(Stage.PreEmphasis s, Clips in) {
    Tensor x = in.values();
    long axis = x.dim() - 1;
    long n = x.size(axis);
    if (n == 0) {
      return in;
    }
    Tensor first = x.narrow(axis, 0, 1);
    first =
        switch (s.before()) {
          case ZERO -> first;
          case FIRST -> first.mul(new Scalar(1 - s.coefficient()));
          case EXTRAPOLATE -> first.mul(new Scalar(3.0)).sub(second(in, axis));
        };
    Tensor rest =
        x.narrow(axis, 1, n - 1).sub(x.narrow(axis, 0, n - 1).mul(new Scalar(s.coefficient())));
    Tensor y = torch.cat(new TensorVector(first, rest), axis);
    return in.layout().isSignal() ? in.masked(y) : in.with(y);
  }

  /** Returns sample 1, or 0 where a signal has only one. */
  private static Tensor second(Clips in, long axis) {
    Tensor x = in.values();
    if (!in.layout().isSignal() || !in.ragged()) {
      return x.narrow(axis, Math.min(1, x.size(axis) - 1), 1);
    }
    long[] order = new long[in.batch()];
    for (int b = 0; b < order.length; b++) {
      order[b] = Math.clamp(in.length(b) - 1L, 0, 1);
    }
    return Extent.select(in, x, order, in.batch());
  }

  static Clips pad(Stage.Pad s, Clips in) {
    int[] lengths = in.lengths(s::frames);
    return Clips.masked(Extent.extend(in, s.left(), s.padding(), lengths), in.layout(), lengths);
  }

  static Clips fit(Stage.FitLength s, Clips in) {
    return resized(in, 0, in.lengths(s::frames));
  }

  static Clips drop(Stage.DropFrames s, Clips in) {
    return resized(in, -s.first(), in.lengths(s::frames));
  }

  static Clips fit(Stage.FitFrames s, Clips in) {
    int[] lengths = in.lengths(s::frames);
    Clips resized = resized(in, 0, lengths);
    if (s.value() == 0) {
      return resized;
    }
    int[] kept = new int[lengths.length];
    for (int b = 0; b < kept.length; b++) {
      kept[b] = Math.min(lengths[b], in.length(b));
    }
    Tensor added = new Clips(resized.values(), in.layout(), kept).beyond();
    return resized.masked(resized.values().masked_fill(added, new Scalar(s.value())));
  }

  private static Clips resized(Clips in, int left, int... lengths) {
    return Clips.masked(
        Extent.shift(in.values(), left, Clips.longest(lengths)), in.layout(), lengths);
  }

  static Clips frame(Stage.Frame s, Clips in) {
    int[] frames = in.lengths(s::frames);
    int longest = Clips.longest(frames);
    if (longest == 0) {
      long[] sizes = {in.batch(), in.channels(), 0, s.length()};
      return new Clips(torch.zeros(sizes, in.values().options()), s.apply(in.layout()), frames);
    }
    int[] extents = new int[frames.length];
    for (int b = 0; b < frames.length; b++) {
      extents[b] = frames[b] == 0 ? 0 : Math.toIntExact((frames[b] - 1L) * s.hop() + s.length());
    }
    Tensor all = Extent.extend(in, s.left(), s.padding(), extents);
    return Clips.masked(all.unfold(Clips.TIME, s.length(), s.hop()), s.apply(in.layout()), frames);
  }
}
