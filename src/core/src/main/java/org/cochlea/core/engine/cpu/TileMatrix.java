package org.cochlea.core.engine.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.cochlea.core.stage.Basis;
import org.jspecify.annotations.Nullable;

/**
 * A matrix that every frame of a tile is multiplied by, made ready: sparse matrices such as mel
 * filter banks as small blocks, dense ones a few rows at a time.
 *
 * <p>Sums have a fixed order, given by the matrix alone. Long ones are cut into parts, which keeps
 * their rounding error small.
 */
final class TileMatrix {
  private static final int L = Lanes.COUNT;

  /** Columns summed before the sum is added to the others. */
  private static final int PART = 256;

  /** What a block takes, beside the instructions for rows; see {@link #cost}. They overlap more. */
  private static final long BLOCK_COST = 20;

  /** Numbers of a block: four places of columns and one of rows. */
  private static final int BLOCK = 5;

  private static final int TURNS = 4;

  private final int rows;
  private final int columns;

  /** Blocks of 4 columns and 2 rows, see {@link TileKernels#addBands}; empty for a dense matrix. */
  private final int[] blocks;

  private final Product[] products;
  private final float[] weights;

  /** Some neighbouring rows times some neighbouring columns. */
  private record Product(int rows, int firstRow, int firstColumn, int columns, int weights) {}

  /** Row by row, the nonzero band of a matrix. */
  private interface Bands {
    int start(int row);

    int length(int row);

    double at(int row, int column);
  }

  private TileMatrix(int rows, int columns, Bands bands, IntUnaryOperator place) {
    this(rows, columns, bands, place, findBlocks(rows, columns, bands), PART);
  }

  private TileMatrix(
      int rows,
      int columns,
      Bands bands,
      IntUnaryOperator place,
      @Nullable List<int[]> found,
      int part) {
    this.rows = rows;
    this.columns = columns;
    int[] sizes = rowBlocks(rows, bands);
    if (found != null && BLOCK_COST * found.size() < cost(sizes, bands)) {
      this.products = new Product[0];
      this.blocks = new int[BLOCK * found.size()];
      this.weights = new float[8 * found.size()];
      // Blocks far apart take turns: one that adds to the rows of the one before would wait for it.
      int at = 0;
      int turns = (found.size() + TURNS - 1) / TURNS;
      for (int i = 0; i < turns; i++) {
        for (int b = i; b < found.size(); b += turns) {
          putBlock(at++, found.get(b), bands, place);
        }
      }
    } else {
      this.blocks = new int[0];
      List<Product> list = new ArrayList<>();
      this.weights = putProducts(sizes, bands, part, list);
      this.products = list.toArray(Product[]::new);
    }
  }

  /** Makes a real matrix ready. */
  static TileMatrix of(Basis basis) {
    return new TileMatrix(basis.rows(), basis.columns(), bands(basis), c -> c * L);
  }

  /**
   * Makes a real matrix ready whose every product is one sum from the first column of its band to
   * the last: the same values elsewhere in another row give the same bits.
   */
  static TileMatrix ofRows(Basis basis) {
    int columns = basis.columns();
    return new TileMatrix(basis.rows(), columns, bands(basis), c -> c * L, null, columns);
  }

  /**
   * Makes a real matrix ready for columns in any places (offsets in floats), or returns null where
   * it is not so sparse that it is multiplied by blocks.
   */
  static @Nullable TileMatrix of(Basis basis, IntUnaryOperator place) {
    TileMatrix matrix = new TileMatrix(basis.rows(), basis.columns(), bands(basis), place);
    return matrix.blocks.length > 0 ? matrix : null;
  }

  private static Bands bands(Basis basis) {
    return new Bands() {
      @Override
      public int start(int row) {
        return basis.bandStart(row);
      }

      @Override
      public int length(int row) {
        return basis.bandLength(row);
      }

      @Override
      public double at(int row, int column) {
        return basis.at(row, column);
      }
    };
  }

  /**
   * Makes a complex matrix ready, as a real one of twice the rows: real and imaginary parts
   * alternate, which is how complex rows lie. For complex input it has twice the columns too.
   */
  static TileMatrix of(Basis real, Basis imaginary, boolean complexInput) {
    int scale = complexInput ? 2 : 1;
    return new TileMatrix(
        2 * real.rows(),
        scale * real.columns(),
        new Bands() {
          private int first(int row) {
            int r = row / 2;
            if (!complexInput) {
              Basis part = row % 2 == 0 ? real : imaginary;
              return part.bandStart(r);
            }
            if (real.bandLength(r) == 0 || imaginary.bandLength(r) == 0) {
              return (real.bandLength(r) == 0 ? imaginary : real).bandStart(r);
            }
            return Math.min(real.bandStart(r), imaginary.bandStart(r));
          }

          private int end(int row) {
            int r = row / 2;
            int ofReal = real.bandStart(r) + real.bandLength(r);
            int ofImaginary = imaginary.bandStart(r) + imaginary.bandLength(r);
            if (!complexInput) {
              return row % 2 == 0 ? ofReal : ofImaginary;
            }
            return Math.max(ofReal, ofImaginary);
          }

          @Override
          public int start(int row) {
            return scale * first(row);
          }

          @Override
          public int length(int row) {
            return scale * (end(row) - first(row));
          }

          @Override
          public double at(int row, int column) {
            int r = row / 2;
            int c = column / scale;
            boolean imaginaryInput = complexInput && column % 2 == 1;
            if (row % 2 == 0) {
              return imaginaryInput ? -imaginary.at(r, c) : real.at(r, c);
            }
            return imaginaryInput ? real.at(r, c) : imaginary.at(r, c);
          }
        },
        c -> c * L);
  }

  int rows() {
    return rows;
  }

  /** Returns how many floats the result needs; the blocks may touch one row beyond it. */
  int resultFloats() {
    return (rows + 1) * L;
  }

  /** Sets y to the product of this matrix and x. */
  void multiply(TileKernels k, float[] a, int x0, int y0, int lanes) {
    Arrays.fill(a, y0, y0 + (rows + 1) * L, 0);
    if (blocks.length > 0) {
      k.addBands(a, x0, a, y0, blocks, blocks.length / BLOCK, weights, lanes);
    }
    for (Product p : products) {
      int x = x0 + p.firstColumn * L;
      int y = y0 + p.firstRow * L;
      switch (p.rows) {
        case 1 -> k.addProducts1(a, x, p.columns, a, y, weights, p.weights, lanes);
        case 2 -> k.addProducts2(a, x, p.columns, a, y, weights, p.weights, lanes);
        case 4 -> k.addProducts4(a, x, p.columns, a, y, weights, p.weights, lanes);
        default -> k.addProducts8(a, x, p.columns, a, y, weights, p.weights, lanes);
      }
    }
  }

  // ---- blocks --------------------------------------------------------------------------------

  /**
   * Covers the matrix with blocks (first column, first row), or returns null where a column has
   * values in more than two neighbouring rows.
   */
  private static @Nullable List<int[]> findBlocks(int rows, int columns, Bands bands) {
    if (columns < 4) {
      return null;
    }
    int[] first = new int[columns];
    int[] last = new int[columns];
    Arrays.fill(first, Integer.MAX_VALUE);
    Arrays.fill(last, -1);
    for (int r = 0; r < rows; r++) {
      int end = bands.start(r) + bands.length(r);
      for (int c = bands.start(r); c < end; c++) {
        if (bands.at(r, c) != 0) {
          first[c] = Math.min(first[c], r);
          last[c] = r;
        }
      }
    }
    List<int[]> found = new ArrayList<>();
    for (int c = 0; c < columns; ) {
      if (last[c] < 0) {
        c++;
        continue;
      }
      if (last[c] > first[c] + 1) {
        return null;
      }
      int best = 0;
      int row = 0;
      for (int r = Math.max(0, last[c] - 1); r <= first[c]; r++) {
        int run = 0;
        while (run < 4
            && c + run < columns
            && (last[c + run] < 0 || (first[c + run] >= r && last[c + run] <= r + 1))) {
          run++;
        }
        if (run >= best) {
          best = run;
          row = r;
        }
      }
      found.add(new int[] {c, row, best});
      c += best;
    }
    return found;
  }

  private void putBlock(int b, int[] block, Bands bands, IntUnaryOperator place) {
    // A block at the end begins earlier, so that it stays inside; its first weights are zero.
    int column = Math.min(block[0], columns - 4);
    for (int i = 0; i < 4; i++) {
      blocks[BLOCK * b + i] = place.applyAsInt(column + i);
    }
    blocks[BLOCK * b + 4] = block[1] * L;
    for (int c = block[0]; c < block[0] + block[2]; c++) {
      for (int j = 0; j < 2 && block[1] + j < rows; j++) {
        int row = block[1] + j;
        boolean inside = c >= bands.start(row) && c < bands.start(row) + bands.length(row);
        weights[8 * b + 2 * (c - column) + j] = inside ? (float) bands.at(row, c) : 0;
      }
    }
  }

  // ---- rows at a time ------------------------------------------------------------------------

  /** Cuts the rows into blocks of 8, 4, 2 and 1 where that costs least. */
  private static int[] rowBlocks(int rows, Bands bands) {
    long[] cost = new long[rows + 1];
    int[] size = new int[rows + 1];
    for (int r = rows - 1; r >= 0; r--) {
      cost[r] = Long.MAX_VALUE;
      for (int n = 1; n <= 8 && r + n <= rows; n *= 2) {
        long c = cost(r, n, bands) + cost[r + n];
        if (c < cost[r]) {
          cost[r] = c;
          size[r] = n;
        }
      }
    }
    List<Integer> sizes = new ArrayList<>();
    for (int r = 0; r < rows; r += size[r]) {
      sizes.add(size[r]);
    }
    return sizes.stream().mapToInt(Integer::intValue).toArray();
  }

  private static long cost(int[] sizes, Bands bands) {
    long cost = 0;
    int row = 0;
    for (int n : sizes) {
      cost += cost(row, n, bands);
      row += n;
    }
    return cost;
  }

  /** Instructions for n rows from one on, roughly. */
  private static long cost(int row, int n, Bands bands) {
    return 60 + (long) (end(row, n, bands) - start(row, n, bands)) * (3 + 2 * n);
  }

  private static int start(int row, int n, Bands bands) {
    int start = Integer.MAX_VALUE;
    for (int r = row; r < row + n; r++) {
      if (bands.length(r) > 0) {
        start = Math.min(start, bands.start(r));
      }
    }
    return start == Integer.MAX_VALUE ? 0 : start;
  }

  private static int end(int row, int n, Bands bands) {
    int end = 0;
    for (int r = row; r < row + n; r++) {
      if (bands.length(r) > 0) {
        end = Math.max(end, bands.start(r) + bands.length(r));
      }
    }
    return end;
  }

  private static float[] putProducts(int[] sizes, Bands bands, int part, List<Product> products) {
    int total = 0;
    int row = 0;
    for (int n : sizes) {
      int start = start(row, n, bands);
      int end = end(row, n, bands);
      for (int from = start; from < end; from += part) {
        int count = Math.min(part, end - from);
        products.add(new Product(n, row, from, count, total));
        total += count * n;
      }
      row += n;
    }
    float[] weights = new float[total];
    for (Product p : products) {
      for (int i = 0; i < p.columns; i++) {
        for (int j = 0; j < p.rows; j++) {
          int r = p.firstRow + j;
          int c = p.firstColumn + i;
          boolean inside = c >= bands.start(r) && c < bands.start(r) + bands.length(r);
          weights[p.weights + i * p.rows + j] = inside ? (float) bands.at(r, c) : 0;
        }
      }
    }
    return weights;
  }

  @Override
  public String toString() {
    return blocks.length > 0
        ? "TileMatrix[%d x %d, %d blocks]".formatted(rows, columns, blocks.length / BLOCK)
        : "TileMatrix[%d x %d, %d products]".formatted(rows, columns, products.length);
  }
}
