package org.cochlea.cuda;

import org.cochlea.core.SampleType;

/**
 * A batch of clips in device memory: {@code [batch, channels, stride]}, such as a libtorch tensor.
 *
 * <p>The memory is the caller's. It must stay as it is until what reads it has run.
 */
public final class DeviceWaveform {
  private final long address;
  private final SampleType type;
  private final int channels;
  private final int stride;
  private final int[] lengths;
  private final int sampleRate;

  /**
   * Describes device memory.
   *
   * @param address of the first sample, aligned to a sample
   * @param type how samples are stored
   * @param channels channels per clip, at least 1
   * @param stride samples from one channel to the next, at least the longest length
   * @param lengths the true length of every clip, in samples
   * @param sampleRate in Hz, at least 1
   * @throws IllegalArgumentException if a size is out of range
   */
  public DeviceWaveform(
      long address, SampleType type, int channels, int stride, int[] lengths, int sampleRate) {
    if (address % type.bytes() != 0) {
      throw new IllegalArgumentException(
          "address must be a multiple of %d, was 0x%x".formatted(type.bytes(), address));
    }
    if (channels < 1) {
      throw new IllegalArgumentException("channels must be at least 1, was " + channels);
    }
    if (sampleRate < 1) {
      throw new IllegalArgumentException("sampleRate must be at least 1 Hz, was " + sampleRate);
    }
    for (int b = 0; b < lengths.length; b++) {
      if (lengths[b] < 0 || lengths[b] > stride) {
        throw new IllegalArgumentException(
            "lengths[%d] must be in [0, %d], was %d".formatted(b, stride, lengths[b]));
      }
    }
    this.address = address;
    this.type = type;
    this.channels = channels;
    this.stride = stride;
    this.lengths = lengths.clone();
    this.sampleRate = sampleRate;
  }

  /** Returns the address of the first sample. */
  public long address() {
    return address;
  }

  /** Returns how samples are stored. */
  public SampleType type() {
    return type;
  }

  /** Returns the number of clips. */
  public int batch() {
    return lengths.length;
  }

  /** Returns the number of channels of every clip. */
  public int channels() {
    return channels;
  }

  /** Returns the samples from one channel to the next. */
  public int stride() {
    return stride;
  }

  /** Returns the true length of a clip in samples. */
  public int length(int item) {
    return lengths[item];
  }

  /** Returns the sample rate in Hz. */
  public int sampleRate() {
    return sampleRate;
  }

  @Override
  public String toString() {
    return "DeviceWaveform[batch %d, %d channels, stride %d, %s, %d Hz, at 0x%x]"
        .formatted(batch(), channels, stride, type, sampleRate, address);
  }
}
