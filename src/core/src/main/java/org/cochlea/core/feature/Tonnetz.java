package org.cochlea.core.feature;

import org.cochlea.core.stage.FrameNorm;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Tonal centroids: the position of every chroma frame, divided by its sum, on the circles of
 * fifths, minor and major thirds. {@code [batch, channels, samples] → [batch, channels, 6,
 * frames]}; librosa.feature.tonnetz.
 *
 * @param chroma any real feature of pitch classes; librosa takes chroma_cqt by default
 */
public record Tonnetz(Feature chroma) implements Feature {
  @Override
  public Pipeline pipeline() {
    Pipeline classes = chroma.pipeline();
    return classes.then(
        new FrameNorm(1, Double.NEGATIVE_INFINITY),
        new Stage.Project(org.cochlea.core.basis.Chroma.tonnetz(classes.output().bins())));
  }
}
