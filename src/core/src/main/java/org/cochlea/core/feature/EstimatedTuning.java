package org.cochlea.core.feature;

import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Tuning;

/**
 * How far the pitches of a clip lie from A4 = 440 Hz, in fractions of a bin in [-0.5, 0.5): {@code
 * [batch, channels, samples] → [batch, channels, 1, 1]}; librosa.estimate_tuning.
 *
 * @param spectrogram of which peaks are taken: magnitude in librosa, power within chroma_stft
 * @param resolution of the result, in (0, 1)
 * @param binsPerOctave at least 1
 * @param minHz of peaks, at least 0
 * @param maxHz of peaks, above {@code minHz}
 * @param threshold peaks below this part of a frame's maximum do not count, in (0, 1)
 */
public record EstimatedTuning(
    Spectrogram spectrogram,
    double resolution,
    int binsPerOctave,
    double minHz,
    double maxHz,
    double threshold)
    implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public EstimatedTuning {
    Check.atLeast("sampleRate", spectrogram.sampleRate(), 1);
    Check.atLeast("binsPerOctave", binsPerOctave, 1);
  }

  /** librosa's defaults: magnitudes of 2048 samples, 12 bins, a resolution of 0.01. */
  public static EstimatedTuning librosa(int sampleRate) {
    return new EstimatedTuning(
        new Spectrogram(sampleRate, StftSpec.librosa(), 1), 0.01, 12, 150, 4000, 0.1);
  }

  @Override
  public Pipeline pipeline() {
    return spectrogram
        .pipeline()
        .then(
            new Tuning(
                spectrogram.sampleRate(),
                spectrogram.stft().fftSize(),
                minHz,
                maxHz,
                threshold,
                resolution,
                binsPerOctave));
  }
}
