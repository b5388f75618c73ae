package org.cochlea.cli.plot;

import java.util.Arrays;
import java.util.Objects;

/** Values in rows (bins) and columns (frames), frames innermost as in a tensor. */
public final class Grid {
  private final int rows;
  private final int columns;
  private final float[] values;

  /**
   * Wraps values; nothing is copied.
   *
   * @param rows at least 1
   * @param columns at least 1
   * @param values {@code rows columns} of them, row after row
   * @throws IllegalArgumentException if a size is out of range or the sizes do not agree
   */
  public Grid(int rows, int columns, float[] values) {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "a picture needs at least 1 row and 1 column, there are %d and %d"
              .formatted(rows, columns));
    }
    if (values.length != (long) rows * columns) {
      throw new IllegalArgumentException(
          "values must be %d x %d, there are %d".formatted(rows, columns, values.length));
    }
    this.rows = rows;
    this.columns = columns;
    this.values = values;
  }

  /** Returns the number of rows. */
  public int rows() {
    return rows;
  }

  /** Returns the number of columns. */
  public int columns() {
    return columns;
  }

  /** Returns one value. */
  public float at(int row, int column) {
    return values[Objects.checkIndex(row, rows) * columns + Objects.checkIndex(column, columns)];
  }

  /** Returns the lowest finite value, infinite if there is none. */
  double lowest() {
    double low = Double.POSITIVE_INFINITY;
    for (float value : values) {
      if (Float.isFinite(value)) {
        low = Math.min(low, value);
      }
    }
    return low;
  }

  /** Returns the highest finite value, negative infinite if there is none. */
  double highest() {
    double high = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      if (Float.isFinite(value)) {
        high = Math.max(high, value);
      }
    }
    return high;
  }

  /** Returns limits that all finite values keep within. */
  Limits range() {
    return Limits.of(lowest(), highest());
  }

  /**
   * Returns limits equally far to both sides of zero that all but a share of the finite values keep
   * within.
   *
   * @param firstRow rows below it are not looked at
   * @param outside the share, in [0, 1)
   */
  Limits symmetricRange(int firstRow, double outside) {
    float[] sizes = new float[(rows - firstRow) * columns];
    int count = 0;
    for (int i = firstRow * columns; i < values.length; i++) {
      if (Float.isFinite(values[i])) {
        sizes[count++] = Math.abs(values[i]);
      }
    }
    Arrays.sort(sizes, 0, count);
    double size = count == 0 ? 0 : sizes[(int) Math.round((count - 1) * (1 - outside))];
    if (size == 0) {
      size = count == 0 || sizes[count - 1] == 0 ? 1 : sizes[count - 1];
    }
    return Limits.of(-size, size);
  }

  /**
   * Returns the value that stands for a block: the largest, or of values of both signs the farthest
   * from zero; NaN only if there is no number.
   */
  float pool(int rowFrom, int rowTo, int columnFrom, int columnTo, boolean signed) {
    float best = Float.NaN;
    for (int r = rowFrom; r < rowTo; r++) {
      for (int c = columnFrom; c < columnTo; c++) {
        float value = values[r * columns + c];
        if (Float.isNaN(best) || (signed ? Math.abs(value) > Math.abs(best) : value > best)) {
          best = value;
        }
      }
    }
    return best;
  }
}
