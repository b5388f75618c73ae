package org.cochlea.train.data;

/**
 * The samples of a clip at the rate of the front end, one array per channel; or its features, one
 * array per bin.
 */
final class Clip {
  private final float[][] channels;
  private final float silence;

  Clip(float[][] channels) {
    this(channels, 0);
  }

  Clip(float[][] channels, float silence) {
    this.channels = channels;
    this.silence = silence;
  }

  /** What a window that is longer is filled up with. */
  float silence() {
    return silence;
  }

  int channels() {
    return channels.length;
  }

  int samples() {
    return channels[0].length;
  }

  float[] channel(int c) {
    return channels[c];
  }

  long bytes() {
    return (long) channels.length * channels[0].length * Float.BYTES;
  }
}
