package org.cochlea.cli.extract;

import java.nio.file.Path;

/**
 * One thing to extract.
 *
 * @param file the audio
 * @param output where its feature goes, relative to the output folder
 * @param offset where to begin, in seconds
 * @param duration how much of it, in seconds; infinite for all
 */
record Clip(Path file, Path output, double offset, double duration) {}
