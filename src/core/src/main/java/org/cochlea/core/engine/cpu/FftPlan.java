package org.cochlea.core.engine.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * The passes of a transform and their tables, in double: mixed radix, decimation in frequency, in
 * place. {@link TileFft} runs it in float, {@link PreciseFft} in double.
 */
final class FftPlan {
  final int size;

  /** Complex points: half the size where it is even. */
  final int points;

  /** Whether a point is two samples. */
  final boolean paired;

  /** Radices of the passes; empty for one point. */
  final int[] radices;

  /** Twiddles of every pass but the last, see {@link TileKernels#middle}. */
  final double[][] twiddles;

  /** Window (halved, see {@link TileKernels#splitPower}) and twiddles of the first pass. */
  final double[] first;

  /** Where the point of a frequency lies after the last pass. */
  final int[] order;

  final Split split;

  /** Which points meet in the split. */
  static final class Split {
    /** Parts of the first pass's output that belong together: [s] or [s, radix - s]. */
    int[][] parts = {};

    /** Per entry of parts: the frequencies k of the blocks for the fused last pass. */
    int[][] blocks = {};

    /** Per entry of parts: where the twiddles of its blocks begin. */
    int[] offsets = {};

    double[] twiddles = {};

    /** The frequencies whose pairs lie within one block, for the separate split. */
    int[] rest = {};

    double[] restTwiddles = {};
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
  record Places(int[][] pairs, int stride, int[] rest, int last) {}

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
  FftPlan(double[] window) {
    this.size = window.length;
    this.paired = size % 2 == 0 && size > 2;
    this.points = paired ? size / 2 : size;
    this.radices = radices(points);
    this.twiddles = new double[Math.max(0, radices.length - 1)][];
    int block = points;
    for (int p = 0; p < twiddles.length; p++) {
      twiddles[p] = passTwiddles(radices[p], block / radices[p]);
      block /= radices[p];
    }
    this.first = paired ? firstPass(window, radices[0], points / radices[0]) : new double[0];
    this.order = order(radices, points);
    this.split = paired ? plan() : new Split();
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

  private static double[] passTwiddles(int radix, int q) {
    double[] w = new double[3 * (radix - 1) * q];
    for (int k = 0; k < q; k++) {
      for (int i = 1; i < radix; i++) {
        putTwiddle(w, 3 * ((radix - 1) * k + i - 1), (long) i * k, (long) radix * q);
      }
    }
    return w;
  }

  private static double[] firstPass(double[] window, int radix, int q) {
    int each = 2 * radix + 3 * (radix - 1);
    double[] w = new double[each * q];
    for (int k = 0; k < q; k++) {
      for (int i = 0; i < radix; i++) {
        int sample = 2 * (k + i * q);
        w[each * k + 2 * i] = window[sample] / 2;
        w[each * k + 2 * i + 1] = window[sample + 1] / 2;
        if (i > 0) {
          putTwiddle(w, each * k + 2 * radix + 3 * (i - 1), (long) i * k, (long) radix * q);
        }
      }
    }
    return w;
  }

  /** Stores w, its imaginary part and that negated, for {@code w = exp(-2πi turn / turns)}. */
  static void putTwiddle(double[] w, int at, long turn, long turns) {
    w[at] = cosine(turn, turns);
    w[at + 1] = -cosine(4 * turn - turns, 4 * turns);
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
      order[k] = row;
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
  int blocks() {
    return radices.length == 0 ? points : points / radices[radices.length - 1];
  }

  private static int[] toInts(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Returns the places for points that take {@code row} values, and for results that go where
   * {@code place} says, {@code stride} apart.
   */
  Places places(int row, IntUnaryOperator place, int stride) {
    int[][] pairs = new int[split.blocks.length][];
    for (int s = 0; s < pairs.length; s++) {
      pairs[s] = pairs(row, split.blocks[s], blocks(), place);
    }
    return new Places(
        pairs, stride, pairs(row, split.rest, points, place), place.applyAsInt(points));
  }

  /** Returns pairs of frequencies that add up to a sum: both points, both places. */
  private int[] pairs(int row, int[] frequencies, int sum, IntUnaryOperator place) {
    int[] pairs = new int[4 * frequencies.length];
    for (int i = 0; i < frequencies.length; i++) {
      int k = frequencies[i];
      pairs[4 * i] = row * order[k];
      pairs[4 * i + 1] = row * order[sum - k];
      pairs[4 * i + 2] = place.applyAsInt(k);
      pairs[4 * i + 3] = place.applyAsInt(sum - k);
    }
    return pairs;
  }

  private double[] splitTwiddles(List<Integer> frequencies) {
    double[] w = new double[3 * frequencies.size()];
    for (int i = 0; i < frequencies.size(); i++) {
      putTwiddle(w, 3 * i, frequencies.get(i), size);
    }
    return w;
  }
}
