package org.cochlea.core.signal;

/**
 * The byte codes of ITU-T G.711, mu-law and A-law, to and from 16-bit samples.
 *
 * <p>Each code is a sign, three bits of exponent and four of mantissa, bits inverted on the wire.
 * The encoders work on the 14 (mu-law) or 13 (A-law) bits that G.711 defines, as Sun's reference
 * code does.
 */
public final class G711 {

  private static final short[] MU_LAW = new short[256];
  private static final short[] A_LAW = new short[256];

  static {
    for (int code = 0; code < 256; code++) {
      int bits = ~code;
      int magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
      MU_LAW[code] = (short) ((bits & 0x80) != 0 ? -magnitude : magnitude);

      int a = code ^ 0x55;
      int exponent = (a >> 4) & 7;
      int value = (a & 0x0f) << 4;
      value = exponent == 0 ? value + 8 : (value + 0x108) << (exponent - 1);
      A_LAW[code] = (short) ((a & 0x80) != 0 ? value : -value);
    }
  }

  private G711() {}

  /** Returns the sample of a mu-law code, in [-32124, 32124]. */
  public static short fromMuLaw(byte code) {
    return MU_LAW[code & 0xff];
  }

  /** Returns the sample of an A-law code, in [-32256, 32256]. */
  public static short fromALaw(byte code) {
    return A_LAW[code & 0xff];
  }

  /** Returns the mu-law code of a 16-bit sample. */
  public static byte toMuLaw(short sample) {
    int value = sample >> 2;
    int mask = value < 0 ? 0x7f : 0xff;
    int magnitude = Math.min(Math.abs(value), 8158) + 33;
    int exponent = Math.max(0, 26 - Integer.numberOfLeadingZeros(magnitude));
    return (byte) (((exponent << 4) | ((magnitude >> (exponent + 1)) & 0x0f)) ^ mask);
  }

  /** Returns the A-law code of a 16-bit sample. */
  public static byte toALaw(short sample) {
    int value = sample >> 3;
    int mask = value < 0 ? 0x55 : 0xd5;
    int magnitude = value < 0 ? -value - 1 : value;
    int exponent = Math.max(0, 27 - Integer.numberOfLeadingZeros(magnitude));
    return (byte) (((exponent << 4) | ((magnitude >> Math.max(1, exponent)) & 0x0f)) ^ mask);
  }

  /** Decodes mu-law bytes to samples in [-1, 1), dividing by 32768. */
  public static float[] decodeMuLaw(byte[] codes) {
    return decode(codes, MU_LAW);
  }

  /** Decodes A-law bytes to samples in [-1, 1), dividing by 32768. */
  public static float[] decodeALaw(byte[] codes) {
    return decode(codes, A_LAW);
  }

  private static float[] decode(byte[] codes, short[] table) {
    float[] samples = new float[codes.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = table[codes[i] & 0xff] / 32768f;
    }
    return samples;
  }
}
