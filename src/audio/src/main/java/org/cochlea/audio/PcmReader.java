package org.cochlea.audio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Reads samples that lie in the file one after the other. */
final class PcmReader extends BlockReader {
  /** Large enough for the disk, small enough for the cache. */
  private static final int BUFFER = 1 << 16;

  private final FileChannel channel;
  private final Header.Linear header;
  private final long frames;
  private final int frameBytes;
  private final byte[] bytes;
  private final ByteBuffer buffer;
  private final SampleBlock block;
  private long nextFrame;
  private boolean cut;

  PcmReader(Path file, FileChannel channel, Header.Linear header) {
    super(file, info(header));
    this.channel = channel;
    this.header = header;
    this.frames = header.frames();
    this.frameBytes = header.codec().bytes() * header.channels();
    int blockFrames = Math.clamp(frames, 1, Math.max(1, BUFFER / frameBytes));
    this.bytes = new byte[blockFrames * frameBytes];
    this.buffer = ByteBuffer.wrap(bytes);
    this.block = new SampleBlock(header.codec().blockType(), header.channels());
  }

  private static AudioInfo info(Header.Linear h) {
    return new AudioInfo(
        h.container(),
        h.codec().encoding(),
        h.container() + ", " + h.codec().encoding(),
        h.bits(),
        h.sampleRate(),
        h.channels(),
        OptionalLong.of(h.frames()),
        OptionalDouble.of((double) h.frames() / h.sampleRate()));
  }

  @Override
  SampleBlock block() {
    return block;
  }

  @Override
  boolean refill(long wanted) throws IOException {
    int count = (int) Math.min(frames - nextFrame, buffer.capacity() / frameBytes);
    if (count <= 0 || cut) {
      return false;
    }
    buffer.clear().limit(count * frameBytes);
    long from = header.start() + nextFrame * frameBytes;
    while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) > 0) {
      // Until the block is full or the file ends.
    }
    if (buffer.hasRemaining()) {
      // Only a file that is being cut off while it is read comes here.
      cut = true;
      count = buffer.position() / frameBytes;
    }
    header.codec().decode(bytes, header.order(), block, count * header.channels());
    block.interleaved(count);
    nextFrame += count;
    return count > 0;
  }

  @Override
  void reposition(long frame) {
    nextFrame = frame;
    block.interleaved(0);
  }

  @Override
  public long skip(long count) throws IOException {
    long there = Math.min(count, frames - position());
    if (count < 0) {
      return super.skip(count);
    }
    seek(position() + there);
    return there;
  }

  @Override
  public List<String> warnings() {
    if (!cut) {
      return header.warnings();
    }
    List<String> warnings = new ArrayList<>(header.warnings());
    warnings.add("the file was cut off while it was read");
    return List.copyOf(warnings);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
