package org.cochlea.train.data;

import java.util.List;
import org.cochlea.core.Waveform;

/**
 * Windows that go through the model together.
 *
 * @param windows one clip each, all with one rate and number of channels; none if no clip of the
 *     batch could be read
 * @param items by window, the index of the clip it was cut from
 * @param keys by window, a number of its own
 * @param extracted whether a window's channels are the bins of features that were read, its samples
 *     their frames
 * @param loadSeconds what decoding and cutting took, on one thread
 */
public record Batch(
    List<Waveform> windows,
    List<Integer> items,
    List<Long> keys,
    boolean extracted,
    double loadSeconds) {
  /** Copies the lists. */
  public Batch {
    windows = List.copyOf(windows);
    items = List.copyOf(items);
    keys = List.copyOf(keys);
  }

  /** Returns the number of windows. */
  public int size() {
    return windows.size();
  }

  /** Returns the windows from one to before another. */
  public Waveform waveform(int from, int to) {
    return Waveform.batch(windows.subList(from, to));
  }
}
