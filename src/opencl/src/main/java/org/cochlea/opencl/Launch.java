package org.cochlea.opencl;

import java.util.List;

/**
 * One launch of augmentation.
 *
 * @param kind what is done
 * @param rows an entry for each, with its steps; see {@link org.cochlea.opencl.kernel.Op#ENTRY}
 */
record Launch(Kind kind, List<int[]> rows) {

  /** What a launch does. */
  enum Kind {
    /** Steps on samples. */
    WAVE,
    /** Percentiles of samples. */
    PERCENTILE,
    /** Steps on features. */
    PICTURE
  }
}
