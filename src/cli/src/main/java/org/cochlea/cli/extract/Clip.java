package org.cochlea.cli.extract;

import java.nio.file.Path;
import java.util.List;

/**
 * One thing to extract.
 *
 * @param file the audio
 * @param name of its feature, different for every clip: a path below the output folder without the
 *     format's ending, or a key; with slashes
 * @param offset where to begin, in seconds
 * @param duration how much of it, in seconds; infinite for all
 * @param labels what a list says of it
 */
record Clip(Path file, String name, double offset, double duration, List<String> labels) {}
