package org.cochlea.cli.extract;

import java.util.Locale;

/** A feature that can be asked for on the command line. */
public enum FeatureKind {
  /** Short-time Fourier transform. */
  STFT,
  /** Its magnitude or power. */
  SPECTROGRAM,
  /** Through mel filters. */
  MEL,
  /** The same on a logarithmic scale. */
  LOG_MEL,
  /** Mel-frequency cepstral coefficients. */
  MFCC,
  /** Through filters equally spaced in Hz. */
  LINEAR,
  /** Linear-frequency cepstral coefficients. */
  LFCC,
  /** Through gammatone filters. */
  GAMMATONE,
  /** Mel with per-channel energy normalisation. */
  PCEN,
  /** Root mean square of frames. */
  RMS,
  /** Zero crossing rate of frames. */
  ZCR,
  /** Kaldi's log mel filter bank. */
  KALDI_FBANK,
  /** Kaldi's MFCC. */
  KALDI_MFCC,
  /** Kaldi's log power spectrogram. */
  KALDI_SPECTROGRAM,
  /** python_speech_features' log filter bank. */
  PSF_LOGFBANK,
  /** python_speech_features' MFCC. */
  PSF_MFCC,
  /** python_speech_features' spectral subband centroids. */
  PSF_SSC;

  /** Returns what is typed, such as {@code log-mel}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
