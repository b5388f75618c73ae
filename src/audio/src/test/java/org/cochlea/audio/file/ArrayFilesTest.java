package org.cochlea.audio.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayFilesTest {
  @TempDir Path folder;

  static Stream<NdArray> arrays() {
    return Stream.of(
        NdArray.of(new float[] {1.5f, -2, Float.NaN, 0, 1e-40f, 6}, 2, 3),
        NdArray.of(new double[] {Math.PI, -1, 2}, 3),
        NdArray.of(new short[] {-32768, 32767}, 1, 2, 1),
        NdArray.of(new int[] {7, -8}, 2),
        NdArray.of(new long[] {1L << 40, -1}, 2, 1),
        NdArray.of(new float[] {42}),
        NdArray.of(new float[0], 80, 0),
        NdArray.of(new float[70_000], 700, 100));
  }

  private static void assertSame(NdArray expected, NdArray actual) {
    assertEquals(expected.type(), actual.type());
    assertArrayEquals(expected.shape(), actual.shape());
    assertEquals(expected.checksum(), actual.checksum());
    assertArrayEquals(expected.toDoubles(), actual.toDoubles());
  }

  @ParameterizedTest
  @MethodSource("arrays")
  void npyRoundTrip(NdArray array) throws IOException {
    Path path = folder.resolve("a.npy");
    Npy.write(path, array);
    assertSame(array, Npy.read(path));
    byte[] bytes = Files.readAllBytes(path);
    int header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(8);
    assertEquals(0, (10 + header) % 64);
    assertEquals('\n', bytes[10 + header - 1]);
  }

  /** A file as numpy writes it: version, header text, data. */
  private static byte[] npy(int version, String dict, ByteBuffer data) {
    byte[] text = dict.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer out = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    out.put((byte) version).put((byte) 0);
    if (version == 1) {
      out.putShort((short) text.length);
    } else {
      out.putInt(text.length);
    }
    out.put(text).put(data);
    return Arrays.copyOf(out.array(), out.position());
  }

  @Test
  void bigEndianFortranOrderAndOtherVersionsAreRead() throws IOException {
    ByteBuffer big = ByteBuffer.allocate(24).order(ByteOrder.BIG_ENDIAN);
    // (2, 3) in Fortran order: columns first.
    for (float x : new float[] {1, 4, 2, 5, 3, 6}) {
      big.putFloat(x);
    }
    Path path = folder.resolve("a.npy");
    String dict = "{'descr': '>f4', 'fortran_order': True, 'shape': (2, 3), }\n";
    for (int version = 1; version <= 3; version++) {
      Files.write(path, npy(version, dict, big.rewind()));
      NdArray array = Npy.read(path);
      assertArrayEquals(new int[] {2, 3}, array.shape());
      assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, array.toFloats());
    }
    ByteBuffer longs = ByteBuffer.allocate(16).order(ByteOrder.BIG_ENDIAN).putLong(-3).putLong(9);
    Files.write(
        path,
        npy(1, "{\"shape\": (2L,), \"fortran_order\": False, 'descr':'>i8'}", longs.rewind()));
    assertArrayEquals(new long[] {-3, 9}, Npy.read(path).toLongs());
  }

  @Test
  void transposingThreeDimensions() {
    float[] values = new float[24];
    for (int i = 0; i < 24; i++) {
      values[i] = i;
    }
    NdArray turned = NdArray.of(values, 2, 3, 4).transposed();
    assertArrayEquals(new int[] {4, 3, 2}, turned.shape());
    for (int a = 0; a < 2; a++) {
      for (int b = 0; b < 3; b++) {
        for (int c = 0; c < 4; c++) {
          assertEquals(values[(a * 3 + b) * 4 + c], turned.toFloats()[(c * 3 + b) * 2 + a]);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (100000, 100000, 100000), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (100000000,), }",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }",
        "nonsense"
      })
  void damagedNpyIsToldOf(String dict) throws IOException {
    Path path = Files.write(folder.resolve("a.npy"), npy(1, dict, ByteBuffer.allocate(8)));
    IOException e = assertThrows(IOException.class, () -> Npy.read(path));
    assertTrue(String.valueOf(e.getMessage()).startsWith(path + ": "), e.getMessage());
  }

  @Test
  void appendedFramesAreReadInEitherLayout() throws IOException {
    float[] frames = new float[3 * 50_000];
    Random random = new Random(1);
    for (int i = 0; i < frames.length; i++) {
      frames[i] = random.nextFloat();
    }
    Path path = folder.resolve("a.npy");
    try (NpyAppender appender = NpyAppender.framesLast(path, 3)) {
      appender.append(frames, 0, 1);
      appender.append(frames, 3, 49_999);
      assertThrows(IllegalArgumentException.class, () -> appender.append(frames, 1, 50_000));
      assertFalse(Files.exists(path));
      appender.finish();
    }
    NdArray last = Npy.read(path);
    assertArrayEquals(new int[] {3, 50_000}, last.shape());
    assertEquals(frames[3 * 777 + 2], last.toFloats()[2 * 50_000 + 777]);

    try (NpyAppender appender = NpyAppender.framesFirst(path, 1, 3)) {
      appender.append(frames, 0, 50_000);
      appender.finish();
    }
    NdArray first = Npy.read(path);
    assertArrayEquals(new int[] {50_000, 1, 3}, first.shape());
    assertArrayEquals(frames, first.toFloats());

    try (NpyAppender appender = NpyAppender.framesFirst(path, 3)) {
      appender.append(frames, 0, 10);
    }
    assertSame(first, Npy.read(path));
    assertNothingIsLeft(path);
  }

  @ParameterizedTest
  @EnumSource
  void corporaRoundTrip(ArrayFormat format) throws IOException {
    Path path = folder.resolve("a." + format.extension());
    List<NdArray> arrays = arrays().toList();
    try (ArrayWriter writer = ArrayWriter.create(path, format)) {
      for (int i = 0; i < arrays.size(); i++) {
        writer.write("sub/clip ä " + i, arrays.get(i));
      }
      NdArray one = arrays.getFirst();
      assertThrows(IllegalArgumentException.class, () -> writer.write("sub/clip ä 0", one));
      assertThrows(IllegalArgumentException.class, () -> writer.write("", one));
      assertFalse(Files.exists(path));
      writer.finish();
    }
    try (ArrayReader reader = ArrayReader.open(path, format)) {
      assertEquals(arrays.size(), reader.names().size());
      for (int i = 0; i < arrays.size(); i++) {
        assertTrue(reader.names().contains("sub/clip ä " + i));
        assertSame(arrays.get(i), reader.read("sub/clip ä " + i));
      }
      IOException e = assertThrows(IOException.class, () -> reader.read("sub"));
      assertTrue(String.valueOf(e.getMessage()).startsWith(path + ": "), e.getMessage());
    }
    byte[] before = Files.readAllBytes(path);
    try (ArrayWriter writer = ArrayWriter.create(path, format)) {
      writer.write("x", arrays.getFirst());
    }
    assertArrayEquals(before, Files.readAllBytes(path));
    assertNothingIsLeft(path);
    Files.writeString(path, "nonsense");
    IOException e = assertThrows(IOException.class, () -> ArrayReader.open(path, format));
    assertTrue(String.valueOf(e.getMessage()).startsWith(path + ": "), e.getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void manyArraysAreFound(ArrayFormat format) throws IOException {
    // More than two nodes of an HDF5 group's tree hold, in two levels; folders of several sizes.
    Path path = folder.resolve("a." + format.extension());
    int count = 2500;
    try (ArrayWriter writer = ArrayWriter.create(path, format)) {
      for (int i = 0; i < count; i++) {
        writer.write(name(i), NdArray.of(new float[] {i, -i}, 2));
      }
      writer.finish();
    }
    try (ArrayReader reader = ArrayReader.open(path, format)) {
      assertEquals(count, reader.names().size());
      for (int i = 0; i < count; i++) {
        assertArrayEquals(new float[] {i, -i}, reader.read(name(i)).toFloats(), name(i));
      }
    }
  }

  private static String name(int i) {
    return i % 7 == 0 ? "deep/er/" + i : i % 500 == 1 ? "folder " + i + "/a" : "clip " + i;
  }

  @Test
  void hdf5TakesNoArrayBelowAnother() throws IOException {
    NdArray array = NdArray.of(new float[] {1}, 1);
    try (ArrayWriter writer = ArrayWriter.create(folder.resolve("a.h5"), ArrayFormat.HDF5)) {
      writer.write("a", array);
      writer.write("b/c", array);
      for (String name : List.of("a/b", "b", "b/c", "x//y", "/x", "x/", "x/./y")) {
        assertThrows(IllegalArgumentException.class, () -> writer.write(name, array), name);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("arrays")
  void npyIsMappedAndSummedWithoutReadingIt(NdArray array) throws IOException {
    Path path = folder.resolve("a.npy");
    Npy.write(path, array);
    assertEquals(array.checksum(), Npy.checksum(path));
    try (Arena arena = Arena.ofConfined()) {
      assertSame(array, Npy.map(path, arena));
    }
    byte[] bytes = Files.readAllBytes(path);
    if (array.size() > 0) {
      Files.write(path, Arrays.copyOf(bytes, bytes.length - 1));
      assertThrows(IOException.class, () -> Npy.checksum(path));
      try (Arena arena = Arena.ofConfined()) {
        assertThrows(IOException.class, () -> Npy.map(path, arena));
      }
    }
  }

  @Test
  void npyIsWrittenInAnyOrder() throws IOException {
    float[] values = {0, 1, 2, 3, 4, 5};
    Path path = folder.resolve("a.npy");
    try (NpyWriter writer = NpyWriter.create(path, 2, 3)) {
      writer.write(4, values, 4, 2);
      writer.write(0, values, 0, 1);
      writer.write(1, values, 1, 3);
      assertThrows(IndexOutOfBoundsException.class, () -> writer.write(5, values, 0, 2));
      assertFalse(Files.exists(path));
      writer.finish();
    }
    Path expected = folder.resolve("b.npy");
    Npy.write(expected, NdArray.of(values, 2, 3));
    assertArrayEquals(Files.readAllBytes(expected), Files.readAllBytes(path));
    Files.delete(expected);
    assertNothingIsLeft(path);
  }

  @Test
  void safetensorsMakeRoomForALongHeader() throws IOException {
    Path path = folder.resolve("a.safetensors");
    try (ArrayWriter writer = SafetensorsWriter.create(path, 64)) {
      for (int i = 0; i < 200; i++) {
        writer.write("array " + i, NdArray.of(new float[] {i, -i}, 2));
      }
      writer.finish();
    }
    try (Safetensors tensors = Safetensors.open(path)) {
      assertEquals(200, tensors.names().size());
      assertArrayEquals(new float[] {199, -199}, tensors.read("array 199").toFloats());
    }
    assertNothingIsLeft(path);
  }

  @Test
  void damagedSafetensorsAreToldOf() throws IOException {
    Path path = folder.resolve("a.safetensors");
    for (String json :
        List.of(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,800]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
            "{\"a\":{\"dtype\"",
            "{\"a\":[1,{}]}")) {
      ByteBuffer file = ByteBuffer.allocate(8 + json.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
      file.putLong(json.length()).put(json.getBytes(StandardCharsets.US_ASCII));
      Files.write(path, file.array());
      IOException e = assertThrows(IOException.class, () -> Safetensors.open(path));
      assertTrue(String.valueOf(e.getMessage()).startsWith(path + ": "), e.getMessage());
    }
    String wrong = "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}";
    ByteBuffer file = ByteBuffer.allocate(8 + wrong.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(wrong.length()).put(wrong.getBytes(StandardCharsets.US_ASCII));
    Files.write(path, file.array());
    try (Safetensors tensors = Safetensors.open(path)) {
      assertThrows(IOException.class, () -> tensors.read("a"));
    }
  }

  @Test
  void tensorsLoseTheirPadding() {
    float[] values = new float[24];
    for (int i = 0; i < 24; i++) {
      values[i] = i;
    }
    Tensor tensor = Tensor.wrap(new Shape(2, 1, 3, 4, false), values);
    tensor.setFrames(1, 2);
    NdArray array = NdArray.of(tensor, 1);
    assertArrayEquals(new int[] {3, 2}, array.shape());
    assertArrayEquals(new float[] {12, 13, 16, 17, 20, 21}, array.toFloats());
    assertArrayEquals(
        new int[] {2, 3, 2, 2},
        NdArray.of(Tensor.wrap(new Shape(1, 2, 3, 2, true), values), 0).shape());
  }

  @Test
  void tables() throws IOException {
    Path path = folder.resolve("a.csv");
    Csv.write(path, List.of("a", "b,c"), NdArray.of(new float[] {1, 0.1f, -3e-10f, 4}, 2, 2));
    assertEquals("a,\"b,c\"\n1.0,0.1\n-3.0E-10,4.0\n", Files.readString(path));
    NdArray cube = NdArray.of(new float[] {1, 2, 3, 4, 5, Float.NEGATIVE_INFINITY}, 1, 3, 2);
    Csv.write(path, List.of(), cube);
    assertArrayEquals(new int[] {3, 2}, Csv.read(path).shape());
    assertEquals(cube.checksum(), Csv.read(path).checksum());
    Files.writeString(path, "1,2\n3\n");
    assertTrue(assertThrows(IOException.class, () -> Csv.read(path)).toString().contains("line 2"));
    Files.writeString(path, "1,2\n3,x\n");
    assertTrue(assertThrows(IOException.class, () -> Csv.read(path)).toString().contains("line 2"));
    assertThrows(
        IllegalArgumentException.class,
        () -> Csv.write(path, List.of("a"), NdArray.of(new float[] {1, 2}, 2)));
  }

  @Test
  void indexRoundTrip() throws IOException {
    Path path = folder.resolve("index.jsonl");
    FeatureIndex.Entry full =
        new FeatureIndex.Entry(
            "dogs/\"a\" ü.wav",
            List.of("dog", "bark"),
            44100,
            1L << 33,
            "features.npz",
            "dogs/a",
            List.of(80, 300),
            300,
            "crc32c:00c0ffee",
            new FeatureIndex.Origin(0.5, Double.POSITIVE_INFINITY, 1L << 40, 7, "0a"));
    FeatureIndex.Entry bare =
        new FeatureIndex.Entry("b.wav", List.of(), 16000, 5, "b.npy", "", List.of(), 0, "", null);
    try (FeatureIndex index = FeatureIndex.create(path)) {
      index.add(full);
      index.add(bare);
      assertFalse(Files.exists(path));
      index.finish();
    }
    assertEquals(List.of(full, bare), FeatureIndex.read(path));
    Files.writeString(path, "{\"audio\":\"x\",\"more\":{\"a\":[1]}}\n\n{oops\n");
    IOException e = assertThrows(IOException.class, () -> FeatureIndex.read(path));
    assertTrue(String.valueOf(e.getMessage()).startsWith(path + ": line 3: "), e.getMessage());
    Files.writeString(path, "[1]\n");
    assertThrows(IOException.class, () -> FeatureIndex.read(path));
  }

  @Test
  void anIndexGrowsLineByLineForOneWriterAtATime() throws IOException {
    Path path = folder.resolve("index.jsonl");
    FeatureIndex.Entry a =
        new FeatureIndex.Entry("a.wav", List.of(), 1, 2, "a.npy", "", List.of(3), 3, "", null);
    FeatureIndex.Entry b =
        new FeatureIndex.Entry("b.wav", List.of(), 1, 2, "b.npy", "", List.of(3), 3, "", null);
    try (FeatureIndex index = FeatureIndex.append(path, false)) {
      index.add(a);
      assertEquals(List.of(a), FeatureIndex.read(path));
      IOException e = assertThrows(IOException.class, () -> FeatureIndex.append(path, false));
      assertEquals(path + ": another run is writing here", e.getMessage());
    }
    Files.writeString(path, Files.readString(path) + "{\"audio\": \"half a li");
    try (FeatureIndex index = FeatureIndex.append(path, false)) {
      index.add(b);
    }
    assertEquals(List.of(a, b), FeatureIndex.salvage(path));
    assertThrows(IOException.class, () -> FeatureIndex.read(path));
    try (FeatureIndex index = FeatureIndex.append(path, true)) {
      index.add(b);
    }
    assertEquals(List.of(b), FeatureIndex.read(path));
  }

  private void assertNothingIsLeft(Path file) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }
}
