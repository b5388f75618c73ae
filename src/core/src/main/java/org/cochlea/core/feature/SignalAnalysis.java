package org.cochlea.core.feature;

import java.util.List;
import org.cochlea.core.stage.Autocorrelation;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * An analysis of the samples of a clip.
 *
 * @param sampleRate the rate it is made for, in Hz, or 0 for any
 * @param analysis one that reads a signal
 */
public record SignalAnalysis(int sampleRate, Stage.Analysis analysis) implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public SignalAnalysis {
    Check.atLeast("sampleRate", sampleRate, 0);
    var _ = analysis.apply(Layout.signal());
  }

  /**
   * {@code Σ x[n] x[n + k]}: {@code [batch, channels, 1, lags]}; librosa.autocorrelate.
   *
   * @param lags at most so many; 0 for as many as there are samples
   */
  public static SignalAnalysis autocorrelation(int lags) {
    return new SignalAnalysis(0, new Autocorrelation(lags, Layout.Domain.SIGNAL));
  }

  @Override
  public Pipeline pipeline() {
    return new Pipeline(sampleRate, Layout.signal(), List.of(analysis));
  }
}
