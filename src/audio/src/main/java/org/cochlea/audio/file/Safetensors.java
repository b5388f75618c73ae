package org.cochlea.audio.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads {@code .safetensors}: named arrays behind a header of JSON. */
public final class Safetensors implements ArrayReader {
  private static final long MAX_HEADER = 100_000_000;

  private final Path file;
  private final FileChannel channel;
  private final long start;
  private final Map<String, Entry> entries;

  private record Entry(String type, List<Long> shape, long begin, long end) {}

  private Safetensors(Path file, FileChannel channel, long start, Map<String, Entry> entries) {
    this.file = file;
    this.channel = channel;
    this.start = start;
    this.entries = entries;
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read or its header is damaged
   */
  public static Safetensors open(Path file) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw NpyHeader.problem(file.toString(), "no such file");
    }
    boolean opened = false;
    try {
      ByteBuffer size = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      int got = channel.read(size, 0);
      long length = got < Long.BYTES ? -1 : size.getLong(0);
      if (length < 2 || length > MAX_HEADER || length > channel.size() - Long.BYTES) {
        throw NpyHeader.problem(file.toString(), "is not a safetensors file");
      }
      channel.position(Long.BYTES);
      InputStream in = Channels.newInputStream(channel);
      byte[] header = in.readNBytes((int) length);
      long start = Long.BYTES + length;
      Map<String, Entry> entries;
      try {
        entries = parse(header);
      } catch (JacksonException e) {
        throw NpyHeader.problem(
            file.toString(), "the header is damaged: " + e.getOriginalMessage());
      }
      for (Map.Entry<String, Entry> e : entries.entrySet()) {
        Entry entry = e.getValue();
        if (entry.begin < 0 || entry.end < entry.begin || entry.end > channel.size() - start) {
          throw NpyHeader.problem(
              file.toString(), "the array \"%s\" lies outside the file".formatted(e.getKey()));
        }
      }
      Safetensors opening = new Safetensors(file, channel, start, entries);
      opened = true;
      return opening;
    } finally {
      if (!opened) {
        channel.close();
      }
    }
  }

  private static Map<String, Entry> parse(byte[] header) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), header)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("__metadata__")) {
          json.skipChildren();
          continue;
        }
        String type = "";
        List<Long> shape = List.of();
        List<Long> offsets = List.of();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
          String field = json.currentName();
          json.nextToken();
          switch (field) {
            case "dtype" -> type = json.getString();
            case "shape" -> shape = longs(json);
            case "data_offsets" -> offsets = longs(json);
            default -> json.skipChildren();
          }
        }
        boolean whole = offsets.size() == 2;
        entries.put(
            name, new Entry(type, shape, whole ? offsets.get(0) : -1, whole ? offsets.get(1) : -1));
      }
    }
    return entries;
  }

  private static List<Long> longs(JsonParser json) {
    List<Long> values = new ArrayList<>();
    while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
      values.add(json.getLongValue());
    }
    return values;
  }

  /** Returns the names of the arrays, in the order of the header. */
  @Override
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /**
   * Reads an array.
   *
   * @throws IOException if there is none of this name, or it is of a type that is not read
   */
  @Override
  public NdArray read(String name) throws IOException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw NpyHeader.problem(file.toString(), "there is no array \"" + name + '"');
    }
    DataType found = null;
    for (DataType type : DataType.values()) {
      if (type.safetensors().equals(entry.type)) {
        found = type;
      }
    }
    if (found == null) {
      throw NpyHeader.problem(
          file.toString(), "values of type %s are not read".formatted(entry.type));
    }
    int[] shape = new int[entry.shape.size()];
    try {
      for (int d = 0; d < shape.length; d++) {
        shape[d] = Math.toIntExact(entry.shape.get(d));
      }
      if (NdArray.count(shape) * found.bytes() == entry.end - entry.begin) {
        channel.position(start + entry.begin);
        NdArray array =
            NdArray.read(Channels.newInputStream(channel), ByteOrder.LITTLE_ENDIAN, found, shape);
        if (array != null) {
          return array;
        }
      }
    } catch (ArithmeticException | IllegalArgumentException e) {
      // Falls through: a shape that is no shape.
    }
    throw NpyHeader.problem(
        file.toString(),
        "the array \"%s\" of shape %s has %d bytes"
            .formatted(name, entry.shape, entry.end - entry.begin));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
