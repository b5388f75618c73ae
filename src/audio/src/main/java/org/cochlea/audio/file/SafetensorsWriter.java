package org.cochlea.audio.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes {@code .safetensors}. The header comes first in the file and is known last: room is left
 * for it, and only if that proves too small the values are moved.
 */
final class SafetensorsWriter implements ArrayWriter {
  /** What the format allows. */
  private static final int MAX_HEADER = 100_000_000;

  private static final int ROOM = 1 << 16;

  private final Path file;
  private final AtomicFile target;
  private final int room;
  private final List<Entry> entries = new ArrayList<>();
  private final Names names = new Names();
  private long end;

  private record Entry(String name, DataType type, List<Integer> shape, long begin, long end) {}

  private SafetensorsWriter(Path file, AtomicFile target, int room) {
    this.file = file;
    this.target = target;
    this.room = room;
  }

  static SafetensorsWriter create(Path file) throws IOException {
    return create(file, ROOM);
  }

  /**
   * Begins a file.
   *
   * @param room bytes left for the header, a multiple of 8
   */
  static SafetensorsWriter create(Path file, int room) throws IOException {
    AtomicFile target = AtomicFile.create(file);
    target.channel().position(Long.BYTES + room);
    return new SafetensorsWriter(file, target, room);
  }

  @Override
  public void write(String name, NdArray array) throws IOException {
    if (name.equals("__metadata__")) {
      throw new IllegalArgumentException("name must not be __metadata__");
    }
    names.add(name);
    array.writeTo(target.channel());
    long bytes = (long) array.size() * array.type().bytes();
    List<Integer> shape = Arrays.stream(array.shape()).boxed().toList();
    entries.add(new Entry(name, array.type(), shape, end, end + bytes));
    end += bytes;
  }

  @Override
  public void finish() throws IOException {
    byte[] json = header();
    int length = Math.max(room, (json.length + 7) / 8 * 8);
    if (length > MAX_HEADER) {
      throw NpyHeader.problem(
          file.toString(), "safetensors cannot name so many arrays: " + entries.size());
    }
    byte[] bytes = new byte[Long.BYTES + length];
    Arrays.fill(bytes, (byte) ' ');
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(length).put(json).rewind();
    if (length == room) {
      put(target.channel(), header);
      target.commit();
    } else {
      try (AtomicFile moved = AtomicFile.create(file)) {
        put(moved.channel(), header);
        moved.channel().position(Long.BYTES + (long) length);
        long from = Long.BYTES + (long) room;
        for (long at = 0; at < end; ) {
          at += target.channel().transferTo(from + at, end - at, moved.channel());
        }
        moved.commit();
      }
      target.close();
    }
  }

  private static void put(FileChannel channel, ByteBuffer header) throws IOException {
    while (header.hasRemaining()) {
      channel.write(header, header.position());
    }
  }

  private byte[] header() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      for (Entry entry : entries) {
        json.writeName(entry.name);
        json.writeStartObject();
        json.writeStringProperty("dtype", entry.type.safetensors());
        json.writeName("shape");
        json.writeStartArray();
        for (int length : entry.shape) {
          json.writeNumber(length);
        }
        json.writeEndArray();
        json.writeName("data_offsets");
        json.writeArray(new long[] {entry.begin, entry.end}, 0, 2);
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  @Override
  public void close() throws IOException {
    target.close();
  }
}
