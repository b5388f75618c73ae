package org.cochlea.audio.file;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header of a {@code .npy} file, as numpy.lib.format describes it. */
final class NpyHeader {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** numpy itself refuses longer ones. */
  private static final int MAX_LENGTH = 10_000;

  private static final Pattern DESCR =
      Pattern.compile("['\"]descr['\"]\\s*:\\s*['\"]([<>|=]?)(\\w+)['\"]");
  private static final Pattern FORTRAN =
      Pattern.compile("['\"]fortran_order['\"]\\s*:\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("['\"]shape['\"]\\s*:\\s*\\(([\\d\\s,L]*)\\)");

  private final DataType type;
  private final ByteOrder order;
  private final boolean fortran;
  private final int[] shape;

  private NpyHeader(DataType type, ByteOrder order, boolean fortran, int... shape) {
    this.type = type;
    this.order = order;
    this.fortran = fortran;
    this.shape = shape;
  }

  /**
   * Returns a header of version 1.
   *
   * @param atLeast bytes that it shall have at least, so that it can be written over by another
   */
  static byte[] write(DataType type, boolean fortran, int atLeast, long... shape) {
    StringBuilder dict = new StringBuilder("{'descr': '<").append(type.numpy());
    dict.append("', 'fortran_order': ").append(fortran ? "True" : "False").append(", 'shape': (");
    for (int d = 0; d < shape.length; d++) {
      dict.append(d > 0 ? ", " : "").append(shape[d]);
    }
    dict.append(shape.length == 1 ? ",), }" : "), }");
    // Data begins at a multiple of 64 bytes.
    int total = Math.max(atLeast, (MAGIC.length + 4 + dict.length() + 1 + 63) / 64 * 64);
    byte[] header = new byte[total];
    Arrays.fill(header, (byte) ' ');
    int length = total - MAGIC.length - 4;
    ByteBuffer.wrap(header)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) length)
        .put(dict.toString().getBytes(StandardCharsets.US_ASCII));
    header[total - 1] = '\n';
    return header;
  }

  /**
   * Reads a header.
   *
   * @param name what messages begin with
   */
  static NpyHeader read(InputStream in, String name) throws IOException {
    byte[] magic = in.readNBytes(8);
    if (magic.length < 8 || !Arrays.equals(magic, 0, 6, MAGIC, 0, 6)) {
      throw problem(name, "is not an npy file");
    }
    if (magic[6] < 1 || magic[6] > 3) {
      throw problem(name, "npy version %d.%d is not known".formatted(magic[6], magic[7]));
    }
    int lengthBytes = magic[6] == 1 ? 2 : 4;
    byte[] size = in.readNBytes(lengthBytes);
    long length = 0;
    for (int i = size.length - 1; i >= 0; i--) {
      length = length << 8 | (size[i] & 0xff);
    }
    if (size.length < lengthBytes || length > MAX_LENGTH) {
      throw problem(name, "the npy header is damaged");
    }
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw problem(name, "the file ends within its header");
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    Matcher descr = DESCR.matcher(text);
    Matcher fortran = FORTRAN.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!descr.find() || !fortran.find() || !shape.find()) {
      throw problem(name, "the npy header is not understood: " + text.strip());
    }
    return new NpyHeader(
        type(descr.group(2), name),
        descr.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
        fortran.group(1).equals("True"),
        shape(shape.group(1), name));
  }

  private static DataType type(String code, String name) throws IOException {
    for (DataType type : DataType.values()) {
      if (type.numpy().equals(code)) {
        return type;
      }
    }
    throw problem(name, "values of type %s are not read".formatted(code));
  }

  private static int[] shape(String text, String name) throws IOException {
    try {
      int[] shape =
          Arrays.stream(text.replace("L", "").split(","))
              .map(String::strip)
              .filter(dim -> !dim.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      if (NdArray.count(shape) > (Integer.MAX_VALUE - 8) / 8) {
        throw problem(name, "an array of shape (%s) is too large".formatted(text));
      }
      return shape;
    } catch (NumberFormatException | ArithmeticException e) {
      throw problem(name, "an array of shape (%s) is too large".formatted(text));
    }
  }

  /** Whether the values lie in the file as {@link NdArray} writes them. */
  boolean plain() {
    return order == ByteOrder.LITTLE_ENDIAN && (!fortran || shape.length < 2);
  }

  /** Returns how many bytes of values follow. */
  long bytes() {
    return NdArray.count(shape) * type.bytes();
  }

  /** Returns the array over its values, which are in native byte order. */
  NdArray array(MemorySegment values) {
    return NdArray.over(type, values, shape);
  }

  /** Reads the array that follows a header. */
  static NdArray readArray(InputStream in, String name) throws IOException {
    NpyHeader header = read(in, name);
    int[] shape = header.shape;
    int n = shape.length;
    int[] stored = shape;
    if (header.fortran) {
      stored = new int[n];
      for (int d = 0; d < n; d++) {
        stored[d] = shape[n - 1 - d];
      }
    }
    NdArray array = NdArray.read(in, header.order, header.type, stored);
    if (array == null) {
      throw problem(name, "the file is cut off");
    }
    return header.fortran && n > 1 ? array.transposed() : array;
  }

  static FileSystemException problem(String name, String problem) {
    return new FileSystemException(name, null, problem);
  }
}
