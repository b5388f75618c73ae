package org.cochlea.core.feature;

import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Mel spectrogram on a logarithmic scale: {@code [batch, channels, samples] → [batch, channels,
 * mel.bins, frames]}.
 *
 * @param mel the mel spectrogram
 * @param compression decibels, a logarithm or PCEN
 */
public record LogMel(MelSpectrogram mel, Compression compression) implements Feature {

  /** librosa.power_to_db of librosa.feature.melspectrogram, both with their defaults. */
  public static LogMel librosa(int sampleRate) {
    return new LogMel(MelSpectrogram.librosa(sampleRate), Compression.Decibels.ofPower());
  }

  /** torchaudio's MelSpectrogram and AmplitudeToDB with their defaults: no limit of the range. */
  public static LogMel torchaudio(int sampleRate) {
    return new LogMel(
        MelSpectrogram.torchaudio(sampleRate),
        Compression.Decibels.ofPower().withRange(Double.POSITIVE_INFINITY));
  }

  @Override
  public Pipeline pipeline() {
    return mel.pipeline().then(compression.stages().toArray(Stage[]::new));
  }
}
