package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Root mean square of every frame by Parseval's theorem, of its windowed spectrum: {@code [batch,
 * channels, samples] → [batch, channels, 1, frames]}; librosa.feature.rms of a magnitude {@code S}.
 *
 * @param stft framing and window
 * @param frameLength what the sum is divided by, and whether there is a bin at half the rate: the
 *     transform's size or, where that is even, one more
 */
public record SpectralRms(StftSpec stft, int frameLength) implements Feature {
  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public SpectralRms {
    if (frameLength < 1 || frameLength / 2 + 1 != stft.bins()) {
      throw new IllegalArgumentException(
          "frameLength must be that of %d bins, %d or %d, was %d"
              .formatted(stft.bins(), 2 * stft.bins() - 2, 2 * stft.bins() - 1, frameLength));
    }
  }

  /** librosa's defaults: 2048, hop 512, centred, Hann window, zeros beyond the ends. */
  public static SpectralRms librosa() {
    StftSpec stft = StftSpec.librosa();
    return new SpectralRms(stft, stft.fftSize());
  }

  @Override
  public Pipeline pipeline() {
    double[] weights = new double[stft.bins()];
    // Every bin but the ends stands for two.
    Arrays.fill(weights, 2.0 / frameLength / frameLength);
    weights[0] /= 2;
    if (frameLength % 2 == 0) {
      weights[weights.length - 1] /= 2;
    }
    List<Stage> stages = new ArrayList<>(Spectrogram.stages(stft, 2));
    stages.add(new Stage.Project(Basis.row(weights)));
    stages.add(new Stage.Power(0.5));
    return new Pipeline(0, Layout.signal(), stages);
  }
}
