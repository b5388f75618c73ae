package org.cochlea.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyTest {
  @TempDir Path folder;

  @Test
  void readsWhatItWrote() throws IOException {
    float[] values = {1, -2.5f, Float.MIN_VALUE, 0, 3e30f, 7};
    Path file = folder.resolve("a.npy");
    Npy.write(file, values, 2, 3);
    assertArrayEquals(values, Npy.read(file));
    // The data begin at a multiple of 64 bytes, as NumPy's format asks.
    assertEquals(0, (Files.size(file) - 4L * values.length) % 64);
  }

  @Test
  void refusesOtherTypes() throws IOException {
    Path file = folder.resolve("b.npy");
    Npy.write(file, new float[1], 1);
    String text = Files.readString(file, StandardCharsets.ISO_8859_1).replace("<f4", "<f8");
    Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    assertThrows(IOException.class, () -> Npy.read(file));
  }
}
