package org.cochlea.train.data;

import java.io.IOException;
import org.cochlea.audio.dataset.Item;

/** What windows are cut from: samples, or frames of features. Safe for use from several threads. */
abstract class Source {
  abstract Clip load(Item item) throws IOException;

  /** The rate that windows are given, in Hz; 1 for features, whose rate is seldom whole. */
  abstract int rate();

  /** The length of a window; 0 for whole clips. */
  abstract int length(Windows windows);

  /** From one window to the next to evaluate, at least 1. */
  abstract int hop(Windows windows);
}
