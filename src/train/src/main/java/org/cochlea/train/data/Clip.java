package org.cochlea.train.data;

/** The samples of a clip at the rate of the front end, one array per channel. */
final class Clip {
  private final float[][] channels;

  Clip(float[][] channels) {
    this.channels = channels;
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
