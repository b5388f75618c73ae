/**
 * The front-ends of named systems, as values: from the samples of a file to what the system's model
 * reads, equal to the system's own code.
 *
 * <pre>{@code
 * Preset preset = Presets.named("yamnet");
 * try (Engine engine = Engines.best();
 *     FrontEnd frontEnd = preset.compile(engine)) {
 *   Tensor patches = frontEnd.extract(channels, sampleRate);
 * }
 * }</pre>
 */
package org.cochlea.core.preset;
