package org.cochlea.train;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Numbers for TensorBoard: {@code events.out.tfevents.*}, records of TensorFlow's protocol buffers.
 *
 * <p>A record is its length, a checksum of that, an {@code Event} message, a checksum of it. Only
 * the four fields of {@code Event} and the two of {@code Summary.Value} that scalars need are
 * written.
 */
final class EventFile implements AutoCloseable {
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final OutputStream out;

  private EventFile(OutputStream out) {
    this.out = out;
  }

  /** Begins a file in a folder; its name has the time, so that those of earlier sessions stay. */
  static EventFile create(Path folder, double wallSeconds) throws IOException {
    String name = "events.out.tfevents.%d.cochlea".formatted((long) (wallSeconds * 1000));
    EventFile file = new EventFile(Files.newOutputStream(folder.resolve(name)));
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    fixed64(event, 1, wallSeconds);
    bytes(event, 3, "brain.Event:2".getBytes(StandardCharsets.US_ASCII));
    file.record(event.toByteArray());
    return file;
  }

  /** Writes numbers of one step. */
  void scalars(double wallSeconds, long step, Map<String, Double> values) throws IOException {
    ByteArrayOutputStream summary = new ByteArrayOutputStream();
    values.forEach(
        (tag, value) -> {
          ByteArrayOutputStream one = new ByteArrayOutputStream();
          bytes(one, 1, tag.getBytes(StandardCharsets.UTF_8));
          key(one, 2, FIXED32);
          ByteBuffer number = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          one.writeBytes(number.putFloat(value.floatValue()).array());
          bytes(summary, 1, one.toByteArray());
        });
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    fixed64(event, 1, wallSeconds);
    key(event, 2, 0);
    varint(event, step);
    bytes(event, 5, summary.toByteArray());
    record(event.toByteArray());
    out.flush();
  }

  private static void key(ByteArrayOutputStream to, int field, int type) {
    to.write(field << 3 | type);
  }

  private static void varint(ByteArrayOutputStream to, long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      to.write((int) (left & 0x7f) | 0x80);
      left >>>= 7;
    }
    to.write((int) left);
  }

  private static void fixed64(ByteArrayOutputStream to, int field, double value) {
    key(to, field, FIXED64);
    ByteBuffer number = ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    to.writeBytes(number.putDouble(value).array());
  }

  private static void bytes(ByteArrayOutputStream to, int field, byte[] value) {
    key(to, field, BYTES);
    varint(to, value.length);
    to.writeBytes(value);
  }

  private void record(byte[] data) throws IOException {
    byte[] length =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(data.length).array();
    out.write(length);
    out.write(checksum(length));
    out.write(data);
    out.write(checksum(data));
  }

  /** Rotated and shifted, because checksums of what holds checksums are problematic. */
  private static byte[] checksum(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data, 0, data.length);
    int masked = Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(masked).array();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
