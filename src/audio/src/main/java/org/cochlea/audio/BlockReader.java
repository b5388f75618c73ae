package org.cochlea.audio;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What the readers have in common: a block of decoded samples that is refilled when it is empty.
 */
abstract class BlockReader implements AudioReader {
  private final Path file;
  private final AudioInfo info;
  private long position;

  BlockReader(Path file, AudioInfo info) {
    this.file = file;
    this.info = info;
  }

  /** Returns the decoded samples that have not been taken yet. */
  abstract SampleBlock block();

  /**
   * Decodes the next block.
   *
   * @param wanted how many frames the caller would like
   * @return false at the end of the file
   */
  abstract boolean refill(long wanted) throws IOException;

  /** Makes the next block begin at a frame, or at the end of the file if it lies behind it. */
  abstract void reposition(long frame) throws IOException;

  final Path file() {
    return file;
  }

  @Override
  public final AudioInfo info() {
    return info;
  }

  @Override
  public final long position() {
    return position;
  }

  @Override
  public final void seek(long frame) throws IOException {
    if (frame < 0) {
      throw new IllegalArgumentException("frame must be at least 0, was " + frame);
    }
    long ahead = frame - position;
    if (ahead < 0 || ahead > block().remaining()) {
      if (info.frames().isPresent() && frame > info.frames().getAsLong()) {
        throw beyond(frame, info.frames().getAsLong());
      }
      reposition(frame);
      position = frame;
    } else {
      block().drop((int) ahead);
      position = frame;
    }
  }

  final AudioException beyond(long frame, long frames) {
    return new AudioException(
        file,
        "there is no frame %d (%.3f s), the audio ends after %d (%.3f s)"
            .formatted(
                frame, (double) frame / info.sampleRate(),
                frames, (double) frames / info.sampleRate()));
  }

  @Override
  public long skip(long frames) throws IOException {
    if (frames < 0) {
      throw new IllegalArgumentException("frames must be at least 0, was " + frames);
    }
    long left = frames;
    while (left > 0 && available(left)) {
      int count = (int) Math.min(left, block().remaining());
      block().drop(count);
      position += count;
      left -= count;
    }
    return frames - left;
  }

  @Override
  public final int readPlanar(float[] out, int offset, int stride, int frames) throws IOException {
    check(out.length, offset, stride, frames);
    return read(out, offset, stride, 1, frames);
  }

  @Override
  public final int readInterleaved(float[] out, int offset, int frames) throws IOException {
    check(out.length, offset, frames);
    return read(out, offset, 1, info.channels(), frames);
  }

  @Override
  public final int readPlanar(short[] out, int offset, int stride, int frames) throws IOException {
    check(out.length, offset, stride, frames);
    return read(out, offset, stride, 1, frames);
  }

  @Override
  public final int readInterleaved(short[] out, int offset, int frames) throws IOException {
    check(out.length, offset, frames);
    return read(out, offset, 1, info.channels(), frames);
  }

  private int read(float[] out, int offset, int channelStep, int frameStep, int frames)
      throws IOException {
    int done = 0;
    while (done < frames && available(frames - done)) {
      int count = Math.min(frames - done, block().remaining());
      block().take(out, offset + done * frameStep, channelStep, frameStep, count);
      done += count;
      position += count;
    }
    return done;
  }

  private int read(short[] out, int offset, int channelStep, int frameStep, int frames)
      throws IOException {
    if (!info.fitsInt16()) {
      throw new IllegalStateException(
          "%s: samples of %s do not fit 16-bit integers".formatted(file, info.description()));
    }
    int done = 0;
    while (done < frames && available(frames - done)) {
      int count = Math.min(frames - done, block().remaining());
      block().take(out, offset + done * frameStep, channelStep, frameStep, count);
      done += count;
      position += count;
    }
    return done;
  }

  private boolean available(long wanted) throws IOException {
    try {
      while (block().remaining() == 0) {
        if (!refill(wanted)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw AudioException.of(file, e);
    }
  }

  private void check(int length, int offset, int stride, int frames) {
    if (frames < 0 || stride < frames) {
      throw new IllegalArgumentException(
          "frames must be in [0, stride = %d], was %d".formatted(stride, frames));
    }
    long needed = offset + (info.channels() - 1L) * stride + frames;
    room(length, offset, needed, frames);
  }

  private void check(int length, int offset, int frames) {
    if (frames < 0) {
      throw new IllegalArgumentException("frames must be at least 0, was " + frames);
    }
    room(length, offset, offset + (long) frames * info.channels(), frames);
  }

  private void room(int length, int offset, long needed, int frames) {
    if (offset < 0 || needed > length) {
      throw new IllegalArgumentException(
          "out must hold %d channels of %d frames from offset %d: %d samples, it has %d"
              .formatted(info.channels(), frames, offset, needed, length));
    }
  }
}
