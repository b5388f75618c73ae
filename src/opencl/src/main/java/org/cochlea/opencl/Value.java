package org.cochlea.opencl;

import org.cochlea.core.stage.Layout;
import org.cochlea.opencl.kernel.Op;

/** Something in global memory: a signal or frames of every row, or numbers for every row. */
final class Value {
  private final int index;
  private final Layout layout;
  private final Time time;

  /** Numbers of every row where there are no frames, else 0. */
  private final int numbers;

  private int place = Op.MEMORY;

  /** The fewest frames that a clip may have, if it has any. */
  private int least;

  Value(int index, Layout layout, Time time) {
    this(index, layout, time, 0);
  }

  Value(int index, Layout layout, Time time, int numbers) {
    this.index = index;
    this.layout = layout;
    this.time = time;
    this.numbers = numbers;
  }

  int index() {
    return index;
  }

  Layout layout() {
    return layout;
  }

  Time time() {
    return time;
  }

  int place() {
    return place;
  }

  void lieIn(int other) {
    place = other;
  }

  /** Makes clips of fewer frames an error, but for those without any. */
  void requireFrames(int width) {
    least = Math.max(least, width);
  }

  int frames(int length) {
    int frames = numbers > 0 ? 1 : time.of(length);
    if (frames > 0 && frames < least) {
      throw new IllegalArgumentException(
          "a clip must have at least width = %d frames for a delta that interpolates, it has %d"
              .formatted(least, frames));
    }
    return frames;
  }

  /** Returns the floats of a row whose input has a length. */
  long floats(int length) {
    return numbers > 0 ? numbers : (long) width() * time.of(length);
  }

  /** Returns the floats of one frame, or of one sample. */
  int width() {
    return layout.bins() * (layout.complex() ? 2 : 1);
  }
}
