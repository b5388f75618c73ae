package org.cochlea.core.engine.cpu;

import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;

/** Where the tiles of a segment come from. Belongs to one thread. */
abstract class FrameSource {

  /** Returns how many floats of memory it needs for a run of so many frames. */
  abstract int memory(int frames);

  /** Prepares a run of frames: reads what they need into {@code a} from {@code at}. */
  abstract void begin(float[] a, int at, int firstFrame, int frames);

  /** Writes the rows of one tile to {@code out}; the tile lies in the run. */
  abstract void tile(float[] a, int at, int out, int firstFrame, TileStage.Tile tile);

  /** Frames cut from a signal. */
  static final class Framed extends FrameSource {
    private static final int L = Lanes.COUNT;

    private final SignalReader signal;
    private final Stage.Frame stage;

    Framed(SignalReader signal, Stage.Frame stage) {
      this.signal = signal;
      this.stage = stage;
    }

    @Override
    int memory(int frames) {
      return Math.toIntExact((long) (frames - 1) * stage.hop() + stage.length());
    }

    @Override
    void begin(float[] a, int at, int firstFrame, int frames) {
      long start = (long) firstFrame * stage.hop() - stage.left();
      int count = memory(frames);
      Padding padding = stage.padding();
      signal.readPadded(start, count, padding, a, at);
    }

    @Override
    void tile(float[] a, int at, int out, int firstFrame, TileStage.Tile tile) {
      int from = at + (tile.frame - firstFrame) * stage.hop();
      for (int row = 0; row < stage.length(); row++) {
        for (int l = 0; l < tile.lanes; l++) {
          a[out + row * L + l] = a[from + l * stage.hop() + row];
        }
      }
    }
  }

  /** Frames of a panel. */
  static final class FromPanel extends FrameSource {
    private static final int L = Lanes.COUNT;

    private Panel panel = new Panel();

    void bind(Panel from) {
      panel = from;
    }

    @Override
    int memory(int frames) {
      return 0;
    }

    @Override
    void begin(float[] a, int at, int firstFrame, int frames) {}

    @Override
    void tile(float[] a, int at, int out, int firstFrame, TileStage.Tile tile) {
      Panel p = panel;
      for (int row = 0; row < p.rows; row++) {
        int from = p.row(row) + tile.frame * p.parts;
        if (p.parts == 1) {
          System.arraycopy(p.data, from, a, out + row * L, tile.lanes);
        } else {
          for (int l = 0; l < tile.lanes; l++) {
            a[out + 2 * row * L + l] = p.data[from + 2 * l];
            a[out + (2 * row + 1) * L + l] = p.data[from + 2 * l + 1];
          }
        }
      }
    }
  }
}
