package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Normalize.Offset;
import org.cochlea.core.stage.Stage.Normalize.Spread;

/**
 * The log mel spectrogram of NeMo's speech models (AudioToMelSpectrogramPreprocessor): {@code
 * [batch, channels, samples] → [batch, channels, mel.bins, frames]}.
 *
 * <p>Dither and pre-emphasis run over the whole signal; frames are centred, with the window in the
 * middle of the transform; the logarithm is normalised over the clip's valid frames, and frames of
 * zeros are added up to a multiple of {@code padTo}.
 *
 * @param sampleRate in Hz, at least 1
 * @param stft framing; NeMo's windows are symmetric. Centring and padding follow {@code revision}
 * @param mel the filter bank
 * @param preEmphasis coefficient, finite; 0 for none
 * @param power above 0; NeMo's mag_power
 * @param log what keeps the logarithm finite: NeMo's log_zero_guard_type and value
 * @param normalization over what
 * @param dither standard deviation of the noise, at least 0; NeMo uses 1e-5 in training only
 * @param ditherSeed which noise
 * @param padTo the frames' number is a multiple of this, at least 1; NeMo's pad_to, 0 there is 1
 *     here
 * @param revision which NeMo
 */
public record NemoLogMel(
    int sampleRate,
    StftSpec stft,
    MelSpec mel,
    double preEmphasis,
    double power,
    Compression.Logarithm log,
    Normalization normalization,
    double dither,
    long ditherSeed,
    int padTo,
    Revision revision)
    implements Feature {

  /** Over what mean and deviation are taken. */
  public enum Normalization {
    /** Every bin of its own: {@code (x - mean) / (deviation + 1e-5)}, deviation of a sample. */
    PER_FEATURE,
    /** All bins together. */
    ALL_FEATURES,
    /** Not at all. */
    NONE
  }

  /** Which NeMo; they differ at the end of the signal. */
  public enum Revision {
    /** 1.x: reflected at the ends; {@code samples / hop + 1} valid frames, all there are. */
    REFLECTED,
    /** 2.x: zeros beyond the ends; {@code samples / hop} valid frames, the last becomes zero. */
    ZERO_PADDED
  }

  private static final double EPSILON = 1e-5;

  /**
   * Sets centring and padding of {@code stft} by the revision and checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public NemoLogMel {
    Check.atLeast("sampleRate", sampleRate, 1);
    Check.nyquist(mel.maxHz(), sampleRate);
    Check.finite("preEmphasis", preEmphasis);
    Check.positive("power", power);
    Check.notNegative("dither", dither);
    Check.atLeast("padTo", padTo, 1);
    stft =
        stft.withCenter(true)
            .withPadding(revision == Revision.ZERO_PADDED ? Padding.ZERO : Padding.REFLECT);
  }

  /**
   * Returns the defaults: 16 kHz, 20 ms every 10 ms in a transform of 512, symmetric Hann, 64 bins
   * up to 8 kHz, {@code ln(x + 2^-24)}, per feature, a multiple of 16 frames.
   */
  public static NemoLogMel of(Revision revision) {
    int rate = 16_000;
    return new NemoLogMel(
        rate,
        StftSpec.centred(512, 160, Padding.REFLECT)
            .withWindowLength(320)
            .withWindow(Window.HANN.symmetric()),
        MelSpec.slaney(64, 0, rate / 2.0),
        0.97,
        2,
        Compression.Logarithm.offset(0x1p-24),
        Normalization.PER_FEATURE,
        0,
        0,
        16,
        revision);
  }

  /** Returns this with other framing. */
  public NemoLogMel withStft(StftSpec spec) {
    return new NemoLogMel(
        sampleRate,
        spec,
        mel,
        preEmphasis,
        power,
        log,
        normalization,
        dither,
        ditherSeed,
        padTo,
        revision);
  }

  /** Returns this with another filter bank. */
  public NemoLogMel withMel(MelSpec spec) {
    return new NemoLogMel(
        sampleRate,
        stft,
        spec,
        preEmphasis,
        power,
        log,
        normalization,
        dither,
        ditherSeed,
        padTo,
        revision);
  }

  /** Returns this with another logarithm. */
  public NemoLogMel withLog(Compression.Logarithm other) {
    return new NemoLogMel(
        sampleRate,
        stft,
        mel,
        preEmphasis,
        power,
        other,
        normalization,
        dither,
        ditherSeed,
        padTo,
        revision);
  }

  /** Returns this normalised otherwise. */
  public NemoLogMel withNormalization(Normalization other) {
    return new NemoLogMel(
        sampleRate, stft, mel, preEmphasis, power, log, other, dither, ditherSeed, padTo, revision);
  }

  /** Returns this with noise; 0 for none. */
  public NemoLogMel withDither(double deviation, long seed) {
    return new NemoLogMel(
        sampleRate,
        stft,
        mel,
        preEmphasis,
        power,
        log,
        normalization,
        deviation,
        seed,
        padTo,
        revision);
  }

  /** Returns this with a multiple of another number of frames. */
  public NemoLogMel withPadTo(int frames) {
    return new NemoLogMel(
        sampleRate,
        stft,
        mel,
        preEmphasis,
        power,
        log,
        normalization,
        dither,
        ditherSeed,
        frames,
        revision);
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> stages = new ArrayList<>();
    if (dither > 0) {
      stages.add(new Stage.Dither(dither, ditherSeed));
    }
    if (preEmphasis != 0) {
      stages.add(new Stage.PreEmphasis(preEmphasis, Stage.PreEmphasis.Before.ZERO));
    }
    boolean zeros = revision == Revision.ZERO_PADDED;
    stages.addAll(new MelSpectrogram(sampleRate, stft, mel, power).pipeline().stages());
    stages.addAll(log.stages());
    if (zeros) {
      stages.add(new Stage.DropFrames(0, 1));
    }
    switch (normalization) {
      case PER_FEATURE -> stages.add(normalize(Scope.BIN));
      case ALL_FEATURES -> stages.add(normalize(Scope.CHANNEL));
      case NONE -> {}
    }
    if (zeros) {
      stages.add(new Stage.FitFrames(new LengthRule.Extend(1), 0));
    }
    if (padTo > 1) {
      stages.add(new Stage.FitFrames(new LengthRule.Steps(0, padTo), 0));
    }
    return new Pipeline(sampleRate, Layout.signal(), stages);
  }

  private static Stage normalize(Scope scope) {
    return new Stage.Normalize(scope, Offset.MEAN, Spread.SAMPLE_STANDARD_DEVIATION, EPSILON);
  }
}
