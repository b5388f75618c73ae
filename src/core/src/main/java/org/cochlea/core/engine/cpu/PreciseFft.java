package org.cochlea.core.engine.cpu;

import org.cochlea.core.stage.Fourier;
import org.jspecify.annotations.Nullable;

/**
 * The power spectra of half a tile in double, all frames at once: the passes of {@link TileFft}.
 * Sizes with factors other than 2, 3 and 5 go frame by frame through JTransforms, which allocates.
 */
final class PreciseFft {
  private static final int L = DoubleKernels.COUNT;
  private static final int ROW = 2 * L;
  private static final int TILE = Lanes.COUNT;

  /** Blocks of points up to this size are done pass by pass; larger ones part by part. */
  private static final int CACHED_DOUBLES = 2048;

  private final double[] window;
  private final FftPlan plan;
  private final int[] order;
  private final FftPlan.Places powers;
  private final @Nullable Fourier scalar;

  /** Plans the transform of frames under a window. */
  PreciseFft(double[] window) {
    this.window = window;
    this.scalar = FftPlan.supports(window.length) ? null : new Fourier(window.length);
    this.plan = new FftPlan(scalar == null ? window : new double[1]);
    this.order = new int[plan.points];
    for (int k = 0; k < order.length; k++) {
      order[k] = plan.order[k] * ROW;
    }
    this.powers = plan.places(ROW, k -> k * L, plan.blocks() * L);
  }

  int size() {
    return window.length;
  }

  int bins() {
    return window.length / 2 + 1;
  }

  /** Returns how many doubles of scratch it needs. */
  int scratch() {
    return plan.points * ROW;
  }

  /**
   * Computes the power spectrum of the frames at {@code x0}.
   *
   * @param x rows of a tile
   * @param d where the scratch, at {@code z0}, and the result, at {@code y0}, lie
   */
  void power(DoubleKernels k, float[] x, int x0, double[] d, int z0, int y0, int lanes) {
    if (scalar != null) {
      power(scalar, x, x0, d, y0, lanes);
    } else if (plan.paired) {
      int radix = plan.radices[0];
      k.frame(radix, x, x0, d, z0, plan.points / radix, plan.first, lanes);
      split(k, d, z0, y0, lanes);
    } else {
      k.widen(x, x0, window, d, z0, plan.size, lanes);
      passes(k, d, z0, 0, 1, plan.points, plan.radices.length, lanes);
      k.pickPower(d, z0, order, d, y0, bins(), lanes);
    }
  }

  private void power(Fourier fourier, float[] x, int x0, double[] d, int y0, int lanes) {
    double[] frame = new double[window.length];
    for (int l = 0; l < lanes; l++) {
      for (int n = 0; n < frame.length; n++) {
        frame[n] = window[n] * x[x0 + n * TILE + l];
      }
      double[] bins = fourier.forward(frame);
      for (int b = 0; b < bins(); b++) {
        d[y0 + b * L + l] = bins[2 * b] * bins[2 * b] + bins[2 * b + 1] * bins[2 * b + 1];
      }
    }
  }

  /** All passes after the first, and the split. */
  private void split(DoubleKernels k, double[] d, int z0, int y0, int lanes) {
    FftPlan.Split split = plan.split;
    int last = plan.radices.length - 1;
    if (last > 0) {
      int radix = plan.radices[last];
      int part = plan.points / plan.radices[0];
      int q = plan.blocks();
      for (int s = 0; s < split.parts.length; s++) {
        for (int p : split.parts[s]) {
          passes(k, d, z0 + p * part * ROW, 1, 1, part, last, lanes);
        }
        int[] pairs = powers.pairs()[s];
        double[] w = split.twiddles;
        int w0 = split.offsets[s];
        k.splitPower(radix, d, z0, pairs, pairs.length / 4, powers.stride(), d, y0, w, w0, lanes);
      }
      k.last(radix, d, z0, 1, lanes);
      if (q % 2 == 0) {
        k.last(radix, d, z0 + order[q / 2], 1, lanes);
      }
    }
    int[] rest = powers.rest();
    k.splitPowerZero(d, z0, d, y0, powers.last(), lanes);
    k.splitPower(d, z0, rest, rest.length / 4, d, y0, split.restTwiddles, lanes);
  }

  /** The passes {@code from … to - 1} over neighbouring blocks of points. */
  private void passes(
      DoubleKernels k, double[] d, int z0, int from, int count, int length, int to, int lanes) {
    int[] radices = plan.radices;
    int blocks = count;
    int block = length;
    for (int p = from; p < to; p++) {
      int radix = radices[p];
      if (p == radices.length - 1) {
        k.last(radix, d, z0, blocks, lanes);
      } else if (blocks > 1 && blocks * block * ROW > CACHED_DOUBLES) {
        for (int b = 0; b < blocks; b++) {
          passes(k, d, z0 + b * block * ROW, p, 1, block, to, lanes);
        }
        return;
      } else {
        k.middle(radix, d, z0, blocks, block / radix, plan.twiddles[p], lanes);
      }
      blocks *= radix;
      block /= radix;
    }
  }

  @Override
  public String toString() {
    return "PreciseFft[" + window.length + "]";
  }
}
