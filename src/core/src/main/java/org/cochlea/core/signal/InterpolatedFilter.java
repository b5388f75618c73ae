package org.cochlea.core.signal;

import java.util.function.DoubleUnaryOperator;

/**
 * A resampling filter for rates without a small common ratio: the taps of an output are
 * interpolated by a cubic from four rows of a table of the kernel, whose size does not depend on
 * the rates.
 */
final class InterpolatedFilter implements ResampleFilter {

  /**
   * Table rows per zero crossing of the sinc. The cubic errs by 3/128 of the fourth derivative, at
   * most π⁴/5, over the fourth power of this: 1e-10.
   */
  private static final int ROWS_PER_CROSSING = 256;

  private final int in;
  private final int out;
  private final int reach;
  private final int count;

  /** Row r holds the taps of an output at the fraction (r - 1) / resolution of a sample. */
  private final double[][] table;

  private final int resolution;

  InterpolatedFilter(int in, int out, SincKernel kernel, double scale) {
    this.in = in;
    this.out = out;
    reach = (int) Math.floor(kernel.width() / scale);
    count = 2 * reach + 2;
    resolution = Math.max(4, (int) Math.ceil(ROWS_PER_CROSSING * scale));
    table = new double[resolution + 3][Math.ceilDiv(count, 8) * 8];
    DoubleUnaryOperator impulse = kernel.impulse();
    for (int r = 0; r < table.length; r++) {
      double fraction = (r - 1.0) / resolution;
      for (int k = 0; k < count; k++) {
        table[r][k] = scale * impulse.applyAsDouble((k - reach - fraction) * scale);
      }
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
    return count;
  }

  @Override
  public int block() {
    return count;
  }

  @Override
  public int capacity(int expected) {
    return count + reach + Math.min(8192, expected);
  }

  @Override
  public Run start(int expected) {
    return new Walk();
  }

  /** The place of one stream between its input samples. */
  private final class Walk implements Run {
    private final double[] window = new double[table[0].length];
    private final double[] products = new double[table[0].length];

    /** The next output lies {@code phase / out} of a sample after the history's start + reach. */
    private long phase;

    private int consumed;

    @Override
    public int run(double[] history, int start, int end, float[] output, int at, int most) {
      int written = 0;
      int place = start;
      while (end - place >= count) {
        if (written < most) {
          output[at + written++] = value(history, place);
        }
        phase += in;
        place += (int) (phase / out);
        phase %= out;
      }
      consumed = place - start;
      return written;
    }

    @Override
    public int consumed() {
      return consumed;
    }

    private float value(double[] history, int place) {
      double position = (double) phase / out * resolution;
      int row = (int) position;
      double f = position - row;
      // Lagrange's cubic through the rows at -1, 0, 1 and 2.
      double w0 = -f * (f - 1) * (f - 2) / 6;
      double w1 = (f + 1) * (f - 1) * (f - 2) / 2;
      double w2 = -(f + 1) * f * (f - 2) / 2;
      double w3 = (f + 1) * f * (f - 1) / 6;
      System.arraycopy(history, place, window, 0, count);
      blend(table[row], table[row + 1], table[row + 2], table[row + 3], w0, w1, w2, w3);
      double[] p = products;
      double a = 0;
      double b = 0;
      double c = 0;
      double d = 0;
      double e = 0;
      double g = 0;
      double h = 0;
      double i = 0;
      for (int k = 0; k < p.length; k += 8) {
        a += p[k];
        b += p[k + 1];
        c += p[k + 2];
        d += p[k + 3];
        e += p[k + 4];
        g += p[k + 5];
        h += p[k + 6];
        i += p[k + 7];
      }
      return (float) (((a + b) + (c + d)) + ((e + g) + (h + i)));
    }

    private void blend(
        double[] r0,
        double[] r1,
        double[] r2,
        double[] r3,
        double w0,
        double w1,
        double w2,
        double w3) {
      double[] p = products;
      double[] x = window;
      for (int k = 0; k < p.length; k++) {
        p[k] = (w0 * r0[k] + w1 * r1[k] + w2 * r2[k] + w3 * r3[k]) * x[k];
      }
    }
  }
}
