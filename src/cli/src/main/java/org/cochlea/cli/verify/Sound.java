package org.cochlea.cli.verify;

/**
 * The input of a case.
 *
 * @param channels the samples per channel
 * @param sampleRate in Hz
 */
record Sound(float[][] channels, int sampleRate) {}
