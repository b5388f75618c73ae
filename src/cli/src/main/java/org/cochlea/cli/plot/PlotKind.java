package org.cochlea.cli.plot;

import java.util.Locale;

/** What of a sound is drawn. */
public enum PlotKind {
  /** Power spectrogram in dB below its maximum, frequencies in equal steps. */
  SPECTROGRAM("Spectrogram"),
  /** The same, octaves in equal steps. */
  LOG_SPECTROGRAM("Log-frequency spectrogram"),
  /** Mel spectrogram in dB below its maximum. */
  MEL("Mel spectrogram"),
  /** Mel-frequency cepstral coefficients. */
  MFCC("MFCC"),
  /** The samples: extremes and root mean square. */
  WAVEFORM("Waveform"),
  /** Power over frequency, averaged over time, in dB below its maximum. */
  SPECTRUM("Spectrum");

  private final String title;

  PlotKind(String title) {
    this.title = title;
  }

  /** Returns how a picture of this kind is called. */
  public String title() {
    return title;
  }

  /** Returns the name as it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
