package org.cochlea.core.signal;

import java.util.Arrays;
import java.util.Objects;

/**
 * Resamples a stream of one channel that comes in chunks of any size.
 *
 * <p>The outputs of all {@link #process} calls and of {@link #flush}, joined, are bit for bit what
 * {@link Resampler#resample(float[])} gives for the joined chunks.
 *
 * <p>Not safe for use by several threads at once. Made by {@link Resampler#stream} and {@link
 * Resampler#liveStream}.
 */
public final class ResampleStream {

  private final Resampler resampler;
  private final ResampleFilter filter;
  private final boolean collect;
  private final int expected;
  private final double[] history;
  private ResampleFilter.Run run;
  private int start;
  private int end;
  private long received;
  private long produced;
  private boolean flushed;

  ResampleStream(Resampler resampler, ResampleFilter filter, boolean collect, int expected) {
    this.resampler = resampler;
    this.filter = filter;
    this.collect = collect;
    this.expected = expected;
    history = new double[filter.capacity(expected)];
    run = filter.start(expected);
    end = filter.reach();
  }

  /**
   * Returns the largest number of input samples after an output that have come in before it is
   * given: the reach of the kernel and the length of a block.
   */
  public int latency() {
    return (collect ? filter.block() : filter.span()) - filter.reach();
  }

  /**
   * Returns how many outputs at most the next {@code count} samples and a {@link #flush} can give.
   *
   * @param count samples, at least 0
   */
  public int room(int count) {
    return Math.toIntExact(resampler.outputLength(received + count) - produced);
  }

  /**
   * Takes the next chunk.
   *
   * @param in samples
   * @param from index of the chunk's first sample in {@code in}
   * @param count samples in the chunk, at least 0
   * @param out receives the outputs; {@link #room room(count)} is always enough
   * @param at index of the first output in {@code out}
   * @return number of outputs written
   * @throws IndexOutOfBoundsException if the chunk is not within {@code in}, or {@code out} has not
   *     {@code room(count)} places from {@code at}
   * @throws IllegalStateException after {@link #flush}
   */
  public int process(float[] in, int from, int count, float[] out, int at) {
    requireOpen();
    Objects.checkFromIndexSize(from, count, in.length);
    Objects.checkFromIndexSize(at, room(count), out.length);
    received += count;
    int written = 0;
    for (int done = 0; done < count; ) {
      int n = Math.min(count - done, free(count - done));
      for (int i = 0; i < n; i++) {
        history[end + i] = in[from + done + i];
      }
      end += n;
      done += n;
      if (!collect || end - start >= filter.block() || end == history.length) {
        written += run(out, at + written, Integer.MAX_VALUE);
      }
    }
    return written;
  }

  /** Takes the next chunk and returns its outputs in a new array, which may be empty. */
  public float[] process(float[] in) {
    float[] out = new float[room(in.length)];
    return Arrays.copyOf(out, process(in, 0, in.length, out, 0));
  }

  /**
   * Ends the stream: writes the outputs that the last samples were held back for.
   *
   * @param out receives the outputs; {@link #room room(0)} is enough
   * @param at index of the first output in {@code out}
   * @return number of outputs written
   * @throws IllegalStateException if the stream has ended already
   */
  public int flush(float[] out, int at) {
    requireOpen();
    int rest = room(0);
    Objects.checkFromIndexSize(at, rest, out.length);
    flushed = true;
    int written = 0;
    while (written < rest) {
      int n = Math.min(filter.span(), free(filter.span()));
      Arrays.fill(history, end, end + n, 0);
      end += n;
      written += run(out, at + written, rest - written);
    }
    return written;
  }

  /** Ends the stream and returns the last outputs in a new array. */
  public float[] flush() {
    requireOpen();
    float[] out = new float[room(0)];
    flush(out, 0);
    return out;
  }

  /** Returns to the start, for another signal. */
  public void reset() {
    run = filter.start(expected);
    start = 0;
    end = filter.reach();
    Arrays.fill(history, 0, end, 0);
    received = 0;
    produced = 0;
    flushed = false;
  }

  private int run(float[] out, int at, int most) {
    int written = run.run(history, start, end, out, at, most);
    start += run.consumed();
    produced += written;
    return written;
  }

  /** Makes room behind the samples that are still needed, and returns how much there is. */
  private int free(int wanted) {
    if (history.length - end < wanted) {
      System.arraycopy(history, start, history, 0, end - start);
      end -= start;
      start = 0;
    }
    return history.length - end;
  }

  private void requireOpen() {
    if (flushed) {
      throw new IllegalStateException("the stream was flushed: reset it first");
    }
  }
}
