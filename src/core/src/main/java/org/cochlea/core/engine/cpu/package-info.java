/**
 * <<<<<<< HEAD The CPU engine. A <em>tile</em> is as many neighbouring frames as a SIMD register
 * has lanes, one frame per lane; stages that work on single frames run one after the other on a
 * tile while it is in cache. Stages that need a whole clip run in between, on panels of {@code
 * [bins][frames]}. ======= The CPU engine: tiles of frames, one frame per SIMD lane, every stage of
 * a pipeline run on a tile while it is in the cache. >>>>>>> 4f06c89 (Kernels of the CPU engine:
 * transforms, filter banks and functions on tiles of frames, from one description with the Vector
 * API and as plain loops, equal to the last bit)
 */
package org.cochlea.core.engine.cpu;
