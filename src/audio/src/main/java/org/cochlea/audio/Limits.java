package org.cochlea.audio;

import java.io.IOException;
import java.nio.file.Path;

/** Bounds on what a header may claim; beyond them it is taken for damaged. */
final class Limits {
  /** As in libsndfile. */
  static final int MAX_CHANNELS = 1024;

  /** Far above any converter, far below what a damaged field says. */
  static final int MAX_SAMPLE_RATE = 100_000_000;

  private Limits() {}

  static int channels(Path file, long channels) throws IOException {
    if (channels < 1 || channels > MAX_CHANNELS) {
      throw new AudioException(
          file,
          "the header says %d channels, 1 to %d are possible".formatted(channels, MAX_CHANNELS));
    }
    return (int) channels;
  }

  static int sampleRate(Path file, double rate) throws IOException {
    long rounded = Math.round(rate);
    if (rounded < 1 || rounded > MAX_SAMPLE_RATE) {
      throw new AudioException(
          file,
          "the header says a sample rate of %d Hz, 1 to %d Hz are possible"
              .formatted(rounded, MAX_SAMPLE_RATE));
    }
    return (int) rounded;
  }
}
