package org.cochlea.cli.verify;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a manifest: what a library computed from what.
 *
 * @param id its name
 * @param feature which function of which library
 * @param input the audio file, relative to the manifest
 * @param params the function's arguments, by its own names
 * @param output the .npy file of the result, relative to the manifest
 * @param source the library, with its version
 * @param relativeL2 the bound on the error, or null for the default
 * @param note anything to know
 */
record ReferenceCase(
    String id,
    String feature,
    String input,
    Map<String, @Nullable Object> params,
    String output,
    String source,
    @Nullable Double relativeL2,
    String note) {}
