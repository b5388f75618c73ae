package org.cochlea.audio;

/** ITU-T G.711: 8-bit logarithmic companding, expanded to 16 bits. */
final class G711 {
  /** The 16-bit sample of every µ-law code. */
  static final short[] MU_LAW = new short[256];

  /** The 16-bit sample of every A-law code. */
  static final short[] A_LAW = new short[256];

  private static final int MU_BIAS = 0x84;
  private static final int MU_CLIP = 32767 - MU_BIAS;

  static {
    for (int code = 0; code < 256; code++) {
      int mu = ~code;
      int magnitude = ((((mu & 0x0f) << 3) + MU_BIAS) << ((mu & 0x70) >> 4)) - MU_BIAS;
      MU_LAW[code] = (short) ((mu & 0x80) != 0 ? -magnitude : magnitude);

      int a = code ^ 0x55;
      int segment = (a & 0x70) >> 4;
      int step = ((a & 0x0f) << 4) + 8;
      int level = segment == 0 ? step : (step + 0x100) << (segment - 1);
      A_LAW[code] = (short) ((a & 0x80) != 0 ? level : -level);
    }
  }

  private G711() {}

  /** Returns the µ-law code of a 16-bit sample. */
  static byte toMuLaw(int sample) {
    int sign = sample < 0 ? 0x80 : 0;
    int magnitude = Math.min(Math.abs(sample), MU_CLIP) + MU_BIAS;
    int segment = 24 - Integer.numberOfLeadingZeros(magnitude);
    int mantissa = (magnitude >> (segment + 3)) & 0x0f;
    return (byte) ~(sign | segment << 4 | mantissa);
  }

  /** Returns the A-law code of a 16-bit sample. */
  static byte toALaw(int sample) {
    int sign = sample >= 0 ? 0x80 : 0;
    int magnitude = Math.min(sample >= 0 ? sample : -sample - 1, 32767) >> 4;
    int segment = Math.max(0, 28 - Integer.numberOfLeadingZeros(magnitude));
    int mantissa = (segment < 2 ? magnitude : magnitude >> (segment - 1)) & 0x0f;
    return (byte) ((sign | segment << 4 | mantissa) ^ 0x55);
  }
}
