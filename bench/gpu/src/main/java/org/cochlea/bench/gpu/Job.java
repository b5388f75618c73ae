package org.cochlea.bench.gpu;

import java.util.List;
import java.util.Random;
import org.cochlea.core.feature.Compression.Logarithm;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.FrequencyScale;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.feature.WhisperLogMel;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage.Log.Floor;

/**
 * A feature of a batch of clips, all of one length.
 *
 * @param name a short name
 * @param kind what peers.py computes: stft, magnitude, mel, logmel, mfcc or whisper
 * @param clips in the batch
 * @param samples of every clip
 * @param sampleRate in Hz
 * @param stft framing and window: centred, reflected, a periodic Hann window
 * @param mels rows of Slaney's filter bank, or 0 without one
 * @param feature what Cochlea computes
 */
record Job(
    String name,
    String kind,
    int clips,
    int samples,
    int sampleRate,
    StftSpec stft,
    int mels,
    Feature feature) {

  /** Clips that differ; a batch repeats them. */
  static final int DIFFERENT = 8;

  /** A 16-bit sample of 1. */
  static final float FULL_SCALE = 32_768;

  private static final double FLOOR = 1e-10;

  /** What is measured. */
  static final List<Job> ALL =
      List.of(
          logMel("log-mel-400", 512, 10, 16_000, 400, 400, 160, 80),
          logMel("log-mel-512", 512, 10, 16_000, 512, 400, 160, 80),
          logMel("log-mel-2048", 1024, 10, 22_050, 2048, 2048, 512, 128),
          stft("stft-2048", "stft", 256, 220_500, 22_050, Stft.Output.COMPLEX),
          mfcc("mfcc-2048", 512, 220_500, 22_050),
          // The batch of table 2 of the nnAudio paper: 1,770 excerpts of MAPS.
          stft("nnaudio-stft", "magnitude", 1770, 80_000, 44_100, Stft.Output.MAGNITUDE),
          mel("nnaudio-mel", 1770, 80_000, 44_100, 128),
          whisper("whisper-30s", 1));

  /** Returns the job with another number of clips. */
  Job withClips(int count) {
    return new Job(name, kind, count, samples, sampleRate, stft, mels, feature);
  }

  /** Returns the seconds of audio in the batch. */
  double audioSeconds() {
    return (double) clips * samples / sampleRate;
  }

  /**
   * Returns the clips that differ, one after the other: a gliding voice of a few harmonics, loud
   * and soft at a syllable's pace, over noise 46 dB below full scale; values that 16 bits hold. The
   * same on every call.
   */
  float[] audio() {
    int count = Math.min(clips, DIFFERENT);
    float[] audio = new float[count * samples];
    for (int clip = 0; clip < count; clip++) {
      Random random = new Random(clip);
      double phase = 0;
      for (int i = 0; i < samples; i++) {
        double t = (double) i / sampleRate;
        phase += 2 * Math.PI * (90 + 12.0 * clip) * (1 + 0.2 * Math.sin(4.4 * t)) / sampleRate;
        double loudness = 0.15 * (1 + 0.95 * Math.sin(2 * Math.PI * (3 + 0.1 * clip) * t));
        double sum = 0;
        for (int h = 1; h <= 6; h++) {
          sum += Math.sin(h * h * phase) / (h * h);
        }
        double x = loudness * sum + 0.005 * (2 * random.nextDouble() - 1);
        audio[clip * samples + i] = Math.round(x * FULL_SCALE) / FULL_SCALE;
      }
    }
    return audio;
  }

  private static StftSpec spec(int fftSize, int windowLength, int hopLength) {
    return StftSpec.centred(fftSize, hopLength, Padding.REFLECT).withWindowLength(windowLength);
  }

  private static MelSpectrogram mel(int sampleRate, StftSpec stft, int mels) {
    return new MelSpectrogram(sampleRate, stft, MelSpec.slaney(mels, 0, sampleRate / 2.0), 2);
  }

  private static Job logMel(
      String name,
      int clips,
      int seconds,
      int sampleRate,
      int fftSize,
      int windowLength,
      int hopLength,
      int mels) {
    StftSpec stft = spec(fftSize, windowLength, hopLength);
    return new Job(
        name,
        "logmel",
        clips,
        seconds * sampleRate,
        sampleRate,
        stft,
        mels,
        new LogMel(mel(sampleRate, stft, mels), new Logarithm(10, Floor.CLAMP, FLOOR)));
  }

  private static Job stft(
      String name, String kind, int clips, int samples, int sampleRate, Stft.Output output) {
    StftSpec stft = spec(2048, 2048, 512);
    return new Job(
        name,
        kind,
        clips,
        samples,
        sampleRate,
        stft,
        0,
        new Stft(0, stft, new FrequencyScale.Fourier(), output));
  }

  private static Job mel(String name, int clips, int samples, int sampleRate, int mels) {
    StftSpec stft = spec(2048, 2048, 512);
    return new Job(
        name, "mel", clips, samples, sampleRate, stft, mels, mel(sampleRate, stft, mels));
  }

  private static Job mfcc(String name, int clips, int samples, int sampleRate) {
    Mfcc librosa = Mfcc.librosa(sampleRate);
    StftSpec stft = spec(2048, 2048, 512);
    MelSpectrogram mel = mel(sampleRate, stft, librosa.mel().mel().bins());
    return new Job(
        name,
        "mfcc",
        clips,
        samples,
        sampleRate,
        stft,
        mel.mel().bins(),
        new Mfcc(mel, librosa.compression(), librosa.dct()));
  }

  private static Job whisper(String name, int clips) {
    return new Job(
        name,
        "whisper",
        clips,
        WhisperLogMel.SAMPLES,
        WhisperLogMel.SAMPLE_RATE,
        spec(400, 400, 160),
        80,
        new WhisperLogMel(80, WhisperLogMel.Length.AS_IS));
  }
}
