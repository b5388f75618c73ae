package org.cochlea.audio;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds files byte by byte, so that tests know them from the specification and not from us. */
final class Bytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteOrder order;

  private Bytes(ByteOrder order) {
    this.order = order;
  }

  static Bytes little() {
    return new Bytes(ByteOrder.LITTLE_ENDIAN);
  }

  static Bytes big() {
    return new Bytes(ByteOrder.BIG_ENDIAN);
  }

  Bytes tag(String tag) {
    out.writeBytes(tag.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  Bytes u8(int... values) {
    for (int value : values) {
      out.write(value);
    }
    return this;
  }

  Bytes u16(long... values) {
    for (long value : values) {
      out.writeBytes(ByteBuffer.allocate(2).order(order).putShort((short) value).array());
    }
    return this;
  }

  Bytes u24(long... values) {
    for (long value : values) {
      byte[] all = ByteBuffer.allocate(4).order(order).putInt((int) value).array();
      out.write(all, order == ByteOrder.LITTLE_ENDIAN ? 0 : 1, 3);
    }
    return this;
  }

  Bytes u32(long... values) {
    for (long value : values) {
      out.writeBytes(ByteBuffer.allocate(4).order(order).putInt((int) value).array());
    }
    return this;
  }

  Bytes u64(long... values) {
    for (long value : values) {
      out.writeBytes(ByteBuffer.allocate(8).order(order).putLong(value).array());
    }
    return this;
  }

  Bytes add(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  int size() {
    return out.size();
  }

  byte[] array() {
    return out.toByteArray();
  }

  /** A RIFF chunk, padded to an even size. */
  Bytes chunk(String tag, byte[] body) {
    tag(tag).u32(body.length).add(body);
    return body.length % 2 == 0 ? this : u8(0);
  }

  /** The body of a fmt chunk of 16 bytes. */
  static byte[] fmt(int tag, int channels, long rate, int bits) {
    int block = channels * ((bits + 7) / 8);
    return little().u16(tag, channels).u32(rate, rate * block).u16(block, bits).array();
  }

  /** A WAV file of these chunks. */
  static byte[] wav(byte[] fmt, byte[] data) {
    byte[] body = little().tag("WAVE").chunk("fmt ", fmt).chunk("data", data).array();
    return little().tag("RIFF").u32(body.length).add(body).array();
  }
}
