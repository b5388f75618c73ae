package org.cochlea.audio;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses RIFF/WAVE, RIFX, RF64 and BW64. */
final class WavHeader {
  private static final int PCM = 0x0001;
  private static final int IEEE_FLOAT = 0x0003;
  private static final int A_LAW = 0x0006;
  private static final int MU_LAW = 0x0007;
  private static final int EXTENSIBLE = 0xfffe;

  private static final long UNKNOWN_SIZE = 0xffff_ffffL;

  /** sox writes sizes just below 2 GiB where it cannot know them. */
  private static final long STREAMED_SIZE = 0x7fff_f000L;

  /** The tail of the sub-format GUIDs: of Microsoft's, and of ambisonic B-format. */
  private static final byte[] KS_GUID = HexFormat.of().parseHex("000000001000800000aa00389b71");

  private static final byte[] AMBISONIC_GUID =
      HexFormat.of().parseHex("00002107d3118644c8c1ca000000");

  private final HeaderInput in;
  private final List<String> warnings = new ArrayList<>();
  private Container container = Container.WAV;
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  private long riffSize;
  private long dataSize64 = -1;
  private @Nullable Format format;

  private record Format(int tag, int channels, int sampleRate, int blockAlign, int bits) {}

  private WavHeader(HeaderInput in) {
    this.in = in;
  }

  static Header parse(HeaderInput in) throws IOException {
    return new WavHeader(in).parse();
  }

  private Header parse() throws IOException {
    String form = in.tag();
    order = form.equals("RIFX") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    if (form.equals("RF64") || form.equals("BW64")) {
      container = Container.RF64;
    }
    in.order(order);
    riffSize = in.u32();
    in.tag();
    for (int chunk = 0; chunk < HeaderInput.MAX_CHUNKS; chunk++) {
      if (!in.has(8)) {
        throw new AudioException(
            in.file(), format == null ? "there is no fmt chunk" : "there is no data chunk");
      }
      String id = in.tag();
      long size = in.u32();
      long body = in.position();
      switch (id) {
        case "ds64" -> {
          in.u64();
          dataSize64 = in.u64();
        }
        case "fmt " -> format = format(size);
        case "data" -> {
          return data(body, size);
        }
        default -> {}
      }
      // Chunks are padded to even sizes.
      in.position(body + size + (size & 1));
    }
    throw new AudioException(in.file(), "there is no data chunk in the first 65536 chunks");
  }

  private Format format(long size) throws IOException {
    if (size < 16) {
      throw new AudioException(in.file(), "the fmt chunk has %d bytes, not 16".formatted(size));
    }
    int tag = in.u16();
    int channels = in.u16();
    long rate = in.u32();
    in.u32();
    int blockAlign = in.u16();
    int bits = in.u16();
    if (tag == EXTENSIBLE) {
      if (size < 40) {
        throw new AudioException(
            in.file(), "the extensible fmt chunk has %d bytes, not 40".formatted(size));
      }
      in.u16();
      in.u16();
      in.u32();
      tag = in.u16();
      byte[] guid = in.bytes(14);
      if (!Arrays.equals(guid, KS_GUID) && !Arrays.equals(guid, AMBISONIC_GUID)) {
        tag = EXTENSIBLE;
      }
    }
    return new Format(
        tag,
        Limits.channels(in.file(), channels),
        Limits.sampleRate(in.file(), (double) rate),
        blockAlign,
        bits);
  }

  private Header data(long start, long size) throws IOException {
    Format f = format;
    if (f == null) {
      throw new AudioException(in.file(), "there is no fmt chunk before the data");
    }
    SampleCodec codec = codec(f);
    if (codec == null) {
      return new Header.Coded(name(f.tag));
    }
    int block = codec.bytes() * f.channels;
    if (f.blockAlign != block) {
      if (codec.linear() && f.blockAlign == 4 * f.channels && codec.bytes() == 3) {
        throw new AudioException(
            in.file(),
            "%d-bit samples in blocks of 4 bytes may be either of two formats; neither is read"
                .formatted(f.bits));
      }
      warnings.add(
          "the header says blocks of %d bytes, %d channels of %s are %d"
              .formatted(f.blockAlign, f.channels, codec.encoding(), block));
    }
    long there = in.size() - start;
    long claimed = size;
    if (container == Container.RF64 && size == UNKNOWN_SIZE && dataSize64 >= 0) {
      claimed = dataSize64;
    } else if (streamed(start, size)) {
      claimed = there;
    }
    if (claimed > there) {
      warnings.add(
          "the file is cut off: the header says %d bytes of samples, %d are there"
              .formatted(claimed, there));
    }
    long frames = Math.min(claimed, there) / block;
    return new Header.Linear(
        container,
        codec,
        order,
        codec.linear() ? f.bits : codec.bytes() * Byte.SIZE,
        f.sampleRate,
        f.channels,
        start,
        frames,
        List.copyOf(warnings));
  }

  /** Tells a file whose sizes were never filled in, because it was written to a pipe. */
  private boolean streamed(long start, long size) {
    if (size == UNKNOWN_SIZE || (size >= STREAMED_SIZE && size <= 0x7fff_ffffL)) {
      return size > in.size() - start;
    }
    // Empty by its own word, but so is the whole file: nothing was filled in.
    return size == 0 && riffSize + 8 <= start;
  }

  private @Nullable SampleCodec codec(Format f) throws IOException {
    return switch (f.tag) {
      case PCM -> {
        // The samples are left-justified in whole bytes, so 12 bits are read as 16, 20 as 24.
        yield switch ((f.bits + 7) / 8) {
          case 1 -> SampleCodec.UNSIGNED_8;
          case 2 -> SampleCodec.SIGNED_16;
          case 3 -> SampleCodec.SIGNED_24;
          case 4 -> SampleCodec.SIGNED_32;
          default -> throw new AudioException(in.file(), bits(f));
        };
      }
      case IEEE_FLOAT ->
          switch (f.bits) {
            case 32 -> SampleCodec.FLOAT_32;
            case 64 -> SampleCodec.FLOAT_64;
            default -> throw new AudioException(in.file(), bits(f));
          };
      case MU_LAW -> SampleCodec.MU_LAW;
      case A_LAW -> SampleCodec.A_LAW;
      default -> null;
    };
  }

  private static String bits(Format f) {
    return "the header says %d bits per sample of %s".formatted(f.bits, name(f.tag));
  }

  private static String name(int tag) {
    return switch (tag) {
      case PCM -> "PCM";
      case IEEE_FLOAT -> "float";
      case 0x0002 -> "Microsoft ADPCM";
      case 0x0011 -> "IMA ADPCM";
      case 0x0031 -> "GSM 6.10";
      case 0x0050, 0x0055 -> "MP3 in WAV";
      default -> "WAV format 0x%04x".formatted(tag);
    };
  }
}
