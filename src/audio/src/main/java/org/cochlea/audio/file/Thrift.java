package org.cochlea.audio.file;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Thrift's compact protocol, in which Parquet describes itself: a struct becomes a map from the
 * numbers of its fields to a Boolean, Long, Double, byte[], List or Map.
 */
final class Thrift {
  /** Structs within structs; Parquet has a handful. */
  private static final int DEEPEST = 32;

  private final ByteBuffer in;
  private int depth;

  private Thrift(ByteBuffer in) {
    this.in = in;
  }

  /**
   * Reads a struct; the buffer's position is behind it afterwards.
   *
   * @throws RuntimeException if there is none
   */
  static Map<Integer, Object> struct(ByteBuffer in) {
    return new Thrift(in).struct();
  }

  private Map<Integer, Object> struct() {
    if (++depth > DEEPEST) {
      throw new IllegalArgumentException("structs are nested too deeply");
    }
    Map<Integer, Object> fields = new HashMap<>();
    int id = 0;
    for (int head = in.get() & 0xff; head != 0; head = in.get() & 0xff) {
      int step = head >>> 4;
      id = step == 0 ? (int) zigzag() : id + step;
      int type = head & 15;
      // A field's truth is in its type; an element of a list has a byte of its own.
      fields.put(id, type <= 2 ? (Object) (type == 1) : value(type));
    }
    depth--;
    return fields;
  }

  private Object value(int type) {
    return switch (type) {
      case 1, 2 -> in.get() == 1;
      case 3 -> (long) in.get();
      case 4, 5, 6 -> zigzag();
      case 7 -> Double.longBitsToDouble(Long.reverseBytes(in.getLong()));
      case 8 -> {
        byte[] bytes = new byte[size()];
        in.get(bytes);
        yield bytes;
      }
      case 9, 10 -> list();
      case 11 -> map();
      case 12 -> struct();
      default -> throw new IllegalArgumentException("there is no type " + type);
    };
  }

  private List<Object> list() {
    int head = in.get() & 0xff;
    int size = head >>> 4 == 15 ? size() : head >>> 4;
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(value(head & 15));
    }
    return list;
  }

  private Map<Object, Object> map() {
    Map<Object, Object> map = new HashMap<>();
    int size = size();
    int types = size == 0 ? 0 : in.get() & 0xff;
    for (int i = 0; i < size; i++) {
      map.put(value(types >>> 4), value(types & 15));
    }
    return map;
  }

  /** Reads a length, of what needs at least a byte per unit. */
  private int size() {
    long size = varint(in);
    if (size < 0 || size > in.remaining()) {
      throw new IllegalArgumentException(
          "a length of %d in %d bytes".formatted(size, in.remaining()));
    }
    return (int) size;
  }

  private long zigzag() {
    long value = varint(in);
    return (value >>> 1) ^ -(value & 1);
  }

  /** Reads a number of seven bits to a byte, the lowest first. */
  static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number without an end");
  }
}
