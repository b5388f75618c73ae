package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.signal.SecondOrderSections;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Any feature of a signal that is filtered first: in the same call, on the same engine.
 *
 * @param of the feature; it reads waveforms
 * @param filter a {@link Stage.FirFilter} or a {@link Stage.SosFilter}
 */
public record Filtered(Feature of, Stage filter) implements Feature {
  /**
   * Checks that the feature reads waveforms, and that the stage is a filter.
   *
   * @throws IllegalArgumentException if not
   */
  public Filtered {
    if (!of.pipeline().input().isSignal()) {
      throw new IllegalArgumentException("of must read waveforms, was " + of);
    }
    if (!(filter instanceof Stage.FirFilter || filter instanceof Stage.SosFilter)) {
      throw new IllegalArgumentException("filter must be FirFilter or SosFilter, was " + filter);
    }
  }

  /** Returns the feature behind a filter that runs forwards, from rest. */
  public static Filtered of(Feature feature, SecondOrderSections filter) {
    return new Filtered(feature, filter.stage());
  }

  /**
   * Returns the feature behind a filter without delay; see {@link SecondOrderSections#filtfilt}.
   */
  public static Filtered zeroPhase(Feature feature, SecondOrderSections filter) {
    return new Filtered(feature, filter.zeroPhaseStage());
  }

  @Override
  public Pipeline pipeline() {
    Pipeline inner = of.pipeline();
    List<Stage> stages = new ArrayList<>();
    stages.add(filter);
    stages.addAll(inner.stages());
    return new Pipeline(inner.sampleRate(), inner.input(), stages);
  }
}
