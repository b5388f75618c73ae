package org.cochlea.audio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.cochlea.audio.file.AtomicFile;

/** Writes WAV, AIFF, AIFF-C and AU. */
final class PcmWriter extends BlockWriter {
  private static final int BUFFER = 1 << 16;
  private static final long MAX_SIZE = 0xffff_ffffL;

  private final Container container;
  private final SampleCodec codec;
  private final int sampleRate;
  private final ByteBuffer buffer;
  private final long headerBytes;
  private long dataBytes;

  private PcmWriter(
      Path file,
      AtomicFile target,
      Container container,
      SampleCodec codec,
      int sampleRate,
      int channels)
      throws IOException {
    super(file, target, channels);
    this.container = container;
    this.codec = codec;
    this.sampleRate = sampleRate;
    this.buffer =
        ByteBuffer.allocate(Math.max(BUFFER, codec.bytes() * channels))
            .order(container == Container.WAV ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    // The sizes are not known yet; the same header is written again at the end.
    header();
    headerBytes = buffer.position();
    drain();
    dataBytes = 0;
  }

  static PcmWriter create(Path file, AudioFormat format, int sampleRate, int channels)
      throws IOException {
    SampleCodec codec = format.codec();
    if (codec == null) {
      throw new IllegalArgumentException(format + " is not a format of plain samples");
    }
    AtomicFile target = AtomicFile.create(file);
    boolean opened = false;
    try {
      PcmWriter writer =
          new PcmWriter(file, target, format.container(), codec, sampleRate, channels);
      opened = true;
      return writer;
    } finally {
      if (!opened) {
        target.close();
      }
    }
  }

  @Override
  void put(float[] in, int offset, int frames) throws IOException {
    int step = buffer.capacity() / (codec.bytes() * channels());
    for (int done = 0; done < frames; done += step) {
      int count = Math.min(step, frames - done);
      grow(count);
      codec.encode(in, offset + done * channels(), count * channels(), buffer);
      drain();
    }
  }

  @Override
  void put(short[] in, int offset, int frames) throws IOException {
    int step = buffer.capacity() / (codec.bytes() * channels());
    for (int done = 0; done < frames; done += step) {
      int count = Math.min(step, frames - done);
      grow(count);
      codec.encode(in, offset + done * channels(), count * channels(), buffer);
      drain();
    }
  }

  private void grow(int frames) throws IOException {
    dataBytes += (long) frames * codec.bytes() * channels();
    if (headerBytes + dataBytes > MAX_SIZE) {
      throw new AudioException(file(), container + " cannot hold more than 4 GiB");
    }
  }

  private void drain() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      target().channel().write(buffer);
    }
    buffer.clear();
  }

  @Override
  void complete() throws IOException {
    if (container != Container.AU && (dataBytes & 1) != 0) {
      buffer.put((byte) 0);
      drain();
    }
    target().channel().position(0);
    header();
    drain();
  }

  @Override
  void release() {}

  private void header() {
    switch (container) {
      case WAV -> wav();
      case AIFF, AIFC -> aiff();
      case AU -> au();
      default -> throw new IllegalStateException(container + " is not written here");
    }
  }

  private void wav() {
    int block = codec.bytes() * channels();
    boolean plain = codec.linear();
    long padded = dataBytes + (dataBytes & 1);
    tag("RIFF");
    size(4 + (plain ? 24 : 26 + 12) + 8 + padded);
    tag("WAVE");
    tag("fmt ");
    size(plain ? 16 : 18);
    buffer.putShort(
        (short)
            switch (codec) {
              case FLOAT_32, FLOAT_64 -> 3;
              case A_LAW -> 6;
              case MU_LAW -> 7;
              default -> 1;
            });
    buffer.putShort((short) channels());
    buffer.putInt(sampleRate);
    buffer.putInt((int) Math.min((long) sampleRate * block, MAX_SIZE));
    buffer.putShort((short) block);
    buffer.putShort((short) (codec.bytes() * Byte.SIZE));
    if (!plain) {
      buffer.putShort((short) 0);
      tag("fact");
      size(4);
      size(dataBytes / block);
    }
    tag("data");
    size(dataBytes);
  }

  private void aiff() {
    long padded = dataBytes + (dataBytes & 1);
    boolean coded = container == Container.AIFC;
    tag("FORM");
    size(4 + (coded ? 12 + 8 + 24 : 8 + 18) + 16 + padded);
    tag(coded ? "AIFC" : "AIFF");
    if (coded) {
      tag("FVER");
      size(4);
      // The one version there is.
      size(0xa280_5140L);
    }
    tag("COMM");
    size(coded ? 24 : 18);
    buffer.putShort((short) channels());
    size(dataBytes / ((long) codec.bytes() * channels()));
    buffer.putShort((short) (codec.bytes() * Byte.SIZE));
    extended(sampleRate);
    if (coded) {
      tag(
          switch (codec) {
            case FLOAT_32 -> "fl32";
            case FLOAT_64 -> "fl64";
            case MU_LAW -> "ulaw";
            case A_LAW -> "alaw";
            default -> throw new IllegalStateException(codec + " is written as AIFF");
          });
      // An empty name, padded.
      buffer.putShort((short) 0);
    }
    tag("SSND");
    size(8 + dataBytes);
    size(0);
    size(0);
  }

  private void au() {
    tag(".snd");
    size(24);
    size(dataBytes);
    size(
        switch (codec) {
          case MU_LAW -> 1;
          case SIGNED_8 -> 2;
          case SIGNED_16 -> 3;
          case SIGNED_24 -> 4;
          case SIGNED_32 -> 5;
          case FLOAT_32 -> 6;
          case FLOAT_64 -> 7;
          case A_LAW -> 27;
          case UNSIGNED_8 -> throw new IllegalStateException("AU has no unsigned samples");
        });
    size(sampleRate);
    size(channels());
  }

  private void tag(String code) {
    buffer.put(code.getBytes(StandardCharsets.US_ASCII));
  }

  private void size(long value) {
    buffer.putInt((int) value);
  }

  /** Writes a positive integer as an 80-bit float. */
  private void extended(int value) {
    int exponent = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(value);
    buffer.putShort((short) (16383 + exponent));
    buffer.putLong((long) value << (63 - exponent));
  }
}
