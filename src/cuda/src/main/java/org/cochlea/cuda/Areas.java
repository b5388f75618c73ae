package org.cochlea.cuda;

/**
 * Where what kernels of augmentation read and write is, as device addresses.
 *
 * @param input what the caller gave
 * @param first memory of rows between two passes
 * @param second the other
 * @param out the result
 * @param tables what was drawn
 * @param state what passes tell each other
 * @param noise noise that was made on the device
 * @param scratch what a launch leaves to the next
 * @param stretched rows that a phase vocoder has made
 */
record Areas(
    long input,
    long first,
    long second,
    long out,
    long tables,
    long state,
    long noise,
    long scratch,
    long stretched) {}
