/**
 * The CPU engine. A <em>tile</em> is as many neighbouring frames as a SIMD register has lanes, one
 * frame per lane; stages that work on single frames run one after the other on a tile while it is
 * in cache. Stages that need a whole clip run in between, on panels of {@code [bins][frames]}.
 */
package org.cochlea.core.engine.cpu;
