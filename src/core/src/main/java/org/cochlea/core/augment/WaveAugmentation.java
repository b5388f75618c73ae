package org.cochlea.core.augment;

import java.util.List;
import org.cochlea.core.stage.Padding;

/**
 * A random change of a waveform. In the formulas {@code x} is a channel of {@code n} samples before
 * and {@code y} after; what is drawn is uniform between {@code min…} and {@code max…} unless it
 * says otherwise.
 *
 * <p>The factory {@code of(p)} of each has the defaults of the peer named: torch-audiomentations
 * 0.12, else audiomentations, else torchaudio.
 */
public sealed interface WaveAugmentation extends Augmentation.Transform {

  // ---- level ---------------------------------------------------------------------------------

  /**
   * {@code y = 10^(gain / 20) x}; torch-audiomentations' {@code Gain}, torchaudio's {@code Vol} in
   * dB without its clamp to ±1.
   *
   * @param minGainDb dB, finite
   * @param maxGainDb dB, at least minGainDb
   * @param chance how often
   */
  record Gain(double minGainDb, double maxGainDb, Chance chance) implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Gain {
      Check.interval("GainDb", minGainDb, maxGainDb);
    }

    /** Returns torch-audiomentations' defaults: -18 to 6 dB. */
    public static Gain of(double p) {
      return new Gain(-18, 6, Chance.of(p));
    }
  }

  /**
   * {@code y = -x}; torch-audiomentations' {@code PolarityInversion}.
   *
   * @param chance how often
   */
  record PolarityInversion(Chance chance) implements WaveAugmentation {
    /** Returns it with a probability. */
    public static PolarityInversion of(double p) {
      return new PolarityInversion(Chance.of(p));
    }
  }

  /**
   * {@code y = x / max|x|}, the maximum over all channels of the clip, or over each when its mode
   * is {@link Chance.Mode#PER_CHANNEL}; silence stays. torch-audiomentations' {@code
   * PeakNormalization}.
   *
   * @param applyTo which sounds
   * @param chance how often
   */
  record PeakNormalization(ApplyTo applyTo, Chance chance) implements WaveAugmentation {
    /** Which sounds are normalised. */
    public enum ApplyTo {
      /** All. */
      ALL,
      /** Those whose peak is above 1. */
      ONLY_TOO_LOUD_SOUNDS
    }

    /** Returns it for all sounds. */
    public static PeakNormalization of(double p) {
      return new PeakNormalization(ApplyTo.ALL, Chance.of(p));
    }
  }

  /**
   * Scales so that the root mean square over all channels (over each, when the mode is {@link
   * Chance.Mode#PER_CHANNEL}) has a level drawn; silence stays.
   *
   * @param minDbfs dB below full scale, finite
   * @param maxDbfs dB, at least minDbfs
   * @param chance how often
   */
  record RmsNormalization(double minDbfs, double maxDbfs, Chance chance)
      implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public RmsNormalization {
      Check.interval("Dbfs", minDbfs, maxDbfs);
    }

    /** Returns -30 to -15 dBFS. */
    public static RmsNormalization of(double p) {
      return new RmsNormalization(-30, -15, Chance.of(p));
    }
  }

  /**
   * Scales so that the loudness by ITU-R BS.1770 has a value drawn; audiomentations' {@code
   * LoudnessNormalization}. Clips shorter than 0.4 s, below the gates or of more than 5 channels
   * stay as they are.
   *
   * @param minLufs LUFS, finite
   * @param maxLufs LUFS, at least minLufs
   * @param chance how often; not per channel
   */
  record LoudnessNormalization(double minLufs, double maxLufs, Chance chance)
      implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public LoudnessNormalization {
      Check.interval("Lufs", minLufs, maxLufs);
      Check.sameForChannels(chance);
    }

    /** Returns audiomentations' defaults: -31 to -13 LUFS. */
    public static LoudnessNormalization of(double p) {
      return new LoudnessNormalization(-31, -13, Chance.of(p));
    }
  }

  // ---- time ----------------------------------------------------------------------------------

  /**
   * {@code y[t] = x[t - shift]}, where what leaves one end comes in at the other or silence does;
   * torch-audiomentations' {@code Shift}.
   *
   * @param minShift in the unit, negative to the left
   * @param maxShift at least minShift
   * @param shiftUnit of both
   * @param rollover whether to wrap around; else silence
   * @param chance how often
   */
  record Shift(double minShift, double maxShift, Unit shiftUnit, boolean rollover, Chance chance)
      implements WaveAugmentation {
    /** What a shift is counted in. */
    public enum Unit {
      /** The clip's length. */
      FRACTION,
      /** Samples. */
      SAMPLES,
      /** Seconds. */
      SECONDS
    }

    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Shift {
      Check.interval("Shift", minShift, maxShift);
    }

    /** Returns torch-audiomentations' defaults: half the length to both sides, wrapping. */
    public static Shift of(double p) {
      return new Shift(-0.5, 0.5, Unit.FRACTION, true, Chance.of(p));
    }
  }

  /**
   * {@code y[t] = x[n - 1 - t]}; torch-audiomentations' {@code TimeInversion}, audiomentations'
   * {@code Reverse}.
   *
   * @param chance how often
   */
  record TimeInversion(Chance chance) implements WaveAugmentation {
    /** Returns it with a probability. */
    public static TimeInversion of(double p) {
      return new TimeInversion(Chance.of(p));
    }
  }

  /**
   * Makes a clip as long as {@code round(seconds · rate)} samples: a longer one is cut, a shorter
   * one extended. audiomentations' {@code AdjustDuration}; a longer clip alone is {@code
   * RandomCrop} of torch-audiomentations. A position counts for both: what is kept of a long clip,
   * and where a short clip lies.
   *
   * @param seconds the new length, above 0
   * @param position where
   * @param padding what is beyond the ends of a short clip: {@link Padding#ZERO} silence, {@link
   *     Padding#WRAP} repeats it
   * @param chance how often; not per channel
   */
  record AdjustDuration(double seconds, Position position, Padding padding, Chance chance)
      implements WaveAugmentation {
    /** Where a short clip lies in a long one. */
    public enum Position {
      /** At the start. */
      START,
      /** In the middle. */
      CENTRE,
      /** At the end. */
      END,
      /** Anywhere, all places equally likely. */
      RANDOM
    }

    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public AdjustDuration {
      Check.positive("seconds", seconds);
      Check.sameForChannels(chance);
    }

    /** Returns a random crop, or silence on both sides; always. */
    public static AdjustDuration randomCrop(double seconds) {
      return new AdjustDuration(seconds, Position.RANDOM, Padding.ZERO, Chance.ALWAYS);
    }
  }

  /**
   * Replaces a part of the clip by silence, so that a model sees short clips; the length stays.
   * torch-audiomentations' {@code Padding}.
   *
   * @param minFraction of the length, in [0, 1]
   * @param maxFraction of the length, in [minFraction, 1]
   * @param padSection which end
   * @param chance how often
   */
  record PadSection(double minFraction, double maxFraction, Section padSection, Chance chance)
      implements WaveAugmentation {
    /** An end of a clip. */
    public enum Section {
      /** The first samples. */
      START,
      /** The last samples. */
      END
    }

    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public PadSection {
      Check.interval("Fraction", minFraction, maxFraction, 0, 1);
    }

    /** Returns torch-audiomentations' defaults: 0.1 to 0.5 at the end. */
    public static PadSection of(double p) {
      return new PadSection(0.1, 0.5, Section.END, Chance.of(p));
    }
  }

  /**
   * Cuts pieces out, each with a cross-fade of half its length (Hann), and adds silence at the end;
   * torch-audiomentations' {@code SpliceOut}. Jain et al., "SpliceOut: A Simple and Efficient Audio
   * Augmentation Method", 2021.
   *
   * @param numTimeIntervals pieces, in [1, 1000]
   * @param maxWidth of a piece in milliseconds, above 0; the width is uniform below it
   * @param chance how often
   */
  record SpliceOut(int numTimeIntervals, double maxWidth, Chance chance)
      implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public SpliceOut {
      Check.range("numTimeIntervals", numTimeIntervals, 1, 1000);
      Check.positive("maxWidth", maxWidth);
    }

    /** Returns torch-audiomentations' defaults: 8 pieces of at most 400 ms. */
    public static SpliceOut of(double p) {
      return new SpliceOut(8, 400, Chance.of(p));
    }
  }

  /**
   * Puts the channels in a random order; torch-audiomentations' {@code ShuffleChannels}.
   *
   * @param chance how often; not per channel
   */
  record ShuffleChannels(Chance chance) implements WaveAugmentation {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public ShuffleChannels {
      Check.sameForChannels(chance);
    }

    /** Returns it with a probability. */
    public static ShuffleChannels of(double p) {
      return new ShuffleChannels(Chance.of(p));
    }
  }

  // ---- what is added -------------------------------------------------------------------------

  /**
   * {@code y = x + amplitude · N(0, 1)}; audiomentations' {@code AddGaussianNoise}.
   *
   * @param minAmplitude standard deviation, at least 0
   * @param maxAmplitude at least minAmplitude
   * @param chance how often; every channel has noise of its own
   */
  record AddGaussianNoise(double minAmplitude, double maxAmplitude, Chance chance)
      implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public AddGaussianNoise {
      Check.interval("Amplitude", minAmplitude, maxAmplitude, 0, Double.MAX_VALUE);
    }

    /** Returns audiomentations' defaults: 0.001 to 0.015. */
    public static AddGaussianNoise of(double p) {
      return new AddGaussianNoise(0.001, 0.015, Chance.of(p));
    }
  }

  /**
   * Adds noise whose spectrum falls: {@code y = x + rms(x) / 10^(snr / 20) · noise / rms(noise)},
   * where the noise's amplitude at frequency {@code f} is {@code (1 + f / (rate / 2) (√(rate / 2) -
   * 1))^-decay}; torch-audiomentations' {@code AddColoredNoise}. There it is one second repeated;
   * here its period is the least power of two that covers the clip or one second, whichever is
   * shorter.
   *
   * @param minSnrDb dB, finite
   * @param maxSnrDb dB, at least minSnrDb
   * @param minFDecay -2 violet, -1 blue, 0 white, 1 pink, 2 brown, as the peer calls them
   * @param maxFDecay at least minFDecay
   * @param chance how often; every channel has noise of its own
   */
  record AddColoredNoise(
      double minSnrDb, double maxSnrDb, double minFDecay, double maxFDecay, Chance chance)
      implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public AddColoredNoise {
      Check.interval("SnrDb", minSnrDb, maxSnrDb);
      Check.interval("FDecay", minFDecay, maxFDecay);
    }

    /** Returns torch-audiomentations' defaults: 3 to 30 dB, decay -2 to 2. */
    public static AddColoredNoise of(double p) {
      return new AddColoredNoise(3, 30, -2, 2, Chance.of(p));
    }
  }

  /**
   * Adds a random part of a random recording: {@code y = x + rms(x) / 10^(snr / 20) · noise /
   * rms(noise)}, the noise repeated when it is shorter; torch-audiomentations' {@code
   * AddBackgroundNoise} (which joins several recordings then).
   *
   * @param noise the recordings
   * @param minSnrDb dB, finite
   * @param maxSnrDb dB, at least minSnrDb
   * @param chance how often
   */
  record AddBackgroundNoise(ClipSource noise, double minSnrDb, double maxSnrDb, Chance chance)
      implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public AddBackgroundNoise {
      Check.interval("SnrDb", minSnrDb, maxSnrDb);
    }

    /** Returns torch-audiomentations' defaults: 3 to 30 dB. */
    public static AddBackgroundNoise of(ClipSource noise, double p) {
      return new AddBackgroundNoise(noise, 3, 30, Chance.of(p));
    }
  }

  /**
   * Adds another clip of the batch, as loud as a ratio says: {@code y = x + rms(x) / 10^(snr / 20)
   * · other / rms(other)}, the other repeated when it is shorter; torch-audiomentations' {@code
   * Mix}.
   *
   * <p>The other one is any of the batch but itself, equally likely. So the result depends on which
   * examples are in the batch, though not on their order; a batch of one stays as it is.
   *
   * @param minSnrDb dB, finite
   * @param maxSnrDb dB, at least minSnrDb
   * @param mixTarget what becomes of the targets
   * @param chance how often; not per channel
   */
  record Mix(double minSnrDb, double maxSnrDb, MixTarget mixTarget, Chance chance)
      implements WaveAugmentation {
    /** What the targets of a sum of clips are. */
    public enum MixTarget {
      /** The larger of both, class by class. */
      UNION,
      /** Those of the clip that was added to. */
      ORIGINAL
    }

    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Mix {
      Check.interval("SnrDb", minSnrDb, maxSnrDb);
      Check.sameForChannels(chance);
    }

    /** Returns torch-audiomentations' defaults: 0 to 5 dB, the union of the targets. */
    public static Mix of(double p) {
      return new Mix(0, 5, MixTarget.UNION, Chance.of(p));
    }
  }

  // ---- rooms and filters ---------------------------------------------------------------------

  /**
   * Convolves with a random impulse response: {@code y[t] = Σ_k h[k] x[t + d - k]}, as long as
   * before; torch-audiomentations' {@code ApplyImpulseResponse}.
   *
   * @param impulseResponses the responses
   * @param compensateForPropagationDelay whether {@code d} is the index of the response's peak, so
   *     that the direct sound stays in its place; else 0
   * @param chance how often
   */
  record ApplyImpulseResponse(
      ClipSource impulseResponses, boolean compensateForPropagationDelay, Chance chance)
      implements WaveAugmentation {

    /** Returns torch-audiomentations' defaults: the delay stays. */
    public static ApplyImpulseResponse of(ClipSource impulseResponses, double p) {
      return new ApplyImpulseResponse(impulseResponses, false, Chance.of(p));
    }
  }

  /**
   * A low pass: windowed sinc of 8 zero crossings (Hann), no delay, the edge samples repeated
   * beyond the ends; torch-audiomentations' {@code LowPassFilter} (julius). At or above half the
   * rate nothing happens.
   *
   * @param minCutoffFreq Hz, above 0; the cutoff is uniform in mel (HTK)
   * @param maxCutoffFreq Hz, at least minCutoffFreq
   * @param chance how often
   */
  record LowPassFilter(double minCutoffFreq, double maxCutoffFreq, Chance chance)
      implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public LowPassFilter {
      Check.positive("minCutoffFreq", minCutoffFreq);
      Check.interval("CutoffFreq", minCutoffFreq, maxCutoffFreq);
    }

    /** Returns torch-audiomentations' defaults: 150 to 7500 Hz. */
    public static LowPassFilter of(double p) {
      return new LowPassFilter(150, 7500, Chance.of(p));
    }
  }

  /**
   * {@code x} minus what {@link LowPassFilter} lets through; torch-audiomentations' {@code
   * HighPassFilter}.
   *
   * @param minCutoffFreq Hz, above 0; the cutoff is uniform in mel (HTK)
   * @param maxCutoffFreq Hz, at least minCutoffFreq
   * @param chance how often
   */
  record HighPassFilter(double minCutoffFreq, double maxCutoffFreq, Chance chance)
      implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public HighPassFilter {
      Check.positive("minCutoffFreq", minCutoffFreq);
      Check.interval("CutoffFreq", minCutoffFreq, maxCutoffFreq);
    }

    /** Returns torch-audiomentations' defaults: 20 to 2400 Hz. */
    public static HighPassFilter of(double p) {
      return new HighPassFilter(20, 2400, Chance.of(p));
    }
  }

  /**
   * The low pass at {@code centre (1 + bandwidth / 2)} minus that at {@code centre (1 - bandwidth /
   * 2)}; torch-audiomentations' {@code BandPassFilter}.
   *
   * @param minCenterFrequency Hz, above 0; the centre is uniform in mel (HTK)
   * @param maxCenterFrequency Hz, at least minCenterFrequency
   * @param minBandwidthFraction of the centre frequency, in (0, 2)
   * @param maxBandwidthFraction in [minBandwidthFraction, 2)
   * @param chance how often
   */
  record BandPassFilter(
      double minCenterFrequency,
      double maxCenterFrequency,
      double minBandwidthFraction,
      double maxBandwidthFraction,
      Chance chance)
      implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public BandPassFilter {
      band(minCenterFrequency, maxCenterFrequency, minBandwidthFraction, maxBandwidthFraction);
    }

    /** Returns torch-audiomentations' defaults: centre 200 to 4000 Hz, bandwidth 0.5 to 1.99. */
    public static BandPassFilter of(double p) {
      return new BandPassFilter(200, 4000, 0.5, 1.99, Chance.of(p));
    }
  }

  /**
   * {@code x} minus what {@link BandPassFilter} lets through; torch-audiomentations' {@code
   * BandStopFilter}.
   *
   * @param minCenterFrequency Hz, above 0; the centre is uniform in mel (HTK)
   * @param maxCenterFrequency Hz, at least minCenterFrequency
   * @param minBandwidthFraction of the centre frequency, in (0, 2)
   * @param maxBandwidthFraction in [minBandwidthFraction, 2)
   * @param chance how often
   */
  record BandStopFilter(
      double minCenterFrequency,
      double maxCenterFrequency,
      double minBandwidthFraction,
      double maxBandwidthFraction,
      Chance chance)
      implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public BandStopFilter {
      band(minCenterFrequency, maxCenterFrequency, minBandwidthFraction, maxBandwidthFraction);
    }

    /** Returns torch-audiomentations' defaults: centre 200 to 4000 Hz, bandwidth 0.5 to 1.99. */
    public static BandStopFilter of(double p) {
      return new BandStopFilter(200, 4000, 0.5, 1.99, Chance.of(p));
    }
  }

  /**
   * A low shelf (42-95 Hz), five peaks (91-204, 196-441, 421-948, 909-2045, 1957-4404 Hz) and a
   * high shelf (4216-9486 Hz), each with a gain, a frequency (uniform in mel) and a Q of its own
   * (peaks 0.5 to 1, shelves 0.1 to 0.999); audiomentations' {@code SevenBandParametricEQ}. Bands
   * at or above half the rate are left out.
   *
   * @param minGainDb dB, finite
   * @param maxGainDb dB, at least minGainDb
   * @param chance how often
   */
  record SevenBandParametricEq(double minGainDb, double maxGainDb, Chance chance)
      implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public SevenBandParametricEq {
      Check.interval("GainDb", minGainDb, maxGainDb);
    }

    /** Returns audiomentations' defaults: -12 to 12 dB. */
    public static SevenBandParametricEq of(double p) {
      return new SevenBandParametricEq(-12, 12, Chance.of(p));
    }
  }

  // ---- tempo and pitch -----------------------------------------------------------------------

  /**
   * Faster or slower at the same pitch, by a phase vocoder (Hann, hop of a quarter):
   * librosa.effects.time_stretch, audiomentations' {@code TimeStretch}. The new length is {@code
   * round(n / rate)}.
   *
   * @param minRate above 0; above 1 is faster
   * @param maxRate at least minRate
   * @param leaveLengthUnchanged whether to cut the end, or add silence there
   * @param fftSize a power of two in [16, 65536]; librosa's is 2048
   * @param chance how often; not per channel
   */
  record TimeStretch(
      double minRate, double maxRate, boolean leaveLengthUnchanged, int fftSize, Chance chance)
      implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public TimeStretch {
      Check.interval("Rate", minRate, maxRate, 0.05, 20);
      vocoder(fftSize);
      Check.sameForChannels(chance);
    }

    /** Returns audiomentations' defaults: 0.8 to 1.25, the length stays. */
    public static TimeStretch of(double p) {
      return new TimeStretch(0.8, 1.25, true, 2048, Chance.of(p));
    }
  }

  /**
   * Higher or lower at the same tempo: the phase vocoder of {@link TimeStretch} with rate {@code
   * 2^(-semitones / 12)}, then resampled to the old length; librosa.effects.pitch_shift,
   * audiomentations' and torch-audiomentations' {@code PitchShift} (which takes the nearest of some
   * fast ratios; here any).
   *
   * @param minSemitones in [-48, 48], up positive
   * @param maxSemitones in [minSemitones, 48]
   * @param fftSize a power of two in [16, 65536]; librosa's is 2048
   * @param chance how often
   */
  record PitchShift(double minSemitones, double maxSemitones, int fftSize, Chance chance)
      implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public PitchShift {
      Check.interval("Semitones", minSemitones, maxSemitones, -48, 48);
      vocoder(fftSize);
    }

    /** Returns torch-audiomentations' and audiomentations' defaults: ±4 semitones. */
    public static PitchShift of(double p) {
      return new PitchShift(-4, 4, 2048, Chance.of(p));
    }
  }

  /**
   * Plays faster or slower, pitch and tempo together: {@code y[t] = x(factor t)}, {@code ceil(n /
   * factor)} samples, by band-limited interpolation; torchaudio's {@code SpeedPerturbation}. Ko et
   * al., "Audio augmentation for speech recognition", 2015.
   *
   * @param factors at least one, each in [0.05, 20]; all equally likely
   * @param chance how often; not per channel
   */
  record SpeedPerturbation(List<Double> factors, Chance chance) implements WaveAugmentation {
    /**
     * Copies the list and checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public SpeedPerturbation {
      factors = List.copyOf(factors);
      if (factors.isEmpty()) {
        throw new IllegalArgumentException("factors must have at least 1 element, had 0");
      }
      for (double factor : factors) {
        Check.range("factors", factor, 0.05, 20);
      }
      Check.sameForChannels(chance);
    }

    /** Returns the usual three, 0.9, 1.0 and 1.1, always. */
    public static SpeedPerturbation threeWay() {
      return new SpeedPerturbation(List.of(0.9, 1.0, 1.1), Chance.ALWAYS);
    }
  }

  // ---- distortion ----------------------------------------------------------------------------

  /**
   * Clips so many percent of the samples, half of them at each end; audiomentations' {@code
   * ClippingDistortion}. The bounds are the percentiles {@code floor(percent / 2)} and 100 minus
   * that, interpolated as numpy does.
   *
   * @param minPercentileThreshold percent, in [0, 100]; whole numbers are drawn
   * @param maxPercentileThreshold percent, in [minPercentileThreshold, 100]
   * @param chance how often
   */
  record ClippingDistortion(int minPercentileThreshold, int maxPercentileThreshold, Chance chance)
      implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public ClippingDistortion {
      Check.interval("PercentileThreshold", minPercentileThreshold, maxPercentileThreshold, 0, 100);
    }

    /** Returns audiomentations' defaults: 0 to 40 percent. */
    public static ClippingDistortion of(double p) {
      return new ClippingDistortion(0, 40, Chance.of(p));
    }
  }

  /**
   * {@code y = g tanh(0.5 x / (q + 1e-6))}, where {@code q} is the percentile {@code 100 - 99
   * distortion} of {@code |x|} and {@code g} keeps the root mean square; audiomentations' {@code
   * TanhDistortion}.
   *
   * @param minDistortion in [0, 1]
   * @param maxDistortion in [minDistortion, 1]
   * @param chance how often
   */
  record TanhDistortion(double minDistortion, double maxDistortion, Chance chance)
      implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public TanhDistortion {
      Check.interval("Distortion", minDistortion, maxDistortion, 0, 1);
    }

    /** Returns audiomentations' defaults: 0.01 to 0.7. */
    public static TanhDistortion of(double p) {
      return new TanhDistortion(0.01, 0.7, Chance.of(p));
    }
  }

  /**
   * Fewer bits per sample: {@code y = round(q x) / q}, {@code q = 2^(bits - 1) + 1};
   * audiomentations' {@code BitCrush}.
   *
   * @param minBitDepth in [1, 32]
   * @param maxBitDepth in [minBitDepth, 32]
   * @param chance how often
   */
  record BitCrush(int minBitDepth, int maxBitDepth, Chance chance) implements WaveAugmentation {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public BitCrush {
      Check.interval("BitDepth", minBitDepth, maxBitDepth, 1, 32);
    }

    /** Returns audiomentations' defaults: 5 to 10 bits. */
    public static BitCrush of(double p) {
      return new BitCrush(5, 10, Chance.of(p));
    }
  }

  /**
   * Encodes as a telephone does and decodes again: 8 bits per sample by ITU-T G.711. The signal is
   * clipped at ±1.
   *
   * @param law which of the two
   * @param chance how often
   */
  record G711Codec(Law law, Chance chance) implements WaveAugmentation {
    /** A companding law. */
    public enum Law {
      /** North America and Japan. */
      MU_LAW,
      /** Elsewhere. */
      A_LAW
    }

    /** Returns the mu-law codec with a probability. */
    public static G711Codec of(double p) {
      return new G711Codec(Law.MU_LAW, Chance.of(p));
    }
  }

  private static void band(double minCentre, double maxCentre, double minWidth, double maxWidth) {
    Check.positive("minCenterFrequency", minCentre);
    Check.interval("CenterFrequency", minCentre, maxCentre);
    Check.positive("minBandwidthFraction", minWidth);
    Check.interval("BandwidthFraction", minWidth, maxWidth, 0, Math.nextDown(2.0));
  }

  private static void vocoder(int fftSize) {
    if (fftSize < 16 || fftSize > 65536 || Integer.bitCount(fftSize) != 1) {
      throw new IllegalArgumentException(
          "fftSize must be a power of two in [16, 65536], was " + fftSize);
    }
  }
}
