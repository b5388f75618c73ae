package org.cochlea.audio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.cochlea.core.signal.G711;

/** The encodings that are nothing but one number after the other. */
enum SampleCodec {
  UNSIGNED_8(1, Encoding.PCM_8, SampleBlock.Type.INT16),
  SIGNED_8(1, Encoding.PCM_8, SampleBlock.Type.INT16),
  SIGNED_16(2, Encoding.PCM_16, SampleBlock.Type.INT16),
  SIGNED_24(3, Encoding.PCM_24, SampleBlock.Type.INT32),
  SIGNED_32(4, Encoding.PCM_32, SampleBlock.Type.INT32),
  FLOAT_32(4, Encoding.FLOAT_32, SampleBlock.Type.FLOAT32),
  FLOAT_64(8, Encoding.FLOAT_64, SampleBlock.Type.FLOAT64),
  MU_LAW(1, Encoding.MU_LAW, SampleBlock.Type.INT16),
  A_LAW(1, Encoding.A_LAW, SampleBlock.Type.INT16);

  private final int bytes;
  private final Encoding encoding;
  private final SampleBlock.Type blockType;

  SampleCodec(int bytes, Encoding encoding, SampleBlock.Type blockType) {
    this.bytes = bytes;
    this.encoding = encoding;
    this.blockType = blockType;
  }

  /** Returns the size of one sample in bytes. */
  int bytes() {
    return bytes;
  }

  Encoding encoding() {
    return encoding;
  }

  /** Returns whether this is linear PCM of integers. */
  boolean linear() {
    return switch (this) {
      case UNSIGNED_8, SIGNED_8, SIGNED_16, SIGNED_24, SIGNED_32 -> true;
      default -> false;
    };
  }

  /** Returns the type that samples are decoded to: the smallest that loses nothing. */
  SampleBlock.Type blockType() {
    return blockType;
  }

  /**
   * Decodes interleaved samples.
   *
   * @param bytes the bytes, from the first on
   * @param order the order of bytes in the file
   * @param samples how many samples to decode, all channels counted
   */
  void decode(byte[] bytes, ByteOrder order, SampleBlock block, int samples) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(order);
    switch (this) {
      case UNSIGNED_8 -> {
        short[] out = block.shorts(samples);
        for (int i = 0; i < samples; i++) {
          out[i] = (short) ((bytes[i] ^ 0x80) << 8);
        }
      }
      case SIGNED_8 -> {
        short[] out = block.shorts(samples);
        for (int i = 0; i < samples; i++) {
          out[i] = (short) (bytes[i] << 8);
        }
      }
      case SIGNED_16 -> in.asShortBuffer().get(block.shorts(samples), 0, samples);
      case SIGNED_24 -> {
        int[] out = block.ints(samples);
        boolean little = order == ByteOrder.LITTLE_ENDIAN;
        int low = little ? 0 : 2;
        int high = little ? 2 : 0;
        for (int i = 0, at = 0; i < samples; i++, at += 3) {
          out[i] =
              bytes[at + high] << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + low] & 0xff) << 8;
        }
      }
      case SIGNED_32 -> in.asIntBuffer().get(block.ints(samples), 0, samples);
      case FLOAT_32 -> in.asFloatBuffer().get(block.floats(samples), 0, samples);
      case FLOAT_64 -> in.asDoubleBuffer().get(block.doubles(samples), 0, samples);
      case MU_LAW -> {
        short[] out = block.shorts(samples);
        for (int i = 0; i < samples; i++) {
          out[i] = G711.fromMuLaw(bytes[i]);
        }
      }
      case A_LAW -> {
        short[] out = block.shorts(samples);
        for (int i = 0; i < samples; i++) {
          out[i] = G711.fromALaw(bytes[i]);
        }
      }
    }
  }

  /**
   * Encodes interleaved samples, full scale at ±1. Integers are rounded to nearest, ties to even,
   * and clipped.
   *
   * @param out receives the bytes at its position, in its order
   */
  void encode(float[] in, int offset, int samples, ByteBuffer out) {
    for (int i = offset; i < offset + samples; i++) {
      float x = in[i];
      switch (this) {
        case UNSIGNED_8 -> out.put((byte) (quantize(x, 8) ^ 0x80));
        case SIGNED_8 -> out.put((byte) quantize(x, 8));
        case SIGNED_16 -> out.putShort((short) quantize(x, 16));
        case SIGNED_24 -> put24(quantize(x, 24), out);
        case SIGNED_32 -> out.putInt(quantize(x, 32));
        case FLOAT_32 -> out.putFloat(x);
        case FLOAT_64 -> out.putDouble(x);
        case MU_LAW -> out.put(G711.toMuLaw((short) quantize(x, 16)));
        case A_LAW -> out.put(G711.toALaw((short) quantize(x, 16)));
      }
    }
  }

  /** Encodes interleaved 16-bit samples. */
  void encode(short[] in, int offset, int samples, ByteBuffer out) {
    for (int i = offset; i < offset + samples; i++) {
      short x = in[i];
      switch (this) {
        case UNSIGNED_8 -> out.put((byte) (quantize(x * 0x1p-15f, 8) ^ 0x80));
        case SIGNED_8 -> out.put((byte) quantize(x * 0x1p-15f, 8));
        case SIGNED_16 -> out.putShort(x);
        case SIGNED_24 -> put24(x << 8, out);
        case SIGNED_32 -> out.putInt(x << 16);
        case FLOAT_32 -> out.putFloat(x * 0x1p-15f);
        case FLOAT_64 -> out.putDouble(x * 0x1p-15);
        case MU_LAW -> out.put(G711.toMuLaw(x));
        case A_LAW -> out.put(G711.toALaw(x));
      }
    }
  }

  /** Rounds a sample to an integer of so many bits; NaN becomes 0. */
  static int quantize(float x, int bits) {
    double scale = 1L << (bits - 1);
    return (int) Math.clamp(Math.rint(x * scale), -scale, scale - 1);
  }

  private static void put24(int x, ByteBuffer out) {
    byte low = (byte) x;
    byte middle = (byte) (x >> 8);
    byte high = (byte) (x >> 16);
    if (out.order() == ByteOrder.LITTLE_ENDIAN) {
      out.put(low).put(middle).put(high);
    } else {
      out.put(high).put(middle).put(low);
    }
  }
}
