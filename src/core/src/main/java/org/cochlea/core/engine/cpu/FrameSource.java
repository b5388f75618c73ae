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
   * Frames cut from a signal. Samples of some tiles are read at once and transposed, every sample
   * once: row m, column c is sample {@code c hop + m}, so one sample of all frames of a tile is a
   * few neighbouring floats. Where frames overlap too much or not at all for that, frames are
   * transposed one tile at a time.
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

    /** Frames whose samples are read at once. */
    private final int chunk;

    private final int samples;
    private int begun;

    Framed(SignalReader signal, Stage.Frame stage, TileProgram program) {
      this.signal = signal;
      this.stage = stage;
      this.length = stage.length();
      this.hop = stage.hop();
      int overlap = (length - 1) / hop;
      this.columns = overlap + L <= TileKernels.COLUMNS && hop <= 2 * length;
      this.gather = columns ? program.gather(hop) : null;
      int tiles = columns ? (TileKernels.COLUMNS - overlap) / L : 4;
      while (tiles > 1 && tiles * (long) L * hop > MOST_SAMPLES) {
        tiles /= 2;
      }
      this.chunk = tiles * L;
      // The transposition reads whole blocks, beyond what is used.
      long needed = (chunk + overlap + L) * (long) hop + length + 2L * L;
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
      if (first || tile.frame - begun >= chunk) {
        begun = tile.frame;
        begin(a, at, tile.kernels, Math.min(chunk, left));
      }
      int column = tile.frame - begun;
      int t0 = at + samples + column;
      if (gather != null) {
        return program.run(gather, a, t0, out, memory, tile);
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

    /** Reads the samples of some frames. */
    private void begin(float[] a, int at, TileKernels kernels, int frames) {
      int count = Math.toIntExact((long) (frames - 1) * hop + length);
      long start = (long) begun * hop - stage.left();
      signal.readPadded(start, count, stage.padding(), a, at);
      if (columns) {
        int used = frames + (length - 1) / hop;
        kernels.transpose(
            a, at, hop, Math.min(hop, length), used, a, at + samples, TileKernels.COLUMNS);
      }
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
