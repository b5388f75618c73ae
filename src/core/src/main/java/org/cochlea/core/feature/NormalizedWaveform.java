package org.cochlea.core.feature;

import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Normalize.Offset;
import org.cochlea.core.stage.Stage.Normalize.Spread;

/**
 * The waveform itself, brought to mean 0 and variance 1: {@code (x - mean) / √(variance +
 * epsilon)}, {@code [batch, channels, samples] → [batch, channels, 1, samples]}.
 *
 * <p>What wav2vec 2.0 and HuBERT (large) read; the variance is that of the population, over the
 * clip's true length. Baevski et al., "wav2vec 2.0", 2020.
 *
 * @param sampleRate in Hz, or 0 for any
 * @param epsilon at least 0; 1e-5 in fairseq, 1e-7 in transformers
 */
public record NormalizedWaveform(int sampleRate, double epsilon) implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public NormalizedWaveform {
    Check.atLeast("sampleRate", sampleRate, 0);
    Check.notNegative("epsilon", epsilon);
  }

  @Override
  public Pipeline pipeline() {
    return Pipeline.of(
        sampleRate,
        new Stage.Normalize(Scope.CHANNEL, Offset.MEAN, Spread.REGULARIZED_DEVIATION, epsilon));
  }
}
