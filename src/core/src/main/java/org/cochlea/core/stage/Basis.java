package org.cochlea.core.stage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An immutable matrix that a stage multiplies by: filter banks, transforms, windows.
 *
 * <p>It is built and kept in double; engines round it to float32 once. Every row is stored as its
 * nonzero band only (from the first to the last value that is not zero), which is what makes a mel
 * filter bank cheap.
 */
public final class Basis {
  private final int rows;
  private final int columns;
  private final int[] start;
  private final double[][] band;
  private final int hash;

  private Basis(int columns, int[] start, double[][] band) {
    this.rows = band.length;
    this.columns = columns;
    this.start = start;
    this.band = band;
    this.hash = 31 * columns + Arrays.deepHashCode(band) + Arrays.hashCode(start);
  }

  /**
   * Returns the matrix with these rows.
   *
   * @param rows at least one, all of one length, at least 1
   * @throws IllegalArgumentException if there is none, they differ, or a value is not finite
   */
  public static Basis of(double[][] rows) {
    if (rows.length == 0 || rows[0].length == 0) {
      throw new IllegalArgumentException("a basis must have at least 1 row and 1 column");
    }
    int columns = rows[0].length;
    int[] start = new int[rows.length];
    double[][] band = new double[rows.length][];
    for (int r = 0; r < rows.length; r++) {
      if (rows[r].length != columns) {
        throw new IllegalArgumentException(
            "a basis must have rows of one length: row 0 has %d columns, row %d has %d"
                .formatted(columns, r, rows[r].length));
      }
      int from = 0;
      int to = columns;
      while (from < columns && rows[r][from] == 0) {
        from++;
      }
      while (to > from && rows[r][to - 1] == 0) {
        to--;
      }
      start[r] = from == to ? 0 : from;
      band[r] = Arrays.copyOfRange(rows[r], from, to);
      for (double value : band[r]) {
        if (!Double.isFinite(value)) {
          throw new IllegalArgumentException(
              "a basis must have finite values, row %d has %s".formatted(r, value));
        }
      }
    }
    return new Basis(columns, start, band);
  }

  /** Returns the matrix with one row. */
  public static Basis row(double... values) {
    return of(new double[][] {values});
  }

  /** Returns the number of rows: what comes out. */
  public int rows() {
    return rows;
  }

  /** Returns the number of columns: what goes in. */
  public int columns() {
    return columns;
  }

  /** Returns the column where a row's band begins; 0 for a row of zeros. */
  public int bandStart(int row) {
    return start[row];
  }

  /** Returns the number of columns in a row's band; 0 for a row of zeros. */
  public int bandLength(int row) {
    return band[row].length;
  }

  /** Returns one value. */
  public double at(int row, int column) {
    int i = column - start[row];
    return i >= 0 && i < band[row].length ? band[row][i] : 0;
  }

  /** Returns a copy of a whole row. */
  public double[] row(int row) {
    double[] values = new double[columns];
    System.arraycopy(band[row], 0, values, start[row], band[row].length);
    return values;
  }

  /** Returns this matrix times another: {@code this · right}. */
  public Basis times(Basis right) {
    if (columns != right.rows) {
      throw new IllegalArgumentException(
          "cannot multiply [%d, %d] by [%d, %d]"
              .formatted(rows, columns, right.rows, right.columns));
    }
    double[][] product = new double[rows][right.columns];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < band[r].length; i++) {
        int middle = start[r] + i;
        for (int j = 0; j < right.band[middle].length; j++) {
          product[r][right.start[middle] + j] += band[r][i] * right.band[middle][j];
        }
      }
    }
    return of(product);
  }

  /** Returns the fraction of values that lie inside a band, in [0, 1]. */
  public double density() {
    long inside = 0;
    for (double[] b : band) {
      inside += b.length;
    }
    return (double) inside / ((double) rows * columns);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Basis b
        && hash == b.hash
        && columns == b.columns
        && Arrays.equals(start, b.start)
        && Arrays.deepEquals(band, b.band);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return "Basis[%d x %d, %.1f %% in bands]".formatted(rows, columns, 100 * density());
  }
}
