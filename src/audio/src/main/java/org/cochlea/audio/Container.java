package org.cochlea.audio;

/** The file formats that audio comes in. */
public enum Container {
  /** RIFF/WAVE, its big-endian sister RIFX among them. */
  WAV("WAV"),
  /** WAV of more than 4 GiB: RF64 and BW64. */
  RF64("RF64"),
  /** Audio Interchange File Format. */
  AIFF("AIFF"),
  /** AIFF with a choice of encodings. */
  AIFC("AIFF-C"),
  /** Sun and NeXT audio, {@code .au} and {@code .snd}. */
  AU("AU"),
  /** Native FLAC. */
  FLAC("FLAC"),
  /** Ogg: Vorbis, Opus, FLAC, Speex. */
  OGG("Ogg"),
  /** MPEG audio, layers I to III. */
  MP3("MP3"),
  /** AAC in ADTS frames. */
  ADTS("ADTS"),
  /** MP4 and QuickTime, {@code .m4a} among them. */
  MP4("MP4"),
  /** Matroska and WebM. */
  MATROSKA("Matroska"),
  /** Advanced Systems Format: WMA. */
  ASF("ASF"),
  /** Core Audio Format. */
  CAF("CAF"),
  /** Any other. */
  OTHER("other");

  private final String label;

  Container(String label) {
    this.label = label;
  }

  /** Returns the name that people know it by. */
  @Override
  public String toString() {
    return label;
  }
}
