package org.cochlea.core.feature;

import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Linear-frequency cepstral coefficients: as {@link Mfcc} with filters equally spaced in Hz, {@code
 * [batch, channels, samples] → [batch, channels, dct.coefficients, frames]}.
 *
 * @param spectrogram the filtered spectrogram
 * @param compression usually decibels
 * @param dct the transform, with at most as many coefficients as the filter bank has bins
 */
public record Lfcc(LinearSpectrogram spectrogram, Compression compression, DctSpec dct)
    implements Feature {
  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public Lfcc {
    Check.range("coefficients", dct.coefficients(), 1, spectrogram.bins());
  }

  /** torchaudio's defaults: 40 of 128 linear bins in dB, range 80 dB. */
  public static Lfcc torchaudio(int sampleRate) {
    return new Lfcc(
        LinearSpectrogram.torchaudio(sampleRate),
        Compression.Decibels.ofPower(),
        DctSpec.ortho(40));
  }

  @Override
  public Pipeline pipeline() {
    return spectrogram
        .pipeline()
        .then(compression.stages().toArray(Stage[]::new))
        .then(new Stage.Project(dct.basis(spectrogram.bins())));
  }
}
