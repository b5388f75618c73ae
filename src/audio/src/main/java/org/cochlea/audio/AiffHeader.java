package org.cochlea.audio;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses AIFF and AIFF-C. */
final class AiffHeader {
  private final HeaderInput in;
  private final List<String> warnings = new ArrayList<>();
  private Container container = Container.AIFF;
  private @Nullable Common common;
  private long start = -1;
  private long claimed;

  private record Common(int channels, long frames, int bits, int sampleRate, String compression) {}

  private record Codec(SampleCodec codec, ByteOrder order) {}

  private AiffHeader(HeaderInput in) {
    this.in = in;
  }

  static Header parse(HeaderInput in) throws IOException {
    return new AiffHeader(in).parse();
  }

  private Header parse() throws IOException {
    in.order(ByteOrder.BIG_ENDIAN);
    in.tag();
    in.u32();
    if (in.tag().equals("AIFC")) {
      container = Container.AIFC;
    }
    // The chunks may come in any order, so the samples are only noted on the way.
    for (int chunk = 0; chunk < HeaderInput.MAX_CHUNKS && in.has(8); chunk++) {
      String id = in.tag();
      long size = in.u32();
      long body = in.position();
      if (id.equals("COMM")) {
        common = common(size);
      } else if (id.equals("SSND") && start < 0) {
        long offset = in.u32();
        in.u32();
        start = body + 8 + offset;
        claimed = size == 0 ? Long.MAX_VALUE : size - 8 - offset;
      }
      if (common != null && start >= 0) {
        break;
      }
      in.position(body + size + (size & 1));
    }
    if (common == null) {
      throw new AudioException(in.file(), "there is no COMM chunk");
    }
    return samples(common);
  }

  private Common common(long size) throws IOException {
    if (size < (container == Container.AIFC ? 22 : 18)) {
      throw new AudioException(in.file(), "the COMM chunk has %d bytes only".formatted(size));
    }
    int channels = Limits.channels(in.file(), in.u16());
    long frames = in.u32();
    int bits = in.u16();
    int rate = Limits.sampleRate(in.file(), in.extended());
    String compression = container == Container.AIFC ? in.tag() : "NONE";
    return new Common(channels, frames, bits, rate, compression);
  }

  private Header samples(Common c) throws IOException {
    Codec found = codec(c);
    if (found == null) {
      return new Header.Coded("AIFF-C compression \"" + c.compression + '"');
    }
    SampleCodec codec = found.codec;
    int block = codec.bytes() * c.channels;
    if (start < 0) {
      if (c.frames > 0) {
        throw new AudioException(in.file(), "there is no SSND chunk");
      }
      start = in.size();
    }
    long wanted = c.frames * block;
    if (claimed >= 0 && wanted > claimed) {
      warnings.add(
          "the header says %d frames, its samples are %d bytes: %d frames"
              .formatted(c.frames, claimed, claimed / block));
      wanted = claimed;
    }
    long there = Math.max(0, in.size() - start);
    if (wanted > there) {
      warnings.add(
          "the file is cut off: the header says %d bytes of samples, %d are there"
              .formatted(wanted, there));
    }
    return new Header.Linear(
        container,
        codec,
        found.order,
        codec.linear() ? c.bits : codec.bytes() * Byte.SIZE,
        c.sampleRate,
        c.channels,
        start,
        Math.max(0, Math.min(wanted, there)) / block,
        List.copyOf(warnings));
  }

  private @Nullable Codec codec(Common c) throws IOException {
    ByteOrder big = ByteOrder.BIG_ENDIAN;
    ByteOrder little = ByteOrder.LITTLE_ENDIAN;
    return switch (c.compression) {
      case "NONE", "twos" -> new Codec(integers(c, c.bits), big);
      case "sowt" -> new Codec(integers(c, c.bits), little);
      case "raw " -> c.bits <= 8 ? new Codec(SampleCodec.UNSIGNED_8, big) : null;
      case "in24" -> new Codec(SampleCodec.SIGNED_24, big);
      case "in32" -> new Codec(SampleCodec.SIGNED_32, big);
      case "42ni" -> new Codec(SampleCodec.SIGNED_24, little);
      case "23ni" -> new Codec(SampleCodec.SIGNED_32, little);
      case "fl32", "FL32" -> new Codec(SampleCodec.FLOAT_32, big);
      case "fl64", "FL64" -> new Codec(SampleCodec.FLOAT_64, big);
      case "ulaw", "ULAW" -> new Codec(SampleCodec.MU_LAW, big);
      case "alaw", "ALAW" -> new Codec(SampleCodec.A_LAW, big);
      default -> null;
    };
  }

  private SampleCodec integers(Common c, int bits) throws IOException {
    return switch ((bits + 7) / 8) {
      case 1 -> SampleCodec.SIGNED_8;
      case 2 -> SampleCodec.SIGNED_16;
      case 3 -> SampleCodec.SIGNED_24;
      case 4 -> SampleCodec.SIGNED_32;
      default ->
          throw new AudioException(
              in.file(), "the header says %d bits per sample".formatted(c.bits));
    };
  }
}
