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
  PSF_SSC,
  /** Centre of gravity of the spectrum. */
  SPECTRAL_CENTROID,
  /** Spread around it. */
  SPECTRAL_BANDWIDTH,
  /** The frequency below which most of the spectrum lies. */
  SPECTRAL_ROLLOFF,
  /** Peaks above valleys by octave. */
  SPECTRAL_CONTRAST,
  /** Geometric by arithmetic mean. */
  SPECTRAL_FLATNESS,
  /** Maximum by mean. */
  SPECTRAL_CREST,
  /** Change from frame to frame. */
  SPECTRAL_FLUX,
  /** A polynomial fitted to the spectrum. */
  POLY_FEATURES,
  /** Pitch classes of a Fourier transform. */
  CHROMA_STFT,
  /** Pitch classes of a constant-Q transform. */
  CHROMA_CQT,
  /** The same, quantised and smoothed. */
  CHROMA_CENS,
  /** Tonal centroids. */
  TONNETZ,
  /** Deviation from A4 = 440 Hz. */
  ESTIMATE_TUNING,
  /** How strongly sounds begin. */
  ONSET_STRENGTH,
  /** What of a spectrogram lasts. */
  HPSS_HARMONIC,
  /** What of a spectrogram is wide. */
  HPSS_PERCUSSIVE,
  /** Fundamental frequency. */
  YIN,
  /** Fundamental frequency, voicing and its probability. */
  PYIN,
  /** Autocorrelation of onsets. */
  TEMPOGRAM,
  /** Beats per minute. */
  TEMPO,
  /** Frames that are beats. */
  BEATS,
  /** Linear prediction. */
  LPC,
  /** Power spectral density of segments. */
  WELCH,
  /** Power spectral density of the whole clip. */
  PERIODOGRAM,
  /** Power spectral density by Slepian tapers. */
  MULTITAPER,
  /** Constant-Q transform. */
  CQT,
  /** Variable-Q transform. */
  VQT,
  /** Constant-Q of a Fourier transform's magnitudes. */
  PSEUDO_CQT,
  /** The one above, the other below. */
  HYBRID_CQT,
  /** nnAudio's constant-Q transform in time. */
  CQT1992V2,
  /** nnAudio's constant-Q transform by octaves. */
  CQT2010V2,
  /** Combined frequency and periodicity. */
  CFP,
  /** Correlation of the samples with themselves. */
  AUTOCORRELATION,
  /** Inverse transform of the logarithm of a spectrum. */
  CEPSTRUM,
  /** Its square, of the power. */
  POWER_CEPSTRUM,
  /** That of the complex logarithm. */
  COMPLEX_CEPSTRUM,
  /** The spectrum that a liftered cepstrum stands for. */
  CEPSTRAL_ENVELOPE,
  /** Fourier transform of onsets. */
  FOURIER_TEMPOGRAM,
  /** Tempogram at multiples of the tempo. */
  TEMPOGRAM_RATIO,
  /** Pitch classes of a variable-Q transform. */
  CHROMA_VQT,
  /** Frequencies of the peaks of a spectrum. */
  PIPTRACK,
  /** Weighted harmonics of every frequency. */
  SALIENCE,
  /** What of a signal lasts. */
  HARMONIC,
  /** What of a signal is short. */
  PERCUSSIVE,
  /** The signal less steady noise, by a gate. */
  NOISE_GATE,
  /** The signal less the noise of its first frames. */
  SPECTRAL_SUBTRACTION,
  /** Modulus of the analytic signal. */
  HILBERT_ENVELOPE,
  /** Level around every sample. */
  ROLLING_ENVELOPE,
  /** Magnitudes of the whole clip's Fourier transform. */
  SPECTRUM,
  /** Counts of decibels of a spectrogram. */
  HISTOGRAM,
  /** Spectrogram in decibels as loud as it seems. */
  PERCEPTUAL,
  /** Levels of gammatone filters in time. */
  GAMMATONE_FILTERS,
  /** Frequencies that the energy of bins has. */
  REASSIGNED_FREQUENCIES,
  /** Times that the energy of bins has. */
  REASSIGNED_TIMES,
  /** Magnitudes of Morlet wavelets. */
  SCALOGRAM,
  /** Spectrograms of several lengths. */
  MULTI_RESOLUTION;

  /** Returns what is typed, such as {@code log-mel}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
