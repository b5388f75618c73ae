package org.cochlea.train.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.cochlea.audio.AudioClip;
import org.cochlea.audio.AudioException;
import org.cochlea.audio.dataset.Item;
import org.cochlea.core.Waveform;
import org.cochlea.core.preset.Preset;

/**
 * Decoded clips, mixed, resampled and prepared as the front end has it. Those that fit into a
 * number of bytes are kept: in training every clip is used once an epoch, so that nothing is gained
 * by driving one out for another.
 *
 * <p>Safe for use from several threads.
 */
public final class ClipStore extends Source {
  private final Preset preset;
  private final long capacity;
  private final AtomicLong held = new AtomicLong();
  private final Map<Item, Clip> clips = new ConcurrentHashMap<>();
  private Map<Path, Sequences.Sequence> joined = Map.of();

  /**
   * Makes an empty store.
   *
   * @param preset what is done to every clip; its own cutting is left out, {@link Windows} cut
   * @param capacity bytes, at least 0
   * @throws IllegalArgumentException if the front end has no sample rate
   */
  public ClipStore(Preset preset, long capacity) {
    if (preset.sampleRate() == 0) {
      throw new IllegalArgumentException(
          "the front end needs a sample rate, to which every clip is resampled: give sr");
    }
    this.preset = preset.withChunks(null);
    this.capacity = capacity;
  }

  /** Says which items are sequences of clips; before anything is loaded. */
  public void join(Map<Path, Sequences.Sequence> sequences) {
    joined = Map.copyOf(sequences);
  }

  /** Returns the rate of all clips, in Hz. */
  public int sampleRate() {
    return preset.sampleRate();
  }

  @Override
  int rate() {
    return preset.sampleRate();
  }

  @Override
  int length(Windows windows) {
    return windows.length(sampleRate());
  }

  @Override
  int hop(Windows windows) {
    return windows.step(sampleRate());
  }

  @Override
  Clip load(Item item) throws IOException {
    Sequences.Sequence sequence = joined.get(item.path());
    if (sequence != null) {
      return load(sequence);
    }
    Clip kept = clips.get(item);
    if (kept != null) {
      return kept;
    }
    Double duration = item.duration();
    AudioClip audio =
        AudioClip.load(
            item.path(), item.offset(), duration == null ? Double.POSITIVE_INFINITY : duration);
    Waveform prepared = preset.prepare(audio.toChannels(), audio.sampleRate());
    if (prepared.length(0) == 0) {
      throw new AudioException(item.path(), "has no samples left to train on");
    }
    float[][] channels = new float[prepared.channels()][];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = prepared.toArray(0, c);
    }
    Clip clip = new Clip(channels);
    if (held.addAndGet(clip.bytes()) <= capacity) {
      clips.putIfAbsent(item, clip);
    } else {
      held.addAndGet(-clip.bytes());
    }
    return clip;
  }

  /** One clip after the other, silence between them. */
  private Clip load(Sequences.Sequence sequence) throws IOException {
    Clip[] parts = new Clip[sequence.clips().size()];
    int[] starts = new int[parts.length];
    int length = 0;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = load(sequence.clips().get(i));
      starts[i] = length;
      length += parts[i].samples();
      if (i < parts.length - 1) {
        length += (int) Math.round(sequence.pauses().get(i) * sampleRate());
      }
    }
    float[][] channels = new float[parts[0].channels()][length];
    for (int c = 0; c < channels.length; c++) {
      for (int i = 0; i < parts.length; i++) {
        float[] part = parts[i].channel(Math.min(c, parts[i].channels() - 1));
        System.arraycopy(part, 0, channels[c], starts[i], part.length);
      }
    }
    return new Clip(channels);
  }
}
