package org.cochlea.core.engine.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The transform of a tile, all frames at once: mixed radix, decimation in frequency, in place.
 *
 * <p>A frame of an even size is taken as half as many complex points (even sample, odd sample),
 * whose transform Z is then split into the spectrum of the samples. The last pass is done together
 * with the split, for two blocks of points that need each other; see {@link
 * TileKernels#splitPower}. Frames of an odd size are taken as complex points of imaginary part 0.
 */
final class TileFft implements FrameTransform {
  private static final int ROW = 2 * Lanes.COUNT;

  /** Blocks of points up to this size are done pass by pass; larger ones part by part. */
  private static final int CACHED_FLOATS = 4096;

  private final FftPlan plan;
  private final int size;
  private final int points;
  private final boolean paired;
  private final int[] radices;

  // The plan's tables as floats.
  private final float[][] twiddles;
  private final float[] first;
  private final float[] splitTwiddles;
  private final float[] restTwiddles;

  /** The window, for odd sizes. */
  private final float[] window;

  /** Where the point of a frequency lies after the last pass, in floats. */
  private final int[] order;

  /** Twiddles {@code exp(2πi k / size)} for the inverse. */
  private final float[] inverseTwiddles;

  private final FftPlan.Places powers;
  private final FftPlan.Places spectra;
  private final FftPlan.Places inPlace;

  /** Places are frequencies. */
  private final FftPlan.Places rows;

  /**
   * How the first pass finds samples in a transposed signal: runs of butterflies, none of whose
   * legs crosses from one column to the next.
   */
  static final class Gather {
    /** The first butterfly of each run, and the number of butterflies. */
    private final int[] starts;

    /** Where the legs of each run begin. */
    private final int[] legs;

    private Gather(int[] starts, int[] legs) {
      this.starts = starts;
      this.legs = legs;
    }
  }

  /** Plans the transform of frames under a window. */
  TileFft(double[] window) {
    this.plan = new FftPlan(window);
    this.size = plan.size;
    this.points = plan.points;
    this.paired = plan.paired;
    this.radices = plan.radices;
    this.twiddles = new float[plan.twiddles.length][];
    for (int p = 0; p < twiddles.length; p++) {
      twiddles[p] = TileStages.floats(plan.twiddles[p]);
    }
    this.first = TileStages.floats(plan.first);
    this.splitTwiddles = TileStages.floats(plan.split.twiddles);
    this.restTwiddles = TileStages.floats(plan.split.restTwiddles);
    this.window = TileStages.floats(window);
    this.order = new int[points];
    for (int k = 0; k < points; k++) {
      order[k] = plan.order[k] * ROW;
    }
    double[] inverse = new double[paired ? 3 * (points / 2 + 1) : 0];
    for (int k = 0; 3 * k < inverse.length; k++) {
      FftPlan.putTwiddle(inverse, 3 * k, -k, size);
    }
    this.inverseTwiddles = TileStages.floats(inverse);
    this.powers = plan.places(ROW, k -> k * ROW / 2, plan.blocks() * ROW / 2);
    this.spectra = plan.places(ROW, k -> k * ROW, plan.blocks() * ROW);
    this.inPlace = plan.places(ROW, this::powerRow, ROW);
    this.rows = plan.places(ROW, k -> k, plan.blocks());
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int scratch() {
    return points * ROW;
  }

  /** Returns how the first pass reads a signal, or null where it cannot; see {@link #canGather}. */
  Gather gather(int hop) {
    int radix = radices[0];
    int q = points / radix;
    List<Integer> starts = new ArrayList<>();
    for (int k = 0; k < q; k++) {
      for (int i = 0; i < radix; i++) {
        if (k == 0 || 2 * (k + i * q) % hop == 0) {
          starts.add(k);
          break;
        }
      }
    }
    int[] legs = new int[starts.size() * radix];
    for (int run = 0; run < starts.size(); run++) {
      for (int i = 0; i < radix; i++) {
        int sample = 2 * (starts.get(run) + i * q);
        legs[run * radix + i] = sample % hop * TileKernels.COLUMNS + sample / hop;
      }
    }
    starts.add(q);
    return new Gather(starts.stream().mapToInt(Integer::intValue).toArray(), legs);
  }

  /** Whether the first pass can read a transposed signal: both samples of a point in one column. */
  boolean canGather(int hop) {
    return paired && hop % 2 == 0;
  }

  /** Whether a spectrum can be stored past the caches while it is computed. */
  boolean canStream() {
    int last = radices.length - 1;
    return paired && last > 0 && (radices[last] == 4 || radices[last] == 8);
  }

  /** Returns where what is kept of it lies after the points, in floats, and how much it may be. */
  int kept() {
    return points * ROW;
  }

  int keptFloats() {
    return bins() * Lanes.COUNT;
  }

  /** Streams the spectrum of the frames at {@code x0}; all lanes count. */
  void stream(TileKernels k, float[] a, int x0, int z0, TileStage.Stream to) {
    k.frame(radices[0], a, x0, a, z0, points / radices[0], first, Lanes.COUNT);
    stream(k, a, z0, to);
  }

  /** The same for frames in a transposed signal. */
  void stream(TileKernels k, Gather gather, float[] a, int t0, int z0, TileStage.Stream to) {
    gather(k, gather, a, t0, z0, Lanes.COUNT);
    stream(k, a, z0, to);
  }

  /** The spectrum of frames in a transposed signal, the first lane's at column {@code t0}. */
  void spectrum(TileKernels k, Gather gather, float[] a, int t0, int z0, int y0, int lanes) {
    gather(k, gather, a, t0, z0, lanes);
    split(k, a, z0, y0, spectra, false, lanes);
  }

  /** The power spectrum of frames in a transposed signal. */
  void power(TileKernels k, Gather gather, float[] a, int t0, int z0, int y0, int lanes) {
    gather(k, gather, a, t0, z0, lanes);
    split(k, a, z0, y0, powers, true, lanes);
  }

  /**
   * Whether the power spectrum can be left among the points, each value in the place of a real part
   * that was used up for it: what reads it once is spared the writing to other memory.
   */
  boolean canLeavePower() {
    return paired;
  }

  /** Returns where the power of a frequency is left, in floats. */
  int powerRow(int frequency) {
    return frequency < points ? order[frequency] : ROW / 2;
  }

  /** Computes the power spectrum of the frames at {@code x0} and leaves it at {@code z0}. */
  void leavePower(TileKernels k, float[] a, int x0, int z0, int lanes) {
    k.frame(radices[0], a, x0, a, z0, points / radices[0], first, lanes);
    split(k, a, z0, z0, inPlace, true, lanes);
  }

  /** The same for frames in a transposed signal. */
  void leavePower(TileKernels k, Gather gather, float[] a, int t0, int z0, int lanes) {
    gather(k, gather, a, t0, z0, lanes);
    split(k, a, z0, z0, inPlace, true, lanes);
  }

  private void gather(TileKernels k, Gather gather, float[] a, int t0, int z0, int lanes) {
    int radix = radices[0];
    int q = points / radix;
    int[] starts = gather.starts;
    for (int run = 0; run + 1 < starts.length; run++) {
      int count = starts[run + 1] - starts[run];
      k.gather(radix, a, t0, gather.legs, run * radix, a, z0, starts[run], count, q, first, lanes);
    }
  }

  @Override
  public void spectrum(TileKernels k, float[] a, int x0, int z0, int y0, int lanes) {
    if (paired) {
      k.frame(radices[0], a, x0, a, z0, points / radices[0], first, lanes);
      split(k, a, z0, y0, spectra, false, lanes);
    } else {
      k.widen(a, x0, window, a, z0, size, lanes);
      passes(k, a, z0, 0, 1, points, radices.length, lanes);
      k.pickSpectrum(a, z0, order, a, y0, bins(), lanes);
    }
  }

  @Override
  public void power(TileKernels k, float[] a, int x0, int z0, int y0, int lanes) {
    if (paired) {
      k.frame(radices[0], a, x0, a, z0, points / radices[0], first, lanes);
      split(k, a, z0, y0, powers, true, lanes);
    } else {
      k.widen(a, x0, window, a, z0, size, lanes);
      passes(k, a, z0, 0, 1, points, radices.length, lanes);
      k.pickPower(a, z0, order, a, y0, bins(), lanes);
    }
  }

  /** All passes after the first, and the split. */
  private void split(
      TileKernels k, float[] a, int z0, int y0, FftPlan.Places to, boolean power, int lanes) {
    int last = radices.length - 1;
    if (last > 0) {
      int radix = radices[last];
      for (int s = 0; s < plan.split.parts.length; s++) {
        passes(k, a, z0, s, lanes);
        int[] pairs = to.pairs()[s];
        int count = pairs.length / 4;
        float[] w = splitTwiddles;
        int w0 = plan.split.offsets[s];
        if (power) {
          k.splitPower(radix, a, z0, pairs, count, to.stride(), a, y0, w, w0, lanes);
        } else {
          k.splitSpectrum(radix, a, z0, pairs, count, to.stride(), a, y0, w, w0, lanes);
        }
      }
      lastOfSingles(k, a, z0, lanes);
    }
    int rest = to.rest().length / 4;
    if (power) {
      k.splitPowerZero(a, z0, a, y0, to.last(), lanes);
      k.splitPower(a, z0, to.rest(), rest, a, y0, restTwiddles, lanes);
    } else {
      k.splitSpectrumZero(a, z0, a, y0, to.last(), lanes);
      k.splitSpectrum(a, z0, to.rest(), rest, a, y0, restTwiddles, lanes);
    }
  }

  private void stream(TileKernels k, float[] a, int z0, TileStage.Stream to) {
    int radix = radices[radices.length - 1];
    for (int s = 0; s < plan.split.parts.length; s++) {
      passes(k, a, z0, s, Lanes.COUNT);
      int[] pairs = rows.pairs()[s];
      k.streamSpectrum(
          radix,
          a,
          z0,
          pairs,
          pairs.length / 4,
          rows.stride(),
          to.data,
          to.at,
          splitTwiddles,
          plan.split.offsets[s],
          to.apart,
          to.first);
    }
    lastOfSingles(k, a, z0, Lanes.COUNT);
    int[] rest = rows.rest();
    k.streamSpectrumZero(a, z0, to.data, to.at, rows.last(), to.apart, to.first);
    k.streamSpectrum(
        a, z0, rest, rest.length / 4, points, to.data, to.at, restTwiddles, to.apart, to.first);
  }

  /** The passes between the first and the last, over the parts of one step of the split. */
  private void passes(TileKernels k, float[] a, int z0, int step, int lanes) {
    int part = points / radices[0];
    for (int p : plan.split.parts[step]) {
      passes(k, a, z0 + p * part * ROW, 1, 1, part, radices.length - 1, lanes);
    }
  }

  /** The last pass over the blocks of points that need no other. */
  private void lastOfSingles(TileKernels k, float[] a, int z0, int lanes) {
    int radix = radices[radices.length - 1];
    int q = plan.blocks();
    k.last(radix, a, z0, 1, lanes);
    if (q % 2 == 0) {
      k.last(radix, a, z0 + order[q / 2], 1, lanes);
    }
  }

  /** The passes {@code from … to - 1} over neighbouring blocks of points. */
  private void passes(
      TileKernels k, float[] a, int z0, int from, int count, int length, int to, int lanes) {
    int blocks = count;
    int block = length;
    for (int p = from; p < to; p++) {
      int radix = radices[p];
      if (p == radices.length - 1) {
        k.last(radix, a, z0, blocks, lanes);
      } else if (blocks > 1 && blocks * block * ROW > CACHED_FLOATS) {
        for (int b = 0; b < blocks; b++) {
          passes(k, a, z0 + b * block * ROW, p, 1, block, to, lanes);
        }
        return;
      } else {
        k.middle(radix, a, z0, blocks, block / radix, twiddles[p], lanes);
      }
      blocks *= radix;
      block /= radix;
    }
  }

  @Override
  public void inverse(TileKernels k, float[] a, int s0, int z0, int x0, int lanes) {
    float scale = 1f / size;
    if (paired) {
      k.join(a, s0, points, a, z0, inverseTwiddles, lanes);
      passes(k, a, z0, 0, 1, points, radices.length, lanes);
      k.spreadPairs(a, z0, order, a, x0, scale, points, lanes);
    } else {
      k.reflect(a, s0, size, a, z0, bins(), lanes);
      passes(k, a, z0, 0, 1, points, radices.length, lanes);
      k.spreadReal(a, z0, order, a, x0, scale, size, lanes);
    }
  }

  @Override
  public String toString() {
    return "TileFft[" + size + ", radices " + Arrays.toString(radices) + "]";
  }
}
