package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.Dct;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Log.Floor;

/**
 * Kaldi's mel-frequency cepstral coefficients: the orthonormal DCT-II of {@link KaldiFbank}'s log
 * mel, liftered by {@code 1 + lifter / 2 sin(π k / lifter)}: {@code [batch, channels, samples] →
 * [batch, channels, coefficients, frames]}.
 *
 * <p>As compute-mfcc-feats and torchaudio.compliance.kaldi.mfcc 0.13.1, which return time first;
 * here frames are last.
 *
 * @param frames framing and preparation of a frame
 * @param energy of a frame, where it is used
 * @param mel the filter bank
 * @param coefficients kept, in [1, mel.bins]; Kaldi's num_ceps
 * @param lifter at least 0, 0 for none; Kaldi's cepstral_lifter
 * @param useEnergy whether coefficient 0 is the log energy; Kaldi's default is true, torchaudio's
 *     false
 * @param htkCompat whether coefficient 0 (or the energy) is last; without energy it is then
 *     multiplied by √2
 * @param subtractMean whether every coefficient's mean over the clip is subtracted
 */
public record KaldiMfcc(
    KaldiFrames frames,
    KaldiEnergy energy,
    KaldiMel mel,
    int coefficients,
    double lifter,
    boolean useEnergy,
    boolean htkCompat,
    boolean subtractMean)
    implements Feature {

  /**
   * Checks the ranges above and that the filter bank fits the sample rate.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public KaldiMfcc {
    mel.requireFits(frames.sampleRate());
    Check.range("coefficients", coefficients, 1, mel.bins());
    Check.notNegative("lifter", lifter);
  }

  /**
   * Returns torchaudio's defaults: 13 of 23 bins, lifter 22, no dither, no energy; 16-bit scale.
   */
  public static KaldiMfcc torchaudio(int sampleRate) {
    return new KaldiMfcc(
        KaldiFrames.of(sampleRate),
        KaldiEnergy.torchaudio(),
        KaldiMel.of(23),
        13,
        22,
        false,
        false,
        false);
  }

  /** Returns Kaldi's defaults: as torchaudio's, with a dither of 1 and the energy. */
  public static KaldiMfcc kaldi(int sampleRate) {
    return torchaudio(sampleRate)
        .withFrames(KaldiFrames.of(sampleRate).withDither(1, 0))
        .withEnergy(KaldiEnergy.kaldi())
        .withUseEnergy(true);
  }

  /** Returns this with other frames. */
  public KaldiMfcc withFrames(KaldiFrames other) {
    return new KaldiMfcc(
        other, energy, mel, coefficients, lifter, useEnergy, htkCompat, subtractMean);
  }

  /** Returns this with another energy. */
  public KaldiMfcc withEnergy(KaldiEnergy other) {
    return new KaldiMfcc(
        frames, other, mel, coefficients, lifter, useEnergy, htkCompat, subtractMean);
  }

  /** Returns this with another filter bank. */
  public KaldiMfcc withMel(KaldiMel other) {
    return new KaldiMfcc(
        frames, energy, other, coefficients, lifter, useEnergy, htkCompat, subtractMean);
  }

  /** Returns this with another number of coefficients. */
  public KaldiMfcc withCoefficients(int count) {
    return new KaldiMfcc(frames, energy, mel, count, lifter, useEnergy, htkCompat, subtractMean);
  }

  /** Returns this with another lifter; 0 for none. */
  public KaldiMfcc withLifter(double value) {
    return new KaldiMfcc(
        frames, energy, mel, coefficients, value, useEnergy, htkCompat, subtractMean);
  }

  /** Returns this with or without the energy. */
  public KaldiMfcc withUseEnergy(boolean use) {
    return new KaldiMfcc(frames, energy, mel, coefficients, lifter, use, htkCompat, subtractMean);
  }

  /** Returns this with coefficient 0 last or first. */
  public KaldiMfcc withHtkCompat(boolean compat) {
    return new KaldiMfcc(
        frames, energy, mel, coefficients, lifter, useEnergy, compat, subtractMean);
  }

  /** Returns this with or without the coefficients' means. */
  public KaldiMfcc withSubtractMean(boolean subtract) {
    return new KaldiMfcc(frames, energy, mel, coefficients, lifter, useEnergy, htkCompat, subtract);
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> stages;
    if (useEnergy && coefficients == 1) {
      stages = energy.alone(frames);
    } else {
      List<Stage> cepstrum = KaldiFbank.filters(frames, mel, true);
      cepstrum.add(new Stage.Log(1, Floor.CLAMP, KaldiEnergy.EPSILON));
      cepstrum.add(new Stage.Project(transform()));
      stages =
          useEnergy
              ? energy.beside(frames, cepstrum, htkCompat)
              : KaldiFbank.withoutEnergy(frames, cepstrum);
    }
    if (subtractMean) {
      stages.add(KaldiFbank.meanSubtraction());
    }
    return new Pipeline(frames.sampleRate(), Layout.signal(), stages);
  }

  /** The rows of the liftered transform that are computed, in their order. */
  private Basis transform() {
    Basis all = new DctSpec(coefficients, Dct.Type.II, Dct.Norm.ORTHO, lifter, 0).basis(mel.bins());
    List<double[]> rows = new ArrayList<>();
    for (int k = 1; k < coefficients; k++) {
      rows.add(all.row(k));
    }
    if (!useEnergy) {
      double[] first = all.row(0);
      if (htkCompat) {
        for (int n = 0; n < first.length; n++) {
          first[n] *= Math.sqrt(2);
        }
      }
      rows.add(htkCompat ? rows.size() : 0, first);
    }
    return Basis.of(rows.toArray(double[][]::new));
  }
}
