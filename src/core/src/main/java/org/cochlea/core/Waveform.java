package org.cochlea.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch of clips: {@code [batch, channels, samples]} with one sample rate.
 *
 * <p>The batch may be ragged: every clip has its own true length, and no result depends on what
 * lies beyond it. Samples are 32-bit floats or 16-bit integers, in heap arrays or in off-heap
 * memory; they are never copied, so the memory must stay unchanged (and its arena open) while an
 * {@link Extractor} reads it. A waveform is immutable itself and may be shared between threads.
 */
public final class Waveform {
  private final int sampleRate;
  private final SampleType type;
  private final int channels;
  private final Clip[] clips;

  /** Where one clip lies: channel {@code c} starts at sample {@code offset + c * channelStride}. */
  private record Clip(
      MemorySegment segment, @Nullable Object array, long offset, long channelStride, int length) {

    static Clip of(MemorySegment segment, long offset, long channelStride, int length) {
      return new Clip(segment, segment.heapBase().orElse(null), offset, channelStride, length);
    }
  }

  private Waveform(int sampleRate, SampleType type, int channels, Clip[] clips) {
    if (sampleRate < 1) {
      throw new IllegalArgumentException("sampleRate must be at least 1 Hz, was " + sampleRate);
    }
    this.sampleRate = sampleRate;
    this.type = type;
    this.channels = channels;
    this.clips = clips;
  }

  /**
   * Returns one mono clip.
   *
   * @param samples the samples, full scale at ±1
   * @param sampleRate in Hz, at least 1
   * @throws IllegalArgumentException if the rate is out of range
   */
  public static Waveform of(float[] samples, int sampleRate) {
    return single(MemorySegment.ofArray(samples), SampleType.FLOAT32, samples.length, sampleRate);
  }

  /**
   * Returns one mono clip of 16-bit samples; an engine reads {@code x / 32768}.
   *
   * @param samples the samples
   * @param sampleRate in Hz, at least 1
   * @throws IllegalArgumentException if the rate is out of range
   */
  public static Waveform of(short[] samples, int sampleRate) {
    return single(MemorySegment.ofArray(samples), SampleType.INT16, samples.length, sampleRate);
  }

  private static Waveform single(MemorySegment segment, SampleType type, int n, int sampleRate) {
    return new Waveform(sampleRate, type, 1, new Clip[] {Clip.of(segment, 0, 0, n)});
  }

  /**
   * Returns one clip of several channels.
   *
   * @param channels one array per channel, all of one length
   * @param sampleRate in Hz, at least 1
   * @throws IllegalArgumentException if there is no channel, or their lengths differ
   */
  public static Waveform ofChannels(float[][] channels, int sampleRate) {
    if (channels.length == 0) {
      throw new IllegalArgumentException("channels must have at least 1 array, had 0");
    }
    int n = channels[0].length;
    float[] planar = new float[Math.multiplyExact(channels.length, n)];
    for (int c = 0; c < channels.length; c++) {
      if (channels[c].length != n) {
        throw new IllegalArgumentException(
            "channels must have one length: channel 0 has %d samples, channel %d has %d"
                .formatted(n, c, channels[c].length));
      }
      System.arraycopy(channels[c], 0, planar, c * n, n);
    }
    return wrap(
        MemorySegment.ofArray(planar),
        SampleType.FLOAT32,
        1,
        channels.length,
        n,
        new int[] {n},
        sampleRate);
  }

  /**
   * Returns a view of padded samples laid out as {@code [batch, channels, stride]}.
   *
   * @param segment the samples, heap or off-heap, in native byte order
   * @param type how they are stored
   * @param batch number of clips, at least 0
   * @param channels channels per clip, at least 1
   * @param stride samples from one channel to the next, at least the longest length
   * @param lengths the true length of every clip, in samples
   * @param sampleRate in Hz, at least 1
   * @throws IllegalArgumentException if a size is out of range or the segment is too small
   */
  public static Waveform wrap(
      MemorySegment segment,
      SampleType type,
      int batch,
      int channels,
      int stride,
      int[] lengths,
      int sampleRate) {
    if (batch < 0 || lengths.length != batch) {
      throw new IllegalArgumentException(
          "lengths must have one entry per clip: batch is %d, lengths has %d"
              .formatted(batch, lengths.length));
    }
    if (channels < 1) {
      throw new IllegalArgumentException("channels must be at least 1, was " + channels);
    }
    long needed = (long) batch * channels * stride * type.bytes();
    if (stride < 0 || segment.byteSize() < needed) {
      throw new IllegalArgumentException(
          "segment must hold [%d, %d, %d] samples, %d bytes; it has %d"
              .formatted(batch, channels, stride, needed, segment.byteSize()));
    }
    Clip[] clips = new Clip[batch];
    for (int b = 0; b < batch; b++) {
      if (lengths[b] < 0 || lengths[b] > stride) {
        throw new IllegalArgumentException(
            "lengths[%d] must be in [0, %d], was %d".formatted(b, stride, lengths[b]));
      }
      clips[b] = Clip.of(segment, (long) b * channels * stride, stride, lengths[b]);
    }
    return new Waveform(sampleRate, type, channels, clips);
  }

  /**
   * Returns the clips of several waveforms as one ragged batch; nothing is copied.
   *
   * @param waveforms at least one, of one sample rate, channel count and sample type
   * @throws IllegalArgumentException if there is none, or they differ
   */
  public static Waveform batch(List<Waveform> waveforms) {
    if (waveforms.isEmpty()) {
      throw new IllegalArgumentException("waveforms must have at least 1 element, had 0");
    }
    Waveform first = waveforms.getFirst();
    int total = 0;
    for (Waveform w : waveforms) {
      if (w.sampleRate != first.sampleRate
          || w.channels != first.channels
          || w.type != first.type) {
        throw new IllegalArgumentException(
            "a batch must be of one kind: %s and %s differ".formatted(first, w));
      }
      total += w.clips.length;
    }
    Clip[] clips = new Clip[total];
    int at = 0;
    for (Waveform w : waveforms) {
      System.arraycopy(w.clips, 0, clips, at, w.clips.length);
      at += w.clips.length;
    }
    return new Waveform(first.sampleRate, first.type, first.channels, clips);
  }

  /** Returns the sample rate in Hz. */
  public int sampleRate() {
    return sampleRate;
  }

  /** Returns how the samples are stored. */
  public SampleType type() {
    return type;
  }

  /** Returns the number of clips. */
  public int batch() {
    return clips.length;
  }

  /** Returns the number of channels of every clip. */
  public int channels() {
    return channels;
  }

  /** Returns the true length of a clip in samples. */
  public int length(int item) {
    return clips[item].length;
  }

  /** Returns the longest length of the batch in samples, 0 for an empty batch. */
  public int maxLength() {
    int longest = 0;
    for (Clip clip : clips) {
      longest = Math.max(longest, clip.length);
    }
    return longest;
  }

  /** Returns the memory that holds a clip. */
  public MemorySegment segment(int item) {
    return clips[item].segment;
  }

  /** Returns the array of floats that a clip's memory is a part of, or null where there is none. */
  public float @Nullable [] array(int item) {
    return clips[item].array instanceof float[] floats ? floats : null;
  }

  /** Returns where in {@link #segment} a channel of a clip begins, in samples. */
  public long offset(int item, int channel) {
    return clips[item].offset + channel * clips[item].channelStride;
  }

  /** Returns a copy of one channel of a clip as floats. */
  public float[] toArray(int item, int channel) {
    Clip clip = clips[item];
    float[] samples = new float[clip.length];
    long at = offset(item, channel);
    if (type == SampleType.FLOAT32) {
      MemorySegment.copy(
          clip.segment,
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          at * Float.BYTES,
          samples,
          0,
          clip.length);
    } else {
      for (int i = 0; i < clip.length; i++) {
        samples[i] =
            clip.segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, (at + i) * Short.BYTES) / 32768f;
      }
    }
    return samples;
  }

  @Override
  public String toString() {
    return "Waveform[batch %d, %d channels, up to %d samples, %s, %d Hz]"
        .formatted(batch(), channels, maxLength(), type, sampleRate);
  }
}
