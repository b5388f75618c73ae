package org.cochlea.cli.extract;

import java.nio.file.Path;
import java.util.function.IntFunction;
import org.cochlea.core.Engine;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.preset.Preset;

/**
 * What an extraction does with every clip.
 *
 * @param presets what is computed of files of a sample rate in Hz
 * @param fingerprint of the parameters; outputs of another one are not resumed
 * @param out the folder of the outputs
 * @param format of the outputs
 * @param framesFirst whether frames come before bins in the outputs
 * @param engine what computes
 * @param options how it runs
 * @param threads that decode
 * @param batch clips computed at once
 * @param longSeconds what is longer is read in pieces, where the feature allows it
 * @param resume whether what an earlier run finished is left as it is
 */
public record ExtractSettings(
    IntFunction<Preset> presets,
    String fingerprint,
    Path out,
    OutputFormat format,
    boolean framesFirst,
    Engine engine,
    ExtractorOptions options,
    int threads,
    int batch,
    double longSeconds,
    boolean resume) {}
