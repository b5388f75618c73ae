package org.cochlea.train.data;

/**
 * A clip that is to be read.
 *
 * @param item its index
 * @param seed of where its window lies and of what augments it
 */
public record Draw(int item, long seed) {}
