package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.PreciseSpectrum;
import org.cochlea.core.stage.Stage;

/**
 * {@code |STFT|^power}: {@code [batch, channels, samples] → [batch, channels, fftSize / 2 + 1,
 * frames]}.
 *
 * <p>As torchaudio.transforms.Spectrogram; librosa's {@code np.abs(librosa.stft(y)) ** power}.
 *
 * @param sampleRate in Hz, or 0 for any
 * @param stft framing and window
 * @param power above 0: 1 magnitude, 2 power
 */
public record Spectrogram(int sampleRate, StftSpec stft, double power) implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Spectrogram {
    Check.atLeast("sampleRate", sampleRate, 0);
    Check.positive("power", power);
  }

  /** Returns torchaudio's defaults: 400, hop 200, reflected, power 2. */
  public static Spectrogram torchaudio() {
    return new Spectrogram(0, StftSpec.torchaudio(), 2);
  }

  @Override
  public Pipeline pipeline() {
    return new Pipeline(sampleRate, Layout.signal(), stages(stft, power));
  }

  /** Returns a pipeline whose spectra are computed in double on every engine. */
  static Pipeline precise(Pipeline pipeline) {
    return new Pipeline(pipeline.sampleRate(), pipeline.input(), preciseStages(pipeline.stages()));
  }

  /** Returns stages whose spectra are computed in double on every engine. */
  static List<Stage> preciseStages(List<Stage> stages) {
    List<Stage> precise = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      if (i + 2 < stages.size()
          && stages.get(i) instanceof Stage.Window(Basis window)
          && stages.get(i + 1) instanceof Stage.RealFft(int size)
          && stages.get(i + 2) instanceof Stage.Modulus(double power)) {
        precise.add(new PreciseSpectrum(window, size, power));
        i += 2;
      } else {
        precise.add(stages.get(i));
      }
    }
    return precise;
  }

  static List<Stage> stages(StftSpec stft, double power) {
    List<Stage> stages = new ArrayList<>(Stft.spectrum(stft));
    stages.add(new Stage.Modulus(power));
    return stages;
  }
}
