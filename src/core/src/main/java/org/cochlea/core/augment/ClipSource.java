package org.cochlea.core.augment;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.signal.Resampler;

/**
 * Clips that an augmentation adds or convolves with: background noise, impulse responses.
 *
 * <p>It is read from several threads at once. What it returns for an index and a rate never
 * changes, or results would not be reproducible.
 */
public interface ClipSource {

  /** Returns the number of clips, at least 1. */
  int size();

  /**
   * Returns one clip, mono. The array is shared: nobody writes to it.
   *
   * @param index in [0, size)
   * @param sampleRate of the samples that are wanted, in Hz
   */
  float[] clip(int index, int sampleRate);

  /** Returns where the clips come from, which a plan in JSON is written and read with. */
  default String location() {
    throw new UnsupportedOperationException(
        "these clips are in memory alone: a plan that is written needs clips of files");
  }

  /**
   * Returns clips in memory; for another rate they are resampled in every call.
   *
   * @param clips at least one, full scale at ±1
   * @param sampleRate of the clips, in Hz
   */
  static ClipSource of(List<float[]> clips, int sampleRate) {
    if (clips.isEmpty()) {
      throw new IllegalArgumentException("clips must have at least 1 element, had 0");
    }
    Check.atLeast("sampleRate", sampleRate, 1);
    List<float[]> kept = new ArrayList<>(clips);
    return new ClipSource() {
      @Override
      public int size() {
        return kept.size();
      }

      @Override
      public float[] clip(int index, int rate) {
        float[] samples = kept.get(index);
        return rate == sampleRate ? samples : Resampler.of(sampleRate, rate).resample(samples);
      }
    };
  }
}
