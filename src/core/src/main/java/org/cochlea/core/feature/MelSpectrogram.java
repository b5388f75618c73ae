package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Mel spectrogram: {@code M |STFT|^power}, {@code [batch, channels, samples] → [batch, channels,
 * mel.bins, frames]}.
 *
 * <p>Davis and Mermelstein, "Comparison of parametric representations for monosyllabic word
 * recognition in continuously spoken sentences", 1980. librosa, nnAudio and torchaudio compute the
 * same from different defaults, which the factories carry.
 *
 * @param sampleRate in Hz, at least 1
 * @param stft framing and window
 * @param mel the filter bank; its upper edge is at most half the sample rate
 * @param power above 0: 1 magnitude, 2 power
 */
public record MelSpectrogram(int sampleRate, StftSpec stft, MelSpec mel, double power)
    implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public MelSpectrogram {
    Check.atLeast("sampleRate", sampleRate, 1);
    Check.nyquist(mel.maxHz(), sampleRate);
    Check.positive("power", power);
  }

  /** librosa.feature.melspectrogram's defaults: 2048/512, zeros beyond the ends, 128 bins. */
  public static MelSpectrogram librosa(int sampleRate) {
    return new MelSpectrogram(
        sampleRate, StftSpec.librosa(), MelSpec.slaney(128, 0, sampleRate / 2.0), 2);
  }

  /** nnAudio's defaults: as librosa's, but reflected. */
  public static MelSpectrogram nnAudio(int sampleRate) {
    return new MelSpectrogram(
        sampleRate, StftSpec.nnAudio(), MelSpec.slaney(128, 0, sampleRate / 2.0), 2);
  }

  /** torchaudio's defaults: 400/200, reflected, 128 HTK bins without norm. */
  public static MelSpectrogram torchaudio(int sampleRate) {
    return new MelSpectrogram(
        sampleRate, StftSpec.torchaudio(), MelSpec.htk(128, 0, sampleRate / 2.0), 2);
  }

  /** Returns this with other framing. */
  public MelSpectrogram withStft(StftSpec spec) {
    return new MelSpectrogram(sampleRate, spec, mel, power);
  }

  /** Returns this with another filter bank. */
  public MelSpectrogram withMel(MelSpec spec) {
    return new MelSpectrogram(sampleRate, stft, spec, power);
  }

  /** Returns this of another power of the magnitude. */
  public MelSpectrogram withPower(double exponent) {
    return new MelSpectrogram(sampleRate, stft, mel, exponent);
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> stages = new ArrayList<>(Spectrogram.stages(stft, power));
    stages.add(new Stage.Project(mel.basis(sampleRate, stft.fftSize())));
    return new Pipeline(sampleRate, Layout.signal(), stages);
  }
}
