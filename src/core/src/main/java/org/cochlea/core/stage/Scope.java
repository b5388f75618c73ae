package org.cochlea.core.stage;

/** The values that share one statistic. */
public enum Scope {
  /** All frames of one bin of one channel ("per feature"). */
  BIN,
  /** All bins of one frame of one channel. */
  FRAME,
  /** All bins and frames of one channel. */
  CHANNEL,
  /** All channels, bins and frames of one clip. */
  ITEM,
  /** The whole batch; results then depend on what else is in it. */
  BATCH
}
