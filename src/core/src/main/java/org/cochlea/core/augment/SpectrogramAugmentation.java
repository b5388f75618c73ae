package org.cochlea.core.augment;

/**
 * A random change of a feature {@code x[bin, frame]} of {@code F} bins and {@code T} frames. What
 * is drawn is uniform between {@code min…} and {@code max…} unless it says otherwise, and {@code U}
 * stands for a uniform number in (0, 1).
 *
 * <p>All but {@link TimeStretch} need real values. The frames of a clip are its true ones: what a
 * ragged batch pads with is neither read nor changed.
 */
public sealed interface SpectrogramAugmentation extends Augmentation.Transform {

  /** What a mask is filled with. */
  enum Fill {
    /** 0; torchaudio's default. */
    ZERO,
    /** The mean of the channel before the mask. */
    MEAN,
    /** The least value of the channel before the mask. */
    MIN
  }

  // ---- masks ---------------------------------------------------------------------------------

  /**
   * Fills runs of frames: {@code width = U · timeMaskParam}, {@code start = U (T - width)}, the
   * frames {@code floor(start) … floor(start) + floor(width) - 1}; torchaudio's {@code TimeMasking}
   * (with {@code iid_masks=True}: every example has its own). Park et al., "SpecAugment", 2019.
   *
   * @param timeMaskParam frames, at least 0
   * @param maxProportion no mask is wider than this part of T, in [0, 1]; torchaudio's {@code p}
   * @param masks how many, in [1, 1000]
   * @param fill with what
   * @param chance how often
   */
  record TimeMasking(
      double timeMaskParam, double maxProportion, int masks, Fill fill, Chance chance)
      implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public TimeMasking {
      Check.range("timeMaskParam", timeMaskParam, 0, Integer.MAX_VALUE);
      Check.range("maxProportion", maxProportion, 0, 1);
      Check.range("masks", masks, 1, 1000);
    }

    /** Returns torchaudio's defaults: one mask of zeros, of any proportion, always. */
    public static TimeMasking of(double timeMaskParam) {
      return new TimeMasking(timeMaskParam, 1, 1, Fill.ZERO, Chance.ALWAYS);
    }
  }

  /**
   * Fills runs of bins: as {@link TimeMasking}, along the bins; torchaudio's {@code
   * FrequencyMasking}.
   *
   * @param freqMaskParam bins, at least 0
   * @param masks how many, in [1, 1000]
   * @param fill with what
   * @param chance how often
   */
  record FrequencyMasking(double freqMaskParam, int masks, Fill fill, Chance chance)
      implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public FrequencyMasking {
      Check.range("freqMaskParam", freqMaskParam, 0, Integer.MAX_VALUE);
      Check.range("masks", masks, 1, 1000);
    }

    /** Returns torchaudio's defaults: one mask of zeros, always. */
    public static FrequencyMasking of(double freqMaskParam) {
      return new FrequencyMasking(freqMaskParam, 1, Fill.ZERO, Chance.ALWAYS);
    }
  }

  /**
   * Time masks that grow with the clip: {@code min(maxMasks, floor(multiplicity · T))} masks of
   * {@code timeMaskParam = sizeRatio · T}, else as {@link TimeMasking}; Park et al., "SpecAugment
   * on large scale datasets", 2020.
   *
   * @param multiplicity masks per frame, at least 0; 0.04 there
   * @param sizeRatio part of T, in [0, 1]; 0.04 there
   * @param maxMasks in [1, 1000]; 20 there
   * @param fill with what
   * @param chance how often
   */
  record AdaptiveTimeMasking(
      double multiplicity, double sizeRatio, int maxMasks, Fill fill, Chance chance)
      implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public AdaptiveTimeMasking {
      Check.range("multiplicity", multiplicity, 0, Integer.MAX_VALUE);
      Check.range("sizeRatio", sizeRatio, 0, 1);
      Check.range("maxMasks", maxMasks, 1, 1000);
    }

    /** Returns the paper's values, filling with the mean, always. */
    public static AdaptiveTimeMasking paper() {
      return new AdaptiveTimeMasking(0.04, 0.04, 20, Fill.MEAN, Chance.ALWAYS);
    }
  }

  /**
   * Fills a box with one value. Its area is a part of {@code F T} drawn, its height over its width
   * an aspect drawn, its place anywhere it fits; what does not fit is drawn again, 100 times at
   * most. Zhong et al., "Random Erasing Data Augmentation", 2017.
   *
   * @param minArea in (0, 1]
   * @param maxArea in [minArea, 1]
   * @param minAspect above 0
   * @param maxAspect at least minAspect
   * @param minValue the value is uniform from here, finite
   * @param maxValue to here
   * @param chance how often
   */
  record RandomErasing(
      double minArea,
      double maxArea,
      double minAspect,
      double maxAspect,
      double minValue,
      double maxValue,
      Chance chance)
      implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public RandomErasing {
      boxes("Area", minArea, maxArea, "Aspect", minAspect, maxAspect);
      Check.interval("Value", minValue, maxValue);
    }

    /** Returns daisukelab's values: area 0.02 to 0.4, aspect 0.3 to 3.33, value 0 to 1. */
    public static RandomErasing of(double p) {
      return new RandomErasing(0.02, 0.4, 0.3, 3.33, 0, 1, Chance.of(p));
    }
  }

  // ---- geometry ------------------------------------------------------------------------------

  /**
   * Warps time: a frame {@code c} drawn from [W, T - W) moves by {@code w} frames drawn from [-W,
   * W], and what is before and after is stretched to fit, interpolated linearly. The W of
   * SpecAugment (there a sparse image warp), as ESPnet and Lingvo do it. Clips of at most 2 W
   * frames stay.
   *
   * @param maxTimeWarp W in frames, at least 0; 80 in the paper
   * @param chance how often
   */
  record TimeWarp(double maxTimeWarp, Chance chance) implements SpectrogramAugmentation {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public TimeWarp {
      Check.range("maxTimeWarp", maxTimeWarp, 0, Integer.MAX_VALUE);
    }

    /** Returns the paper's W of 80 frames, always. */
    public static TimeWarp paper() {
      return new TimeWarp(80, Chance.ALWAYS);
    }
  }

  /**
   * Multiplies all frequencies by a factor, as a shorter or longer vocal tract does: {@code y(f) =
   * x(f / factor)} on bins of a mel scale, interpolated linearly; what lies above the last bin is
   * like it. Jaitly and Hinton, "Vocal Tract Length Perturbation (VTLP) improves speech
   * recognition", 2013, there in the filter bank.
   *
   * @param minFactor in [0.25, 4]; 0.9 in the paper
   * @param maxFactor in [minFactor, 4]; 1.1 in the paper
   * @param maxFrequency upper edge of the filter bank in Hz, above 0. Bins are taken to be even on
   *     {@code 2595 log10(1 + f / 700)} from 0 Hz to there, from which Slaney's scale differs by
   *     little
   * @param chance how often
   */
  record FrequencyWarp(double minFactor, double maxFactor, double maxFrequency, Chance chance)
      implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public FrequencyWarp {
      Check.interval("Factor", minFactor, maxFactor, 0.25, 4);
      Check.range("maxFrequency", maxFrequency, Double.MIN_VALUE, 1e9);
    }

    /** Returns the paper's factors, 0.9 to 1.1, always. */
    public static FrequencyWarp paper(double maxFrequency) {
      return new FrequencyWarp(0.9, 1.1, maxFrequency, Chance.ALWAYS);
    }
  }

  /**
   * Moves all frames to the right by {@code round(shift T)}; what leaves one end comes in at the
   * other.
   *
   * @param minShift part of T, in [-1, 1]
   * @param maxShift in [minShift, 1]
   * @param chance how often
   */
  record Roll(double minShift, double maxShift, Chance chance) implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Roll {
      Check.interval("Shift", minShift, maxShift, -1, 1);
    }

    /** Returns daisukelab's width shift: up to 0.4 of the width to both sides. */
    public static Roll of(double p) {
      return new Roll(-0.4, 0.4, Chance.of(p));
    }
  }

  /**
   * Turns time around: {@code y[k, t] = x[k, T - 1 - t]}; a horizontal flip.
   *
   * @param chance how often
   */
  record TimeFlip(Chance chance) implements SpectrogramAugmentation {
    /** Returns it with a probability. */
    public static TimeFlip of(double p) {
      return new TimeFlip(Chance.of(p));
    }
  }

  /**
   * Enlarges: a box of {@code F / zoom} bins and {@code T / zoom} frames, anywhere, is stretched
   * over the whole, interpolated linearly both ways; fastai's random zoom.
   *
   * @param minZoom at least 1
   * @param maxZoom at least minZoom
   * @param chance how often
   */
  record ZoomCrop(double minZoom, double maxZoom, Chance chance)
      implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public ZoomCrop {
      Check.interval("Zoom", minZoom, maxZoom, 1, Integer.MAX_VALUE);
    }

    /** Returns ebouteillon's values: 1 to 1.05 with probability 0.75. */
    public static ZoomCrop ebouteillon() {
      return new ZoomCrop(1, 1.05, Chance.of(0.75));
    }
  }

  /**
   * Stretches a box over the whole: its area is a part of {@code F T} drawn, its width over its
   * height a ratio drawn log-uniformly, its place anywhere it fits, interpolated linearly both
   * ways. What does not fit is drawn again, 10 times at most; torchvision's {@code
   * RandomResizedCrop} at the old size.
   *
   * @param minScale part of the area, in (0, 1]
   * @param maxScale in [minScale, 1]
   * @param minRatio above 0
   * @param maxRatio at least minRatio
   * @param chance how often
   */
  record RandomResizedCrop(
      double minScale, double maxScale, double minRatio, double maxRatio, Chance chance)
      implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public RandomResizedCrop {
      boxes("Scale", minScale, maxScale, "Ratio", minRatio, maxRatio);
    }

    /** Returns torchvision's defaults: scale 0.08 to 1, ratio 3/4 to 4/3. */
    public static RandomResizedCrop of(double p) {
      return new RandomResizedCrop(0.08, 1, 3.0 / 4, 4.0 / 3, Chance.of(p));
    }
  }

  /**
   * Faster or slower: {@code ceil(T / rate)} frames of a complex spectrogram, by a phase vocoder;
   * torchaudio's {@code TimeStretch} with a rate drawn. See {@link PhaseVocoder}.
   *
   * @param minRate in [0.05, 20]; above 1 is faster
   * @param maxRate in [minRate, 20]
   * @param hopLength samples from one frame to the next, at least 1
   * @param chance how often; not per channel
   */
  record TimeStretch(double minRate, double maxRate, int hopLength, Chance chance)
      implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public TimeStretch {
      Check.interval("Rate", minRate, maxRate, 0.05, 20);
      Check.atLeast("hopLength", hopLength, 1);
      Check.sameForChannels(chance);
    }
  }

  // ---- mixing --------------------------------------------------------------------------------

  /**
   * {@code y = λ x + (1 - λ) x'} with another clip {@code x'} of the batch, λ from Beta(alpha,
   * alpha). Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2017.
   *
   * <p>The other one, here and in {@link CutMix} and {@link SpecMix}, is any of the batch but
   * itself, equally likely: the result depends on which examples are in the batch, though not on
   * their order, and a batch of one stays. Where the other is shorter it is repeated.
   *
   * @param alpha above 0; 1 makes λ uniform
   * @param mixTargets whether targets become {@code λ y + (1 - λ) y'}; HTS-AT leaves them
   * @param chance how often; not per channel
   */
  record Mixup(double alpha, boolean mixTargets, Chance chance) implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Mixup {
      Check.range("alpha", alpha, 1e-3, 1e6);
      Check.sameForChannels(chance);
    }

    /** Returns mixup of data and targets, always. */
    public static Mixup of(double alpha) {
      return new Mixup(alpha, true, Chance.ALWAYS);
    }
  }

  /**
   * Replaces a box by that of another clip. With λ from Beta(alpha, alpha) it is {@code √(1 - λ)}
   * of each side around a centre anywhere, cut at the edges; targets become {@code (1 - a) y + a
   * y'} with {@code a} the area replaced over {@code F T}. Yun et al., "CutMix", 2019.
   *
   * @param alpha above 0
   * @param chance how often; not per channel
   */
  record CutMix(double alpha, Chance chance) implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public CutMix {
      Check.range("alpha", alpha, 1e-3, 1e6);
      Check.sameForChannels(chance);
    }

    /** Returns the paper's, alpha 1, with a probability. */
    public static CutMix of(double p) {
      return new CutMix(1, Chance.of(p));
    }
  }

  /**
   * Replaces a band of {@code f = floor(U · maxFreqFraction · F)} bins and one of {@code t =
   * floor(U · maxTimeFraction · T)} frames, each anywhere, by those of another clip; targets become
   * {@code (1 - a) y + a y'} with {@code a = f/F + t/T - (f/F)(t/T)}. ebouteillon's SpecMix for
   * Freesound Audio Tagging 2019.
   *
   * @param maxFreqFraction in [0, 1]
   * @param maxTimeFraction in [0, 1]
   * @param chance how often; not per channel
   */
  record SpecMix(double maxFreqFraction, double maxTimeFraction, Chance chance)
      implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public SpecMix {
      Check.range("maxFreqFraction", maxFreqFraction, 0, 1);
      Check.range("maxTimeFraction", maxTimeFraction, 0, 1);
      Check.sameForChannels(chance);
    }

    /** Returns the author's values: a quarter of each, always. */
    public static SpecMix ebouteillon() {
      return new SpecMix(0.25, 0.25, Chance.ALWAYS);
    }
  }

  // ---- values --------------------------------------------------------------------------------

  /**
   * {@code y = a x + b}: a gain and an offset drawn, lighting and contrast of pictures.
   *
   * @param minGain finite
   * @param maxGain at least minGain
   * @param minOffset finite, in the unit of x
   * @param maxOffset at least minOffset
   * @param chance how often
   */
  record RandomAffine(
      double minGain, double maxGain, double minOffset, double maxOffset, Chance chance)
      implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public RandomAffine {
      Check.interval("Gain", minGain, maxGain);
      Check.interval("Offset", minOffset, maxOffset);
    }
  }

  /**
   * {@code y = ((x - min x) / max(x - min x))^e}, {@code e} drawn: more or less contrast; constant
   * features become 0. The {@code random_power} of Conde et al. for BirdCLEF 2021.
   *
   * @param minExponent above 0
   * @param maxExponent at least minExponent
   * @param chance how often
   */
  record RandomPower(double minExponent, double maxExponent, Chance chance)
      implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public RandomPower {
      Check.positive("minExponent", minExponent);
      Check.interval("Exponent", minExponent, maxExponent);
    }

    /** Returns BirdCLEF's final one: 0.7 to 2.7, always. */
    public static RandomPower birdClef() {
      return new RandomPower(0.7, 2.7, Chance.ALWAYS);
    }
  }

  /**
   * {@code y = x + (U + 9) · amount · mean(x) · 0.05 (u + 0.3)} with {@code U} drawn for every
   * value and {@code u} for every clip: the white noise (amount 1) and the "pink" noise (amount 2,
   * white in fact) of Conde et al. for BirdCLEF 2021.
   *
   * @param amount finite
   * @param chance how often
   */
  record MelNoise(double amount, Chance chance) implements SpectrogramAugmentation {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public MelNoise {
      Check.finite("amount", amount);
    }

    /** Returns BirdCLEF's white noise: amount 1 with probability 0.7. */
    public static MelNoise birdClefWhite() {
      return new MelNoise(1, Chance.of(0.7));
    }

    /** Returns BirdCLEF's "pink" noise: amount 2 with probability 0.7. */
    public static MelNoise birdClefPink() {
      return new MelNoise(2, Chance.of(0.7));
    }
  }

  /**
   * {@link MelNoise} on a band of at least {@code minBins} bins, its lower edge and its width
   * drawn; features of fewer bins stay.
   *
   * @param amount finite; 0.1 for BirdCLEF 2021
   * @param minBins at least 1; 20 there
   * @param chance how often
   */
  record MelBandNoise(double amount, int minBins, Chance chance)
      implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public MelBandNoise {
      Check.finite("amount", amount);
      Check.atLeast("minBins", minBins, 1);
    }

    /** Returns BirdCLEF's: amount 0.1, at least 20 bins, probability 0.7. */
    public static MelBandNoise birdClef() {
      return new MelBandNoise(0.1, 20, Chance.of(0.7));
    }
  }

  /**
   * Turns the highs down: bin {@code k} is multiplied by {@code 1 - d min(k / r, 1)}, then all is
   * divided by the maximum where that is above 0. {@code d} is drawn from [0, maxDepth], {@code r}
   * from {@code [minSlope F, F]}. From BirdCLEF 2021, on features that are not negative.
   *
   * @param maxDepth in [0, 1]; 0.5 there
   * @param minSlope part of the bins, in (0, 1]
   * @param chance how often
   */
  record AttenuateHighs(double maxDepth, double minSlope, Chance chance)
      implements SpectrogramAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public AttenuateHighs {
      Check.range("maxDepth", maxDepth, 0, 1);
      Check.range("minSlope", minSlope, Double.MIN_VALUE, 1);
    }

    /** Returns BirdCLEF's: depth up to 0.5 over at least half of the bins, probability 0.5. */
    public static AttenuateHighs birdClef() {
      return new AttenuateHighs(0.5, 0.5, Chance.of(0.5));
    }
  }

  private static void boxes(
      String area, double minArea, double maxArea, String ratio, double minRatio, double maxRatio) {
    Check.interval(area, minArea, maxArea, Double.MIN_VALUE, 1);
    Check.positive("min" + ratio, minRatio);
    Check.interval(ratio, minRatio, maxRatio);
  }
}
