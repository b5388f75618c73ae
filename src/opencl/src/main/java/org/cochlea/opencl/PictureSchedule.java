package org.cochlea.opencl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.cochlea.core.augment.Applied;
import org.cochlea.core.augment.Draws;
import org.cochlea.core.augment.SpectrogramAugmentation;
import org.cochlea.opencl.kernel.Op;

/** Transforms of features that were drawn for a chunk. */
final class PictureSchedule extends Schedule {
  private final int bins;

  /**
   * Prepares the rows of features.
   *
   * @param frames of every row
   * @param starts where rows begin in the device's memory
   */
  PictureSchedule(
      Draws draws,
      int fromItem,
      int items,
      int channels,
      int bins,
      boolean complex,
      Places frames,
      Places starts,
      Numbers numbers,
      Room room) {
    super(
        Launch.Kind.PICTURE,
        draws,
        fromItem,
        items,
        channels,
        bins * (complex ? 2 : 1),
        numbers,
        room);
    this.bins = bins;
    for (int b = 0; b < items; b++) {
      for (int c = 0; c < channels; c++) {
        int slot = b * channels + c;
        rows[b][c] = new Row(slot, Op.MEMORY, starts.of(slot), frames.of(slot));
      }
    }
  }

  /** Whether there is a kernel for a transform. */
  static boolean runs(SpectrogramAugmentation transform, boolean complex) {
    boolean mask =
        transform instanceof SpectrogramAugmentation.TimeMasking
            || transform instanceof SpectrogramAugmentation.AdaptiveTimeMasking
            || transform instanceof SpectrogramAugmentation.FrequencyMasking;
    return mask || (!complex && !(transform instanceof SpectrogramAugmentation.TimeStretch));
  }

  @Override
  int most(Row r) {
    return r.length;
  }

  /** Adds a transform. */
  void add(SpectrogramAugmentation transform, int number) {
    List<int[]> applied = new ArrayList<>();
    for (int b = 0; b < rows.length; b++) {
      for (int c = 0; c < channels; c++) {
        if (applied(b, c, number) && rows[b][c].length > 0) {
          applied.add(new int[] {b, c});
        }
      }
    }
    if (applied.isEmpty()) {
      return;
    }
    switch (transform) {
      case SpectrogramAugmentation.Mixup _,
          SpectrogramAugmentation.CutMix _,
          SpectrogramAugmentation.SpecMix _ ->
          mix(transform, applied, number);
      case SpectrogramAugmentation.AttenuateHighs _ -> {
        for (int[] one : applied) {
          Row r = rows[one[0]][one[1]];
          int slope = Applied.slope(number(one[0], one[1], number, 1), bins);
          int[] step = step(r, Op.PICTURE_ATTENUATE, slope, 0, 0, 0);
          drawn(step, numbers.add(number(one[0], one[1], number, 0)));
        }
        measure();
        for (int[] one : applied) {
          known(rows[one[0]][one[1]], Op.PICTURE_OVER_GREATEST, 0, 0, 0);
        }
      }
      default -> {
        if (needsLevel(transform)) {
          measure();
        } else if (stretches(transform)) {
          store();
        }
        for (int[] one : applied) {
          add(transform, rows[one[0]][one[1]], one[0], one[1], number);
        }
      }
    }
  }

  private static boolean stretches(SpectrogramAugmentation transform) {
    return transform instanceof SpectrogramAugmentation.TimeWarp
        || transform instanceof SpectrogramAugmentation.FrequencyWarp
        || transform instanceof SpectrogramAugmentation.ZoomCrop
        || transform instanceof SpectrogramAugmentation.RandomResizedCrop;
  }

  private static boolean needsLevel(SpectrogramAugmentation transform) {
    return switch (transform) {
      case SpectrogramAugmentation.TimeMasking a -> a.fill() != SpectrogramAugmentation.Fill.ZERO;
      case SpectrogramAugmentation.AdaptiveTimeMasking a ->
          a.fill() != SpectrogramAugmentation.Fill.ZERO;
      case SpectrogramAugmentation.FrequencyMasking a ->
          a.fill() != SpectrogramAugmentation.Fill.ZERO;
      case SpectrogramAugmentation.RandomPower _,
          SpectrogramAugmentation.MelNoise _,
          SpectrogramAugmentation.MelBandNoise _ ->
          true;
      default -> false;
    };
  }

  private int[] known(Row r, int kind, int first, int second, int third) {
    return knowing(r, kind, r.partial, blocks(r), values(r), first, second, third);
  }

  private void add(SpectrogramAugmentation transform, Row r, int b, int c, int number) {
    int frames = r.length;
    switch (transform) {
      case SpectrogramAugmentation.TimeMasking a ->
          mask(r, true, Applied.most(a, frames), a.masks(), a.fill(), b, c, number);
      case SpectrogramAugmentation.AdaptiveTimeMasking a ->
          mask(r, true, a.sizeRatio() * frames, Applied.masks(a, frames), a.fill(), b, c, number);
      case SpectrogramAugmentation.FrequencyMasking a ->
          mask(r, false, a.freqMaskParam(), a.masks(), a.fill(), b, c, number);
      case SpectrogramAugmentation.RandomErasing a -> {
        long seed = (long) number(b, c, number, 0);
        int i = Applied.erasing(a, seed, bins, frames);
        if (i >= 0) {
          int bottom = Applied.erasingBin(seed, i, bins);
          int left = Applied.erasingFrame(seed, i, frames);
          int top = bottom + Applied.erasingBins(a, seed, i, bins, frames);
          int right = left + Applied.erasingFrames(a, seed, i, bins, frames);
          int[] step = step(r, Op.PICTURE_FILL_BOX, bottom, top, left, right);
          drawn(step, numbers.add(Applied.erasingValue(a, seed)));
        }
      }
      case SpectrogramAugmentation.TimeWarp a -> {
        int most = (int) a.maxTimeWarp();
        if (most >= 1 && frames > 2 * most) {
          double from = Applied.warpFrom(number(b, c, number, 0), most, frames);
          double to = Applied.warpTo(number(b, c, number, 1), most, from);
          double last = frames - 1;
          stretch(
              r,
              table(
                  frames,
                  t ->
                      t <= to && to > 0
                          ? t * from / to
                          : to >= last ? last : last - (last - t) * (last - from) / (last - to)),
              -1);
        }
      }
      case SpectrogramAugmentation.FrequencyWarp a -> {
        double factor = number(b, c, number, 0);
        stretch(r, -1, table(bins, k -> Applied.warpedBin(k, bins, factor, a.maxFrequency())));
      }
      case SpectrogramAugmentation.Roll _ ->
          step(r, Op.PICTURE_ROLL, Applied.roll(number(b, c, number, 0), frames), 0, 0, 0);
      case SpectrogramAugmentation.TimeFlip _ -> step(r, Op.PICTURE_FLIP, 0, 0, 0, 0);
      case SpectrogramAugmentation.ZoomCrop _ -> {
        double height = bins / number(b, c, number, 0);
        double width = frames / number(b, c, number, 0);
        resize(
            r,
            number(b, c, number, 1) * (bins - height),
            height,
            number(b, c, number, 2) * (frames - width),
            width);
      }
      case SpectrogramAugmentation.RandomResizedCrop a -> {
        long seed = (long) number(b, c, number, 0);
        int i = Applied.crop(a, seed, bins, frames);
        if (i >= 0) {
          double height = Applied.cropHeight(a, seed, i, bins, frames);
          double width = Applied.cropWidth(a, seed, i, bins, frames);
          resize(
              r,
              Applied.cropBottom(seed, i, bins, height),
              height,
              Applied.cropLeft(seed, i, frames, width),
              width);
        }
      }
      case SpectrogramAugmentation.RandomAffine _ -> {
        int[] step = step(r, Op.PICTURE_AFFINE, 0, 0, 0, 0);
        drawn(step, numbers.add(number(b, c, number, 0), number(b, c, number, 1)));
      }
      case SpectrogramAugmentation.RandomPower _ ->
          drawn(known(r, Op.PICTURE_POWER, 0, 0, 0), numbers.add(number(b, c, number, 0)));
      case SpectrogramAugmentation.MelNoise a ->
          noise(r, c, 0, bins, a.amount(), number(b, c, number, 0), number(b, c, number, 1));
      case SpectrogramAugmentation.MelBandNoise a -> {
        if (bins >= a.minBins()) {
          int from = Applied.bandFrom(a, number(b, c, number, 1), bins);
          int to = Applied.bandTo(a, number(b, c, number, 2), from, bins);
          noise(r, c, from, to, a.amount(), number(b, c, number, 0), number(b, c, number, 3));
        }
      }
      default -> throw new AssertionError(transform + " does not run here");
    }
  }

  private void noise(
      Row r, int channel, int from, int to, double amount, double uniform, double seed) {
    int[] step = known(r, Op.PICTURE_NOISE, from, to, (int) (long) seed);
    step[5] = (int) ((long) seed >> 32);
    step[6] = channel;
    drawn(step, numbers.add(amount * 0.05 * (uniform + 0.3)));
  }

  private void mask(
      Row r,
      boolean time,
      double most,
      int masks,
      SpectrogramAugmentation.Fill fill,
      int b,
      int c,
      int number) {
    int size = time ? r.length : bins;
    int kind = time ? Op.PICTURE_FILL_FRAMES : Op.PICTURE_FILL_BINS;
    int partial = r.partial;
    for (int m = 0; m < masks; m++) {
      double wide = number(b, c, number, 2 * m);
      int from = Applied.maskStart(wide, number(b, c, number, 2 * m + 1), most, size);
      int to = from + Applied.maskWidth(wide, most, size);
      if (to > from) {
        boolean zero = fill == SpectrogramAugmentation.Fill.ZERO;
        int least = fill == SpectrogramAugmentation.Fill.MIN ? Op.FILL_LEAST : 0;
        int partials = zero ? 0 : blocks(r);
        // Number 0 is a zero.
        knowing(r, kind, partial, partials, values(r), from, to, least);
      }
    }
  }

  /** Where values are read, whole part and fraction of each. */
  private int table(int size, IntToDoubleFunction source) {
    double[] pairs = new double[2 * size];
    for (int i = 0; i < size; i++) {
      double at = source.applyAsDouble(i);
      int low = Math.clamp((int) at, 0, size - 1);
      pairs[2 * i] = low;
      pairs[2 * i + 1] = at - low;
    }
    return numbers.add(pairs);
  }

  private void stretch(Row r, int frameTable, int binTable) {
    step(r, Op.PICTURE_STRETCH, frameTable, binTable, 0, 0);
  }

  private void resize(Row r, double bottom, double height, double left, double width) {
    int frames = r.length;
    stretch(
        r,
        table(frames, t -> Math.clamp(left + (t + 0.5) * width / frames - 0.5, 0, frames - 1)),
        table(bins, k -> Math.clamp(bottom + (k + 0.5) * height / bins - 0.5, 0, bins - 1)));
  }

  private void mix(SpectrogramAugmentation transform, List<int[]> applied, int number) {
    store();
    // All are looked at before the first is changed.
    int[][] before =
        Arrays.stream(rows)
            .flatMap(Arrays::stream)
            .map(r -> new int[] {r.place, r.at, r.length})
            .toArray(int[][]::new);
    for (int[] one : applied) {
      int b = one[0];
      int c = one[1];
      int partner = partner(b, number);
      int[] other = before[partner * channels + c];
      if (partner == b || other[2] == 0) {
        continue;
      }
      Row r = rows[b][c];
      int frames = r.length;
      switch (transform) {
        case SpectrogramAugmentation.Mixup _ -> {
          double lambda = number(b, 0, number, 1);
          int[] step = other(r, Op.PICTURE_MIXUP, other, 0, 0, 0, 0);
          drawn(step, numbers.add(lambda, 1 - lambda));
        }
        case SpectrogramAugmentation.CutMix _ -> {
          double lambda = number(b, 0, number, 1);
          double ux = number(b, 0, number, 2);
          double uy = number(b, 0, number, 3);
          other(
              r,
              Op.PICTURE_PASTE,
              other,
              Applied.cutFrom(lambda, uy, bins),
              Applied.cutTo(lambda, uy, bins),
              Applied.cutFrom(lambda, ux, frames),
              Applied.cutTo(lambda, ux, frames));
        }
        case SpectrogramAugmentation.SpecMix a -> {
          int high = Applied.bandWidth(number(b, 0, number, 1), a.maxFreqFraction(), bins);
          int wide = Applied.bandWidth(number(b, 0, number, 3), a.maxTimeFraction(), frames);
          int bottom = Applied.bandStart(number(b, 0, number, 2), high, bins);
          int left = Applied.bandStart(number(b, 0, number, 4), wide, frames);
          other(r, Op.PICTURE_PASTE, other, bottom, bottom + high, 0, frames);
          other(r, Op.PICTURE_PASTE, other, 0, bins, left, left + wide);
        }
        default -> throw new AssertionError("does not mix");
      }
    }
  }

  private int[] other(Row r, int kind, int[] other, int first, int second, int third, int fourth) {
    int[] step = step(r, kind, first, second, third, fourth);
    step[1] = other[2];
    step[6] = other[0];
    step[7] = other[1];
    return step;
  }
}
