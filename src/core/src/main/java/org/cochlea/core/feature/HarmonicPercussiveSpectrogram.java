package org.cochlea.core.feature;

import org.cochlea.core.stage.HarmonicPercussive;
import org.cochlea.core.stage.HarmonicPercussive.Part;
import org.cochlea.core.stage.Pipeline;

/**
 * The harmonic or the percussive part of a spectrogram, or its mask: {@code [batch, channels,
 * samples] → [batch, channels, bins, frames]}; librosa.decompose.hpss.
 *
 * @param of a spectrogram, complex ({@link Stft}) or not
 * @param separation how, and which part
 */
public record HarmonicPercussiveSpectrogram(Feature of, HarmonicPercussive separation)
    implements Feature {

  /** The magnitude of one part with librosa's defaults: medians of 31, power 2, no margin. */
  public static HarmonicPercussiveSpectrogram librosa(Part part) {
    return new HarmonicPercussiveSpectrogram(
        new Spectrogram(0, StftSpec.librosa(), 1),
        new HarmonicPercussive(part, 31, 31, 2, 1, 1, false));
  }

  @Override
  public Pipeline pipeline() {
    // Of a hard mask the noise that float32 leaves in empty bins would decide.
    return Spectrogram.precise(of.pipeline()).then(separation);
  }
}
