/** Measures Cochlea against its peers; not part of what is published. */
@NullMarked
package org.cochlea.bench;

import org.jspecify.annotations.NullMarked;
