package org.cochlea.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.cochlea.bench.Workload;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Compression.Pcen;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.Gammatonegram;
import org.cochlea.core.feature.KaldiFbank;
import org.cochlea.core.feature.KaldiMfcc;
import org.cochlea.core.feature.Lfcc;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.WhisperLogMel;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Features with their libraries' defaults: 16 clips of 10 s, music at 22.05 kHz, speech at 16 kHz.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FeatureBench {
  private static final Workload MUSIC = Workload.of("W1");
  private static final Workload SPEECH = Workload.of("W3");

  /** A feature with the defaults of a library. */
  public enum Kind {
    /** librosa.stft. */
    STFT,
    /** librosa's mel spectrogram. */
    MEL,
    /** The same in decibels, limited to 80 below the clip's maximum. */
    LOG_MEL,
    /** The same under PCEN. */
    PCEN,
    /** librosa's MFCC. */
    MFCC,
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
    /** Whisper's front-end, of the clip's own length. */
    WHISPER;

    Workload audio() {
      return switch (this) {
        case STFT, MEL, LOG_MEL, PCEN, MFCC, GAMMATONE -> MUSIC;
        case SPECTROGRAM_TORCHAUDIO,
            MFCC_TORCHAUDIO,
            LFCC_TORCHAUDIO,
            KALDI_FBANK,
            KALDI_MFCC,
            WHISPER ->
            SPEECH;
      };
    }

    Feature feature() {
      int rate = audio().sampleRate();
      return switch (this) {
        case STFT -> Stft.librosa();
        case MEL -> MelSpectrogram.librosa(rate);
        case LOG_MEL -> LogMel.librosa(rate);
        case PCEN -> new LogMel(MelSpectrogram.librosa(rate), Pcen.librosa(rate, 512));
        case MFCC -> Mfcc.librosa(rate);
        case GAMMATONE -> Gammatonegram.nnAudio(rate);
        case SPECTROGRAM_TORCHAUDIO -> Spectrogram.torchaudio();
        case MFCC_TORCHAUDIO -> Mfcc.torchaudio(rate);
        case LFCC_TORCHAUDIO -> Lfcc.torchaudio(rate);
        case KALDI_FBANK -> KaldiFbank.torchaudio(rate);
        case KALDI_MFCC -> KaldiMfcc.torchaudio(rate);
        case WHISPER -> new WhisperLogMel(80, WhisperLogMel.Length.AS_IS);
      };
    }
  }

  @Param Kind feature = Kind.STFT;

  @Param({"cpu"})
  String engine = "";

  @Param({"1"})
  int threads;

  private @Nullable Engine opened;
  private @Nullable Extractor extractor;
  private Waveform in = Waveform.of(new float[0], 1);
  private @Nullable Tensor out;

  /** Compiles the feature. */
  @Setup(Level.Trial)
  public void setUp() {
    in = feature.audio().waveform(feature.audio().audio());
    opened = Engines.named(engine);
    extractor =
        opened.compile(
            feature.feature().pipeline(), ExtractorOptions.defaults().withThreads(threads));
    out = Tensor.allocate(extractor.outputShape(in));
  }

  /** Computes the batch. */
  @Benchmark
  public void extract(Progress progress) {
    if (extractor == null || out == null) {
      throw new IllegalStateException("the benchmark was not set up");
    }
    extractor.extract(in, out);
    progress.add(out.shape().batch() * out.shape().frames(), feature.audio().audioSeconds());
  }

  /** Frees it. */
  @TearDown(Level.Trial)
  public void tearDown() {
    if (extractor != null) {
      extractor.close();
    }
    if (opened != null) {
      opened.close();
    }
  }
}
