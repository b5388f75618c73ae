package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Log.Floor;

/**
 * The log filter bank energies of python_speech_features 0.6.1, logfbank: {@code ln x}, with
 * 2.2e-16 for zeros: {@code [batch, channels, samples] → [batch, channels, bins, frames]}; the
 * library returns time first.
 *
 * @param spec frames, transform and filters
 */
public record PsfLogFbank(PsfSpec spec) implements Feature {

  /** Returns the library's defaults. */
  public static PsfLogFbank of(int sampleRate) {
    return new PsfLogFbank(PsfSpec.of(sampleRate));
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> stages = new ArrayList<>(spec.power());
    stages.add(new Stage.Project(spec.filters()));
    stages.add(new Stage.Log(1, Floor.REPLACE_ZERO, PsfSpec.EPSILON));
    return new Pipeline(spec.sampleRate(), Layout.signal(), stages);
  }
}
