package org.cochlea.audio;

import java.nio.ByteOrder;
import java.util.List;

/** What the header of a WAV, AIFF or AU file was found to say. */
sealed interface Header {

  /**
   * Samples that can be read as they lie.
   *
   * @param start where the samples begin, in bytes
   * @param frames how many frames there really are: never more than the file has bytes for
   * @param warnings what is wrong with the file and was read over
   */
  record Linear(
      Container container,
      SampleCodec codec,
      ByteOrder order,
      int bits,
      int sampleRate,
      int channels,
      long start,
      long frames,
      List<String> warnings)
      implements Header {}

  /**
   * Samples that need a decoder.
   *
   * @param encoding the encoding in words
   */
  record Coded(String encoding) implements Header {}
}
