package org.cochlea.core;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;

/** A step of a stream: takes items as they come and hands on what is certain by then. */
abstract class StreamNode {
  /** More outputs than there will ever be. */
  static final long NEVER = Long.MAX_VALUE;

  /** What has come and is still needed; the step before adds to it. */
  final Strip in;

  private StreamNode next = this;

  StreamNode(Strip in) {
    this.in = in;
  }

  void connect(StreamNode following) {
    next = following;
  }

  /** Where results go. */
  Strip out() {
    return next.in;
  }

  /** Lets the next step work. */
  void handOn(boolean end) {
    next.run(end);
  }

  /** Returns how many items must have come for so many (at least 1) to go out. */
  abstract long inputsFor(long outputs);

  /** Works on what there is; at the end, on all that is left. */
  abstract void run(boolean end);

  /** Returns to the start. */
  void reset() {
    in.clear();
  }

  void close() {}

  /** The last step: keeps results until somebody takes them. */
  static final class Sink extends StreamNode {
    Sink(Strip in) {
      super(in);
    }

    @Override
    long inputsFor(long outputs) {
      return outputs;
    }

    @Override
    void run(boolean end) {}
  }

  /**
   * Stages whose output {@code j} depends on the inputs {@code floor(j period / outputs) - before …
   * + after}: run on what is there, of which the outputs are taken that nothing is missing for.
   */
  static final class Windowed extends StreamNode {
    private final PieceRunner runner;
    private final LongUnaryOperator length;
    private final Strip result;
    private final Reach reach;
    private long done;

    /**
     * What an output depends on.
     *
     * @param period inputs of a period
     * @param outputs of a period
     * @param before inputs needed before, at least 0
     * @param after inputs needed after, at least 0
     * @param least inputs there must be before anything is certain
     */
    record Reach(int period, int outputs, int before, int after, int least) {
      static final Reach NONE = new Reach(1, 1, 0, 0, 1);

      static Reach of(long before, long after, long least) {
        return new Reach(
            1,
            1,
            Math.toIntExact(before),
            Math.toIntExact(Math.max(0, after)),
            Math.toIntExact(least));
      }
    }

    Windowed(Strip in, Strip result, PieceRunner runner, LongUnaryOperator length, Reach reach) {
      super(in);
      this.runner = runner;
      this.length = length;
      this.result = result;
      this.reach = reach;
    }

    @Override
    long inputsFor(long outputs) {
      if (outputs == NEVER) {
        return NEVER;
      }
      return Math.max(reach.least, at(outputs - 1) + reach.after + 1);
    }

    private long at(long output) {
      return output * reach.period / reach.outputs;
    }

    private long certain(long inputs) {
      long inside = inputs - reach.after;
      return inputs < reach.least || inside <= 0
          ? 0
          : Math.ceilDiv(inside * reach.outputs, (long) reach.period);
    }

    @Override
    void run(boolean end) {
      long have = end ? length.applyAsLong(in.end()) : certain(in.end());
      if (have > done) {
        result.setFirst(in.first() / reach.period * reach.outputs);
        result.setCount(Math.toIntExact(length.applyAsLong(in.count())));
        runner.run(in, result);
        out().append(result, Math.toIntExact(done - result.first()), Math.toIntExact(have - done));
        done = have;
        long keep = Math.min(in.end(), at(done) - reach.before);
        in.drop(Math.max(0, (keep - in.first()) / reach.period * reach.period));
      }
      handOn(end);
    }

    @Override
    void reset() {
      super.reset();
      runner.reset();
      done = 0;
    }

    @Override
    void close() {
      runner.close();
    }
  }

  /** Cuts frames without padding, and what follows on single frames. */
  static final class Framed extends StreamNode {
    private final PieceRunner runner;
    private final int length;
    private final int hop;
    private final Strip result;
    private long done;

    Framed(Strip in, Strip result, PieceRunner runner, Stage.Frame frame) {
      super(in);
      this.runner = runner;
      this.length = frame.length();
      this.hop = frame.hop();
      this.result = result;
    }

    @Override
    long inputsFor(long outputs) {
      return outputs == NEVER ? NEVER : (outputs - 1) * hop + length;
    }

    @Override
    void run(boolean end) {
      dropBetween();
      if (in.first() == done * hop && in.count() >= length) {
        int frames = 1 + (in.count() - length) / hop;
        result.setFirst(done);
        result.setCount(frames);
        runner.run(in, result);
        out().append(result, 0, frames);
        done += frames;
        dropBetween();
      }
      handOn(end);
    }

    /** Samples between frames are dropped as they come. */
    private void dropBetween() {
      in.drop(Math.min(in.count(), done * hop - in.first()));
    }

    @Override
    void reset() {
      super.reset();
      runner.reset();
      done = 0;
    }

    @Override
    void close() {
      runner.close();
    }
  }

  /** Samples at both ends of a signal, or samples less. */
  static final class Padded extends StreamNode {
    private final int left;
    private final Padding padding;
    private final Right right;

    /** Samples that are never dropped before the end, which the padding there may look at. */
    private final int tail;

    /** Samples at the end that may not go out. */
    private final int held;

    private boolean begun;

    /** The next sample to go out. */
    private long next;

    /** How many samples are added at the end, by the length of the signal. */
    @FunctionalInterface
    interface Right {
      long of(long samples);
    }

    Padded(Strip in, int left, Padding padding, Right right, int tail, int held) {
      super(in);
      this.left = left;
      this.padding = padding;
      this.right = right;
      this.tail = tail;
      this.held = held;
    }

    /** Samples that fix what stands before the first. */
    private long least() {
      return switch (padding) {
        case ZERO, WRAP -> 0;
        case EDGE -> left > 0 ? 1 : 0;
        case SYMMETRIC -> Math.max(0, left);
        case REFLECT -> left > 0 ? left + 1L : 0;
      };
    }

    @Override
    long inputsFor(long outputs) {
      return outputs == NEVER ? NEVER : Math.max(Math.max(1, least()), outputs - left + held);
    }

    @Override
    void run(boolean end) {
      if (!begun && !end && in.end() < Math.max(1, least())) {
        return;
      }
      if (!begun) {
        begun = true;
        next = Math.max(0, -left);
        // At the start the strip holds the whole signal so far.
        pad(-left, 0, in.count());
      }
      long ready = in.end() - held;
      if (ready > next) {
        out().append(in, Math.toIntExact(next - in.first()), Math.toIntExact(ready - next));
        next = ready;
      }
      if (end) {
        long more = right.of(in.end());
        if (more > 0) {
          pad(in.count(), in.count() + more, in.count());
        }
      } else {
        in.drop(Math.max(0, Math.min(next, in.end() - tail) - in.first()));
      }
      handOn(end);
    }

    /** Adds what stands at places beyond the samples that are there. */
    private void pad(long from, long to, int samples) {
      if (to <= from) {
        return;
      }
      Strip out = out();
      int was = out.count();
      out.setCount(Math.toIntExact(Math.addExact(was, to - from)));
      for (int row = 0; row < in.rows(); row++) {
        for (long i = from; i < to; i++) {
          int at = padding.index(i, samples);
          out.set(row, (int) (was + i - from), at < 0 ? 0 : in.get(row, at));
        }
      }
    }

    @Override
    void reset() {
      super.reset();
      begun = false;
      next = 0;
    }
  }

  /** Makes a clip longer or shorter, at its end or (fewer) at its start. */
  static final class Fitted extends StreamNode {
    private static final int PIECE = 1 << 16;

    private final int first;
    private final int last;
    private final LengthRule rule;
    private final double value;
    private long done;

    /**
     * A new length.
     *
     * @param first items dropped at the start
     * @param last items dropped at the end
     * @param rule how long the rest is made
     * @param value of what is added
     */
    Fitted(Strip in, int first, int last, LengthRule rule, double value) {
      super(in);
      this.first = first;
      this.last = last;
      this.rule = rule;
      this.value = value;
    }

    @Override
    long inputsFor(long outputs) {
      if (outputs == NEVER) {
        return NEVER;
      }
      long needed =
          switch (rule) {
            case LengthRule.Exactly r -> outputs > r.length() ? NEVER : outputs;
            case LengthRule.WholeSteps r -> Math.ceilDiv(outputs, r.step()) * r.step();
            case LengthRule.DropShorter r -> Math.max(r.least(), outputs);
            case LengthRule.Shorten r -> outputs + r.by();
            case LengthRule.Extend _, LengthRule.Steps _ -> outputs;
          };
      return needed == NEVER ? NEVER : needed + first + last;
    }

    @Override
    void run(boolean end) {
      long items = Math.max(0, in.end() - first - last);
      long length = rule.length(items);
      long ready = Math.min(items, length);
      if (ready > done) {
        out().append(in, Math.toIntExact(first + done - in.first()), Math.toIntExact(ready - done));
        done = ready;
      }
      boolean full = rule instanceof LengthRule.Exactly && done == length;
      in.drop(full ? in.count() : Math.max(0, Math.min(in.end(), first + done) - in.first()));
      while (end && done < length) {
        int more = (int) Math.min(PIECE, length - done);
        out().appendValue(value, more);
        done += more;
        if (done < length) {
          handOn(false);
        }
      }
      handOn(end);
    }

    @Override
    void reset() {
      super.reset();
      done = 0;
    }
  }

  /** Second-order sections, forwards. */
  static final class Recursive extends StreamNode {
    private final Stage.SosFilter filter;
    private final double[][] state;
    private double[] samples = {};

    Recursive(Strip in, Stage.SosFilter filter) {
      super(in);
      this.filter = filter;
      this.state = new double[in.rows()][2 * filter.sections().rows()];
    }

    @Override
    long inputsFor(long outputs) {
      return outputs;
    }

    @Override
    void run(boolean end) {
      int count = in.count();
      Strip out = out();
      int was = out.count();
      out.setCount(was + count);
      if (samples.length < count) {
        samples = new double[in.capacity()];
      }
      for (int row = 0; row < in.rows(); row++) {
        for (int i = 0; i < count; i++) {
          samples[i] = in.get(row, i);
        }
        filter.filter(samples, count, state[row]);
        for (int i = 0; i < count; i++) {
          out.set(row, was + i, samples[i]);
        }
      }
      in.drop(count);
      handOn(end);
    }

    @Override
    void reset() {
      super.reset();
      for (double[] s : state) {
        Arrays.fill(s, 0);
      }
    }
  }

  /**
   * Sliding normalisation. An engine in floats keeps running sums; one in doubles adds up every
   * window anew.
   */
  static final class Sliding extends StreamNode {
    private final Stage.SlidingNormalize stage;
    private final double[] sums;
    private final double[] squares;
    private long from;
    private long to;
    private long done;

    Sliding(Strip in, Stage.SlidingNormalize stage) {
      super(in);
      this.stage = stage;
      this.sums = new double[in.rows()];
      this.squares = new double[in.rows()];
    }

    /** The end of a window where the clip's end is far. */
    private long windowEnd(long frame) {
      return stage.to(Math.toIntExact(frame), Integer.MAX_VALUE);
    }

    @Override
    long inputsFor(long outputs) {
      return outputs == NEVER ? NEVER : Math.max(outputs, windowEnd(outputs - 1));
    }

    @Override
    void run(boolean end) {
      Strip out = out();
      int frames = end ? Math.toIntExact(in.end()) : Integer.MAX_VALUE;
      while (done < in.end() && (end || windowEnd(done) <= in.end())) {
        int t = Math.toIntExact(done);
        long newFrom = stage.from(t, frames);
        long newTo = stage.to(t, frames);
        int at = out.count();
        out.setCount(at + 1);
        for (int row = 0; row < in.rows(); row++) {
          move(row, newFrom, newTo);
          long count = newTo - newFrom;
          double mean = sums[row] / count;
          double y = in.get(row, (int) (done - in.first())) - mean;
          if (stage.variance()) {
            y = count == 1 ? 0 : y / Math.sqrt(squares[row] / count - mean * mean);
          }
          out.set(row, at, y);
        }
        from = newFrom;
        to = newTo;
        done++;
      }
      in.drop(Math.min(in.count(), Math.min(from, done) - in.first()));
      handOn(end);
    }

    private void move(int row, long newFrom, long newTo) {
      double sum = sums[row];
      double square = squares[row];
      long start = to;
      if (in.wide()) {
        sum = 0;
        square = 0;
        start = newFrom;
      }
      for (long i = start; i < newTo; i++) {
        double v = in.get(row, (int) (i - in.first()));
        sum += v;
        square += v * v;
      }
      for (long i = from; i < newFrom && !in.wide(); i++) {
        double v = in.get(row, (int) (i - in.first()));
        sum -= v;
        square -= v * v;
      }
      sums[row] = sum;
      squares[row] = square;
    }

    @Override
    void reset() {
      super.reset();
      Arrays.fill(sums, 0);
      Arrays.fill(squares, 0);
      from = 0;
      to = 0;
      done = 0;
    }
  }

  /** Several paths, and the joining of what all of them have. */
  static final class Branched extends StreamNode {
    private final List<StreamChain> paths;
    private final Stage.Branch.Join join;

    Branched(Strip in, List<StreamChain> paths, Stage.Branch.Join join) {
      super(in);
      this.paths = paths;
      this.join = join;
    }

    @Override
    long inputsFor(long outputs) {
      long most = 0;
      for (int p = 0; p < paths.size(); p++) {
        most = Math.max(most, paths.get(p).inputsFor(outputs));
      }
      return most;
    }

    @Override
    void run(boolean end) {
      int ready = Integer.MAX_VALUE;
      for (int p = 0; p < paths.size(); p++) {
        StreamChain path = paths.get(p);
        path.first().in.append(in, 0, in.count());
        path.first().run(end);
        ready = Math.min(ready, path.results().count());
      }
      in.drop(in.count());
      Strip out = out();
      int was = out.count();
      out.setCount(was + ready);
      int bin = 0;
      for (int p = 0; p < paths.size(); p++) {
        Strip from = paths.get(p).results();
        join(from, bin, p == 0, ready, was, out);
        if (concatenates()) {
          bin += from.layout().bins();
        }
        from.drop(ready);
      }
      handOn(end);
    }

    private boolean concatenates() {
      return join == Stage.Branch.Join.CONCATENATE
          || join == Stage.Branch.Join.CONCATENATE_SHORTEST;
    }

    private void join(Strip from, int bin, boolean firstPath, int count, int at, Strip out) {
      int bins = from.layout().bins();
      for (int row = 0; row < from.rows(); row++) {
        int to = row / bins * out.layout().bins() + bin + row % bins;
        if (firstPath || concatenates()) {
          out.copyRow(from, row, 0, count, to, at);
          continue;
        }
        for (int i = 0; i < count; i++) {
          double a = out.get(to, at + i);
          double b = from.get(row, i);
          // Of floats, the product and the quotient in double round to those in float.
          out.set(to, at + i, join == Stage.Branch.Join.MULTIPLY ? a * b : a / b);
        }
      }
    }

    @Override
    void reset() {
      super.reset();
      paths.forEach(StreamChain::reset);
    }

    @Override
    void close() {
      paths.forEach(StreamChain::close);
    }
  }
}
