package org.cochlea.spark;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which columns clips come from. */
public sealed interface ClipInput extends Serializable {

  /** Returns the columns that hold the audio itself, which are not kept. */
  List<String> consumed();

  /**
   * Files by their paths. A path without a scheme, or of {@code file:}, must be the same file on
   * every executor; others are read through Hadoop's file systems.
   *
   * @param path column of strings
   * @param offset column of doubles: where the clip begins, in seconds; or null
   * @param duration column of doubles: how much of the file, in seconds; or null
   */
  record Paths(String path, @Nullable String offset, @Nullable String duration)
      implements ClipInput {
    @Override
    public List<String> consumed() {
      return List.of();
    }
  }

  /**
   * Files as bytes, as {@code spark.read().format("binaryFile")} gives them.
   *
   * @param content column of binary
   */
  record Contents(String content) implements ClipInput {
    @Override
    public List<String> consumed() {
      return List.of(content);
    }
  }

  /**
   * Samples.
   *
   * @param samples column: an array of floats, an array of such by channel, or binary (32-bit
   *     floats, little endian, one channel); full scale at ±1
   * @param sampleRate column of integers, in Hz
   */
  record Samples(String samples, String sampleRate) implements ClipInput {
    @Override
    public List<String> consumed() {
      return List.of(samples, sampleRate);
    }
  }
}
