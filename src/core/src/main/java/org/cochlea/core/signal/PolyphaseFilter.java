package org.cochlea.core.signal;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * A resampling filter with a table of taps for every output phase.
 *
 * <p>A frame is the shortest piece after which inputs and outputs coincide again: {@code in}
 * samples, {@code out} outputs. One output phase is computed for many frames at once, a frame per
 * vector lane: sample {@code r} of all frames stands in one row, and a tap multiplies a row. That
 * makes every inner loop a run over plain arrays with one index, which the compiler vectorises,
 * while each output still sums its taps one by one in the same order.
 */
final class PolyphaseFilter implements ResampleFilter {

  /** Most frames computed together. */
  private static final int LANES = 128;

  /** Most samples in the rows, 4 MiB of doubles: long filters get fewer lanes. */
  private static final int LARGEST_ROWS = 1 << 19;

  /** Rows multiplied in one pass over the sums. */
  private static final int ROWS = 8;

  /** Phases whose sums stay in the cache while the rows go by. */
  private static final int PHASES = 32;

  private final int in;
  private final int out;
  private final int reach;

  /** Samples a frame depends on. */
  private final int span;

  private final int lanes;

  /** By phase: the group of rows that its taps start in, and the taps padded to whole groups. */
  private final int[] firstGroup;

  private final double[][] taps;

  PolyphaseFilter(int reducedIn, int reducedOut, SincKernel kernel, double scale) {
    // Rows are copied once per frame and used once per phase: let a frame have some phases.
    int repeat = Math.clamp(Math.min(32 / reducedOut, 2048 / reducedIn), 1, 32);
    in = reducedIn * repeat;
    out = reducedOut * repeat;
    reach = (int) Math.floor(kernel.width() / scale);
    int count = 2 * reach + 2;
    int last = (int) ((out - 1L) * reducedIn / reducedOut);
    span = last + count;
    lanes = Math.clamp(LARGEST_ROWS / span, 1, LANES);
    firstGroup = new int[out];
    taps = new double[out][];
    DoubleUnaryOperator impulse = kernel.impulse();
    double[][] exact = new double[reducedOut][count];
    for (int p = 0; p < reducedOut; p++) {
      double fraction = (double) ((long) p * reducedIn % reducedOut) / reducedOut;
      for (int k = 0; k < count; k++) {
        exact[p][k] = scale * impulse.applyAsDouble((k - reach - fraction) * scale);
      }
    }
    for (int p = 0; p < out; p++) {
      int first = (int) ((long) p * reducedIn / reducedOut);
      firstGroup[p] = first / ROWS;
      taps[p] = new double[Math.ceilDiv(first % ROWS + count, ROWS) * ROWS];
      System.arraycopy(exact[p % reducedOut], 0, taps[p], first % ROWS, count);
    }
  }

  @Override
  public int reach() {
    return reach;
  }

  @Override
  public int period() {
    return in;
  }

  @Override
  public int span() {
    return span;
  }

  @Override
  public int block() {
    return span + (lanes - 1) * in;
  }

  @Override
  public int capacity(int expected) {
    return span + (2 * lanes(expected) - 1) * in;
  }

  @Override
  public Run start(int expected) {
    return new Lanes(lanes(expected));
  }

  /** Frames to compute together: no more than the signal has. */
  private int lanes(int expected) {
    return (int) Math.min(lanes, expected / in + 1L);
  }

  /** The buffers of one stream. */
  private final class Lanes implements Run {
    /** Sample r of every frame; rows beyond the span stay zero. */
    private final double[][] rows;

    private final double[][] sums;
    private final int width;
    private int consumed;

    Lanes(int width) {
      this.width = width;
      rows = new double[Math.ceilDiv(span, ROWS) * ROWS][width];
      sums = new double[Math.min(PHASES, out)][width];
    }

    @Override
    public int run(double[] history, int start, int end, float[] output, int at, int most) {
      int written = 0;
      consumed = 0;
      while (end - start - consumed >= span) {
        int frames = Math.min(width, (end - start - consumed - span) / in + 1);
        spread(history, start + consumed, frames);
        for (int phase = 0; phase < out; phase += PHASES) {
          int phases = Math.min(PHASES, out - phase);
          multiply(phase, phases, frames);
          for (int p = 0; p < phases; p++) {
            double[] sum = sums[p];
            int place = written + phase + p;
            for (int f = 0; f < frames && place < most; f++, place += out) {
              output[at + place] = (float) sum[f];
            }
          }
        }
        consumed += frames * in;
        written = Math.min(most, written + frames * out);
      }
      return written;
    }

    @Override
    public int consumed() {
      return consumed;
    }

    private void spread(double[] history, int start, int frames) {
      for (int r = 0; r < span; r++) {
        double[] row = rows[r];
        for (int f = 0, i = start + r; f < frames; f++, i += in) {
          row[f] = history[i];
        }
      }
    }

    /** Computes the sums of some phases, {@link #ROWS} rows at a time. */
    private void multiply(int phase, int phases, int frames) {
      int firstOfAll = firstGroup[phase];
      int lastOfAll = 0;
      for (int p = 0; p < phases; p++) {
        Arrays.fill(sums[p], 0, frames, 0);
        lastOfAll = Math.max(lastOfAll, firstGroup[phase + p] + taps[phase + p].length / ROWS);
      }
      for (int group = firstOfAll; group < lastOfAll; group++) {
        int r = group * ROWS;
        double[] x0 = rows[r];
        double[] x1 = rows[r + 1];
        double[] x2 = rows[r + 2];
        double[] x3 = rows[r + 3];
        double[] x4 = rows[r + 4];
        double[] x5 = rows[r + 5];
        double[] x6 = rows[r + 6];
        double[] x7 = rows[r + 7];
        for (int p = 0; p < phases; p++) {
          double[] h = taps[phase + p];
          int k = (group - firstGroup[phase + p]) * ROWS;
          if (k >= 0 && k < h.length) {
            addRows(sums[p], frames, x0, x1, x2, x3, x4, x5, x6, x7, h, k);
          }
        }
      }
    }
  }

  private static void addRows(
      double[] sum,
      int frames,
      double[] x0,
      double[] x1,
      double[] x2,
      double[] x3,
      double[] x4,
      double[] x5,
      double[] x6,
      double[] x7,
      double[] h,
      int k) {
    double h0 = h[k];
    double h1 = h[k + 1];
    double h2 = h[k + 2];
    double h3 = h[k + 3];
    double h4 = h[k + 4];
    double h5 = h[k + 5];
    double h6 = h[k + 6];
    double h7 = h[k + 7];
    for (int i = 0; i < frames; i++) {
      sum[i] =
          sum[i]
              + h0 * x0[i]
              + h1 * x1[i]
              + h2 * x2[i]
              + h3 * x3[i]
              + h4 * x4[i]
              + h5 * x5[i]
              + h6 * x6[i]
              + h7 * x7[i];
    }
  }
}
