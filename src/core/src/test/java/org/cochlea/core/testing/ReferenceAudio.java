package org.cochlea.core.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The input of a reference case: a WAV file under {@code reference/audio/} of the test resources.
 */
public final class ReferenceAudio {

  private final int sampleRate;
  private final float[][] channels;

  private ReferenceAudio(int sampleRate, float[][] channels) {
    this.sampleRate = sampleRate;
    this.channels = channels;
  }

  /** Returns the sample rate in Hz. */
  public int sampleRate() {
    return sampleRate;
  }

  /** Returns the samples per channel, integers divided by 2^(bits-1). */
  public float[][] channels() {
    return channels;
  }

  /** Reads {@code reference/audio/NAME.wav}. */
  public static ReferenceAudio read(String name) {
    String path = "/reference/audio/" + name + ".wav";
    ByteBuffer bytes = resource(path);
    bytes.position(12);
    int encoding = 0;
    int channels = 0;
    int rate = 0;
    int bits = 0;
    while (bytes.remaining() >= 8) {
      int tag = bytes.getInt();
      int size = bytes.getInt();
      int start = bytes.position();
      if (tag == tag("fmt ")) {
        encoding = bytes.getShort();
        channels = bytes.getShort();
        rate = bytes.getInt();
        bytes.getInt();
        bytes.getShort();
        bits = bytes.getShort();
        if (encoding == -2) { // extensible: the encoding opens the 16-byte subformat
          encoding = bytes.getShort(start + 24);
        }
      } else if (tag == tag("data")) {
        int frames = size / (channels * bits / 8);
        float[][] samples = new float[channels][frames];
        for (int i = 0; i < frames; i++) {
          for (int c = 0; c < channels; c++) {
            samples[c][i] = sample(bytes, encoding, bits);
          }
        }
        return new ReferenceAudio(rate, samples);
      }
      bytes.position(start + size + (size & 1));
    }
    throw new IllegalArgumentException(path + ": no data chunk");
  }

  /** Returns the samples of a file of one channel. */
  public float[] mono() {
    if (channels.length != 1) {
      throw new IllegalStateException("mono asked of " + channels.length + " channels");
    }
    return channels[0];
  }

  private static float sample(ByteBuffer bytes, int encoding, int bits) {
    return switch (encoding * 100 + bits) {
      case 116 -> bytes.getShort() / 32768f;
      case 124 -> ((bytes.get() & 0xff) | (bytes.get() & 0xff) << 8 | bytes.get() << 16) / 8388608f;
      case 132 -> (float) (bytes.getInt() / 2147483648.0);
      case 332 -> bytes.getFloat();
      default ->
          throw new IllegalArgumentException("encoding " + encoding + " of " + bits + " bits");
    };
  }

  private static int tag(String text) {
    return text.charAt(0) | text.charAt(1) << 8 | text.charAt(2) << 16 | text.charAt(3) << 24;
  }

  static ByteBuffer resource(String path) {
    try (InputStream in = ReferenceAudio.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalArgumentException("no test resource " + path);
      }
      return ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }
}
