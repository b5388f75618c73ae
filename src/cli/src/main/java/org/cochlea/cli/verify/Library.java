package org.cochlea.cli.verify;

import org.jspecify.annotations.Nullable;

/** The functions of one source library, and what they are here. */
@FunctionalInterface
interface Library {

  /**
   * What a function's arguments do not say.
   *
   * @param sampleRate of the input in Hz
   * @param channels of the input
   * @param shape of the reference result
   * @param together whether the library was given all channels at once, so that a limit or maximum
   *     is that of all of them, or one after another
   */
  @SuppressWarnings("ArrayRecordComponent") // carried about, never compared
  record Context(int sampleRate, int channels, int[] shape, boolean together) {}

  /**
   * Returns how to compute a function of this library.
   *
   * @param feature the name in the manifest
   * @param params its arguments
   * @return null if the function is not this library's
   * @throws UnsupportedCaseException naming the argument that cannot be met
   */
  @Nullable Recipe recipe(String feature, Params params, Context context);
}
