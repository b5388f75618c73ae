package org.cochlea.core.augment;

/**
 * How many numbers an augmentation draws, and which. They do not depend on the clip, so that a draw
 * can be used for another clip too; what depends on its length is worked out when it is applied.
 */
final class Drawing {
  private static final double[] EQ_LOW = {42, 91, 196, 421, 909, 1957, 4216};
  private static final double[] EQ_HIGH = {95, 204, 441, 948, 2045, 4404, 9486};
  static final int EQ_BANDS = 7;

  private Drawing() {}

  /** Returns how many numbers. */
  static int count(Augmentation.Transform transform) {
    return switch (transform) {
      case WaveAugmentation wave -> count(wave);
      case SpectrogramAugmentation spectrogram -> count(spectrogram);
    };
  }

  private static int count(WaveAugmentation wave) {
    return switch (wave) {
      case WaveAugmentation.PolarityInversion _,
          WaveAugmentation.PeakNormalization _,
          WaveAugmentation.TimeInversion _,
          WaveAugmentation.G711Codec _ ->
          0;
      case WaveAugmentation.Gain _,
          WaveAugmentation.RmsNormalization _,
          WaveAugmentation.LoudnessNormalization _,
          WaveAugmentation.Shift _,
          WaveAugmentation.AdjustDuration _,
          WaveAugmentation.PadSection _,
          WaveAugmentation.ShuffleChannels _,
          WaveAugmentation.ApplyImpulseResponse _,
          WaveAugmentation.LowPassFilter _,
          WaveAugmentation.HighPassFilter _,
          WaveAugmentation.TimeStretch _,
          WaveAugmentation.PitchShift _,
          WaveAugmentation.SpeedPerturbation _,
          WaveAugmentation.ClippingDistortion _,
          WaveAugmentation.TanhDistortion _,
          WaveAugmentation.BitCrush _ ->
          1;
      case WaveAugmentation.AddGaussianNoise _,
          WaveAugmentation.BandPassFilter _,
          WaveAugmentation.BandStopFilter _,
          WaveAugmentation.Mix _ ->
          2;
      case WaveAugmentation.AddColoredNoise _, WaveAugmentation.AddBackgroundNoise _ -> 3;
      case WaveAugmentation.SpliceOut a -> 2 * a.numTimeIntervals();
      case WaveAugmentation.SevenBandParametricEq _ -> 3 * EQ_BANDS;
    };
  }

  private static int count(SpectrogramAugmentation spectrogram) {
    return switch (spectrogram) {
      case SpectrogramAugmentation.TimeFlip _ -> 0;
      case SpectrogramAugmentation.RandomErasing _,
          SpectrogramAugmentation.FrequencyWarp _,
          SpectrogramAugmentation.Roll _,
          SpectrogramAugmentation.RandomResizedCrop _,
          SpectrogramAugmentation.TimeStretch _,
          SpectrogramAugmentation.RandomPower _ ->
          1;
      case SpectrogramAugmentation.TimeWarp _,
          SpectrogramAugmentation.Mixup _,
          SpectrogramAugmentation.RandomAffine _,
          SpectrogramAugmentation.MelNoise _,
          SpectrogramAugmentation.AttenuateHighs _ ->
          2;
      case SpectrogramAugmentation.ZoomCrop _ -> 3;
      case SpectrogramAugmentation.CutMix _, SpectrogramAugmentation.MelBandNoise _ -> 4;
      case SpectrogramAugmentation.SpecMix _ -> 5;
      case SpectrogramAugmentation.TimeMasking a -> 2 * a.masks();
      case SpectrogramAugmentation.FrequencyMasking a -> 2 * a.masks();
      case SpectrogramAugmentation.AdaptiveTimeMasking a -> 2 * a.maxMasks();
    };
  }

  /** Whether it takes something of another clip of the batch; the first number says of which. */
  static boolean mixes(Augmentation.Transform transform) {
    return transform instanceof WaveAugmentation.Mix
        || transform instanceof SpectrogramAugmentation.Mixup
        || transform instanceof SpectrogramAugmentation.CutMix
        || transform instanceof SpectrogramAugmentation.SpecMix;
  }

  /** Draws into {@code t[at …]}. */
  static void draw(Augmentation.Transform transform, Numbers u, double[] t, int at) {
    switch (transform) {
      case WaveAugmentation wave -> draw(wave, u, t, at);
      case SpectrogramAugmentation spectrogram -> draw(spectrogram, u, t, at);
    }
  }

  private static void draw(WaveAugmentation wave, Numbers u, double[] t, int at) {
    switch (wave) {
      case WaveAugmentation.PolarityInversion _,
          WaveAugmentation.PeakNormalization _,
          WaveAugmentation.TimeInversion _,
          WaveAugmentation.G711Codec _ -> {}
      case WaveAugmentation.Gain a -> t[at] = u.uniform(a.minGainDb(), a.maxGainDb());
      case WaveAugmentation.RmsNormalization a -> t[at] = u.uniform(a.minDbfs(), a.maxDbfs());
      case WaveAugmentation.LoudnessNormalization a -> t[at] = u.uniform(a.minLufs(), a.maxLufs());
      case WaveAugmentation.Shift a -> t[at] = u.uniform(a.minShift(), a.maxShift());
      case WaveAugmentation.AdjustDuration _ -> t[at] = u.uniform();
      case WaveAugmentation.PadSection a -> t[at] = u.uniform(a.minFraction(), a.maxFraction());
      case WaveAugmentation.ShuffleChannels _ -> t[at] = u.seed();
      case WaveAugmentation.ApplyImpulseResponse a -> t[at] = u.index(a.impulseResponses().size());
      case WaveAugmentation.LowPassFilter a -> t[at] = u.mel(a.minCutoffFreq(), a.maxCutoffFreq());
      case WaveAugmentation.HighPassFilter a -> t[at] = u.mel(a.minCutoffFreq(), a.maxCutoffFreq());
      case WaveAugmentation.TimeStretch a -> t[at] = u.uniform(a.minRate(), a.maxRate());
      case WaveAugmentation.PitchShift a -> t[at] = u.uniform(a.minSemitones(), a.maxSemitones());
      case WaveAugmentation.SpeedPerturbation a ->
          t[at] = a.factors().get(u.index(a.factors().size()));
      case WaveAugmentation.ClippingDistortion a ->
          t[at] = integer(u, a.minPercentileThreshold(), a.maxPercentileThreshold());
      case WaveAugmentation.TanhDistortion a ->
          t[at] = u.uniform(a.minDistortion(), a.maxDistortion());
      case WaveAugmentation.BitCrush a -> t[at] = integer(u, a.minBitDepth(), a.maxBitDepth());
      case WaveAugmentation.AddGaussianNoise a -> {
        t[at] = u.uniform(a.minAmplitude(), a.maxAmplitude());
        t[at + 1] = u.seed();
      }
      case WaveAugmentation.BandPassFilter a -> {
        t[at] = u.mel(a.minCenterFrequency(), a.maxCenterFrequency());
        t[at + 1] = u.uniform(a.minBandwidthFraction(), a.maxBandwidthFraction());
      }
      case WaveAugmentation.BandStopFilter a -> {
        t[at] = u.mel(a.minCenterFrequency(), a.maxCenterFrequency());
        t[at + 1] = u.uniform(a.minBandwidthFraction(), a.maxBandwidthFraction());
      }
      case WaveAugmentation.Mix a -> {
        t[at] = u.uniform();
        t[at + 1] = u.uniform(a.minSnrDb(), a.maxSnrDb());
      }
      case WaveAugmentation.AddColoredNoise a -> {
        t[at] = u.uniform(a.minSnrDb(), a.maxSnrDb());
        t[at + 1] = u.uniform(a.minFDecay(), a.maxFDecay());
        t[at + 2] = u.seed();
      }
      case WaveAugmentation.AddBackgroundNoise a -> {
        t[at] = u.uniform(a.minSnrDb(), a.maxSnrDb());
        t[at + 1] = u.index(a.noise().size());
        t[at + 2] = u.uniform();
      }
      case WaveAugmentation.SpliceOut a -> uniforms(u, t, at, 2 * a.numTimeIntervals());
      case WaveAugmentation.SevenBandParametricEq a -> {
        for (int band = 0; band < EQ_BANDS; band++) {
          boolean shelf = band == 0 || band == EQ_BANDS - 1;
          t[at + 3 * band] = u.mel(EQ_LOW[band], EQ_HIGH[band]);
          t[at + 3 * band + 1] = u.uniform(a.minGainDb(), a.maxGainDb());
          t[at + 3 * band + 2] = shelf ? u.uniform(0.1, 0.999) : u.uniform(0.5, 1);
        }
      }
    }
  }

  private static void draw(SpectrogramAugmentation spectrogram, Numbers u, double[] t, int at) {
    switch (spectrogram) {
      case SpectrogramAugmentation.TimeFlip _ -> {}
      case SpectrogramAugmentation.TimeMasking a -> uniforms(u, t, at, 2 * a.masks());
      case SpectrogramAugmentation.FrequencyMasking a -> uniforms(u, t, at, 2 * a.masks());
      case SpectrogramAugmentation.AdaptiveTimeMasking a -> uniforms(u, t, at, 2 * a.maxMasks());
      case SpectrogramAugmentation.RandomErasing _ -> t[at] = u.seed();
      case SpectrogramAugmentation.RandomResizedCrop _ -> t[at] = u.seed();
      case SpectrogramAugmentation.FrequencyWarp a ->
          t[at] = u.uniform(a.minFactor(), a.maxFactor());
      case SpectrogramAugmentation.Roll a -> t[at] = u.uniform(a.minShift(), a.maxShift());
      case SpectrogramAugmentation.TimeStretch a -> t[at] = u.uniform(a.minRate(), a.maxRate());
      case SpectrogramAugmentation.RandomPower a ->
          t[at] = u.uniform(a.minExponent(), a.maxExponent());
      case SpectrogramAugmentation.TimeWarp _ -> uniforms(u, t, at, 2);
      case SpectrogramAugmentation.RandomAffine a -> {
        t[at] = u.uniform(a.minGain(), a.maxGain());
        t[at + 1] = u.uniform(a.minOffset(), a.maxOffset());
      }
      case SpectrogramAugmentation.MelNoise _ -> {
        t[at] = u.uniform();
        t[at + 1] = u.seed();
      }
      case SpectrogramAugmentation.AttenuateHighs a -> {
        t[at] = u.uniform(0, a.maxDepth());
        t[at + 1] = u.uniform(a.minSlope(), 1);
      }
      case SpectrogramAugmentation.ZoomCrop a -> {
        t[at] = u.uniform(a.minZoom(), a.maxZoom());
        uniforms(u, t, at + 1, 2);
      }
      case SpectrogramAugmentation.MelBandNoise _ -> {
        uniforms(u, t, at, 3);
        t[at + 3] = u.seed();
      }
      case SpectrogramAugmentation.Mixup a -> {
        t[at] = u.uniform();
        t[at + 1] = u.beta(a.alpha());
      }
      case SpectrogramAugmentation.CutMix a -> {
        t[at] = u.uniform();
        t[at + 1] = u.beta(a.alpha());
        uniforms(u, t, at + 2, 2);
      }
      case SpectrogramAugmentation.SpecMix _ -> uniforms(u, t, at, 5);
    }
  }

  private static void uniforms(Numbers u, double[] t, int at, int count) {
    for (int i = 0; i < count; i++) {
      t[at + i] = u.uniform();
    }
  }

  private static int integer(Numbers u, int min, int max) {
    return min + u.index(max - min + 1);
  }
}
