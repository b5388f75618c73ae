package org.cochlea.opencl;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.cochlea.core.augment.SpectrogramAugmentation;
import org.cochlea.core.augment.WaveAugmentation;
import org.cochlea.core.stage.Layout;
import org.cochlea.opencl.kernel.Op;
import org.jspecify.annotations.Nullable;

/** Some clips of a batch laid out in a device's memory. */
final class Chunk {
  /** The most floats of an array: Aparapi counts its bytes in 31 bits. */
  static final long MOST = Integer.MAX_VALUE / Float.BYTES;

  private final DeviceProgram program;
  private final int frames;
  private final int from;
  private final int to;
  private final int channels;
  private final int[] lengths;

  /** Where every value begins in its place, {@code [value][row]}. */
  private final int[][] offsets;

  /** Where the rows that the host sends begin, and those that it fetches. */
  private final int[] sources;

  private final int[] results;

  private final long[] floats = new long[3];
  private final float[] drawn;
  private final List<Launch> before;
  private final List<Launch> after;
  private int[] table = new int[1024];
  private int count;
  private int items;

  /**
   * Lays clips out.
   *
   * @param frames of a tile
   * @param lengths of the inputs of all clips
   * @param augment what is done before and after the pipeline, or null
   * @throws IllegalArgumentException if an array would be too long
   */
  Chunk(
      DeviceProgram program,
      int frames,
      int from,
      int to,
      int channels,
      IntUnaryOperator lengths,
      @Nullable Augment augment) {
    this.program = program;
    this.frames = frames;
    this.from = from;
    this.to = to;
    this.channels = channels;
    int rows = (to - from) * channels;
    this.lengths = new int[rows];
    for (int r = 0; r < rows; r++) {
      int item = from + r / channels;
      int length = lengths.applyAsInt(item);
      this.lengths[r] = augment == null ? length : augment.length(item, length);
    }
    this.offsets = new int[program.values().size()][rows];
    for (Value value : program.values()) {
      for (int r = 0; r < rows; r++) {
        offsets[value.index()][r] = place(value.place(), value.floats(this.lengths[r]));
      }
    }
    Schedule.Numbers numbers = new Schedule.Numbers();
    if (augment == null) {
      sources = offsets[program.input().index()];
      results = offsets[program.output().index()];
      before = List.of();
      after = List.of();
    } else {
      Schedule.Room room = new Schedule.Room(floats[Op.MEMORY]);
      sources = offsets[program.input().index()].clone();
      results = offsets[program.output().index()].clone();
      before = augment.waves() ? waves(augment, lengths, numbers, room) : List.of();
      after = augment.pictures() ? pictures(augment, numbers, room) : List.of();
      floats[Op.MEMORY] = room.floats();
    }
    drawn = numbers.toArray();
  }

  private int place(int where, long size) {
    int at = (int) floats[where];
    floats[where] += size;
    if (floats[where] > MOST) {
      throw new IllegalArgumentException(
          "clips %d to %d need arrays of more than %d values: a clip must be shorter"
              .formatted(from, to - 1, MOST));
    }
    return at;
  }

  private List<Launch> waves(
      Augment augment, IntUnaryOperator lengthOf, Schedule.Numbers numbers, Schedule.Room room) {
    int[] sent = new int[to - from];
    int[] most = new int[to - from];
    for (int b = 0; b < sent.length; b++) {
      sent[b] = lengthOf.applyAsInt(from + b);
      most[b] = augment.most(from + b, sent[b]);
    }
    for (int r = 0; r < sources.length; r++) {
      sources[r] = place(Op.INPUT, sent[r / channels]);
    }
    WaveSchedule schedule =
        new WaveSchedule(
            augment.draws(),
            from,
            channels,
            augment.sampleRate(),
            sent,
            most,
            r -> sources[r],
            numbers,
            room);
    for (int i = augment.from(); i < augment.middle(); i++) {
      if (augment.transforms().get(i) instanceof WaveAugmentation one) {
        schedule.add(one, i);
      }
    }
    schedule.finish(Op.MEMORY, r -> offset(program.input(), r));
    return schedule.passes();
  }

  private List<Launch> pictures(Augment augment, Schedule.Numbers numbers, Schedule.Room room) {
    Value output = program.output();
    Layout layout = output.layout();
    for (int r = 0; r < results.length; r++) {
      results[r] = place(Op.OUTPUT, output.floats(lengths[r]));
    }
    PictureSchedule schedule =
        new PictureSchedule(
            augment.draws(),
            from,
            to - from,
            channels,
            layout.bins(),
            layout.complex(),
            r -> frames(output, r),
            r -> offset(output, r),
            numbers,
            room);
    for (int i = augment.middle(); i < augment.to(); i++) {
      if (augment.transforms().get(i) instanceof SpectrogramAugmentation one) {
        schedule.add(one, i);
      }
    }
    schedule.finish(Op.OUTPUT, r -> results[r]);
    return schedule.passes();
  }

  /** Returns the launches before the pipeline's. */
  List<Launch.Kind> before() {
    return before.stream().map(Launch::kind).toList();
  }

  /** Returns the launches after the pipeline's. */
  List<Launch.Kind> after() {
    return after.stream().map(Launch::kind).toList();
  }

  /** Returns what was drawn. */
  float[] drawn() {
    return drawn;
  }

  /** Returns where a row that the host sends begins. */
  int source(int row) {
    return sources[row];
  }

  /** Returns where a row that the host fetches begins. */
  int result(int row) {
    return results[row];
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
    int all = before.size() + passes + after.size();
    int augments = Op.ITEMS + 2 * all;
    count = 0;
    items = 0;
    add(lengths.length);
    add(augments + before.size() + after.size());
    add(channels);
    while (count < augments + before.size() + after.size()) {
      add(0);
    }
    for (Value value : program.values()) {
      for (int r = 0; r < lengths.length; r++) {
        add(offset(value, r));
        add(frames(value, r));
      }
    }
    for (int p = 0; p < all; p++) {
      int own = p - before.size();
      int start;
      if (own >= 0 && own < passes) {
        start = count;
        items(program.passes().get(own));
      } else {
        List<int[]> entries = (own < 0 ? before.get(p) : after.get(own - passes)).rows();
        table[augments + (own < 0 ? p : p - passes)] = count;
        entries(entries);
        start = count;
        for (int r = 0; r < entries.size(); r++) {
          blocks(r, entries.get(r)[5], DeviceProgram.BLOCK);
        }
      }
      int number = (count - start) / 2;
      table[Op.ITEMS + 2 * p] = number;
      table[Op.ITEMS + 2 * p + 1] = start;
      items = Math.max(items, number);
    }
    return Arrays.copyOf(table, count);
  }

  /** Adds the rows of a pass of augmentation, and their steps behind them. */
  private void entries(List<int[]> entries) {
    int steps = count + Op.ENTRY * entries.size();
    for (int[] entry : entries) {
      for (int i = 0; i < Op.ENTRY; i++) {
        add(i == 6 ? steps : entry[i]);
      }
      steps += entry.length - Op.ENTRY;
    }
    for (int[] entry : entries) {
      for (int i = Op.ENTRY; i < entry.length; i++) {
        add(entry[i]);
      }
    }
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
