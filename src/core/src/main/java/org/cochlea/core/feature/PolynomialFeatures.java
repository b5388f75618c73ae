package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.PolynomialFit;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * The coefficients of a polynomial of the frequency in Hz fitted to the magnitudes of every frame,
 * highest power first: {@code [batch, channels, samples] → [batch, channels, order + 1, frames]};
 * librosa.feature.poly_features.
 *
 * @param sampleRate in Hz, at least 1
 * @param stft framing and window
 * @param order in [0, fftSize / 2]
 */
public record PolynomialFeatures(int sampleRate, StftSpec stft, int order) implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public PolynomialFeatures {
    Check.atLeast("sampleRate", sampleRate, 1);
    Check.range("order", order, 0, stft.bins() - 1);
  }

  /** librosa's defaults: a line. */
  public static PolynomialFeatures librosa(int sampleRate) {
    return new PolynomialFeatures(sampleRate, StftSpec.librosa(), 1);
  }

  @Override
  public Pipeline pipeline() {
    double[] hz = SpectralDescriptor.frequencies(sampleRate, stft);
    List<Stage> stages = new ArrayList<>(Spectrogram.stages(stft, 1));
    stages.add(new Stage.Project(PolynomialFit.matrix(hz, order)));
    return new Pipeline(sampleRate, Layout.signal(), stages);
  }
}
