package org.cochlea.train.metric;

/** How numbers of single classes become one; scikit-learn's names. */
public enum Average {
  /** The mean over the classes. */
  MACRO,
  /** All decisions counted together. */
  MICRO,
  /** The mean over the classes, each weighted with the number of its clips. */
  WEIGHTED
}
