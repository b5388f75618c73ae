package org.cochlea.audio;

import java.io.IOException;
import java.nio.file.Path;
import org.cochlea.audio.file.AtomicFile;

/**
 * What the writers have in common: the hidden file, the checks, and putting channels side by side.
 */
abstract class BlockWriter implements AudioWriter {
  private static final int BLOCK = 8192;

  private final Path file;
  private final AtomicFile target;
  private final int channels;
  private boolean finished;

  BlockWriter(Path file, AtomicFile target, int channels) {
    this.file = file;
    this.target = target;
    this.channels = channels;
  }

  abstract void put(float[] interleaved, int offset, int frames) throws IOException;

  abstract void put(short[] interleaved, int offset, int frames) throws IOException;

  /** Writes what is left, and the header. */
  abstract void complete() throws IOException;

  /** Frees what the writer holds. */
  abstract void release() throws IOException;

  final Path file() {
    return file;
  }

  final AtomicFile target() {
    return target;
  }

  final int channels() {
    return channels;
  }

  @Override
  public final void writePlanar(float[] in, int offset, int stride, int frames) throws IOException {
    check(in.length, offset, stride, frames);
    if (channels == 1) {
      writeInterleaved(in, offset, frames);
      return;
    }
    int step = Math.max(1, BLOCK / channels);
    float[] block = new float[step * channels];
    for (int done = 0; done < frames; done += step) {
      int count = Math.min(step, frames - done);
      for (int c = 0; c < channels; c++) {
        int from = offset + c * stride + done;
        for (int i = 0; i < count; i++) {
          block[i * channels + c] = in[from + i];
        }
      }
      writeInterleaved(block, 0, count);
    }
  }

  @Override
  public final void writePlanar(short[] in, int offset, int stride, int frames) throws IOException {
    check(in.length, offset, stride, frames);
    if (channels == 1) {
      writeInterleaved(in, offset, frames);
      return;
    }
    int step = Math.max(1, BLOCK / channels);
    short[] block = new short[step * channels];
    for (int done = 0; done < frames; done += step) {
      int count = Math.min(step, frames - done);
      for (int c = 0; c < channels; c++) {
        int from = offset + c * stride + done;
        for (int i = 0; i < count; i++) {
          block[i * channels + c] = in[from + i];
        }
      }
      writeInterleaved(block, 0, count);
    }
  }

  @Override
  public final void writeInterleaved(float[] in, int offset, int frames) throws IOException {
    check(in.length, offset, frames);
    try {
      put(in, offset, frames);
    } catch (IOException e) {
      throw AudioException.of(file, e);
    }
  }

  @Override
  public final void writeInterleaved(short[] in, int offset, int frames) throws IOException {
    check(in.length, offset, frames);
    try {
      put(in, offset, frames);
    } catch (IOException e) {
      throw AudioException.of(file, e);
    }
  }

  @Override
  public final void finish() throws IOException {
    if (finished) {
      return;
    }
    try {
      complete();
      release();
      target.commit();
      finished = true;
    } catch (IOException e) {
      throw AudioException.of(file, e);
    }
  }

  @Override
  public final void close() throws IOException {
    try (target) {
      release();
    } catch (IOException e) {
      throw AudioException.of(file, e);
    }
  }

  private void check(int length, int offset, int stride, int frames) {
    if (frames < 0 || stride < frames) {
      throw new IllegalArgumentException(
          "frames must be in [0, stride = %d], was %d".formatted(stride, frames));
    }
    room(length, offset, frames == 0 ? offset : offset + (channels - 1L) * stride + frames, frames);
  }

  private void check(int length, int offset, int frames) {
    if (frames < 0) {
      throw new IllegalArgumentException("frames must be at least 0, was " + frames);
    }
    room(length, offset, offset + (long) frames * channels, frames);
  }

  private void room(int length, int offset, long needed, int frames) {
    if (finished) {
      throw new IllegalStateException(file + ": the file is finished");
    }
    if (offset < 0 || needed > length) {
      throw new IllegalArgumentException(
          "in must hold %d channels of %d frames from offset %d: %d samples, it has %d"
              .formatted(channels, frames, offset, needed, length));
    }
  }
}
