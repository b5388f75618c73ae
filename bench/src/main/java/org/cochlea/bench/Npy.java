package org.cochlea.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A float32 array in C order, as NumPy stores it: how audio and results pass between languages. */
final class Npy {
  private static final Pattern HEADER =
      Pattern.compile("'descr': '<f4'.*'fortran_order': False.*'shape': \\(([^)]*)\\)");
  private static final int ALIGNMENT = 64;

  private Npy() {}

  static void write(Path file, float[] values, int... shape) throws IOException {
    String sizes = Arrays.stream(shape).mapToObj(n -> n + ", ").collect(Collectors.joining());
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }".formatted(sizes.strip());
    // Magic, version and header end, with a newline, at a multiple of 64 bytes.
    int end = (10 + header.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer bytes =
        ByteBuffer.allocate(end + values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1);
    bytes.put((byte) 0).putShort((short) (end - 10));
    bytes.put(
        (header + " ".repeat(end - 11 - header.length()) + "\n")
            .getBytes(StandardCharsets.US_ASCII));
    bytes.asFloatBuffer().put(values);
    Files.write(file, bytes.array());
  }

  static float[] read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) channel.size()).order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      int length = bytes.getShort(8) & 0xffff;
      String header = new String(bytes.array(), 10, length, StandardCharsets.US_ASCII);
      Matcher matcher = HEADER.matcher(header);
      if (bytes.get(6) != 1 || !matcher.find()) {
        throw new IOException(file.getFileName() + ": not float32 in C order: " + header.strip());
      }
      float[] values = new float[(bytes.capacity() - 10 - length) / Float.BYTES];
      bytes
          .position(10 + length)
          .slice()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
      return values;
    }
  }
}
