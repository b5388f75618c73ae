package org.cochlea.core.engine.cpu;

import org.cochlea.core.stage.Statistics;

/**
 * A stage that works on single frames, on one tile: rows of one value per lane. A real row is
 * {@code L} floats, a complex one {@code 2 L}, real parts first.
 */
abstract class TileStage {

  /** Whether the result may lie where the input does. */
  boolean inPlace() {
    return false;
  }

  /** Returns how many real rows it may write from where its input begins; 0 if it writes none. */
  int inputRows() {
    return 0;
  }

  /** Returns how many floats it may write after its result. */
  int overhang() {
    return 0;
  }

  /** Returns how many floats of scratch memory it needs. */
  int scratch() {
    return 0;
  }

  /** Whether its result can go to a {@link Stream} tile by tile. */
  boolean canStream() {
    return false;
  }

  /** Stores what is kept there after the last tile; the stream is where the next one would go. */
  void finishStream(float[] a, int scratch, Tile tile) {
    throw new AssertionError("nothing was streamed");
  }

  /** Returns how many doubles of the thread's it needs. */
  int doubles() {
    return 0;
  }

  /**
   * Runs on one tile.
   *
   * @param a the thread's memory
   * @param in where the rows begin
   * @param out where the result goes
   * @param scratch where the scratch memory begins
   * @param tile which frames these are
   */
  abstract void run(float[] a, int in, int out, int scratch, Tile tile);

  /** Which frames a tile holds, and what computes them. */
  static final class Tile {
    final Statistics statistics = new Statistics();
    TileKernels kernels = new PlainKernels();
    int frame;

    /** Where the first frame of the call lies in its clip. */
    long firstFrame;

    int lanes;
    int channel;

    /** Where pairs go while they are computed, if {@link #streams}. */
    final Stream stream = new Stream();

    /** Whether the result goes there and nowhere else. */
    boolean streams;

    /** The thread's memory for what is computed in double. */
    double[] doubles = {};

    int doublesBase;
  }

  /** Rows of pairs, and what is kept of them: see {@link TileKernels#streamSpectrum}. */
  static final class Stream {
    float[] data = {};

    /** Where the tile's pairs of the first row go. */
    int at;

    /** From row to row. */
    int apart;

    /** 1 for the first tile of a run, else 0. */
    int first;
  }
}
