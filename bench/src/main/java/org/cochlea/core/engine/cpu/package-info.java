/** What the benchmarks need to see of the cpu engine. */
@NullMarked
package org.cochlea.core.engine.cpu;

import org.jspecify.annotations.NullMarked;
