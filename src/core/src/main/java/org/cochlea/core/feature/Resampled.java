package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.signal.Resampler;
import org.cochlea.core.signal.SincKernel;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Any feature of a signal of another sample rate, which is converted first: in the same call, on
 * the same engine. What {@link Resampler} gives, but for the last bits: an engine in float32 sums
 * in float32.
 *
 * @param of the feature; it reads waveforms of one rate
 * @param from the rate of the waveforms in Hz, at least 1
 * @param kernel the low-pass filter
 */
public record Resampled(Feature of, int from, SincKernel kernel) implements Feature {
  /**
   * Checks the range above and that the feature reads waveforms of one rate.
   *
   * @throws IllegalArgumentException if it does not, or the ratio of the rates is of too large
   *     numbers ({@link Resampler#stage()})
   */
  public Resampled {
    Check.atLeast("from", from, 1);
    Pipeline inner = of.pipeline();
    if (!inner.input().isSignal() || inner.sampleRate() == 0) {
      throw new IllegalArgumentException("of must read waveforms of one rate, was " + of);
    }
  }

  /** Returns the feature of waveforms of another rate, with {@link Resampler.Quality#HIGH}. */
  public static Resampled of(Feature feature, int from) {
    return new Resampled(feature, from, Resampler.Quality.HIGH.kernel());
  }

  @Override
  public Pipeline pipeline() {
    Pipeline inner = of.pipeline();
    if (from == inner.sampleRate()) {
      return inner;
    }
    List<Stage> stages = new ArrayList<>();
    stages.add(Resampler.of(from, inner.sampleRate(), kernel).stage());
    stages.addAll(inner.stages());
    return new Pipeline(from, inner.input(), stages);
  }
}
