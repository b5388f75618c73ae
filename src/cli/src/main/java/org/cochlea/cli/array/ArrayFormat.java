package org.cochlea.cli.array;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The formats that a feature can be stored in, one array per file. */
public enum ArrayFormat {
  /** numpy's .npy. */
  NPY("npy"),
  /** numpy's .npz, with one array called "features". */
  NPZ("npz"),
  /** HDF5, with one data set called "features". */
  HDF5("h5"),
  /** safetensors, with one tensor called "features". */
  SAFETENSORS("safetensors"),
  /** Comma-separated values, one line per row. */
  CSV("csv");

  private static final String NAME = "features";
  private static final int BLOCK = 1 << 18;

  private final String extension;

  ArrayFormat(String extension) {
    this.extension = extension;
  }

  /** Returns the ending of files, with its dot. */
  public String extension() {
    return "." + extension;
  }

  /** Returns what is typed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Writes a file, which appears under its name when it is complete and not before.
   *
   * @param file its name; its folder exists
   * @param shape the sizes, slowest axis first
   * @param values 32-bit floats in C order, in native byte order
   */
  public void write(Path file, int[] shape, MemorySegment values) throws IOException {
    String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path part = file.resolveSibling(".cochlea-" + random + ".part");
    try {
      if (this == HDF5) {
        writeHdf5(part, shape, values);
      } else {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
          switch (this) {
            case NPY -> writeNpy(out, shape, values);
            case NPZ -> writeNpz(out, shape, values);
            case SAFETENSORS -> writeSafetensors(out, shape, values);
            default -> writeCsv(out, shape, values);
          }
        }
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void writeNpy(OutputStream out, int[] shape, MemorySegment values)
      throws IOException {
    out.write(NpyFile.header("<f4", shape));
    writeFloats(out, values, count(shape));
  }

  private static void writeNpz(OutputStream out, int[] shape, MemorySegment values)
      throws IOException {
    // Stored, not deflated, as numpy.savez does; so the size and checksum come first.
    CheckedSize size = new CheckedSize();
    writeNpy(size, shape, values);
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      ZipEntry entry = new ZipEntry(NAME + ".npy");
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(size.count);
      entry.setCompressedSize(size.count);
      entry.setCrc(size.checksum.getValue());
      entry.setTime(0);
      zip.putNextEntry(entry);
      writeNpy(zip, shape, values);
      zip.closeEntry();
    }
  }

  private static void writeSafetensors(OutputStream out, int[] shape, MemorySegment values)
      throws IOException {
    String sizes =
        Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(","));
    String header =
        "{\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[0,%d]}}"
            .formatted(NAME, sizes, count(shape) * Float.BYTES);
    String padded = header + " ".repeat((8 - header.length() % 8) % 8);
    out.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(padded.length())
            .array());
    out.write(padded.getBytes(StandardCharsets.US_ASCII));
    writeFloats(out, values, count(shape));
  }

  private static void writeCsv(OutputStream out, int[] shape, MemorySegment values)
      throws IOException {
    int columns = shape.length == 0 ? 1 : shape[shape.length - 1];
    long rows = columns == 0 ? 0 : count(shape) / columns;
    for (long row = 0; row < rows; row++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(i == 0 ? "" : ",").append(at(values, row * columns + i));
      }
      out.write(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void writeHdf5(Path file, int[] shape, MemorySegment values) {
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putDataset(NAME, nested(shape, values));
    }
  }

  /** The values as arrays of arrays, which is what the HDF5 library takes. */
  private static Object nested(int[] shape, MemorySegment values) {
    return switch (shape.length) {
      case 1 -> row(values, 0, shape[0]);
      case 2 -> matrix(values, 0, shape[0], shape[1]);
      case 3 -> cube(values, 0, shape[0], shape[1], shape[2]);
      case 4 -> {
        float[][][][] all = new float[shape[0]][][][];
        long step = (long) shape[1] * shape[2] * shape[3];
        for (int i = 0; i < all.length; i++) {
          all[i] = cube(values, i * step, shape[1], shape[2], shape[3]);
        }
        yield all;
      }
      default ->
          throw new IllegalArgumentException(
              "HDF5 takes arrays of 1 to 4 axes, not of shape " + Arrays.toString(shape));
    };
  }

  private static float[][][] cube(MemorySegment values, long from, int a, int b, int c) {
    float[][][] cube = new float[a][][];
    for (int i = 0; i < a; i++) {
      cube[i] = matrix(values, from + (long) i * b * c, b, c);
    }
    return cube;
  }

  private static float[][] matrix(MemorySegment values, long from, int rows, int columns) {
    float[][] matrix = new float[rows][];
    for (int i = 0; i < rows; i++) {
      matrix[i] = row(values, from + (long) i * columns, columns);
    }
    return matrix;
  }

  private static float[] row(MemorySegment values, long from, int size) {
    float[] row = new float[size];
    MemorySegment.copy(values, ValueLayout.JAVA_FLOAT_UNALIGNED, from * Float.BYTES, row, 0, size);
    return row;
  }

  private static float at(MemorySegment values, long index) {
    return values.get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
  }

  private static long count(int[] shape) {
    long count = 1;
    for (int n : shape) {
      count *= n;
    }
    return count;
  }

  private static void writeFloats(OutputStream out, MemorySegment values, long count)
      throws IOException {
    byte[] block = new byte[BLOCK];
    MemorySegment bytes = MemorySegment.ofArray(block);
    ValueLayout.OfFloat little =
        ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    int most = BLOCK / Float.BYTES;
    for (long from = 0; from < count; from += most) {
      int some = (int) Math.min(most, count - from);
      MemorySegment.copy(
          values, ValueLayout.JAVA_FLOAT_UNALIGNED, from * Float.BYTES, bytes, little, 0, some);
      out.write(block, 0, some * Float.BYTES);
    }
  }

  /** Counts bytes and takes their checksum. */
  private static final class CheckedSize extends OutputStream {
    private final CRC32 checksum = new CRC32();
    private long count;

    @Override
    public void write(int value) {
      checksum.update(value);
      count++;
    }

    @Override
    public void write(byte[] bytes, int from, int size) {
      checksum.update(bytes, from, size);
      count += size;
    }
  }
}
