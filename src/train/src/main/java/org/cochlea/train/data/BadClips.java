package org.cochlea.train.data;

import java.util.Locale;

/** What is done with a clip that cannot be read. */
public enum BadClips {
  /** It is reported once and left out. */
  SKIP,
  /** Training ends with its error. */
  FAIL;

  /** Returns the name in configurations. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
