package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Log.Floor;
import org.cochlea.core.stage.Stage.Normalize.Offset;
import org.cochlea.core.stage.Stage.Normalize.Spread;

/**
 * Kaldi's log mel filter bank: {@code ln(max(M |FFT(frame)|², 1.19e-7))}, {@code [batch, channels,
 * samples] → [batch, channels, mel.bins (+ 1 with energy), frames]}.
 *
 * <p>As compute-fbank-feats and torchaudio.compliance.kaldi.fbank 0.13.1, which return time first;
 * here frames are last, as everywhere. Povey et al., "The Kaldi speech recognition toolkit", 2011.
 *
 * @param frames framing and preparation of a frame
 * @param energy of a frame, where it is used
 * @param mel the filter bank
 * @param useEnergy whether the log energy stands beside the filters
 * @param htkCompat whether it stands after them, else before
 * @param useLog whether the logarithm is taken; Kaldi's use_log_fbank
 * @param usePower whether the power is filtered, else the magnitude
 * @param subtractMean whether every bin's mean over the clip is subtracted, the energy's too
 */
public record KaldiFbank(
    KaldiFrames frames,
    KaldiEnergy energy,
    KaldiMel mel,
    boolean useEnergy,
    boolean htkCompat,
    boolean useLog,
    boolean usePower,
    boolean subtractMean)
    implements Feature {

  /**
   * Checks that the filter bank fits the sample rate.
   *
   * @throws IllegalArgumentException if it does not
   */
  public KaldiFbank {
    mel.requireFits(frames.sampleRate());
  }

  /** Returns torchaudio's defaults: 23 bins, no dither, no energy; 16-bit scale. */
  public static KaldiFbank torchaudio(int sampleRate) {
    return new KaldiFbank(
        KaldiFrames.of(sampleRate),
        KaldiEnergy.torchaudio(),
        KaldiMel.of(23),
        false,
        false,
        true,
        true,
        false);
  }

  /** Returns Kaldi's defaults: as torchaudio's, with a dither of 1. */
  public static KaldiFbank kaldi(int sampleRate) {
    return torchaudio(sampleRate)
        .withFrames(KaldiFrames.of(sampleRate).withDither(1, 0))
        .withEnergy(KaldiEnergy.kaldi());
  }

  /** Returns this with other frames. */
  public KaldiFbank withFrames(KaldiFrames other) {
    return new KaldiFbank(other, energy, mel, useEnergy, htkCompat, useLog, usePower, subtractMean);
  }

  /** Returns this with another energy. */
  public KaldiFbank withEnergy(KaldiEnergy other) {
    return new KaldiFbank(frames, other, mel, useEnergy, htkCompat, useLog, usePower, subtractMean);
  }

  /** Returns this with another filter bank. */
  public KaldiFbank withMel(KaldiMel other) {
    return new KaldiFbank(
        frames, energy, other, useEnergy, htkCompat, useLog, usePower, subtractMean);
  }

  /** Returns this with or without the energy. */
  public KaldiFbank withUseEnergy(boolean use) {
    return new KaldiFbank(frames, energy, mel, use, htkCompat, useLog, usePower, subtractMean);
  }

  /** Returns this with the energy after or before the filters. */
  public KaldiFbank withHtkCompat(boolean compat) {
    return new KaldiFbank(frames, energy, mel, useEnergy, compat, useLog, usePower, subtractMean);
  }

  /** Returns this with or without the logarithm. */
  public KaldiFbank withUseLog(boolean use) {
    return new KaldiFbank(frames, energy, mel, useEnergy, htkCompat, use, usePower, subtractMean);
  }

  /** Returns this of the power or of the magnitude. */
  public KaldiFbank withUsePower(boolean use) {
    return new KaldiFbank(frames, energy, mel, useEnergy, htkCompat, useLog, use, subtractMean);
  }

  /** Returns this with or without the bins' means. */
  public KaldiFbank withSubtractMean(boolean subtract) {
    return new KaldiFbank(frames, energy, mel, useEnergy, htkCompat, useLog, usePower, subtract);
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> filters = filters(frames, mel, usePower);
    if (useLog) {
      filters.add(new Stage.Log(1, Floor.CLAMP, KaldiEnergy.EPSILON));
    }
    List<Stage> stages =
        useEnergy ? energy.beside(frames, filters, htkCompat) : withoutEnergy(frames, filters);
    if (subtractMean) {
      stages.add(meanSubtraction());
    }
    return new Pipeline(frames.sampleRate(), Layout.signal(), stages);
  }

  /** The stages from windowed frames to filtered spectra. */
  static List<Stage> filters(KaldiFrames frames, KaldiMel mel, boolean power) {
    List<Stage> stages = new ArrayList<>();
    stages.add(new Stage.RealFft(frames.fftSize()));
    stages.add(new Stage.Modulus(power ? 2 : 1));
    stages.add(new Stage.Project(mel.basis(frames.sampleRate(), frames.fftSize())));
    return stages;
  }

  static List<Stage> withoutEnergy(KaldiFrames frames, List<Stage> spectrum) {
    List<Stage> stages = new ArrayList<>(frames.rawFrames());
    stages.addAll(frames.windowed());
    stages.addAll(spectrum);
    return stages;
  }

  static Stage meanSubtraction() {
    return new Stage.Normalize(Scope.BIN, Offset.MEAN, Spread.NONE, 0);
  }
}
