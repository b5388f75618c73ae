package org.cochlea.train.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;

/** What a scope of clips has in common, and the stages that need it. */
final class Statistics {
  private final Clips in;

  /** The axes that a statistic is taken over. */
  private final long[] axes;

  /** How many values there are in each, at least 1. */
  private final double[] counts;

  private final boolean empty;

  /** Whether a statistic is of one frame, so that what lies beyond a clip has one of its own. */
  private final boolean perFrame;

  private Statistics(Clips in, Scope scope) {
    this.in = in;
    boolean signal = in.layout().isSignal();
    perFrame = scope == Scope.FRAME && !signal;
    axes =
        switch (scope) {
          case BIN -> new long[] {Clips.TIME};
          case FRAME -> new long[] {signal ? Clips.TIME : Clips.BINS};
          case CHANNEL -> signal ? new long[] {Clips.TIME} : new long[] {Clips.TIME, Clips.BINS};
          case ITEM -> signal ? new long[] {1, Clips.TIME} : new long[] {1, Clips.TIME, Clips.BINS};
          case BATCH ->
              signal ? new long[] {0, 1, Clips.TIME} : new long[] {0, 1, Clips.TIME, Clips.BINS};
        };
    long bins = signal ? 1 : in.values().size(Clips.BINS);
    long each =
        switch (scope) {
          case BIN -> 1;
          case FRAME, CHANNEL -> bins;
          case ITEM, BATCH -> bins * in.channels();
        };
    double[] all = new double[scope == Scope.BATCH ? 1 : in.batch()];
    for (int b = 0; b < in.batch(); b++) {
      all[scope == Scope.BATCH ? 0 : b] += (double) each * (perFrame ? 1 : in.length(b));
    }
    boolean none = false;
    for (int i = 0; i < all.length; i++) {
      none |= all[i] == 0;
      all[i] = Math.max(1, all[i]);
    }
    counts = all;
    empty = none;
  }

  /** Returns numbers, one for each item or one for the batch, that fit the clips' axes. */
  private Tensor each(double[] numbers) {
    return in.layout().isSignal()
        ? in.numbers(numbers, numbers.length, 1, 1)
        : in.numbers(numbers, numbers.length, 1, 1, 1);
  }

  private Tensor sum(Tensor x) {
    return x.sum(axes, true, FrameOperations.none());
  }

  private Tensor mean() {
    return sum(in.values()).div(each(counts));
  }

  private Tensor max() {
    return present(in.values(), Double.NEGATIVE_INFINITY).amax(axes, true);
  }

  private Tensor min() {
    return present(in.values(), Double.POSITIVE_INFINITY).amin(axes, true);
  }

  /** Returns the values with another number beyond the ends of clips; an empty clip has zeros. */
  private Tensor present(Tensor x, double beyond) {
    if (perFrame || !in.ragged()) {
      return x;
    }
    Tensor absent = in.beyond();
    if (empty) {
      double[] filled = new double[in.batch()];
      for (int b = 0; b < filled.length; b++) {
        filled[b] = in.length(b);
      }
      absent = absent.logical_and(each(filled).gt(new Scalar(0.0)));
    }
    return x.masked_fill(absent, new Scalar(beyond));
  }

  /** Returns the squared distances from the mean: their sum by the count less something. */
  private Tensor variance(int less) {
    Tensor x = in.values().sub(mean());
    Tensor squares = sum(perFrame ? x.square() : in.masked(x.square()).values());
    double[] scale = new double[counts.length];
    for (int i = 0; i < scale.length; i++) {
      scale[i] = counts[i] > less ? 1 / (counts[i] - less) : 0;
    }
    return squares.mul(each(scale));
  }

  static Clips normalize(Stage.Normalize s, Clips in) {
    if (in.values().numel() == 0) {
      return in;
    }
    Statistics of = new Statistics(in, s.scope());
    Tensor x = in.values();
    Tensor offset =
        switch (s.offset()) {
          case NONE -> null;
          case MEAN -> of.mean();
          case MIN -> of.min();
          case MAX -> of.max();
        };
    Tensor centred = offset == null ? x : x.sub(offset);
    Scalar epsilon = new Scalar(s.epsilon());
    Tensor divisor =
        switch (s.spread()) {
          case NONE -> null;
          case STANDARD_DEVIATION -> Safe.power(of.variance(0), 0.5).add(epsilon);
          case SAMPLE_STANDARD_DEVIATION -> Safe.power(of.variance(1), 0.5).add(epsilon);
          case REGULARIZED_DEVIATION -> Safe.power(of.variance(0).add(epsilon), 0.5);
          case RANGE -> of.max().sub(of.min()).add(epsilon);
          case PEAK -> {
            Tensor high = of.max();
            Tensor low = of.min();
            yield (offset == null ? high : high.sub(offset))
                .abs()
                .maximum((offset == null ? low : low.sub(offset)).abs())
                .add(epsilon);
          }
        };
    return in.masked(divisor == null ? centred : Safe.quotientOrZero(centred, divisor));
  }

  static Clips limitRange(Stage.DynamicRange s, Clips in) {
    if (in.values().numel() == 0) {
      return in;
    }
    Tensor least = new Statistics(in, s.scope()).max().sub(new Scalar(s.range()));
    return in.masked(in.values().maximum(least));
  }

  static Clips slidingNormalize(Stage.SlidingNormalize s, Clips in) {
    int frames = Math.toIntExact(in.longest());
    if (in.values().numel() == 0) {
      return in;
    }
    int rows = in.ragged() ? in.batch() : 1;
    long[] from = new long[rows * frames];
    long[] to = new long[rows * frames];
    double[] counts = new double[rows * frames];
    for (int b = 0; b < rows; b++) {
      for (int t = 0; t < frames; t++) {
        int at = b * frames + t;
        boolean present = t < in.length(b);
        from[at] = present ? s.from(t, in.length(b)) : t;
        to[at] = present ? s.to(t, in.length(b)) : t + 1L;
        counts[at] = to[at] - from[at];
      }
    }
    // Differences of running sums: in double, or long clips lose their digits.
    Clips wide = in.with(in.values().to(torch.ScalarType.Double));
    Tensor x = wide.values();
    Tensor count = wide.numbers(counts, rows, 1, frames, 1);
    Tensor mean = between(wide, x, from, to, rows).div(count);
    Tensor y = x.sub(mean);
    if (s.variance()) {
      Tensor squares = between(wide, x.square(), from, to, rows).div(count);
      Tensor variance = squares.sub(mean.square()).clamp_min(new Scalar(0.0));
      y =
          Safe.quotientOrZero(y, Safe.power(variance, 0.5))
              .masked_fill(count.eq(new Scalar(1.0)), new Scalar(0.0));
    }
    return in.masked(y.to(in.values().scalar_type().intern()));
  }

  /** Returns the sums of the frames {@code from … to - 1}. */
  private static Tensor between(Clips in, Tensor x, long[] from, long[] to, int rows) {
    Tensor sums = Extent.shift(x.cumsum(Clips.TIME), 1, in.longest() + 1);
    return Extent.select(in, sums, to, rows).sub(Extent.select(in, sums, from, rows));
  }
}
