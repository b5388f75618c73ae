package org.cochlea.core.augment;

import java.util.Arrays;

/** What the augmentations of a feature do: float32 values, sums and places in double. */
final class SpectrogramOperations {
  private SpectrogramOperations() {}

  /**
   * Applies a transform to one clip.
   *
   * @param slot where its draws begin
   */
  static void run(
      SpectrogramAugmentation transform, Picture p, Draws d, int item, int slot, Scratch scratch) {
    double[] t = d.table();
    if (p.size() == 0) {
      return;
    }
    if (transform instanceof SpectrogramAugmentation.TimeStretch) {
      int at = d.row(item, 0) + slot;
      if (t[at] != 0) {
        PhaseVocoder.stretch(p, t[at + 1], scratch.vocoder());
      }
      return;
    }
    for (int c = 0; c < p.channels(); c++) {
      int at = d.row(item, c) + slot;
      if (t[at] != 0) {
        run(transform, p, c, t, at + 1, scratch);
      }
    }
  }

  private static void run(
      SpectrogramAugmentation transform, Picture p, int c, double[] t, int at, Scratch scratch) {
    switch (transform) {
      case SpectrogramAugmentation.TimeMasking a ->
          maskFrames(p, c, Applied.most(a, p.frames()), a.masks(), a.fill(), t, at);
      case SpectrogramAugmentation.AdaptiveTimeMasking a -> {
        int masks = Applied.masks(a, p.frames());
        maskFrames(p, c, a.sizeRatio() * p.frames(), masks, a.fill(), t, at);
      }
      case SpectrogramAugmentation.FrequencyMasking a -> maskBins(a, p, c, t, at);
      case SpectrogramAugmentation.RandomErasing a -> erase(a, p, c, (long) t[at]);
      case SpectrogramAugmentation.TimeWarp a -> warp(a, p, c, t[at], t[at + 1]);
      case SpectrogramAugmentation.FrequencyWarp a -> warp(p, c, t[at], a.maxFrequency());
      case SpectrogramAugmentation.Roll _ -> roll(p, c, t[at]);
      case SpectrogramAugmentation.TimeFlip _ -> flip(p, c);
      case SpectrogramAugmentation.ZoomCrop _ -> {
        double height = p.bins() / t[at];
        double width = p.frames() / t[at];
        resize(
            p,
            c,
            t[at + 1] * (p.bins() - height),
            height,
            t[at + 2] * (p.frames() - width),
            width,
            scratch);
      }
      case SpectrogramAugmentation.RandomResizedCrop a -> crop(a, p, c, (long) t[at], scratch);
      case SpectrogramAugmentation.RandomAffine _ -> affine(p, c, t[at], t[at + 1]);
      case SpectrogramAugmentation.RandomPower _ -> power(p, c, t[at], scratch);
      case SpectrogramAugmentation.MelNoise a ->
          noise(p, c, 0, p.bins(), a.amount(), t[at], (long) t[at + 1], scratch);
      case SpectrogramAugmentation.MelBandNoise a -> {
        int bins = p.bins();
        if (bins >= a.minBins()) {
          int from = Applied.bandFrom(a, t[at + 1], bins);
          int to = Applied.bandTo(a, t[at + 2], from, bins);
          noise(p, c, from, to, a.amount(), t[at], (long) t[at + 3], scratch);
        }
      }
      case SpectrogramAugmentation.AttenuateHighs _ -> attenuateHighs(p, c, t[at], t[at + 1]);
      case SpectrogramAugmentation.TimeStretch _,
          SpectrogramAugmentation.Mixup _,
          SpectrogramAugmentation.CutMix _,
          SpectrogramAugmentation.SpecMix _ ->
          throw new AssertionError("runs on all channels at once");
    }
  }

  // ---- mixing --------------------------------------------------------------------------------

  /** Writes the mix of a clip and its partner to the spare arrays, without changing either. */
  static void mix(SpectrogramAugmentation transform, Picture p, Picture other, double[] t, int at) {
    if (p.size() == 0 || other.size() == 0) {
      copyToSpare(p);
      return;
    }
    switch (transform) {
      case SpectrogramAugmentation.Mixup _ -> mixup(p, other, t[at + 1]);
      case SpectrogramAugmentation.CutMix _ -> cutMix(p, other, t[at + 1], t[at + 2], t[at + 3]);
      case SpectrogramAugmentation.SpecMix a -> specMix(a, p, other, t, at);
      default -> throw new AssertionError("does not mix");
    }
  }

  /** Returns the weight that the partner's targets get. */
  static double weight(
      SpectrogramAugmentation transform,
      int bins,
      int frames,
      int otherFrames,
      double[] t,
      int at) {
    if (bins == 0 || frames == 0 || otherFrames == 0) {
      return 0;
    }
    return switch (transform) {
      case SpectrogramAugmentation.Mixup a -> a.mixTargets() ? 1 - t[at + 1] : 0;
      case SpectrogramAugmentation.CutMix _ -> {
        double lambda = t[at + 1];
        int high =
            Applied.cutTo(lambda, t[at + 3], bins) - Applied.cutFrom(lambda, t[at + 3], bins);
        int wide =
            Applied.cutTo(lambda, t[at + 2], frames) - Applied.cutFrom(lambda, t[at + 2], frames);
        yield (double) high * wide / ((double) bins * frames);
      }
      case SpectrogramAugmentation.SpecMix a -> {
        double high = (double) Applied.bandWidth(t[at + 1], a.maxFreqFraction(), bins) / bins;
        double wide = (double) Applied.bandWidth(t[at + 3], a.maxTimeFraction(), frames) / frames;
        yield high + wide - high * wide;
      }
      default -> throw new AssertionError("does not mix");
    };
  }

  private static void mixup(Picture p, Picture other, double lambda) {
    int frames = p.frames();
    float own = (float) lambda;
    float its = (float) (1 - lambda);
    for (int c = 0; c < p.channels(); c++) {
      float[] x = p.values(c);
      float[] z = other.values(c);
      float[] y = p.spare(c, p.size());
      for (int k = 0; k < p.bins(); k++) {
        int row = k * frames;
        int otherRow = k * other.frames();
        for (int i = 0, j = 0; i < frames; i++, j++) {
          j = j == other.frames() ? 0 : j;
          y[row + i] = own * x[row + i] + its * z[otherRow + j];
        }
      }
    }
  }

  private static void cutMix(Picture p, Picture other, double lambda, double ux, double uy) {
    int fromBin = Applied.cutFrom(lambda, uy, p.bins());
    int toBin = Applied.cutTo(lambda, uy, p.bins());
    int fromFrame = Applied.cutFrom(lambda, ux, p.frames());
    int toFrame = Applied.cutTo(lambda, ux, p.frames());
    copyToSpare(p);
    paste(p, other, fromBin, toBin, fromFrame, toFrame);
  }

  private static void specMix(
      SpectrogramAugmentation.SpecMix a, Picture p, Picture other, double[] t, int at) {
    int f = Applied.bandWidth(t[at + 1], a.maxFreqFraction(), p.bins());
    int w = Applied.bandWidth(t[at + 3], a.maxTimeFraction(), p.frames());
    int fromBin = Applied.bandStart(t[at + 2], f, p.bins());
    int fromFrame = Applied.bandStart(t[at + 4], w, p.frames());
    copyToSpare(p);
    paste(p, other, fromBin, fromBin + f, 0, p.frames());
    paste(p, other, 0, p.bins(), fromFrame, fromFrame + w);
  }

  private static void copyToSpare(Picture p) {
    for (int c = 0; c < p.channels(); c++) {
      System.arraycopy(p.values(c), 0, p.spare(c, p.size()), 0, p.size());
    }
  }

  private static void paste(
      Picture p, Picture other, int fromBin, int toBin, int fromFrame, int toFrame) {
    for (int c = 0; c < p.channels(); c++) {
      float[] z = other.values(c);
      float[] y = p.spare(c, p.size());
      for (int k = fromBin; k < toBin; k++) {
        for (int i = fromFrame; i < toFrame; i++) {
          y[k * p.frames() + i] = z[k * other.frames() + i % other.frames()];
        }
      }
    }
  }

  // ---- masks ---------------------------------------------------------------------------------

  private static float fill(SpectrogramAugmentation.Fill fill, Picture p, int c) {
    float[] x = p.values(c);
    return switch (fill) {
      case ZERO -> 0;
      case MEAN -> (float) mean(x, p.size());
      case MIN -> {
        float least = Float.POSITIVE_INFINITY;
        for (int i = 0; i < p.size(); i++) {
          least = Math.min(least, x[i]);
        }
        yield least;
      }
    };
  }

  private static double mean(float[] x, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x[i];
    }
    return sum / n;
  }

  private static void maskFrames(
      Picture p,
      int c,
      double param,
      int masks,
      SpectrogramAugmentation.Fill fill,
      double[] t,
      int at) {
    float value = fill(fill, p, c);
    float[] x = p.values(c);
    int parts = p.complex() ? 2 : 1;
    int frames = p.frames();
    for (int m = 0; m < masks; m++) {
      int from = Applied.maskStart(t[at + 2 * m], t[at + 2 * m + 1], param, frames);
      int to = from + Applied.maskWidth(t[at + 2 * m], param, frames);
      for (int k = 0; k < p.bins(); k++) {
        int row = k * frames;
        Arrays.fill(x, (row + from) * parts, (row + to) * parts, value);
      }
    }
  }

  private static void maskBins(
      SpectrogramAugmentation.FrequencyMasking a, Picture p, int c, double[] t, int at) {
    float value = fill(a.fill(), p, c);
    int width = p.size() / p.bins();
    for (int m = 0; m < a.masks(); m++) {
      double most = a.freqMaskParam();
      int from = Applied.maskStart(t[at + 2 * m], t[at + 2 * m + 1], most, p.bins());
      int height = Applied.maskWidth(t[at + 2 * m], most, p.bins());
      Arrays.fill(p.values(c), from * width, (from + height) * width, value);
    }
  }

  private static void erase(SpectrogramAugmentation.RandomErasing a, Picture p, int c, long seed) {
    int bins = p.bins();
    int frames = p.frames();
    int i = Applied.erasing(a, seed, bins, frames);
    if (i < 0) {
      return;
    }
    int bottom = Applied.erasingBin(seed, i, bins);
    int left = Applied.erasingFrame(seed, i, frames);
    int height = Applied.erasingBins(a, seed, i, bins, frames);
    int width = Applied.erasingFrames(a, seed, i, bins, frames);
    float value = Applied.erasingValue(a, seed);
    for (int k = bottom; k < bottom + height; k++) {
      Arrays.fill(p.values(c), k * frames + left, k * frames + left + width, value);
    }
  }

  // ---- geometry ------------------------------------------------------------------------------

  private static void warp(
      SpectrogramAugmentation.TimeWarp a, Picture p, int c, double place, double distance) {
    int frames = p.frames();
    int most = (int) a.maxTimeWarp();
    if (most < 1 || frames <= 2 * most) {
      return;
    }
    // Frame `from` of the source moves to `to`: both ends stay.
    double from = Applied.warpFrom(place, most, frames);
    double to = Applied.warpTo(distance, most, from);
    float[] x = p.values(c);
    float[] y = p.spare(c, p.size());
    double last = frames - 1;
    for (int t = 0; t < frames; t++) {
      double source =
          t <= to && to > 0
              ? t * from / to
              : to >= last ? last : last - (last - t) * (last - from) / (last - to);
      int low = Math.clamp((int) source, 0, frames - 1);
      int high = Math.min(low + 1, frames - 1);
      float fraction = (float) (source - low);
      for (int k = 0; k < p.bins(); k++) {
        int row = k * frames;
        y[row + t] = x[row + low] + fraction * (x[row + high] - x[row + low]);
      }
    }
    p.swap(c);
  }

  private static void warp(Picture p, int c, double factor, double maxFrequency) {
    int bins = p.bins();
    int frames = p.frames();
    float[] x = p.values(c);
    float[] y = p.spare(c, p.size());
    for (int k = 0; k < bins; k++) {
      double source = Applied.warpedBin(k, bins, factor, maxFrequency);
      int low = (int) source;
      int high = Math.min(low + 1, bins - 1);
      float fraction = (float) (source - low);
      for (int t = 0; t < frames; t++) {
        float v = x[low * frames + t];
        y[k * frames + t] = v + fraction * (x[high * frames + t] - v);
      }
    }
    p.swap(c);
  }

  private static void roll(Picture p, int c, double shift) {
    int frames = p.frames();
    int right = Applied.roll(shift, frames);
    float[] x = p.values(c);
    float[] y = p.spare(c, p.size());
    for (int k = 0; k < p.bins(); k++) {
      int row = k * frames;
      System.arraycopy(x, row, y, row + right, frames - right);
      System.arraycopy(x, row + frames - right, y, row, right);
    }
    p.swap(c);
  }

  private static void flip(Picture p, int c) {
    float[] x = p.values(c);
    for (int k = 0; k < p.bins(); k++) {
      int i = k * p.frames();
      int j = i + p.frames() - 1;
      for (; i < j; i++, j--) {
        float v = x[i];
        x[i] = x[j];
        x[j] = v;
      }
    }
  }

  private static void crop(
      SpectrogramAugmentation.RandomResizedCrop a, Picture p, int c, long seed, Scratch scratch) {
    int bins = p.bins();
    int frames = p.frames();
    int i = Applied.crop(a, seed, bins, frames);
    if (i >= 0) {
      double height = Applied.cropHeight(a, seed, i, bins, frames);
      double width = Applied.cropWidth(a, seed, i, bins, frames);
      resize(
          p,
          c,
          Applied.cropBottom(seed, i, bins, height),
          height,
          Applied.cropLeft(seed, i, frames, width),
          width,
          scratch);
    }
  }

  /**
   * Stretches a box over the whole, linearly both ways; the middle of every new value is where it
   * lies in the box.
   */
  private static void resize(
      Picture p, int c, double bottom, double height, double left, double width, Scratch scratch) {
    int bins = p.bins();
    int frames = p.frames();
    float[] x = p.values(c);
    float[] y = p.spare(c, p.size());
    double[] places = scratch.sums(frames);
    for (int t = 0; t < frames; t++) {
      places[t] = Math.clamp(left + (t + 0.5) * width / frames - 0.5, 0, frames - 1);
    }
    for (int k = 0; k < bins; k++) {
      double v = Math.clamp(bottom + (k + 0.5) * height / bins - 0.5, 0, bins - 1);
      int bin = (int) v;
      int low = bin * frames;
      int high = Math.min(bin + 1, bins - 1) * frames;
      float up = (float) (v - bin);
      for (int t = 0; t < frames; t++) {
        int from = (int) places[t];
        int to = Math.min(from + 1, frames - 1);
        float along = (float) (places[t] - from);
        float a = x[low + from];
        float below = a + along * (x[low + to] - a);
        float b = x[high + from];
        float above = b + along * (x[high + to] - b);
        y[k * frames + t] = below + up * (above - below);
      }
    }
    p.swap(c);
  }

  // ---- values --------------------------------------------------------------------------------

  private static void affine(Picture p, int c, double gain, double offset) {
    float[] x = p.values(c);
    for (int i = 0; i < p.size(); i++) {
      x[i] = (float) (gain * x[i] + offset);
    }
  }

  private static void power(Picture p, int c, double exponent, Scratch scratch) {
    float[] x = p.values(c);
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < p.size(); i++) {
      least = Math.min(least, x[i]);
      most = Math.max(most, x[i]);
    }
    double range = (double) most - least;
    if (!(range > 0)) {
      Arrays.fill(x, 0, p.size(), 0);
      return;
    }
    Normals numbers = scratch.normals();
    double[] part = numbers.first();
    for (int from = 0; from < p.size(); from += Normals.BLOCK) {
      int count = Math.min(Normals.BLOCK, p.size() - from);
      for (int i = 0; i < count; i++) {
        part[i] = (x[from + i] - least) / range;
      }
      numbers.raise(exponent, count);
      for (int i = 0; i < count; i++) {
        x[from + i] = (float) part[i];
      }
    }
  }

  private static void noise(
      Picture p,
      int c,
      int fromBin,
      int toBin,
      double amount,
      double uniform,
      long seed,
      Scratch scratch) {
    float[] x = p.values(c);
    double scale = amount * mean(x, p.size()) * 0.05 * (uniform + 0.3);
    Normals numbers = scratch.normals();
    double[] uniforms = numbers.first();
    int to = toBin * p.frames();
    for (int from = fromBin * p.frames(); from < to; from += Normals.BLOCK) {
      int count = Math.min(Normals.BLOCK, to - from);
      numbers.uniform(seed, c, from, count);
      for (int i = 0; i < count; i++) {
        x[from + i] += (float) ((uniforms[i] + 9) * scale);
      }
    }
  }

  private static void attenuateHighs(Picture p, int c, double depth, double slope) {
    float[] x = p.values(c);
    int frames = p.frames();
    int bins = p.bins();
    int rows = Applied.slope(slope, bins);
    float most = 0;
    for (int k = 0; k < bins; k++) {
      float gain = (float) (1 - depth * Math.min((double) k / rows, 1));
      for (int t = 0; t < frames; t++) {
        x[k * frames + t] *= gain;
        most = Math.max(most, x[k * frames + t]);
      }
    }
    if (most > 0) {
      for (int i = 0; i < p.size(); i++) {
        x[i] /= most;
      }
    }
  }
}
