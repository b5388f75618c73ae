package org.cochlea.core.augment;

import org.cochlea.core.signal.Biquad;
import org.cochlea.core.signal.Loudness;
import org.cochlea.core.stage.Philox;
import org.jspecify.annotations.Nullable;

/**
 * What numbers drawn come to on a clip of a length and a rate: samples, frames, taps, boxes. An
 * engine that runs augmentations on a device takes them from here, as the CPU does, so that both do
 * the same to the last sample. A number drawn is one of {@link Draws#number}.
 */
public final class Applied {
  private static final int EQ_BANDS = Drawing.EQ_BANDS;

  /** Zero crossings of the sinc of a low pass, as julius. */
  private static final double ZEROS = 8;

  /** Samples on each side of a sinc at most: very low cutoffs would make it endless. */
  private static final int MAX_HALF = 8192;

  private static final int ERASING_TRIES = 100;
  private static final int CROP_TRIES = 10;

  private Applied() {}

  // ---- waveforms -----------------------------------------------------------------------------

  /** Returns by how many samples a clip moves to the right. */
  public static long shift(WaveAugmentation.Shift a, double drawn, int n, int sampleRate) {
    return (long)
        switch (a.shiftUnit()) {
          case FRACTION -> drawn * n;
          case SAMPLES -> drawn;
          case SECONDS -> drawn * sampleRate;
        };
  }

  /** Returns the samples of a clip after {@link WaveAugmentation.AdjustDuration}. */
  public static int duration(WaveAugmentation.AdjustDuration a, int sampleRate) {
    return Math.toIntExact(Math.round(a.seconds() * sampleRate));
  }

  /** Returns where the shorter of the two lengths lies in the longer. */
  public static int place(WaveAugmentation.AdjustDuration a, double uniform, int n, int length) {
    int room = Math.abs(length - n);
    return switch (a.position()) {
      case START -> 0;
      case CENTRE -> room / 2;
      case END -> room;
      case RANDOM -> Math.min(room, (int) (uniform * (room + 1.0)));
    };
  }

  /**
   * Returns how many samples a piece of {@link WaveAugmentation.SpliceOut} shortens the clip by:
   * half of the piece, because its first half fades out while the second fades in.
   *
   * @param n samples that are left
   */
  public static int splice(WaveAugmentation.SpliceOut a, double uniform, int n, int sampleRate) {
    double widest = a.maxWidth() * sampleRate / 1000;
    return (int) Math.min(uniform * widest, n) / 2;
  }

  /** Returns where a piece of twice {@code half} begins. */
  public static int spliceStart(double uniform, int n, int half) {
    return (int) (uniform * (n - 2 * half + 1));
  }

  /** Returns which channel is exchanged with channel {@code c}, for c from the last to 1. */
  public static int exchange(long seed, int c) {
    return Math.min(c, (int) (Philox.uniform(seed, 0, c) * (c + 1)));
  }

  /** Returns where a recording begins: a longer one gives a part, a shorter one is repeated. */
  public static int noiseStart(double uniform, int recording, int n) {
    int places = recording > n ? recording - n + 1 : recording;
    return Math.min(places - 1, (int) (uniform * places));
  }

  /** Returns the index of the largest sample of an impulse response, or 0 if that is not wanted. */
  public static int delay(WaveAugmentation.ApplyImpulseResponse a, float[] response) {
    int delay = 0;
    for (int i = 1; a.compensateForPropagationDelay() && i < response.length; i++) {
      if (Math.abs(response[i]) > Math.abs(response[delay])) {
        delay = i;
      }
    }
    return delay;
  }

  /** Returns how far the sinc of a cutoff reaches to each side, in samples. */
  static int reach(double cutoff) {
    return (int) Math.min(MAX_HALF, ZEROS / cutoff / 2);
  }

  /**
   * Returns how far the filter between two frequencies reaches to each side, in samples: one length
   * for both sincs, the longer.
   *
   * @param low in Hz, 0 for a low pass
   */
  public static int reach(double low, double high, int sampleRate) {
    double from = low / sampleRate;
    double to = high / sampleRate;
    return reach(Math.min(from > 0 ? from : to, 0.5));
  }

  /**
   * Writes a low pass: a windowed sinc, its sum 1.
   *
   * @param cutoff as a part of the sample rate, below 0.5
   * @param half how far it reaches; {@code 2 half + 1} taps
   */
  static void lowPass(double cutoff, int half, float[] taps) {
    int m = 2 * half + 1;
    double sum = 0;
    for (int k = 0; k <= half; k++) {
      double window = half == 0 ? 1 : 0.5 - 0.5 * Math.cos(Math.PI * k / half);
      double angle = 2 * Math.PI * cutoff * (k - half);
      double tap = window * (angle == 0 ? 1 : Math.sin(angle) / angle);
      taps[k] = (float) tap;
      taps[m - 1 - k] = taps[k];
      sum += k == half ? tap : 2 * tap;
    }
    for (int k = 0; k < m; k++) {
      taps[k] = (float) (taps[k] / sum);
    }
  }

  /**
   * Returns the filter between two frequencies as one response, {@code 2 reach + 1} taps: {@code
   * y[t] = Σ_k h[k] x[t + reach - k]}, edge samples repeated beyond the ends.
   *
   * @param low in Hz, 0 for a low pass
   * @param stop whether what is between is taken away, instead of kept
   */
  public static float[] taps(double low, double high, boolean stop, int sampleRate) {
    int half = reach(low, high, sampleRate);
    double[] sum = new double[2 * half + 1];
    add(sum, high / sampleRate, half, stop ? -1 : 1);
    if (low > 0) {
      add(sum, low / sampleRate, half, stop ? 1 : -1);
    }
    if (stop) {
      sum[half] += 1;
    }
    float[] taps = new float[sum.length];
    for (int k = 0; k < taps.length; k++) {
      taps[k] = (float) sum[k];
    }
    return taps;
  }

  private static void add(double[] sum, double cutoff, int half, double factor) {
    if (cutoff >= 0.5) {
      // It lets everything through.
      sum[half] += factor;
      return;
    }
    float[] taps = new float[sum.length];
    lowPass(cutoff, half, taps);
    for (int k = 0; k < taps.length; k++) {
      sum[k] += factor * taps[k];
    }
  }

  /**
   * Returns a band of the equalizer.
   *
   * @param band in [0, 7)
   * @param centre in Hz, as the others drawn
   * @param gainDb in dB
   * @return null for a band at or above half the rate, which is left out
   */
  public static @Nullable Biquad equalizer(
      int band, double centre, double gainDb, double q, double sampleRate) {
    if (!(centre < sampleRate / 2)) {
      return null;
    }
    return band == 0
        ? Biquad.bass(sampleRate, gainDb, centre, q)
        : band == EQ_BANDS - 1
            ? Biquad.treble(sampleRate, gainDb, centre, q)
            : Biquad.equalizer(sampleRate, centre, gainDb, q);
  }

  /**
   * Returns the blocks that {@link WaveAugmentation.LoudnessNormalization} measures; 0 for a clip
   * that it leaves as it is.
   */
  public static int loudnessBlocks(int n, int channels, int sampleRate) {
    return Loudness.isMeasurable(n, channels, sampleRate) ? Loudness.blocks(n, sampleRate) : 0;
  }

  /** Returns the period of coloured noise: a power of two. */
  public static int noisePeriod(int n, int sampleRate) {
    return Fft.sizeFor(Math.min(n, sampleRate));
  }

  /** Returns the samples of a clip played at a speed. */
  public static int played(int n, double factor) {
    return (int) Math.ceil(n / factor);
  }

  /** Returns the samples of a clip after {@link WaveAugmentation.TimeStretch}. */
  public static int stretched(WaveAugmentation.TimeStretch a, int n, double rate) {
    return a.leaveLengthUnchanged() ? n : (int) Math.round(n / rate);
  }

  // ---- features ------------------------------------------------------------------------------

  /** Returns the frames of a spectrogram that a phase vocoder has made faster. */
  public static int stretched(int frames, double rate) {
    return PhaseVocoder.frames(frames, rate);
  }

  /** Returns the frames that a time mask has at most. */
  public static double most(SpectrogramAugmentation.TimeMasking a, int frames) {
    double param = a.timeMaskParam();
    return a.maxProportion() < 1 ? Math.min(param, (int) (frames * a.maxProportion())) : param;
  }

  /** Returns how many masks a clip gets. */
  public static int masks(SpectrogramAugmentation.AdaptiveTimeMasking a, int frames) {
    return (int) Math.min(a.maxMasks(), a.multiplicity() * frames);
  }

  /** Returns how many frames or bins a mask has. */
  public static int maskWidth(double uniform, double most, int size) {
    return (int) Math.min(uniform * most, size);
  }

  /** Returns where a mask begins. */
  public static int maskStart(double uniformWidth, double uniform, double most, int size) {
    return (int) (uniform * (size - Math.min(uniformWidth * most, size)));
  }

  /** Returns the frame, not whole, that {@link SpectrogramAugmentation.TimeWarp} moves. */
  public static double warpFrom(double place, int most, int frames) {
    return most + place * (frames - 1 - 2.0 * most);
  }

  /** Returns where it moves to. */
  public static double warpTo(double distance, int most, double from) {
    return from + (2 * distance - 1) * most;
  }

  /**
   * Returns the bin, not whole, that {@link SpectrogramAugmentation.FrequencyWarp} puts at bin
   * {@code k}.
   */
  public static double warpedBin(int k, int bins, double factor, double maxFrequency) {
    // Bin k of a bank from 0 Hz lies k + 1 steps above it: f = 700 (e^(step (k + 1)) - 1).
    double step = Math.log1p(maxFrequency / 700) / (bins + 1);
    double source = Math.log1p(Math.expm1(step * (k + 1)) / factor) / step - 1;
    return Math.clamp(source, 0, bins - 1);
  }

  /** Returns by how many frames a feature moves to the right, in [0, frames). */
  public static int roll(double shift, int frames) {
    return Math.floorMod((int) Math.rint(shift * frames), frames);
  }

  /** Returns which of the boxes drawn is the first that fits, or -1. */
  public static int erasing(
      SpectrogramAugmentation.RandomErasing a, long seed, int bins, int frames) {
    for (int i = 0; i < ERASING_TRIES; i++) {
      if (erasingBin(seed, i, bins) + erasingBins(a, seed, i, bins, frames) <= bins
          && erasingFrame(seed, i, frames) + erasingFrames(a, seed, i, bins, frames) <= frames) {
        return i;
      }
    }
    return -1;
  }

  /** Returns the bins of box {@code i}. */
  public static int erasingBins(
      SpectrogramAugmentation.RandomErasing a, long seed, int i, int bins, int frames) {
    double area = between(seed, 4L * i, a.minArea(), a.maxArea()) * bins * frames;
    return (int) Math.sqrt(area * between(seed, 4L * i + 1, a.minAspect(), a.maxAspect()));
  }

  /** Returns the frames of box {@code i}. */
  public static int erasingFrames(
      SpectrogramAugmentation.RandomErasing a, long seed, int i, int bins, int frames) {
    double area = between(seed, 4L * i, a.minArea(), a.maxArea()) * bins * frames;
    return (int) Math.sqrt(area / between(seed, 4L * i + 1, a.minAspect(), a.maxAspect()));
  }

  /** Returns the first bin of box {@code i}. */
  public static int erasingBin(long seed, int i, int bins) {
    return (int) between(seed, 4L * i + 2, 0, bins);
  }

  /** Returns the first frame of box {@code i}. */
  public static int erasingFrame(long seed, int i, int frames) {
    return (int) between(seed, 4L * i + 3, 0, frames);
  }

  /** Returns what the box is filled with. */
  public static float erasingValue(SpectrogramAugmentation.RandomErasing a, long seed) {
    return (float) between(seed, 4L * ERASING_TRIES, a.minValue(), a.maxValue());
  }

  /** Returns which of the boxes drawn is the first that fits, or -1. */
  public static int crop(
      SpectrogramAugmentation.RandomResizedCrop a, long seed, int bins, int frames) {
    for (int i = 0; i < CROP_TRIES; i++) {
      if (cropWidth(a, seed, i, bins, frames) <= frames
          && cropHeight(a, seed, i, bins, frames) <= bins) {
        return i;
      }
    }
    return -1;
  }

  /** Returns the frames of box {@code i}. */
  public static double cropWidth(
      SpectrogramAugmentation.RandomResizedCrop a, long seed, int i, int bins, int frames) {
    double area = between(seed, 4L * i, a.minScale(), a.maxScale()) * bins * frames;
    return Math.sqrt(area * cropRatio(a, seed, i));
  }

  /** Returns the bins of box {@code i}. */
  public static double cropHeight(
      SpectrogramAugmentation.RandomResizedCrop a, long seed, int i, int bins, int frames) {
    double area = between(seed, 4L * i, a.minScale(), a.maxScale()) * bins * frames;
    return Math.sqrt(area / cropRatio(a, seed, i));
  }

  private static double cropRatio(SpectrogramAugmentation.RandomResizedCrop a, long seed, int i) {
    return Math.exp(between(seed, 4L * i + 1, Math.log(a.minRatio()), Math.log(a.maxRatio())));
  }

  /** Returns where box {@code i} of a height begins. */
  public static double cropBottom(long seed, int i, int bins, double height) {
    return between(seed, 4L * i + 2, 0, bins - height);
  }

  /** Returns where box {@code i} of a width begins. */
  public static double cropLeft(long seed, int i, int frames, double width) {
    return between(seed, 4L * i + 3, 0, frames - width);
  }

  private static double between(long seed, long index, double min, double max) {
    return min + (max - min) * Philox.uniform(seed, 0, index);
  }

  /** Returns the first bin of {@link SpectrogramAugmentation.MelBandNoise}. */
  public static int bandFrom(SpectrogramAugmentation.MelBandNoise a, double uniform, int bins) {
    return (int) (uniform * (bins - a.minBins() + 1));
  }

  /** Returns the bin after the last of a band that begins at {@code from}. */
  public static int bandTo(
      SpectrogramAugmentation.MelBandNoise a, double uniform, int from, int bins) {
    int to = from + a.minBins() + (int) (uniform * (bins - from - a.minBins() + 1));
    return Math.min(to, bins);
  }

  /** Returns over how many bins {@link SpectrogramAugmentation.AttenuateHighs} falls. */
  public static int slope(double drawn, int bins) {
    return Math.max(1, (int) (drawn * bins));
  }

  /** Returns where the box of {@link SpectrogramAugmentation.CutMix} begins, along one axis. */
  public static int cutFrom(double lambda, double uniform, int size) {
    int side = (int) (size * Math.sqrt(1 - lambda));
    return Math.max(0, (int) (uniform * size) - side / 2);
  }

  /** Returns where it ends. */
  public static int cutTo(double lambda, double uniform, int size) {
    int side = (int) (size * Math.sqrt(1 - lambda));
    return Math.min(size, (int) (uniform * size) + side / 2);
  }

  /** Returns how wide a band of {@link SpectrogramAugmentation.SpecMix} is. */
  public static int bandWidth(double uniform, double maxFraction, int size) {
    return (int) (uniform * maxFraction * size);
  }

  /** Returns where it begins. */
  public static int bandStart(double uniform, int width, int size) {
    return (int) (uniform * (size - width + 1));
  }

  // ---- tables --------------------------------------------------------------------------------

  /**
   * Returns the filter of {@link WaveAugmentation.SpeedPerturbation}: a sinc with a Kaiser window,
   * from its middle on, {@link #interpolatorSteps} values per zero crossing and one more.
   */
  public static float[] interpolator() {
    return Interpolator.TABLE.clone();
  }

  /** Returns how many values {@link #interpolator} has per zero crossing. */
  public static int interpolatorSteps() {
    return Interpolator.STEPS;
  }

  /** Returns how many zero crossings {@link #interpolator} has. */
  public static int interpolatorCrossings() {
    return Interpolator.CROSSINGS;
  }

  /** Returns where its cutoff lies at a speed, as a part of half the rate. */
  public static double interpolatorCutoff(double speed) {
    return Interpolator.cutoff(speed);
  }
}
