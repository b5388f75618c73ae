/** Models: small descriptions, and the libtorch networks they build. */
@NullMarked
package org.cochlea.train.model;

import org.jspecify.annotations.NullMarked;
