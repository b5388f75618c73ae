package org.cochlea.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.cochlea.core.feature.Analyzed;
import org.cochlea.core.feature.Chroma;
import org.cochlea.core.feature.ChromaCqt;
import org.cochlea.core.feature.Compression.Pcen;
import org.cochlea.core.feature.ConstantQ;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.Gammatonegram;
import org.cochlea.core.feature.HarmonicPercussiveSpectrogram;
import org.cochlea.core.feature.KaldiFbank;
import org.cochlea.core.feature.KaldiMfcc;
import org.cochlea.core.feature.Lfcc;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.OnsetEnvelope;
import org.cochlea.core.feature.PowerSpectralDensity;
import org.cochlea.core.feature.PyinPitch;
import org.cochlea.core.feature.Rms;
import org.cochlea.core.feature.SpectralDescriptor;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.Tonnetz;
import org.cochlea.core.feature.WhisperLogMel;
import org.cochlea.core.feature.YinPitch;
import org.cochlea.core.feature.ZeroCrossingRate;
import org.cochlea.core.stage.HarmonicPercussive.Part;
import org.jspecify.annotations.Nullable;

/**
 * A feature with the defaults of a library, of a few clips: music at 22.05 kHz for librosa's,
 * speech at 16 kHz for the others.
 */
public enum FeatureJob implements Job {
  /** librosa.stft. */
  STFT,
  /** librosa.feature.melspectrogram. */
  MEL,
  /** The same in decibels, limited to 80 below the clip's maximum. */
  LOG_MEL,
  /** The same under PCEN. */
  PCEN,
  /** librosa.feature.mfcc. */
  MFCC,
  /** librosa.feature.rms. */
  RMS,
  /** librosa.feature.zero_crossing_rate. */
  ZERO_CROSSING_RATE,
  /** librosa.feature.spectral_centroid. */
  SPECTRAL_CENTROID,
  /** librosa.feature.spectral_contrast. */
  SPECTRAL_CONTRAST,
  /** librosa.onset.onset_strength. */
  ONSET_STRENGTH,
  /** librosa.feature.tempogram. */
  TEMPOGRAM,
  /** librosa.decompose.hpss of librosa.stft, the harmonic part. */
  HARMONIC,
  /** librosa.cqt. */
  CQT,
  /** librosa.vqt. */
  VQT,
  /** librosa.feature.chroma_stft, tuning 0. */
  CHROMA_STFT,
  /** librosa.feature.chroma_cqt, tuning 0. */
  CHROMA_CQT,
  /** librosa.feature.tonnetz, tuning 0. */
  TONNETZ,
  /** librosa.yin between C2 and C7. */
  YIN,
  /** librosa.pyin between C2 and C7. */
  PYIN,
  /** scipy.signal.welch. */
  WELCH,
  /** nnAudio's gammatonegram. */
  GAMMATONE,
  /** torchaudio's Spectrogram: a transform of 400. */
  SPECTROGRAM_TORCHAUDIO,
  /** torchaudio's MFCC. */
  MFCC_TORCHAUDIO,
  /** torchaudio's LFCC. */
  LFCC_TORCHAUDIO,
  /** torchaudio.compliance.kaldi's fbank. */
  KALDI_FBANK,
  /** torchaudio.compliance.kaldi's mfcc. */
  KALDI_MFCC,
  /** Whisper's front end, of the clip's own length. */
  WHISPER;

  private static final double C2 = 440 * Math.pow(2, -33 / 12.0);
  private static final double C7 = 440 * Math.pow(2, 27 / 12.0);

  @Override
  public Feature feature() {
    int rate = sampleRate();
    return switch (this) {
      case STFT -> Stft.librosa();
      case MEL -> MelSpectrogram.librosa(rate);
      case LOG_MEL -> LogMel.librosa(rate);
      case PCEN -> new LogMel(MelSpectrogram.librosa(rate), Pcen.librosa(rate, 512));
      case MFCC -> Mfcc.librosa(rate);
      case RMS -> Rms.librosa();
      case ZERO_CROSSING_RATE -> ZeroCrossingRate.librosa();
      case SPECTRAL_CENTROID -> SpectralDescriptor.centroid(rate);
      case SPECTRAL_CONTRAST -> SpectralDescriptor.contrast(rate);
      case ONSET_STRENGTH -> OnsetEnvelope.librosa(rate);
      case TEMPOGRAM -> Analyzed.tempogram(rate);
      case HARMONIC -> HarmonicPercussiveSpectrogram.librosa(Part.HARMONIC);
      case CQT -> ConstantQ.librosa(rate);
      case VQT -> ConstantQ.librosaVqt(rate);
      case CHROMA_STFT -> Chroma.librosa(rate);
      case CHROMA_CQT -> ChromaCqt.librosa(rate);
      case TONNETZ -> new Tonnetz(ChromaCqt.librosa(rate));
      case YIN -> YinPitch.librosa(rate, C2, C7);
      case PYIN -> PyinPitch.librosa(rate, C2, C7);
      case WELCH -> PowerSpectralDensity.welch(rate);
      case GAMMATONE -> Gammatonegram.nnAudio(rate);
      case SPECTROGRAM_TORCHAUDIO -> Spectrogram.torchaudio();
      case MFCC_TORCHAUDIO -> Mfcc.torchaudio(rate);
      case LFCC_TORCHAUDIO -> Lfcc.torchaudio(rate);
      case KALDI_FBANK -> KaldiFbank.torchaudio(rate);
      case KALDI_MFCC -> KaldiMfcc.torchaudio(rate);
      case WHISPER -> new WhisperLogMel(80, WhisperLogMel.Length.AS_IS);
    };
  }

  /** Returns those of some names that somebody else computes too; all of these for null. */
  static List<FeatureJob> comparable(@Nullable Set<String> names) {
    List<FeatureJob> jobs =
        Arrays.stream(values())
            .filter(job -> !job.peer().isEmpty() && (names == null || names.contains(job.name())))
            .toList();
    if (names != null && jobs.size() < names.size()) {
      throw new IllegalArgumentException(
          "--features must be of %s, was %s".formatted(comparable(null), names));
    }
    return jobs;
  }

  /** Returns who else computes it, by the name of a contender; empty if nobody who is at hand. */
  String peer() {
    return this == WELCH ? "scipy" : compareTo(GAMMATONE) < 0 ? "librosa" : "";
  }

  /** {@inheritDoc} One of pYIN, which takes seconds for a clip. */
  @Override
  public int clips() {
    return this == PYIN ? 1 : 4;
  }

  @Override
  public int seconds() {
    return 10;
  }

  @Override
  public int sampleRate() {
    return compareTo(GAMMATONE) <= 0 ? 22_050 : 16_000;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Where librosa resamples, its filter is another than ours, and what is counted or decided (a
   * zero crossing, a pitch) falls on the other side of a limit in single frames: there up to 1e-2.
   */
  @Override
  public boolean same(Agreement agreement) {
    double bound =
        switch (this) {
          case CQT, VQT, CHROMA_CQT, TONNETZ, YIN, PYIN, ZERO_CROSSING_RATE -> 1e-2;
          default -> 1e-4;
        };
    return agreement.relativeL2() <= bound;
  }
}
