package org.cochlea.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
  @Test
  void theBytesAreThoseOfTensorBoard(@TempDir Path folder) throws IOException {
    try (EventFile file = EventFile.create(folder, 2.0)) {
      file.scalars(3.0, 300, Map.of("a", 1.0));
    }
    byte[] bytes;
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.toList();
      assertEquals(1, found.size());
      assertEquals(
          "events.out.tfevents.2000.cochlea", String.valueOf(found.getFirst().getFileName()));
      bytes = Files.readAllBytes(found.getFirst());
    }
    // Every file of TensorBoard begins with a record of 24 bytes, whose length has this checksum.
    assertEquals("1800000000000000a37f4b22", HexFormat.of().formatHex(Arrays.copyOf(bytes, 12)));
    assertEquals(
        "09" + "0000000000000040" + "1a0d" + "627261696e2e4576656e743a32",
        HexFormat.of().formatHex(Arrays.copyOfRange(bytes, 12, 36)));
    ByteBuffer second =
        ByteBuffer.wrap(bytes, 40, bytes.length - 40).order(ByteOrder.LITTLE_ENDIAN);
    long length = second.getLong();
    assertEquals(bytes.length - 40 - 16, length);
    byte[] event = Arrays.copyOfRange(bytes, 52, 52 + (int) length);
    assertArrayEquals(
        HexFormat.of()
            .parseHex(
                "09" + "0000000000000840" + "10ac02" + "2a0a" + "0a08" + "0a0161" + "150000803f"),
        event);
  }
}
