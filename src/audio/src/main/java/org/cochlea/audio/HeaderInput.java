package org.cochlea.audio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads the fields of a file header through a small window, whatever sizes the header claims. */
final class HeaderInput {
  /** A file has this many chunks at the very most; more are a loop or an attack. */
  static final int MAX_CHUNKS = 65_536;

  private static final int WINDOW = 4096;

  private final Path file;
  private final FileChannel channel;
  private final long size;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
  private long position;

  HeaderInput(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
  }

  Path file() {
    return file;
  }

  /** Returns how long the file really is, in bytes. */
  long size() {
    return size;
  }

  long position() {
    return position;
  }

  /** Goes to a byte; beyond the end is allowed, and the next read finds the end. */
  void position(long target) {
    long ahead = target - position;
    if (ahead >= -window.position() && ahead <= window.remaining()) {
      window.position((int) (window.position() + ahead));
    } else {
      window.position(0).limit(0);
    }
    position = target;
  }

  void order(ByteOrder order) {
    window.order(order);
  }

  boolean has(long bytes) {
    return size - position >= bytes;
  }

  int u8() throws IOException {
    ensure(1);
    return window.get() & 0xff;
  }

  int u16() throws IOException {
    ensure(2);
    return window.getShort() & 0xffff;
  }

  long u32() throws IOException {
    ensure(4);
    return window.getInt() & 0xffff_ffffL;
  }

  /** Reads 64 bits; what does not fit a {@code long} becomes the largest. */
  long u64() throws IOException {
    ensure(8);
    long value = window.getLong();
    return value < 0 ? Long.MAX_VALUE : value;
  }

  /** Reads a four-character code. */
  String tag() throws IOException {
    byte[] tag = bytes(4);
    return new String(tag, StandardCharsets.ISO_8859_1);
  }

  /** Reads a few bytes: no more than the window holds. */
  byte[] bytes(int count) throws IOException {
    ensure(count);
    byte[] bytes = new byte[count];
    window.get(bytes);
    return bytes;
  }

  /** Reads the 80-bit float of AIFF. */
  double extended() throws IOException {
    int exponent = u16();
    ensure(8);
    long mantissa = window.getLong();
    if (exponent >= 0x8000 || exponent == 0x7fff || mantissa == 0) {
      return 0;
    }
    double high = (mantissa >>> 1) * 2.0 + (mantissa & 1);
    return Math.scalb(high, exponent - 16383 - 63);
  }

  private void ensure(int bytes) throws IOException {
    if (window.remaining() < bytes) {
      window.clear();
      while (window.hasRemaining() && channel.read(window, position + window.position()) > 0) {
        // Until the window is full or the file ends.
      }
      window.flip();
      if (window.remaining() < bytes) {
        throw new AudioException(file, "the file ends within its header");
      }
    }
    position += bytes;
  }
}
