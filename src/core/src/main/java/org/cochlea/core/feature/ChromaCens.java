package org.cochlea.core.feature;

import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.ChromaEnergy;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Chroma energy normalised statistics (CENS): chroma frames divided by their sums, quantised,
 * smoothed along time and normalised; {@code [batch, channels, samples] → [batch, channels,
 * classes, frames]}; librosa.feature.chroma_cens.
 *
 * @param chroma pitch classes without a norm
 * @param smoothing frames of a window along time, at least 0: none
 * @param window its shape
 * @param norm order of the norm that every frame gets: above 0, infinite for its maximum; NaN for
 *     none
 */
public record ChromaCens(ChromaCqt chroma, int smoothing, Window window, double norm)
    implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public ChromaCens {
    Check.atLeast("smoothing", smoothing, 0);
    var _ = NormStages.of(norm);
  }

  /** librosa's defaults, at A4 = 440 Hz: 41 frames, Hann, norm 2. */
  public static ChromaCens librosa(int sampleRate) {
    return new ChromaCens(ChromaCqt.librosa(sampleRate).withNorm(Double.NaN), 41, Window.HANN, 2);
  }

  @Override
  public Pipeline pipeline() {
    // librosa's window is two frames longer, so that it does not end in zeros.
    double[] shape =
        smoothing == 0 ? new double[] {1} : window.symmetric().coefficients(smoothing + 2);
    return chroma
        .pipeline()
        .then(new ChromaEnergy(Basis.row(shape)))
        .then(NormStages.of(norm).toArray(Stage[]::new));
  }
}
