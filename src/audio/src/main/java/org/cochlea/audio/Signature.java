package org.cochlea.audio;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** What the first bytes of a file say it is. */
enum Signature {
  WAV("WAV"),
  AIFF("AIFF"),
  AU("AU"),
  FLAC("FLAC"),
  OGG("Ogg (Vorbis, Opus, …)"),
  MP3("MP3"),
  MP4("MP4/M4A (AAC, ALAC)"),
  MATROSKA("WebM/Matroska"),
  ASF("WMA"),
  CAF("CAF"),
  WAVE64("Wave64"),
  WAVPACK("WavPack"),
  APE("Monkey's Audio"),
  AMR("AMR"),
  AC3("AC-3"),
  DSF("DSF"),
  AVI("AVI"),
  UNKNOWN("this format");

  /** As many bytes as {@link #of} looks at. */
  static final int LENGTH = 64;

  private final String label;

  Signature(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /**
   * Tells a file by its first bytes.
   *
   * @param head the beginning of the file, up to {@link #LENGTH} bytes
   */
  static Signature of(byte[] head) {
    if (at(head, 8, "WAVE") && (at(head, 0, "RIFF") || at(head, 0, "RIFX"))) {
      return WAV;
    }
    if (at(head, 8, "WAVE") && (at(head, 0, "RF64") || at(head, 0, "BW64"))) {
      return WAV;
    }
    if (at(head, 0, "FORM") && (at(head, 8, "AIFF") || at(head, 8, "AIFC"))) {
      return AIFF;
    }
    if (at(head, 0, ".snd") || at(head, 0, "dns.")) {
      return AU;
    }
    if (at(head, 0, "fLaC")) {
      return FLAC;
    }
    if (at(head, 0, "OggS")) {
      return OGG;
    }
    if (at(head, 4, "ftyp") || at(head, 4, "moov") || at(head, 4, "mdat")) {
      return MP4;
    }
    if (bytes(head, "1a45dfa3")) {
      return MATROSKA;
    }
    if (bytes(head, "3026b2758e66cf11")) {
      return ASF;
    }
    if (at(head, 0, "caff")) {
      return CAF;
    }
    if (bytes(head, "726966662e91cf11a5d628db04c10000")) {
      return WAVE64;
    }
    if (at(head, 0, "wvpk")) {
      return WAVPACK;
    }
    if (at(head, 0, "MAC ")) {
      return APE;
    }
    if (at(head, 0, "#!AMR")) {
      return AMR;
    }
    if (at(head, 0, "DSD ")) {
      return DSF;
    }
    if (at(head, 0, "RIFF") && at(head, 8, "AVI ")) {
      return AVI;
    }
    if (bytes(head, "0b77")) {
      return AC3;
    }
    // The sync word of MPEG audio and of ADTS: eleven bits set.
    if (at(head, 0, "ID3")
        || (head.length > 1 && head[0] == (byte) 0xff && (head[1] & 0xe0) == 0xe0)) {
      return MP3;
    }
    return UNKNOWN;
  }

  /** Returns the first bytes in a form that can be printed. */
  static String quote(byte[] head) {
    byte[] first = Arrays.copyOf(head, Math.min(12, head.length));
    for (byte b : first) {
      if (b < 0x20 || b == 0x7f) {
        return HexFormat.ofDelimiter(" ").formatHex(first);
      }
    }
    return '"' + new String(first, StandardCharsets.US_ASCII) + '"';
  }

  private static boolean at(byte[] head, int offset, String tag) {
    if (head.length < offset + tag.length()) {
      return false;
    }
    for (int i = 0; i < tag.length(); i++) {
      if (head[offset + i] != (byte) tag.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean bytes(byte[] head, String hex) {
    byte[] tag = HexFormat.of().parseHex(hex);
    return head.length >= tag.length && Arrays.equals(head, 0, tag.length, tag, 0, tag.length);
  }
}
