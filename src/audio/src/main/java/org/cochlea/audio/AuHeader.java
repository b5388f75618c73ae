package org.cochlea.audio;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses Sun and NeXT audio. */
final class AuHeader {
  private static final long UNKNOWN_SIZE = 0xffff_ffffL;

  private AuHeader() {}

  static Header parse(HeaderInput in) throws IOException {
    ByteOrder order = in.tag().equals("dns.") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    in.order(order);
    long start = in.u32();
    long claimed = in.u32();
    long encoding = in.u32();
    long rate = in.u32();
    int channels = Limits.channels(in.file(), in.u32());
    int sampleRate = Limits.sampleRate(in.file(), (double) rate);
    if (start < 24) {
      throw new AudioException(
          in.file(), "the header says it is %d bytes long, not at least 24".formatted(start));
    }
    SampleCodec codec = codec(encoding);
    if (codec == null) {
      return new Header.Coded("AU encoding " + encoding);
    }
    long there = Math.max(0, in.size() - start);
    if (claimed == UNKNOWN_SIZE) {
      claimed = there;
    }
    List<String> warnings =
        claimed <= there
            ? List.of()
            : List.of(
                "the file is cut off: the header says %d bytes of samples, %d are there"
                    .formatted(claimed, there));
    return new Header.Linear(
        Container.AU,
        codec,
        order,
        codec.bytes() * Byte.SIZE,
        sampleRate,
        channels,
        start,
        Math.min(claimed, there) / ((long) codec.bytes() * channels),
        warnings);
  }

  private static @Nullable SampleCodec codec(long encoding) {
    return switch ((int) Math.min(encoding, Integer.MAX_VALUE)) {
      case 1 -> SampleCodec.MU_LAW;
      case 2 -> SampleCodec.SIGNED_8;
      case 3 -> SampleCodec.SIGNED_16;
      case 4 -> SampleCodec.SIGNED_24;
      case 5 -> SampleCodec.SIGNED_32;
      case 6 -> SampleCodec.FLOAT_32;
      case 7 -> SampleCodec.FLOAT_64;
      case 27 -> SampleCodec.A_LAW;
      default -> null;
    };
  }
}
