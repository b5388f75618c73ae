package org.cochlea.audio;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The formats that {@link AudioWriter} writes. Those of {@link #needsFfmpeg()} need {@code
 * org.bytedeco:ffmpeg}.
 */
public enum AudioFormat {
  /** WAV, 8-bit PCM. */
  WAV_8(Container.WAV, SampleCodec.UNSIGNED_8, "wav"),
  /** WAV, 16-bit PCM. */
  WAV_16(Container.WAV, SampleCodec.SIGNED_16, "wav"),
  /** WAV, 24-bit PCM. */
  WAV_24(Container.WAV, SampleCodec.SIGNED_24, "wav"),
  /** WAV, 32-bit PCM. */
  WAV_32(Container.WAV, SampleCodec.SIGNED_32, "wav"),
  /** WAV, 32-bit float. */
  WAV_FLOAT_32(Container.WAV, SampleCodec.FLOAT_32, "wav"),
  /** WAV, 64-bit float. */
  WAV_FLOAT_64(Container.WAV, SampleCodec.FLOAT_64, "wav"),
  /** WAV, µ-law. */
  WAV_MU_LAW(Container.WAV, SampleCodec.MU_LAW, "wav"),
  /** WAV, A-law. */
  WAV_A_LAW(Container.WAV, SampleCodec.A_LAW, "wav"),
  /** AIFF, 8-bit PCM. */
  AIFF_8(Container.AIFF, SampleCodec.SIGNED_8, "aiff"),
  /** AIFF, 16-bit PCM. */
  AIFF_16(Container.AIFF, SampleCodec.SIGNED_16, "aiff"),
  /** AIFF, 24-bit PCM. */
  AIFF_24(Container.AIFF, SampleCodec.SIGNED_24, "aiff"),
  /** AIFF, 32-bit PCM. */
  AIFF_32(Container.AIFF, SampleCodec.SIGNED_32, "aiff"),
  /** AIFF-C, 32-bit float. */
  AIFC_FLOAT_32(Container.AIFC, SampleCodec.FLOAT_32, "aifc"),
  /** AIFF-C, 64-bit float. */
  AIFC_FLOAT_64(Container.AIFC, SampleCodec.FLOAT_64, "aifc"),
  /** AIFF-C, µ-law. */
  AIFC_MU_LAW(Container.AIFC, SampleCodec.MU_LAW, "aifc"),
  /** AIFF-C, A-law. */
  AIFC_A_LAW(Container.AIFC, SampleCodec.A_LAW, "aifc"),
  /** AU, 8-bit PCM. */
  AU_8(Container.AU, SampleCodec.SIGNED_8, "au"),
  /** AU, 16-bit PCM. */
  AU_16(Container.AU, SampleCodec.SIGNED_16, "au"),
  /** AU, 24-bit PCM. */
  AU_24(Container.AU, SampleCodec.SIGNED_24, "au"),
  /** AU, 32-bit PCM. */
  AU_32(Container.AU, SampleCodec.SIGNED_32, "au"),
  /** AU, 32-bit float. */
  AU_FLOAT_32(Container.AU, SampleCodec.FLOAT_32, "au"),
  /** AU, 64-bit float. */
  AU_FLOAT_64(Container.AU, SampleCodec.FLOAT_64, "au"),
  /** AU, µ-law. */
  AU_MU_LAW(Container.AU, SampleCodec.MU_LAW, "au"),
  /** AU, A-law. */
  AU_A_LAW(Container.AU, SampleCodec.A_LAW, "au"),
  /** FLAC of 16 bits. */
  FLAC_16(Container.FLAC, null, "flac"),
  /** FLAC of 24 bits. */
  FLAC_24(Container.FLAC, null, "flac"),
  /** MP3, variable bit rate, about 190 kbit/s for stereo at 44.1 kHz. Up to 48 kHz. */
  MP3(Container.MP3, null, "mp3"),
  /** Opus in Ogg, 64 kbit/s per channel. 8, 12, 16, 24 or 48 kHz only. */
  OGG_OPUS(Container.OGG, null, "opus"),
  /** AAC in MP4, 80 kbit/s per channel. */
  MP4_AAC(Container.MP4, null, "m4a");

  private final Container container;
  private final @Nullable SampleCodec codec;
  private final String extension;

  AudioFormat(Container container, @Nullable SampleCodec codec, String extension) {
    this.container = container;
    this.codec = codec;
    this.extension = extension;
  }

  /** Returns the file format. */
  public Container container() {
    return container;
  }

  /** Returns the usual ending of a file's name, without the dot. */
  public String extension() {
    return extension;
  }

  /** Returns whether writing needs {@code org.bytedeco:ffmpeg}. */
  public boolean needsFfmpeg() {
    return codec == null;
  }

  /** Returns how samples are stored, or null where an encoder does that. */
  @Nullable SampleCodec codec() {
    return codec;
  }

  /**
   * Returns the format that a file's name asks for, 16 bits where there is a choice of integers, or
   * empty for an ending that is not known.
   */
  public static Optional<AudioFormat> forName(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String ending = name.substring(name.lastIndexOf('.') + 1);
    return switch (ending) {
      case "wav", "wave" -> Optional.of(WAV_16);
      case "aif", "aiff" -> Optional.of(AIFF_16);
      case "au", "snd" -> Optional.of(AU_16);
      case "ogg" -> Optional.of(OGG_OPUS);
      case "mp4" -> Optional.of(MP4_AAC);
      default ->
          Arrays.stream(values()).filter(format -> format.extension.equals(ending)).findFirst();
    };
  }
}
