package org.cochlea.cli;

import java.util.Locale;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.Gammatonegram;
import org.cochlea.core.feature.KaldiFbank;
import org.cochlea.core.feature.KaldiMfcc;
import org.cochlea.core.feature.Lfcc;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.StftSpec;

/** What {@code cochlea bench} can measure. */
enum BenchFeature {
  /** librosa's power spectrogram. */
  SPECTROGRAM,
  /** librosa's mel spectrogram. */
  MEL,
  /** The same in decibels. */
  LOG_MEL,
  /** librosa's MFCC. */
  MFCC,
  /** torchaudio's linear-frequency cepstral coefficients. */
  LFCC,
  /** nnAudio's gammatonegram. */
  GAMMATONE,
  /** Kaldi's log mel filter bank. */
  KALDI_FBANK,
  /** Kaldi's MFCC. */
  KALDI_MFCC;

  /** Returns the feature for a sample rate. */
  Feature of(int sampleRate) {
    return switch (this) {
      case SPECTROGRAM -> new Spectrogram(sampleRate, StftSpec.librosa(), 2);
      case MEL -> MelSpectrogram.librosa(sampleRate);
      case LOG_MEL -> LogMel.librosa(sampleRate);
      case MFCC -> Mfcc.librosa(sampleRate);
      case LFCC -> Lfcc.torchaudio(sampleRate);
      case GAMMATONE -> Gammatonegram.nnAudio(sampleRate);
      case KALDI_FBANK -> KaldiFbank.torchaudio(sampleRate);
      case KALDI_MFCC -> KaldiMfcc.torchaudio(sampleRate);
    };
  }

  /** Returns what is typed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
