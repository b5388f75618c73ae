package org.cochlea.core.feature;

import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Any real feature on a compressed scale, of the same shape.
 *
 * @param of the feature
 * @param compression decibels, a logarithm or PCEN
 */
public record Compressed(Feature of, Compression compression) implements Feature {
  @Override
  public Pipeline pipeline() {
    return of.pipeline().then(compression.stages().toArray(Stage[]::new));
  }
}
