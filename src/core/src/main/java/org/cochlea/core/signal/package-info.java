/**
 * Signal tools: resampling, filters, levels and loudness, silence, companding, patches.
 *
 * <p>Pure functions on {@code float[]} samples, nominally in [-1, 1], computed in double precision;
 * nothing here knows an engine. Where a tool works on a stream, an object takes chunks of any size
 * and gives bit for bit what the one-shot call gives.
 */
package org.cochlea.core.signal;
