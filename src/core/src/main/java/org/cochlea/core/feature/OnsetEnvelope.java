package org.cochlea.core.feature;

import java.util.List;
import org.cochlea.core.stage.OnsetStrength;
import org.cochlea.core.stage.Pipeline;

/**
 * How strongly a sound begins in every frame: {@code [batch, channels, samples] → [batch, channels,
 * bands, frames]}; librosa.onset.onset_strength and onset_strength_multi.
 *
 * @param spectrogram any real feature, in decibels as a rule
 * @param strength how its growth becomes one number per band
 */
public record OnsetEnvelope(Feature spectrogram, OnsetStrength strength) implements Feature {

  /** librosa's defaults: the mean growth of a log-mel spectrogram of 128 bins. */
  public static OnsetEnvelope librosa(int sampleRate) {
    return of(LogMel.librosa(sampleRate), OnsetStrength.Aggregate.MEAN);
  }

  /** Returns the growth of a log-mel spectrogram, late by half a frame's length as in librosa. */
  static OnsetEnvelope of(LogMel spectrogram, OnsetStrength.Aggregate aggregate) {
    StftSpec stft = spectrogram.mel().stft();
    int shift = stft.fftSize() / (2 * stft.hopLength());
    return new OnsetEnvelope(
        spectrogram, new OnsetStrength(1, 1, aggregate, List.of(), false, shift));
  }

  @Override
  public Pipeline pipeline() {
    // In decibels the noise that float32 leaves in empty bins would grow and fade, too.
    return Spectrogram.precise(spectrogram.pipeline()).then(strength);
  }
}
