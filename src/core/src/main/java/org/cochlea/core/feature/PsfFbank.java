package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Branch.Join;
import org.cochlea.core.stage.Stage.Reduce.Reduction;

/**
 * The filter bank energies of python_speech_features 0.6.1, fbank: {@code [batch, channels,
 * samples] → [batch, channels, bins (+ 1 with energy), frames]}.
 *
 * <p>The library returns time first, and puts 2.2e-16 in the place of zeros already here; that is
 * done where the logarithm is taken ({@link PsfLogFbank}).
 *
 * @param spec frames, transform and filters
 * @param energy whether the frame's total power, the library's second result, stands after the
 *     filters
 */
public record PsfFbank(PsfSpec spec, boolean energy) implements Feature {

  /** Returns the library's defaults, without the energy. */
  public static PsfFbank of(int sampleRate) {
    return new PsfFbank(PsfSpec.of(sampleRate), false);
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> stages = new ArrayList<>(spec.power());
    Stage filters = new Stage.Project(spec.filters());
    stages.add(
        energy
            ? new Stage.Branch(
                List.of(List.of(filters), List.of(new Stage.Reduce(Reduction.SUM))),
                Join.CONCATENATE)
            : filters);
    return new Pipeline(spec.sampleRate(), Layout.signal(), stages);
  }
}
