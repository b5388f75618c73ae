package org.cochlea.core.engine.cpu;

/**
 * One channel of one clip between two phases: rows of frames, {@code data[offset + row * stride +
 * frame * parts]}, with 2 parts for complex values. A signal is one row.
 */
final class Panel {
  private float[] own = {};

  float[] data = own;
  int offset;
  int stride;
  int rows;
  int frames;
  int parts;

  /** Gives the panel a size in memory of its own, which grows and stays. */
  void reshape(int rowCount, long frameCount, int partCount) {
    long floats = rowCount * frameCount * partCount;
    if (floats > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException(
          "a clip of %d frames of %d values is too long for one call; give it in pieces"
              .formatted(frameCount, rowCount));
    }
    if (own.length < floats) {
      own = new float[(int) floats];
    }
    data = own;
    offset = 0;
    stride = (int) frameCount * partCount;
    size(rowCount, (int) frameCount, partCount);
  }

  /** Lays the panel over a part of somebody else's array. */
  void over(float[] array, int at, int rowStride, int rowCount, int frameCount, int partCount) {
    data = array;
    offset = at;
    stride = rowStride;
    size(rowCount, frameCount, partCount);
  }

  private void size(int rowCount, int frameCount, int partCount) {
    rows = rowCount;
    frames = frameCount;
    parts = partCount;
  }

  int row(int row) {
    return offset + row * stride;
  }
}
