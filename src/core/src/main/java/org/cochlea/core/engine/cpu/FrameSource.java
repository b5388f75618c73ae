package org.cochlea.core.engine.cpu;

import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Where the tiles of a segment come from. Belongs to one thread. */
abstract class FrameSource {
  private static final int L = Lanes.COUNT;

  /** Returns how many floats of memory it needs. */
  abstract int memory();

  /**
   * Runs a program on one tile; tiles of a run come in order.
   *
   * @param at where its memory begins
   * @param in where the rows of the tile may go
   * @param out where the result may go
   * @param first whether it is the first tile of a run
   * @param left frames left in the run, this tile's too
   * @return where the result is
   */
  abstract int run(
      TileProgram program,
      float[] a,
      int at,
      int in,
      int out,
      int memory,
      TileStage.Tile tile,
      boolean first,
      int left);

  /**
   * Frames cut from a signal. Samples are read and transposed, every sample once, a block of
   * columns at a time: row m, column c is sample {@code c hop + m}, so one sample of all frames of
   * a tile is a few neighbouring floats. Where frames overlap too much or not at all for that, the
   * samples of some tiles are read at once and frames are transposed one tile at a time.
   *
   * <p>Where frames are whole hops and only their energy is asked for, the squares of a column are
   * added up once for all frames it is part of, in a row below the columns.
   */
  static final class Framed extends FrameSource {
    /** Samples read at once, at most; long hops make it fewer tiles. */
    private static final int MOST_SAMPLES = 1 << 16;

    private final SignalReader signal;
    private final Stage.Frame stage;
    private final int length;
    private final int hop;
    private final TileFft.@Nullable Gather gather;
    private final boolean columns;

    /**
     * Whether the program takes the sums of squares of columns, which lie in the row {@code hop}.
     */
    private final boolean sums;

    /** Frames that begin in the columns, or whose samples are read at once. */
    private final int chunk;

    private final int samples;

    /** The first frame at hand, which begins in the first column. */
    private int begun;

    /** The frame after the last one of the run. */
    private int end;

    /** Blocks of L columns at hand. */
    private int blocks;

    Framed(SignalReader signal, Stage.Frame stage, TileProgram program) {
      this.signal = signal;
      this.stage = stage;
      this.length = stage.length();
      this.hop = stage.hop();
      int overlap = (length - 1) / hop;
      this.columns = overlap + L <= TileKernels.COLUMNS && hop <= 2 * length;
      this.gather = columns ? program.gather(hop) : null;
      this.sums = columns && program.takesSums(hop);
      int tiles = columns ? (TileKernels.COLUMNS - overlap) / L : 4;
      while (!columns && tiles > 1 && tiles * (long) L * hop > MOST_SAMPLES) {
        tiles /= 2;
      }
      this.chunk = tiles * L;
      // The transposition reads whole blocks, beyond what is used.
      long needed =
          2L * L + (columns ? L * (long) hop : (chunk + overlap + L) * (long) hop + length);
      this.samples = TileProgram.aligned(Math.toIntExact(needed));
    }

    @Override
    int memory() {
      int transposed = columns ? (Math.min(hop, length) + L) * TileKernels.COLUMNS : 0;
      return samples + TileProgram.aligned(transposed);
    }

    @Override
    int run(
        TileProgram program,
        float[] a,
        int at,
        int in,
        int out,
        int memory,
        TileStage.Tile tile,
        boolean first,
        int left) {
      if (first) {
        begun = tile.frame;
        end = tile.frame + left;
        blocks = 0;
      } else if (tile.frame - begun >= chunk) {
        begun += chunk;
        shift(a, at + samples, tile.kernels);
      }
      if (!columns && tile.frame == begun) {
        int frames = Math.min(chunk, left);
        read(0, Math.toIntExact((long) (frames - 1) * hop + length), a, at);
      }
      int column = tile.frame - begun;
      int t0 = at + samples + column;
      if (columns) {
        int used = column + tile.lanes + (length - 1) / hop;
        while (blocks * L < used) {
          readBlock(a, at, tile.kernels);
        }
      }
      if (gather != null) {
        return program.run(gather, a, t0, out, memory, tile);
      }
      if (sums) {
        int hops = length / hop;
        tile.kernels.copyRows(a, t0 + hop * TileKernels.COLUMNS, 1, a, in, L, hops, tile.lanes);
        return program.runOnSums(a, in, hops, out, memory, tile);
      }
      if (columns) {
        for (int row = 0; row < length; row += hop) {
          int rows = Math.min(hop, length - row);
          tile.kernels.copyRows(
              a, t0 + row / hop, TileKernels.COLUMNS, a, in + row * L, L, rows, tile.lanes);
        }
      } else {
        tile.kernels.transpose(a, at + column * hop, hop, length, L, a, in, L);
      }
      return program.run(a, in, out, memory, tile);
    }

    /** Reads samples from one on, counted from the first frame at hand. */
    private void read(long from, int count, float[] a, int to) {
      signal.readPadded(start(from), count, stage.padding(), a, to);
    }

    private long start(long from) {
      return (long) begun * hop - stage.left() + from;
    }

    /** Moves what later frames need to the first columns. */
    private void shift(float[] a, int t0, TileKernels kernels) {
      int gone = chunk / L;
      int rows = sums ? 1 : Math.min(hop, length);
      int first = sums ? t0 + hop * TileKernels.COLUMNS : t0;
      for (int b = gone; b < blocks; b++) {
        int from = first + b * L;
        int to = first + (b - gone) * L;
        kernels.copyRows(a, from, TileKernels.COLUMNS, a, to, TileKernels.COLUMNS, rows, L);
      }
      blocks = Math.max(0, blocks - gone);
    }

    /** Reads the samples of the next block of columns, which is shorter at the end of the run. */
    private void readBlock(float[] a, int at, TileKernels kernels) {
      long from = (long) blocks * L * hop;
      long samplesLeft = (long) (end - begun - 1) * hop + length - from;
      int count = (int) Math.min(L * (long) hop, samplesLeft);
      int used = (count + hop - 1) / hop;
      int to = at + samples + blocks * L;
      int rows = Math.min(hop, length);
      // What the transposition reads, in whole blocks.
      long whole = (L - 1L) * hop + (rows + L - 1L) / L * L;
      int place = signal.place(start(from), whole);
      if (place >= 0) {
        kernels.transpose(signal.array(), place, hop, rows, used, a, to, TileKernels.COLUMNS);
      } else {
        read(from, count, a, at);
        kernels.transpose(a, at, hop, rows, used, a, to, TileKernels.COLUMNS);
      }
      if (sums) {
        kernels.sumOfSquaresInColumns(a, to, rows, a, to + hop * TileKernels.COLUMNS, L);
      }
      blocks++;
    }
  }

  /** Frames of a panel. */
  static final class FromPanel extends FrameSource {
    private Panel panel = new Panel();

    void bind(Panel from) {
      panel = from;
    }

    @Override
    int memory() {
      return 0;
    }

    @Override
    int run(
        TileProgram program,
        float[] a,
        int at,
        int in,
        int out,
        int memory,
        TileStage.Tile tile,
        boolean first,
        int left) {
      Panel p = panel;
      int from = p.row(0) + tile.frame * p.parts;
      if (tile.lanes < L) {
        copy(p, a, in, tile);
      } else if (p.parts == 1) {
        tile.kernels.copyRows(p.data, from, p.stride, a, in, L, p.rows, L);
      } else {
        tile.kernels.unweave(p.data, from, p.stride, a, in, p.rows, L);
      }
      return program.run(a, in, out, memory, tile);
    }

    private static void copy(Panel p, float[] a, int in, TileStage.Tile tile) {
      for (int row = 0; row < p.rows; row++) {
        int from = p.row(row) + tile.frame * p.parts;
        for (int l = 0; l < tile.lanes; l++) {
          for (int part = 0; part < p.parts; part++) {
            a[in + (row * p.parts + part) * L + l] = p.data[from + p.parts * l + part];
          }
        }
      }
    }
  }
}
