package org.cochlea.train.torch;

/** A stage as libtorch's operations, ready to run. */
interface Operation {
  Clips apply(Clips in);
}
