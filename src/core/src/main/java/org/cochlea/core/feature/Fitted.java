package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Any feature of a signal that is first made as long as a rule says, with zeros at its end or cut
 * there.
 *
 * @param of the feature; it reads waveforms
 * @param length the rule, in samples
 */
public record Fitted(Feature of, LengthRule length) implements Feature {
  /**
   * Checks that the feature reads waveforms.
   *
   * @throws IllegalArgumentException if it reads spectra
   */
  public Fitted {
    if (!of.pipeline().input().isSignal()) {
      throw new IllegalArgumentException("of must read waveforms, was " + of);
    }
  }

  @Override
  public Pipeline pipeline() {
    Pipeline inner = of.pipeline();
    List<Stage> stages = new ArrayList<>();
    stages.add(new Stage.FitLength(length));
    stages.addAll(inner.stages());
    return new Pipeline(inner.sampleRate(), inner.input(), stages);
  }
}
