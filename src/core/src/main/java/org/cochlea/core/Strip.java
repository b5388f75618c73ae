package org.cochlea.core;

import java.util.Arrays;
import org.cochlea.core.stage.Layout;

/**
 * A piece of one clip between two steps of a {@link StreamingExtractor}: rows of items (samples or
 * frames), one for every bin of every channel. Numbers are 32 bits wide, or 64 where an engine
 * keeps so many between its stages.
 *
 * <p>A strip grows when needed and never shrinks. Belongs to one thread at a time.
 */
public final class Strip {
  private final Layout layout;
  private final int channels;
  private final int rows;
  private final int parts;
  private final boolean wide;
  private float[] floats = {};
  private double[] doubles = {};
  private int capacity;
  private int count;
  private long first;

  Strip(Layout layout, int channels, boolean wide) {
    this.layout = layout;
    this.channels = channels;
    this.rows = Math.multiplyExact(channels, layout.bins());
    this.parts = layout.complex() ? 2 : 1;
    this.wide = wide;
  }

  /** Returns what an item is. */
  public Layout layout() {
    return layout;
  }

  /** Returns the number of channels. */
  public int channels() {
    return channels;
  }

  /** Whether numbers are doubles. */
  public boolean wide() {
    return wide;
  }

  /** Returns how many items there are. */
  public int count() {
    return count;
  }

  /** Returns the place of the first item in its clip. */
  public long first() {
    return first;
  }

  /** Returns the numbers of a strip that is not wide. */
  public float[] floats() {
    return floats;
  }

  /** Returns the numbers of a wide strip. */
  public double[] doubles() {
    return doubles;
  }

  /** Returns how many numbers lie from one row to the next. */
  public int stride() {
    return capacity * parts;
  }

  /** Returns where the first item of a row is. */
  public int offset(int channel, int bin) {
    return (channel * layout.bins() + bin) * stride();
  }

  int rows() {
    return rows;
  }

  int capacity() {
    return capacity;
  }

  long end() {
    return first + count;
  }

  void setFirst(long place) {
    first = place;
  }

  void clear() {
    count = 0;
    first = 0;
  }

  /** Makes the items so many, with room for them; what is added holds anything. */
  void setCount(int items) {
    reserve(items);
    count = items;
  }

  private void reserve(int items) {
    if (items <= capacity) {
      return;
    }
    int room = (int) Math.min(Integer.MAX_VALUE - 64, Math.max(items, 2L * capacity));
    int size = Math.multiplyExact(Math.multiplyExact(rows, room), parts);
    float[] moreFloats = new float[wide ? 0 : size];
    double[] moreDoubles = new double[wide ? size : 0];
    for (int row = 0; row < rows; row++) {
      int from = row * stride();
      int to = row * room * parts;
      if (wide) {
        System.arraycopy(doubles, from, moreDoubles, to, count * parts);
      } else {
        System.arraycopy(floats, from, moreFloats, to, count * parts);
      }
    }
    floats = moreFloats;
    doubles = moreDoubles;
    capacity = room;
  }

  /** Drops items at the start, those behind them move there. */
  void drop(long items) {
    int n = Math.toIntExact(items);
    if (n == 0) {
      return;
    }
    int left = count - n;
    for (int row = 0; row < rows && left > 0; row++) {
      int to = row * stride();
      copyWithin(to + n * parts, to, left * parts);
    }
    count = left;
    first += n;
  }

  private void copyWithin(int from, int to, int numbers) {
    if (wide) {
      System.arraycopy(doubles, from, doubles, to, numbers);
    } else {
      System.arraycopy(floats, from, floats, to, numbers);
    }
  }

  /** Adds items of another strip of the same kind. */
  void append(Strip from, int at, int items) {
    int was = count;
    setCount(Math.addExact(count, items));
    for (int row = 0; row < rows; row++) {
      copyRow(from, row, at, items, row, was);
    }
  }

  /** Copies items of one row of another strip to one of this. */
  void copyRow(Strip from, int fromRow, int at, int items, int row, int to) {
    int source = fromRow * from.stride() + at * parts;
    int target = row * stride() + to * parts;
    if (wide) {
      System.arraycopy(from.doubles, source, doubles, target, items * parts);
    } else {
      System.arraycopy(from.floats, source, floats, target, items * parts);
    }
  }

  /** Adds items that all have one value. */
  void appendValue(double value, int items) {
    int was = count;
    setCount(Math.addExact(count, items));
    for (int row = 0; row < rows; row++) {
      int from = row * stride() + was * parts;
      if (wide) {
        Arrays.fill(doubles, from, from + items * parts, value);
      } else {
        Arrays.fill(floats, from, from + items * parts, (float) value);
      }
    }
  }

  /** Adds samples, channel by channel. */
  void appendSamples(float[][] samples, int at, int items) {
    int was = count;
    setCount(Math.addExact(count, items));
    for (int c = 0; c < channels; c++) {
      int to = c * stride() + was;
      if (wide) {
        for (int i = 0; i < items; i++) {
          doubles[to + i] = samples[c][at + i];
        }
      } else {
        System.arraycopy(samples[c], at, floats, to, items);
      }
    }
  }

  double get(int row, int number) {
    int at = row * stride() + number;
    return wide ? doubles[at] : floats[at];
  }

  void set(int row, int number, double value) {
    int at = row * stride() + number;
    if (wide) {
      doubles[at] = value;
    } else {
      floats[at] = (float) value;
    }
  }
}
