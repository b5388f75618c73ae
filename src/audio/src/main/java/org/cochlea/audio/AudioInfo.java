package org.cochlea.audio;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What an audio file says of itself.
 *
 * @param container the file format, told by its content and not by its name
 * @param encoding how the samples are encoded
 * @param description container and encoding in words, for people
 * @param bits bits per sample, 0 where that means nothing (lossy codecs)
 * @param sampleRate in Hz
 * @param channels number of channels
 * @param frames samples per channel where the file tells exactly, else empty
 * @param duration in seconds: exact where {@code frames} is, else the file's estimate, else empty
 */
public record AudioInfo(
    Container container,
    Encoding encoding,
    String description,
    int bits,
    int sampleRate,
    int channels,
    OptionalLong frames,
    OptionalDouble duration) {

  /**
   * Returns whether 16-bit integers hold every sample exactly, so that {@link
   * AudioReader#readPlanar(short[], int, int, int)} can be called: PCM of 8 and 16 bits, µ-law,
   * A-law, and lossless codecs of up to 16 bits.
   */
  public boolean fitsInt16() {
    return switch (encoding) {
      case PCM_8, PCM_16, MU_LAW, A_LAW -> true;
      case FLAC, ALAC -> bits > 0 && bits <= 16;
      default -> false;
    };
  }

  /** Returns the same with the number of frames that were really there. */
  AudioInfo withFrames(long count) {
    return new AudioInfo(
        container,
        encoding,
        description,
        bits,
        sampleRate,
        channels,
        OptionalLong.of(count),
        OptionalDouble.of((double) count / sampleRate));
  }
}
