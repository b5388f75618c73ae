package org.cochlea.core.engine.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

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

  private final int size;

  /** Complex points: half the size where it is even. */
  private final int points;

  private final boolean paired;

  /** Radices of the passes; empty for one point. */
  private final int[] radices;

  /** Twiddles of every pass but the last, see {@link TileKernels#middle}. */
  private final float[][] twiddles;

  /** Window (halved, see {@link TileKernels#splitPower}) and twiddles of the first pass. */
  private final float[] first;

  /** The window, for odd sizes. */
  private final float[] window;

  /** Where the point of a frequency lies after the last pass, in floats. */
  private final int[] order;

  /** Twiddles {@code exp(2πi k / size)} for the inverse. */
  private final float[] inverseTwiddles;

  private final Split split;
  private final Places powers;
  private final Places spectra;
  private final Places inPlace;

  /** Which points meet in the split. */
  private static final class Split {
    /** Parts of the first pass's output that belong together: [s] or [s, radix - s]. */
    int[][] parts = {};

    /** Per entry of parts: the frequencies k of the blocks for the fused last pass. */
    int[][] blocks = {};

    /** Per entry of parts: where the twiddles of its blocks begin. */
    int[] offsets = {};

    float[] twiddles = {};

    /** The frequencies whose pairs lie within one block, for the separate split. */
    int[] rest = {};

    float[] restTwiddles = {};
  }

  /**
   * From where to where the split goes.
   *
   * @param pairs per entry of parts: blocks for the fused last pass
   * @param stride from one result of a block to the next
   * @param rest pairs for the separate split
   * @param last where the last frequency goes
   */
  @SuppressWarnings("ArrayRecordComponent") // tables of the kernels, never compared
  private record Places(int[][] pairs, int stride, int[] rest, int last) {}

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

  /** Whether all factors of a size are 2, 3 or 5. */
  static boolean supports(int size) {
    int rest = size;
    for (int factor : new int[] {2, 3, 5}) {
      while (rest % factor == 0) {
        rest /= factor;
      }
    }
    return rest == 1;
  }

  /** Plans the transform of frames under a window. */
  TileFft(double[] window) {
    this.size = window.length;
    this.paired = size % 2 == 0 && size > 2;
    this.points = paired ? size / 2 : size;
    this.radices = radices(points);
    this.twiddles = new float[Math.max(0, radices.length - 1)][];
    int block = points;
    for (int p = 0; p < twiddles.length; p++) {
      twiddles[p] = passTwiddles(radices[p], block / radices[p]);
      block /= radices[p];
    }
    this.window = toFloats(window);
    this.first = paired ? firstPass(window, radices[0], points / radices[0]) : new float[0];
    this.order = order(radices, points);
    this.inverseTwiddles = new float[paired ? 3 * (points / 2 + 1) : 0];
    for (int k = 0; 3 * k < inverseTwiddles.length; k++) {
      putTwiddle(inverseTwiddles, 3 * k, -k, size);
    }
    this.split = paired ? plan() : new Split();
    this.powers = places(k -> k * ROW / 2, blocks() * ROW / 2);
    this.spectra = places(k -> k * ROW, blocks() * ROW);
    this.inPlace = places(this::powerRow, ROW);
  }

  /**
   * The passes: small radices first, 8 last, where the pass has no twiddles and does the most work
   * per load.
   */
  private static int[] radices(int points) {
    List<Integer> radices = new ArrayList<>();
    int rest = points;
    for (int odd : new int[] {3, 5}) {
      for (; rest % odd == 0; rest /= odd) {
        radices.add(odd);
      }
    }
    int twos = Integer.numberOfTrailingZeros(rest);
    switch (twos % 3) {
      case 1 -> radices.addAll(twos == 1 ? List.of(2) : List.of(4, 4));
      case 2 -> radices.add(4);
      default -> {}
    }
    int eights = twos % 3 == 1 ? (twos - 4) / 3 : twos / 3;
    for (int i = 0; i < eights; i++) {
      radices.add(8);
    }
    return radices.stream().mapToInt(Integer::intValue).toArray();
  }

  private static float[] passTwiddles(int radix, int q) {
    float[] w = new float[3 * (radix - 1) * q];
    for (int k = 0; k < q; k++) {
      for (int i = 1; i < radix; i++) {
        putTwiddle(w, 3 * ((radix - 1) * k + i - 1), (long) i * k, (long) radix * q);
      }
    }
    return w;
  }

  private static float[] firstPass(double[] window, int radix, int q) {
    int each = 2 * radix + 3 * (radix - 1);
    float[] w = new float[each * q];
    for (int k = 0; k < q; k++) {
      for (int i = 0; i < radix; i++) {
        int sample = 2 * (k + i * q);
        w[each * k + 2 * i] = (float) (window[sample] / 2);
        w[each * k + 2 * i + 1] = (float) (window[sample + 1] / 2);
        if (i > 0) {
          putTwiddle(w, each * k + 2 * radix + 3 * (i - 1), (long) i * k, (long) radix * q);
        }
      }
    }
    return w;
  }

  /** Stores w, its imaginary part and that negated, for {@code w = exp(-2πi turn / turns)}. */
  private static void putTwiddle(float[] w, int at, long turn, long turns) {
    w[at] = (float) cosine(turn, turns);
    w[at + 1] = (float) -cosine(4 * turn - turns, 4 * turns);
    w[at + 2] = -w[at + 1];
  }

  /** {@code cos(2π turn / turns)}, exact at multiples of an eighth of a turn. */
  private static double cosine(long turn, long turns) {
    long t = Math.floorMod(8 * turn, 8 * turns);
    if (t > 4 * turns) {
      t = 8 * turns - t;
    }
    if (t > 2 * turns) {
      return -cosine(4 * turns - t, 8 * turns);
    }
    // Now in the first quarter, and the sine is the more exact of the two beyond an eighth.
    if (t > turns) {
      return Math.sin(2 * Math.PI * (2 * turns - t) / (8.0 * turns));
    }
    return Math.cos(2 * Math.PI * t / (8.0 * turns));
  }

  private static int[] order(int[] radices, int points) {
    int[] order = new int[points];
    for (int k = 0; k < points; k++) {
      int rest = k;
      int block = points;
      int row = 0;
      for (int radix : radices) {
        block /= radix;
        row += rest % radix * block;
        rest /= radix;
      }
      order[k] = row * ROW;
    }
    return order;
  }

  private Split plan() {
    Split plan = new Split();
    List<Integer> rest = new ArrayList<>();
    int q = blocks();
    for (int k = 1; 2 * k <= points; k++) {
      if (radices.length == 1 || k % q == 0 || 2 * (k % q) == q) {
        rest.add(k);
      }
    }
    plan.rest = toInts(rest);
    plan.restTwiddles = splitTwiddles(rest);
    if (radices.length > 1) {
      planBlocks(plan, q);
    }
    return plan;
  }

  private void planBlocks(Split plan, int q) {
    int firstRadix = radices[0];
    int radix = radices[radices.length - 1];
    int groups = firstRadix / 2 + 1;
    plan.parts = new int[groups][];
    plan.blocks = new int[groups][];
    plan.offsets = new int[groups];
    List<Integer> frequencies = new ArrayList<>();
    for (int s = 0; s < groups; s++) {
      boolean self = s == 0 || 2 * s == firstRadix;
      plan.parts[s] = self ? new int[] {s} : new int[] {s, firstRadix - s};
      plan.offsets[s] = 3 * frequencies.size();
      List<Integer> blocks = new ArrayList<>();
      for (int k = s; k < q; k += firstRadix) {
        int partner = (q - k) % q;
        if (k == partner || (self && k > partner)) {
          continue;
        }
        blocks.add(k);
        for (int j = 0; j < radix; j++) {
          frequencies.add(k + j * q);
        }
      }
      plan.blocks[s] = toInts(blocks);
    }
    plan.twiddles = splitTwiddles(frequencies);
  }

  /** Returns the number of blocks of the last pass. */
  private int blocks() {
    return radices.length == 0 ? points : points / radices[radices.length - 1];
  }

  private static int[] toInts(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns the places for results that go where {@code place} says, {@code stride} apart. */
  private Places places(IntUnaryOperator place, int stride) {
    int[][] pairs = new int[split.blocks.length][];
    for (int s = 0; s < pairs.length; s++) {
      pairs[s] = pairs(split.blocks[s], blocks(), place);
    }
    return new Places(pairs, stride, pairs(split.rest, points, place), place.applyAsInt(points));
  }

  /** Returns pairs of frequencies that add up to a sum: both points, both places. */
  private int[] pairs(int[] frequencies, int sum, IntUnaryOperator place) {
    int[] pairs = new int[4 * frequencies.length];
    for (int i = 0; i < frequencies.length; i++) {
      int k = frequencies[i];
      pairs[4 * i] = order[k];
      pairs[4 * i + 1] = order[sum - k];
      pairs[4 * i + 2] = place.applyAsInt(k);
      pairs[4 * i + 3] = place.applyAsInt(sum - k);
    }
    return pairs;
  }

  private float[] splitTwiddles(List<Integer> frequencies) {
    float[] w = new float[3 * frequencies.size()];
    for (int i = 0; i < frequencies.size(); i++) {
      putTwiddle(w, 3 * i, frequencies.get(i), size);
    }
    return w;
  }

  private static float[] toFloats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
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
      TileKernels k, float[] a, int z0, int y0, Places to, boolean power, int lanes) {
    int last = radices.length - 1;
    if (last > 0) {
      int radix = radices[last];
      int part = points / radices[0];
      int q = blocks();
      for (int s = 0; s < split.parts.length; s++) {
        for (int p : split.parts[s]) {
          passes(k, a, z0 + p * part * ROW, 1, 1, part, last, lanes);
        }
        int[] pairs = to.pairs[s];
        int count = pairs.length / 4;
        float[] w = split.twiddles;
        int w0 = split.offsets[s];
        if (power) {
          k.splitPower(radix, a, z0, pairs, count, to.stride, a, y0, w, w0, lanes);
        } else {
          k.splitSpectrum(radix, a, z0, pairs, count, to.stride, a, y0, w, w0, lanes);
        }
      }
      k.last(radix, a, z0, 1, lanes);
      if (q % 2 == 0) {
        k.last(radix, a, z0 + order[q / 2], 1, lanes);
      }
    }
    int rest = to.rest.length / 4;
    if (power) {
      k.splitPowerZero(a, z0, a, y0, to.last, lanes);
      k.splitPower(a, z0, to.rest, rest, a, y0, split.restTwiddles, lanes);
    } else {
      k.splitSpectrumZero(a, z0, a, y0, to.last, lanes);
      k.splitSpectrum(a, z0, to.rest, rest, a, y0, split.restTwiddles, lanes);
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
