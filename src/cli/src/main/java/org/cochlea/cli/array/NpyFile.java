package org.cochlea.cli.array;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Arrays of numbers as numpy's {@code .npy} files. */
public final class NpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;
  private static final Pattern HEADER =
      Pattern.compile(
          "'descr': *'([^']*)'.*'fortran_order': *(True|False).*'shape': *\\(([^)]*)\\)");

  private NpyFile() {}

  /** An array in C order. */
  public static final class Contents {
    private final int[] shape;
    private final float[] data;

    private Contents(int[] shape, float[] data) {
      this.shape = shape;
      this.data = data;
    }

    /** Returns the sizes, slowest axis first. */
    public int[] shape() {
      return shape;
    }

    /** Returns the values. */
    public float[] data() {
      return data;
    }
  }

  /**
   * Reads an array of any real or integer type, in C or Fortran order, as 32-bit floats.
   *
   * @throws IOException in one line that begins with the file's name
   */
  public static Contents read(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": no such file", e);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 12 || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IOException(file + ": not a .npy file");
    }
    int start = bytes[MAGIC.length] == 1 ? 10 : 12;
    long length = start == 10 ? Short.toUnsignedInt(in.getShort(8)) : in.getInt(8);
    if (length < 0 || start + length > bytes.length) {
      throw new IOException(file + ": the header is cut off");
    }
    String text = new String(bytes, start, (int) length, StandardCharsets.UTF_8);
    Matcher header = HEADER.matcher(text);
    if (!header.find()) {
      throw new IOException(file + ": the header is damaged");
    }
    int[] shape =
        Arrays.stream(header.group(3).split(","))
            .map(String::strip)
            .filter(size -> !size.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
    long size = 1;
    for (int n : shape) {
      size *= n;
    }
    in.position(start + (int) length);
    float[] data = values(file, in, header.group(1), size);
    return new Contents(shape, header.group(2).equals("True") ? fromFortran(shape, data) : data);
  }

  private static float[] values(Path file, ByteBuffer in, String type, long size)
      throws IOException {
    in.order(type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    String kind = type.substring(1);
    int width;
    try {
      width = Integer.parseInt(kind.substring(1));
    } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
      throw new IOException("%s: values of type %s are not numbers".formatted(file, type), e);
    }
    if (size * width > in.remaining()) {
      throw new IOException(
          "%s: %d values were announced, %d are there"
              .formatted(file, size, in.remaining() / width));
    }
    float[] data = new float[(int) size];
    for (int i = 0; i < data.length; i++) {
      data[i] =
          switch (kind) {
            case "f4" -> in.getFloat();
            case "f8" -> (float) in.getDouble();
            case "f2" -> Float.float16ToFloat(in.getShort());
            case "i8", "u8" -> in.getLong();
            case "i4" -> in.getInt();
            case "i2" -> in.getShort();
            case "i1" -> in.get();
            case "u1", "b1" -> Byte.toUnsignedInt(in.get());
            case "u2" -> Short.toUnsignedInt(in.getShort());
            case "u4" -> Integer.toUnsignedLong(in.getInt());
            default ->
                throw new IOException("%s: values of type %s are not known".formatted(file, type));
          };
    }
    return data;
  }

  private static float[] fromFortran(int[] shape, float[] data) {
    float[] turned = new float[data.length];
    int[] index = new int[shape.length];
    for (float value : data) {
      int at = 0;
      for (int axis = 0; axis < shape.length; axis++) {
        at = at * shape[axis] + index[axis];
      }
      turned[at] = value;
      for (int axis = 0; axis < shape.length && ++index[axis] == shape[axis]; axis++) {
        index[axis] = 0;
      }
    }
    return turned;
  }

  /** Returns the bytes in front of an array's values. */
  public static byte[] header(String type, int... shape) {
    String sizes =
        Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(type, shape.length == 1 ? sizes + "," : sizes);
    int unpadded = MAGIC.length + 4 + text.length() + 1;
    int padding = (ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT;
    byte[] line = (text + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes =
        ByteBuffer.allocate(MAGIC.length + 4 + line.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) line.length).put(line);
    return bytes.array();
  }

  /** Writes an array of 32-bit floats in C order. */
  public static void write(OutputStream out, int[] shape, float[] data) throws IOException {
    out.write(header("<f4", shape));
    ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < data.length; ) {
      int count = Math.min(data.length - from, bytes.capacity() / Float.BYTES);
      bytes.clear();
      bytes.asFloatBuffer().put(data, from, count);
      out.write(bytes.array(), 0, count * Float.BYTES);
      from += count;
    }
  }
}
