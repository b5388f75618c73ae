package org.cochlea.core.feature;

import org.cochlea.core.stage.Pipeline;

/**
 * A feature of one's own: any pipeline under a name.
 *
 * @param name for people
 * @param pipeline what to compute
 */
public record Custom(String name, Pipeline pipeline) implements Feature {}
