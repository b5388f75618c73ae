package org.cochlea.opencl;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.cochlea.opencl.kernel.Op;

/** Some clips of a batch laid out in a device's memory. */
final class Chunk {
  /** The most floats of an array: Aparapi counts its bytes in 31 bits. */
  private static final long MOST = Integer.MAX_VALUE / Float.BYTES;

  private final DeviceProgram program;
  private final int frames;
  private final int from;
  private final int to;
  private final int channels;
  private final int[] lengths;

  /** Where every value begins in its place, {@code [value][row]}. */
  private final int[][] offsets;

  private final long[] floats = new long[3];
  private int[] table = new int[1024];
  private int count;
  private int items;

  /**
   * Lays clips out.
   *
   * @param frames of a tile
   * @param lengths of the inputs of all clips
   * @throws IllegalArgumentException if an array would be too long
   */
  Chunk(
      DeviceProgram program, int frames, int from, int to, int channels, IntUnaryOperator lengths) {
    this.program = program;
    this.frames = frames;
    this.from = from;
    this.to = to;
    this.channels = channels;
    int rows = (to - from) * channels;
    this.lengths = new int[rows];
    for (int r = 0; r < rows; r++) {
      this.lengths[r] = lengths.applyAsInt(from + r / channels);
    }
    this.offsets = new int[program.values().size()][rows];
    for (Value value : program.values()) {
      int[] places = offsets[value.index()];
      for (int r = 0; r < rows; r++) {
        places[r] = (int) floats[value.place()];
        floats[value.place()] += value.floats(this.lengths[r]);
        if (floats[value.place()] > MOST) {
          throw new IllegalArgumentException(
              "clips %d to %d need arrays of more than %d values: a clip must be shorter"
                  .formatted(from, to - 1, MOST));
        }
      }
    }
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  int rows() {
    return lengths.length;
  }

  int channels() {
    return channels;
  }

  /** Returns the floats of a place. */
  long floats(int place) {
    return floats[place];
  }

  /** Returns the bytes of all places. */
  long bytes() {
    return (floats[0] + floats[1] + floats[2]) * Float.BYTES;
  }

  /** Returns the bytes of the largest place. */
  long largest() {
    return Math.max(floats[0], Math.max(floats[1], floats[2])) * Float.BYTES;
  }

  int offset(Value value, int row) {
    return offsets[value.index()][row];
  }

  int frames(Value value, int row) {
    return value.frames(lengths[row]);
  }

  /** Returns the most items of any pass; 0 if there is nothing to do. */
  int items() {
    return items;
  }

  private void add(int number) {
    if (count == table.length) {
      table = Arrays.copyOf(table, 2 * count);
    }
    table[count++] = number;
  }

  /** Returns what the kernel is told of the rows. */
  int[] table() {
    int passes = program.passes().size();
    count = 0;
    items = 0;
    add(lengths.length);
    add(Op.ITEMS + 2 * passes);
    add(channels);
    for (int i = 0; i < 2 * passes; i++) {
      add(0);
    }
    for (Value value : program.values()) {
      for (int r = 0; r < lengths.length; r++) {
        add(offset(value, r));
        add(frames(value, r));
      }
    }
    for (int p = 0; p < passes; p++) {
      Pass pass = program.passes().get(p);
      int start = count;
      items(pass);
      int number = (count - start) / 2;
      table[Op.ITEMS + 2 * p] = number;
      table[Op.ITEMS + 2 * p + 1] = start;
      items = Math.max(items, number);
    }
    return Arrays.copyOf(table, count);
  }

  private void items(Pass pass) {
    Value of = pass.of();
    int bins = of.layout().bins();
    if (pass.work() == Pass.Work.SCOPES) {
      int scopes =
          switch (pass.scopes()) {
            case LINE -> rows() * bins;
            case BATCH -> 1;
            case ROW, CLIP -> throw new AssertionError("joined where they are used");
          };
      for (int s = 0; s < scopes; s++) {
        item(0, s);
      }
      return;
    }
    for (int r = 0; r < lengths.length; r++) {
      int length = frames(of, r);
      switch (pass.work()) {
        case TILES -> blocks(r, length, frames);
        case FRAMES -> blocks(r, length, DeviceProgram.BLOCK);
        case NUMBERS -> blocks(r, Math.multiplyExact(length, of.width()), DeviceProgram.BLOCK);
        case LINES -> blocks(r, bins, 1);
        case SCOPES -> throw new AssertionError("not by rows");
      }
    }
  }

  private void blocks(int row, int length, int step) {
    for (int first = 0; first < length; first += step) {
      item(row, first);
    }
  }

  private void item(int row, int first) {
    add(row);
    add(first);
  }
}
