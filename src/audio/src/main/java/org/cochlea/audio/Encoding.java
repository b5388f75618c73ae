package org.cochlea.audio;

/** How samples are encoded in a file. */
public enum Encoding {
  /** 8-bit linear PCM, read as {@code x / 128}. */
  PCM_8("8-bit PCM"),
  /** 16-bit linear PCM, read as {@code x / 32768}. */
  PCM_16("16-bit PCM"),
  /** 24-bit linear PCM, read as {@code x / 8388608}. */
  PCM_24("24-bit PCM"),
  /** 32-bit linear PCM, read as {@code x / 2147483648}. */
  PCM_32("32-bit PCM"),
  /** 32-bit float, read as it is. */
  FLOAT_32("32-bit float"),
  /** 64-bit float, rounded to 32 bits. */
  FLOAT_64("64-bit float"),
  /** G.711 µ-law: 8 bits for 14. */
  MU_LAW("µ-law"),
  /** G.711 A-law: 8 bits for 13. */
  A_LAW("A-law"),
  /** Free Lossless Audio Codec. */
  FLAC("FLAC"),
  /** Apple Lossless. */
  ALAC("ALAC"),
  /** Vorbis. */
  VORBIS("Vorbis"),
  /** Opus; always decoded at 48 kHz. */
  OPUS("Opus"),
  /** MPEG-1 and 2, layer III. */
  MP3("MP3"),
  /** Advanced Audio Coding. */
  AAC("AAC"),
  /** Windows Media Audio. */
  WMA("WMA"),
  /** Any other. */
  OTHER("other");

  private final String label;

  Encoding(String label) {
    this.label = label;
  }

  /** Returns the name that people know it by. */
  @Override
  public String toString() {
    return label;
  }
}
