package org.cochlea.bench;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.cochlea.core.SampleType;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Compression.Logarithm;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage.Log.Floor;

/**
 * A log-mel job: so many clips, and how they are framed.
 *
 * <p>{@code log10(max(M |STFT|², 1e-10))} with centred, reflected frames, a periodic Hann window
 * and Slaney's mel up to half the sample rate: what librosa and torchaudio call it with.
 *
 * @param name a short name
 * @param clips in the batch
 * @param seconds of every clip
 * @param sampleRate in Hz
 * @param fftSize of the transform
 * @param windowLength of the Hann window
 * @param hopLength from frame to frame
 * @param mels rows of the filter bank
 */
public record Workload(
    String name,
    int clips,
    int seconds,
    int sampleRate,
    int fftSize,
    int windowLength,
    int hopLength,
    int mels) {

  /** The three that the main table is about. */
  public static final List<Workload> ALL =
      List.of(
          new Workload("W1", 16, 10, 22_050, 2048, 2048, 512, 128),
          new Workload("W2", 16, 10, 16_000, 512, 400, 160, 80),
          new Workload("W3", 16, 10, 16_000, 400, 400, 160, 80));

  /** What keeps the logarithm finite. */
  public static final double FLOOR = 1e-10;

  private static final int HARMONICS = 6;

  /** Returns the workload of a name. */
  public static Workload of(String name) {
    return ALL.stream()
        .filter(w -> w.name.equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("workload must be W1, W2 or W3, was " + name));
  }

  /** Returns the feature. */
  public LogMel feature() {
    StftSpec stft =
        StftSpec.centred(fftSize, hopLength, Padding.REFLECT).withWindowLength(windowLength);
    return new LogMel(
        new MelSpectrogram(sampleRate, stft, MelSpec.slaney(mels, 0, sampleRate / 2.0), 2),
        new Logarithm(10, Floor.CLAMP, FLOOR));
  }

  /** Returns the samples of one clip. */
  public int samples() {
    return seconds * sampleRate;
  }

  /** Returns the frames of one clip. */
  public int framesPerClip() {
    return 1 + samples() / hopLength;
  }

  /** Returns the frames of the batch. */
  public int frames() {
    return clips * framesPerClip();
  }

  /** Returns the seconds of audio in the batch. */
  public double audioSeconds() {
    return (double) clips * seconds;
  }

  /** Returns the parameters in a line. */
  public String title() {
    return "%d × %d s at %d Hz, n_fft %d, window %d, hop %d, %d mels"
        .formatted(clips, seconds, sampleRate, fftSize, windowLength, hopLength, mels);
  }

  /**
   * Returns the clips one after the other: a gliding voice of a few harmonics, loud and soft at a
   * syllable's pace, over noise 46 dB below full scale. The same on every call.
   */
  public float[] audio() {
    float[] audio = new float[clips * samples()];
    for (int clip = 0; clip < clips; clip++) {
      Random random = new Random(20_260_101L + clip);
      double phase = 0;
      double pitch = 90 + 12.0 * clip;
      for (int i = 0; i < samples(); i++) {
        double t = (double) i / sampleRate;
        double hz = pitch * (1 + 0.2 * Math.sin(2 * Math.PI * 0.7 * t));
        phase += 2 * Math.PI * hz / sampleRate;
        double loudness = 0.25 * (1 + 0.95 * Math.sin(2 * Math.PI * (3 + 0.1 * clip) * t));
        double sum = 0;
        for (int h = 1; h <= HARMONICS; h++) {
          sum += Math.sin(h * h * phase) / (h * h);
        }
        double noise = 0.005 * (2 * random.nextDouble() - 1);
        audio[clip * samples() + i] = (float) (0.6 * loudness * sum + noise);
      }
    }
    return audio;
  }

  /** Returns clips that lie one after the other as a batch. */
  public Waveform waveform(float[] audio) {
    int[] lengths = new int[clips];
    Arrays.fill(lengths, samples());
    return Waveform.wrap(
        MemorySegment.ofArray(audio), SampleType.FLOAT32, clips, 1, samples(), lengths, sampleRate);
  }
}
