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
import org.cochlea.core.feature.NnAudioCqt;
import org.cochlea.core.feature.NnAudioCqt.Method;
import org.cochlea.core.feature.OnsetEnvelope;
import org.cochlea.core.feature.PowerSpectralDensity;
import org.cochlea.core.feature.PsfLogFbank;
import org.cochlea.core.feature.PsfMfcc;
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
  STFT("librosa", "torch", "nnAudio"),
  /** librosa.feature.melspectrogram. */
  MEL("librosa", "torch", "nnAudio"),
  /** The same in decibels, limited to 80 below the clip's maximum. */
  LOG_MEL("librosa", "torch"),
  /** The same under PCEN. */
  PCEN("librosa"),
  /** librosa.feature.mfcc. */
  MFCC("librosa", "torch", "nnAudio"),
  /** librosa.feature.rms. */
  RMS("librosa"),
  /** librosa.feature.zero_crossing_rate. */
  ZERO_CROSSING_RATE("librosa"),
  /** librosa.feature.spectral_centroid. */
  SPECTRAL_CENTROID("librosa"),
  /** librosa.feature.spectral_contrast. */
  SPECTRAL_CONTRAST("librosa"),
  /** librosa.onset.onset_strength. */
  ONSET_STRENGTH("librosa"),
  /** librosa.feature.tempogram. */
  TEMPOGRAM("librosa"),
  /** librosa.decompose.hpss of librosa.stft, the harmonic part. */
  HARMONIC("librosa"),
  /** librosa.cqt. */
  CQT("librosa"),
  /** librosa.vqt. */
  VQT("librosa"),
  /** librosa.feature.chroma_stft, tuning 0. */
  CHROMA_STFT("librosa"),
  /** librosa.feature.chroma_cqt, tuning 0. */
  CHROMA_CQT("librosa"),
  /** librosa.feature.tonnetz, tuning 0. */
  TONNETZ("librosa"),
  /** librosa.yin between C2 and C7. */
  YIN("librosa"),
  /** librosa.pyin between C2 and C7. */
  PYIN("librosa"),
  /** scipy.signal.welch. */
  WELCH("scipy"),
  /** nnAudio's CQT1992v2: kernels in time. */
  CQT1992_NNAUDIO("nnAudio"),
  /** nnAudio's CQT2010v2: octave by octave. */
  CQT2010_NNAUDIO("nnAudio"),
  /** nnAudio's gammatonegram. */
  GAMMATONE("torch", "nnAudio"),
  /** torchaudio's Spectrogram: a transform of 400. */
  SPECTROGRAM_TORCHAUDIO("torch", "torchaudio"),
  /** torchaudio's MFCC. */
  MFCC_TORCHAUDIO("torch", "torchaudio"),
  /** torchaudio's LFCC. */
  LFCC_TORCHAUDIO("torch", "torchaudio"),
  /** torchaudio.compliance.kaldi's fbank. */
  KALDI_FBANK("kaldi-native-fbank", "torch-kaldi", "torchaudio"),
  /** torchaudio.compliance.kaldi's mfcc. */
  KALDI_MFCC("kaldi-native-fbank", "torch-kaldi", "torchaudio"),
  /** python_speech_features' mfcc. */
  PSF_MFCC("python_speech_features"),
  /** python_speech_features' logfbank. */
  PSF_LOG_FBANK("python_speech_features"),
  /** Whisper's front end, of the clip's own length. */
  WHISPER;

  private static final double C2 = 440 * Math.pow(2, -33 / 12.0);
  private static final double C7 = 440 * Math.pow(2, 27 / 12.0);

  @SuppressWarnings("ImmutableEnumChecker") // a List.of
  private final List<String> peers;

  FeatureJob(String... peers) {
    this.peers = List.of(peers);
  }

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
      case CQT1992_NNAUDIO -> NnAudioCqt.cqt1992v2(rate);
      case CQT2010_NNAUDIO -> NnAudioCqt.cqt2010v2(rate).withMethod(Method.OCTAVES_EVEN);
      case GAMMATONE -> Gammatonegram.nnAudio(rate);
      case SPECTROGRAM_TORCHAUDIO -> Spectrogram.torchaudio();
      case MFCC_TORCHAUDIO -> Mfcc.torchaudio(rate);
      case LFCC_TORCHAUDIO -> Lfcc.torchaudio(rate);
      case KALDI_FBANK -> KaldiFbank.torchaudio(rate);
      case KALDI_MFCC -> KaldiMfcc.torchaudio(rate);
      case PSF_MFCC -> PsfMfcc.of(rate);
      case PSF_LOG_FBANK -> PsfLogFbank.of(rate);
      case WHISPER -> new WhisperLogMel(80, WhisperLogMel.Length.AS_IS);
    };
  }

  /**
   * Returns the features that somebody else computes too.
   *
   * @param names only these; null for all
   * @param peers only those of these peers; null for all
   */
  static List<FeatureJob> comparable(@Nullable Set<String> names, @Nullable Set<String> peers) {
    List<FeatureJob> jobs =
        Arrays.stream(values())
            .filter(job -> job.peers.stream().anyMatch(p -> peers == null || peers.contains(p)))
            .filter(job -> names == null || names.contains(job.name()))
            .toList();
    if (names == null && jobs.isEmpty()) {
      throw new IllegalArgumentException("--peers compute no feature, were " + peers);
    }
    if (names != null && jobs.size() < names.size()) {
      throw new IllegalArgumentException(
          "--features must be of %s, was %s".formatted(comparable(null, peers), names));
    }
    return jobs;
  }

  /** Returns who else computes it, by the names of contenders; empty if nobody who is at hand. */
  List<String> peers() {
    return peers;
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
