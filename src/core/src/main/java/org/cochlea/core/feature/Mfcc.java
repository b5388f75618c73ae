package org.cochlea.core.feature;

import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Mel-frequency cepstral coefficients: the cosine transform of a compressed mel spectrogram, {@code
 * [batch, channels, samples] → [batch, channels, dct.coefficients, frames]}.
 *
 * <p>Davis and Mermelstein, 1980. nnAudio ignores its {@code norm} and is always orthonormal.
 *
 * @param mel the mel spectrogram
 * @param compression usually decibels
 * @param dct the transform, with at most as many coefficients as the filter bank has bins
 */
public record Mfcc(MelSpectrogram mel, Compression compression, DctSpec dct) implements Feature {
  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public Mfcc {
    Check.range("coefficients", dct.coefficients(), 1, mel.mel().bins());
  }

  /** librosa.feature.mfcc's defaults: 20 of librosa's 128 mel bins in dB, range 80 dB. */
  public static Mfcc librosa(int sampleRate) {
    return new Mfcc(
        MelSpectrogram.librosa(sampleRate), Compression.Decibels.ofPower(), DctSpec.ortho(20));
  }

  /** nnAudio's defaults: as librosa's, but reflected. */
  public static Mfcc nnAudio(int sampleRate) {
    return new Mfcc(
        MelSpectrogram.nnAudio(sampleRate), Compression.Decibels.ofPower(), DctSpec.ortho(20));
  }

  /** torchaudio's defaults: 40 of torchaudio's 128 mel bins in dB, range 80 dB. */
  public static Mfcc torchaudio(int sampleRate) {
    return new Mfcc(
        MelSpectrogram.torchaudio(sampleRate), Compression.Decibels.ofPower(), DctSpec.ortho(40));
  }

  @Override
  public Pipeline pipeline() {
    return mel.pipeline()
        .then(compression.stages().toArray(Stage[]::new))
        .then(new Stage.Project(dct.basis(mel.mel().bins())));
  }
}
