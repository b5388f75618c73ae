package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * The power of a spectrum by pitch class: {@code [batch, channels, samples] → [batch, channels,
 * chroma.bins, frames]}; librosa.feature.chroma_stft.
 *
 * <p>librosa estimates the tuning of every clip unless it is given; here it is a number, 0 by
 * default, and {@link EstimatedTuning} estimates it.
 *
 * @param sampleRate in Hz, at least 1
 * @param stft framing and window
 * @param chroma the filter bank
 * @param norm order of the norm that every frame gets: above 0, infinite for its maximum; NaN for
 *     none
 */
public record Chroma(int sampleRate, StftSpec stft, ChromaSpec chroma, double norm)
    implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Chroma {
    Check.atLeast("sampleRate", sampleRate, 1);
    Check.atLeast("fftSize", stft.fftSize(), 2);
    var _ = NormStages.of(norm);
  }

  /** librosa's defaults, at A4 = 440 Hz. */
  public static Chroma librosa(int sampleRate) {
    return new Chroma(
        sampleRate, StftSpec.librosa(), ChromaSpec.librosa(), Double.POSITIVE_INFINITY);
  }

  /** Returns this with another filter bank. */
  public Chroma withChroma(ChromaSpec spec) {
    return new Chroma(sampleRate, stft, spec, norm);
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> stages = new ArrayList<>(Spectrogram.stages(stft, 2));
    stages.add(new Stage.Project(chroma.basis(sampleRate, stft.fftSize())));
    stages.addAll(NormStages.of(norm));
    return new Pipeline(sampleRate, Layout.signal(), stages);
  }
}
