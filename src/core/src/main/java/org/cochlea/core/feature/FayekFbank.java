package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Log.Floor;
import org.cochlea.core.stage.Stage.Normalize.Offset;
import org.cochlea.core.stage.Stage.Normalize.Spread;

/**
 * The filter banks of Fayek's tutorial: {@code 20 log10 x} of python_speech_features' energies,
 * less every bin's mean: {@code [batch, channels, samples] → [batch, channels, bins, frames]}.
 *
 * <p>Fayek, "Speech processing for machine learning: filter banks, mel-frequency cepstral
 * coefficients (MFCCs) and what's in-between", 2016. Its framing gives {@code ceil((samples -
 * window) / hop)} frames, one fewer than python_speech_features; here a signal of at most one frame
 * gives none.
 *
 * @param spec frames, transform and filters
 * @param subtractMean whether every bin's mean over the clip, plus 1e-8, is subtracted
 */
public record FayekFbank(PsfSpec spec, boolean subtractMean) implements Feature {

  /**
   * Returns the tutorial's: 25 ms every 10 ms, symmetric Hamming, 512, 40 filters, 16-bit scale.
   */
  public static FayekFbank of(int sampleRate) {
    return new FayekFbank(tutorial(sampleRate), true);
  }

  static PsfSpec tutorial(int sampleRate) {
    return PsfSpec.of(sampleRate).withBins(40).withWindow(Window.HAMMING.symmetric());
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> stages = decibels(spec);
    if (subtractMean) {
      stages.addAll(meanSubtraction());
    }
    return new Pipeline(spec.sampleRate(), Layout.signal(), stages);
  }

  /** The stages from a waveform to filter banks in decibels. */
  static List<Stage> decibels(PsfSpec spec) {
    List<Stage> stages = new ArrayList<>(spec.power());
    stages.add(new Stage.DropFrames(0, 1));
    stages.add(new Stage.Project(spec.filters()));
    stages.add(new Stage.Log(20 * Stage.Log.LOG10, Floor.REPLACE_ZERO, PsfSpec.EPSILON));
    return stages;
  }

  static List<Stage> meanSubtraction() {
    return List.of(
        new Stage.Normalize(Scope.BIN, Offset.MEAN, Spread.NONE, 0), new Stage.Affine(1, -1e-8));
  }
}
