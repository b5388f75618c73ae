package org.cochlea.bench;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.cochlea.core.SampleType;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Feature;

/** Something to compute of some clips, that contenders are compared by. */
public sealed interface Job permits Workload, FeatureJob {
  /** Partials of the voice. */
  int HARMONICS = 6;

  /** Returns the job of a name. */
  static Job of(String name) {
    for (FeatureJob job : FeatureJob.values()) {
      if (job.name().equals(name)) {
        return job;
      }
    }
    return Workload.of(name);
  }

  /** Returns a short name. */
  String name();

  /** Returns what is computed. */
  Feature feature();

  /** Returns the clips of the batch. */
  int clips();

  /** Returns the length of every clip in seconds. */
  int seconds();

  /** Returns the sample rate in Hz. */
  int sampleRate();

  /** Returns whether a result is the same thing as the reference's. */
  boolean same(Agreement agreement);

  /** Returns the samples of one clip. */
  default int samples() {
    return seconds() * sampleRate();
  }

  /** Returns the seconds of audio in the batch. */
  default double audioSeconds() {
    return (double) clips() * seconds();
  }

  /**
   * Returns the clips one after the other: a gliding voice of a few harmonics, loud and soft at a
   * syllable's pace, over noise 46 dB below full scale. The same on every call.
   */
  default float[] audio() {
    float[] audio = new float[clips() * samples()];
    for (int clip = 0; clip < clips(); clip++) {
      Random random = new Random(20_260_101L + clip);
      double phase = 0;
      double pitch = 90 + 12.0 * clip;
      for (int i = 0; i < samples(); i++) {
        double t = (double) i / sampleRate();
        double hz = pitch * (1 + 0.2 * Math.sin(2 * Math.PI * 0.7 * t));
        phase += 2 * Math.PI * hz / sampleRate();
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
  default Waveform waveform(float[] audio) {
    int[] lengths = new int[clips()];
    Arrays.fill(lengths, samples());
    return Waveform.wrap(
        MemorySegment.ofArray(audio),
        SampleType.FLOAT32,
        clips(),
        1,
        samples(),
        lengths,
        sampleRate());
  }
}
