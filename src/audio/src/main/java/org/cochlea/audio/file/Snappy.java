package org.cochlea.audio.file;

import java.nio.ByteBuffer;

/** Unpacks blocks of Snappy, which Parquet is usually packed with. */
final class Snappy {
  private Snappy() {}

  /**
   * Unpacks a block.
   *
   * @param size of what it holds
   * @throws RuntimeException if the block is damaged, or of another size
   */
  static byte[] unpack(ByteBuffer in, int size) {
    long stated = Thrift.varint(in);
    if (stated != size) {
      throw new IllegalArgumentException("a block of %d bytes, not %d".formatted(stated, size));
    }
    byte[] out = new byte[size];
    int at = 0;
    while (in.hasRemaining()) {
      int tag = in.get() & 0xff;
      if ((tag & 3) == 0) {
        // As they are; up to 60 bytes tell their number in the tag, more in bytes behind it.
        int count = (tag >>> 2) < 60 ? (tag >>> 2) + 1 : little(in, (tag >>> 2) - 59) + 1;
        in.get(out, at, count);
        at += count;
        continue;
      }
      int count = (tag & 3) == 1 ? (tag >>> 2 & 7) + 4 : (tag >>> 2) + 1;
      int back =
          switch (tag & 3) {
            case 1 -> (tag >>> 5 << 8) | (in.get() & 0xff);
            case 2 -> little(in, 2);
            default -> little(in, 4);
          };
      if (back <= 0 || back > at) {
        throw new IllegalArgumentException("a copy of what is before the beginning");
      }
      if (back >= count) {
        System.arraycopy(out, at - back, out, at, count);
      } else {
        // What is copied here is copied again: one by one.
        for (int i = 0; i < count; i++) {
          out[at + i] = out[at + i - back];
        }
      }
      at += count;
    }
    if (at != size) {
      throw new IllegalArgumentException(
          "a block that ends after %d of %d bytes".formatted(at, size));
    }
    return out;
  }

  private static int little(ByteBuffer in, int bytes) {
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (in.get() & 0xff) << (8 * i);
    }
    return value;
  }
}
