/** What is made small, and how: losses, optimisers, learning rates. */
@NullMarked
package org.cochlea.train.optim;

import org.jspecify.annotations.NullMarked;
