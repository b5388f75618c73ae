package org.cochlea.cli.verify;

/**
 * The input of a case.
 *
 * @param channels the samples per channel
 * @param sampleRate in Hz
 */
@SuppressWarnings("ArrayRecordComponent") // carried about, never compared
record Sound(float[][] channels, int sampleRate) {}
