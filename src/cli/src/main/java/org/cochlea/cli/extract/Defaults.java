package org.cochlea.cli.extract;

import java.util.Locale;

/** The library whose defaults hold for what is not given. */
public enum Defaults {
  /** librosa 0.11. */
  LIBROSA,
  /** torchaudio. */
  TORCHAUDIO,
  /** nnAudio 0.3. */
  NNAUDIO;

  /** Returns what is typed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
