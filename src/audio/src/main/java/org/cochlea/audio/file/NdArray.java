package org.cochlea.audio.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.cochlea.core.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An array of any number of dimensions on its way to or from a file: values in C order, the last
 * dimension innermost. The memory is the caller's and is not copied.
 */
public final class NdArray {
  private static final int STEP = 1 << 16;

  private final DataType type;
  private final int[] shape;
  private final MemorySegment values;

  private NdArray(DataType type, MemorySegment values, int... shape) {
    long count = count(shape);
    if (values.byteSize() != count * type.bytes()) {
      throw new IllegalArgumentException(
          "an array of shape %s needs %d values, it has %d"
              .formatted(Arrays.toString(shape), count, values.byteSize() / type.bytes()));
    }
    this.type = type;
    this.shape = shape.clone();
    this.values = values;
  }

  /**
   * Wraps floats.
   *
   * @param shape the length of every dimension; none for a scalar
   * @throws IllegalArgumentException if the number of values does not fit
   */
  public static NdArray of(float[] values, int... shape) {
    return new NdArray(DataType.FLOAT32, MemorySegment.ofArray(values), shape);
  }

  /**
   * Wraps doubles.
   *
   * @param shape the length of every dimension; none for a scalar
   * @throws IllegalArgumentException if the number of values does not fit
   */
  public static NdArray of(double[] values, int... shape) {
    return new NdArray(DataType.FLOAT64, MemorySegment.ofArray(values), shape);
  }

  /**
   * Wraps 16-bit integers.
   *
   * @param shape the length of every dimension; none for a scalar
   * @throws IllegalArgumentException if the number of values does not fit
   */
  public static NdArray of(short[] values, int... shape) {
    return new NdArray(DataType.INT16, MemorySegment.ofArray(values), shape);
  }

  /**
   * Wraps 32-bit integers.
   *
   * @param shape the length of every dimension; none for a scalar
   * @throws IllegalArgumentException if the number of values does not fit
   */
  public static NdArray of(int[] values, int... shape) {
    return new NdArray(DataType.INT32, MemorySegment.ofArray(values), shape);
  }

  /**
   * Wraps 64-bit integers.
   *
   * @param shape the length of every dimension; none for a scalar
   * @throws IllegalArgumentException if the number of values does not fit
   */
  public static NdArray of(long[] values, int... shape) {
    return new NdArray(DataType.INT64, MemorySegment.ofArray(values), shape);
  }

  /**
   * Wraps 32-bit floats in native byte order, on the heap or off it.
   *
   * @param shape the length of every dimension; none for a scalar
   * @throws IllegalArgumentException if the number of values does not fit
   */
  public static NdArray of(MemorySegment floats, int... shape) {
    return new NdArray(DataType.FLOAT32, floats, shape);
  }

  /**
   * Returns the feature of one clip without padding, as numpy and torch users know it: {@code
   * [bins, frames]}, with the channels before that if there are several, and with a last dimension
   * of 2 (real, imaginary) if it is complex.
   *
   * @param item index of the clip in the batch
   */
  public static NdArray of(Tensor tensor, int item) {
    var s = tensor.shape();
    int[] dims = new int[2 + (s.channels() > 1 ? 1 : 0) + (s.complex() ? 1 : 0)];
    int d = 0;
    if (s.channels() > 1) {
      dims[d++] = s.channels();
    }
    dims[d++] = s.bins();
    dims[d++] = tensor.frames(item);
    if (s.complex()) {
      dims[d] = 2;
    }
    return of(tensor.toArray(item), dims);
  }

  static NdArray over(DataType type, MemorySegment values, int... shape) {
    return new NdArray(type, values, shape);
  }

  static NdArray allocate(DataType type, int... shape) {
    int n = Math.toIntExact(count(shape));
    return switch (type) {
      case FLOAT32 -> of(new float[n], shape);
      case FLOAT64 -> of(new double[n], shape);
      case INT16 -> of(new short[n], shape);
      case INT32 -> of(new int[n], shape);
      case INT64 -> of(new long[n], shape);
    };
  }

  /** Returns how many values a shape has. */
  static long count(int... shape) {
    long count = 1;
    for (int length : shape) {
      if (length < 0) {
        throw new IllegalArgumentException("a dimension must be at least 0, was " + length);
      }
      count = Math.multiplyExact(count, length);
    }
    return count;
  }

  /** Returns the type of the elements. */
  public DataType type() {
    return type;
  }

  /** Returns the length of every dimension. */
  public int[] shape() {
    return shape.clone();
  }

  /** Returns the number of elements. */
  public int size() {
    return (int) (values.byteSize() / type.bytes());
  }

  /** Returns a copy of the values as floats, rounded where the type is wider. */
  public float[] toFloats() {
    float[] floats = new float[size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) at(i);
    }
    return floats;
  }

  /** Returns a copy of the values as doubles. */
  public double[] toDoubles() {
    double[] doubles = new double[size()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = at(i);
    }
    return doubles;
  }

  /**
   * Returns a copy of the values as 64-bit integers.
   *
   * @throws IllegalStateException if they are floats
   */
  public long[] toLongs() {
    long[] longs = new long[size()];
    for (int i = 0; i < longs.length; i++) {
      longs[i] =
          switch (type) {
            case INT16 -> values.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i);
            case INT32 -> values.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i);
            case INT64 -> values.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i);
            case FLOAT32, FLOAT64 ->
                throw new IllegalStateException("the values of this array are " + type);
          };
    }
    return longs;
  }

  private double at(long i) {
    return switch (type) {
      case FLOAT32 -> values.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i);
      case FLOAT64 -> values.getAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i);
      case INT16 -> values.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i);
      case INT32 -> values.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i);
      case INT64 -> (double) values.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i);
    };
  }

  /** Returns one value as text: the shortest that gives it back. */
  String text(int i) {
    return switch (type) {
      case FLOAT32 -> Float.toString(values.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i));
      case FLOAT64 -> Double.toString(at(i));
      case INT64 -> Long.toString(values.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i));
      case INT16, INT32 -> Integer.toString((int) at(i));
    };
  }

  /** Returns {@code crc32c:} and eight hexadecimal digits over the little-endian values. */
  public String checksum() {
    CRC32C crc = new CRC32C();
    forEachBlock((block, count) -> crc.update(block, 0, count));
    return checksum(crc);
  }

  static String checksum(CRC32C crc) {
    return "crc32c:" + HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private interface BlockSink<E extends Exception> {
    void accept(byte[] block, int count) throws E;
  }

  /** Hands out the little-endian values in blocks, through one small buffer. */
  private <E extends Exception> void forEachBlock(BlockSink<E> sink) throws E {
    byte[] block = new byte[(int) Math.min(STEP, values.byteSize())];
    MemorySegment segment = MemorySegment.ofArray(block);
    for (long at = 0; at < values.byteSize(); at += block.length) {
      int count = (int) Math.min(block.length, values.byteSize() - at);
      MemorySegment.copy(values, at, segment, 0, count);
      if (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) {
        swap(block, count);
      }
      sink.accept(block, count);
    }
  }

  /** Writes the little-endian values and returns their {@link #checksum()}. */
  String writeSummed(FileChannel channel) throws IOException {
    CRC32C crc = new CRC32C();
    forEachBlock(
        (block, count) -> {
          crc.update(block, 0, count);
          write(channel, block, count);
        });
    return checksum(crc);
  }

  void writeTo(FileChannel channel) throws IOException {
    forEachBlock((block, count) -> write(channel, block, count));
  }

  private static void write(FileChannel channel, byte[] block, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(block, 0, count);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  void writeTo(OutputStream out) throws IOException {
    forEachBlock((block, count) -> out.write(block, 0, count));
  }

  /**
   * Reads the values of an array.
   *
   * @param in gives exactly as many bytes as the shape needs
   * @param order their order
   * @return null if there are fewer
   */
  static @Nullable NdArray read(InputStream in, ByteOrder order, DataType type, int... shape)
      throws IOException {
    // What a header says is believed a block at a time: memory grows with what is there.
    byte[] bytes = in.readNBytes(Math.toIntExact(count(shape) * type.bytes()));
    if (bytes.length < count(shape) * type.bytes()) {
      return null;
    }
    NdArray array = allocate(type, shape);
    array.fill(bytes, order);
    return array;
  }

  void fill(byte[] bytes, ByteOrder order) {
    if (order != ByteOrder.nativeOrder()) {
      swap(bytes, bytes.length);
    }
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, values, 0, bytes.length);
  }

  private void swap(byte[] bytes, int count) {
    int size = type.bytes();
    for (int at = 0; at < count; at += size) {
      for (int i = 0; i < size / 2; i++) {
        byte b = bytes[at + i];
        bytes[at + i] = bytes[at + size - 1 - i];
        bytes[at + size - 1 - i] = b;
      }
    }
  }

  /** Returns the array with its dimensions, and their memory, turned round. */
  NdArray transposed() {
    int n = shape.length;
    int[] turned = new int[n];
    long[] strides = new long[n];
    long stride = 1;
    for (int d = n - 1; d >= 0; d--) {
      turned[n - 1 - d] = shape[d];
      strides[n - 1 - d] = stride;
      stride *= shape[d];
    }
    NdArray out = allocate(type, turned);
    int[] index = new int[n];
    long from = 0;
    int size = type.bytes();
    for (long i = 0; i < size(); i++) {
      MemorySegment.copy(values, from * size, out.values, i * size, size);
      for (int d = n - 1; d >= 0; d--) {
        from += strides[d];
        if (++index[d] < turned[d]) {
          break;
        }
        from -= strides[d] * turned[d];
        index[d] = 0;
      }
    }
    return out;
  }

  /** Returns the values as a Java array with one level of nesting per dimension. */
  Object toNested() {
    return nested(0, 0);
  }

  private Object nested(int dimension, int at) {
    int inner = 1;
    for (int d = dimension + 1; d < shape.length; d++) {
      inner *= shape[d];
    }
    Class<?> element =
        switch (type) {
          case FLOAT32 -> float.class;
          case FLOAT64 -> double.class;
          case INT16 -> short.class;
          case INT32 -> int.class;
          case INT64 -> long.class;
        };
    if (dimension == shape.length - 1) {
      Object row = Array.newInstance(element, shape[dimension]);
      MemorySegment target =
          switch (row) {
            case float[] a -> MemorySegment.ofArray(a);
            case double[] a -> MemorySegment.ofArray(a);
            case short[] a -> MemorySegment.ofArray(a);
            case int[] a -> MemorySegment.ofArray(a);
            default -> MemorySegment.ofArray((long[]) row);
          };
      MemorySegment.copy(values, (long) at * type.bytes(), target, 0, target.byteSize());
      return row;
    }
    int[] lengths = Arrays.copyOfRange(shape, dimension, shape.length);
    Object rows = Array.newInstance(element, lengths);
    for (int i = 0; i < shape[dimension]; i++) {
      Array.set(rows, i, nested(dimension + 1, at + i * inner));
    }
    return rows;
  }

  @Override
  public String toString() {
    return "NdArray[%s, %s]".formatted(type, Arrays.toString(shape));
  }
}
