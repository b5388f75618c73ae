package org.cochlea.cli.extract;

import java.util.stream.IntStream;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Filters so narrow that no bin of the transform falls into them. */
public final class EmptyFilters {
  private EmptyFilters() {}

  /** Returns what is to be said of them, or null if a pipeline has none. */
  public static @Nullable String warning(int sampleRate, Pipeline pipeline) {
    for (Stage stage : pipeline.stages()) {
      if (stage instanceof Stage.Project(Basis basis)) {
        long empty = IntStream.range(0, basis.rows()).filter(r -> basis.bandLength(r) == 0).count();
        if (empty > 0) {
          return "at %d Hz %d of %d filters are empty, their bins will hold nothing: use fewer, or a longer transform"
              .formatted(sampleRate, empty, basis.rows());
        }
      }
    }
    return null;
  }
}
