/** JMH benchmarks: one call each, of a batch that lies in memory. */
@NullMarked
package org.cochlea.bench.jmh;

import org.jspecify.annotations.NullMarked;
