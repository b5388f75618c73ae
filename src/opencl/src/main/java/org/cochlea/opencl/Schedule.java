package org.cochlea.opencl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.augment.Draws;
import org.cochlea.opencl.kernel.Op;

/**
 * What was drawn for the clips of a chunk, as steps of their rows in passes over global memory. A
 * pass ends where a clip's step must know something of its whole row, or takes another row, or
 * several of its values.
 */
abstract class Schedule {

  /** Numbers that go to the device with a chunk. */
  static final class Numbers {
    private float[] values = new float[256];
    private int count = 1;

    int add(double... numbers) {
      int at = reserve(numbers.length);
      for (int i = 0; i < numbers.length; i++) {
        values[at + i] = (float) numbers[i];
      }
      return at;
    }

    /** Adds a number as the sum of two floats. */
    int addExactly(double number, double... more) {
      float high = (float) number;
      int at = add(high, number - high);
      add(more);
      return at;
    }

    int add(float[] samples, int from, int length) {
      int at = reserve(length);
      System.arraycopy(samples, from, values, at, length);
      return at;
    }

    private int reserve(int more) {
      int at = count;
      count = Math.addExact(count, more);
      if (count > values.length) {
        values = Arrays.copyOf(values, Math.max(count, 2 * values.length));
      }
      return at;
    }

    float[] toArray() {
      return Arrays.copyOf(values, count);
    }
  }

  /** Memory of the device behind what the pipeline has. */
  static final class Room {
    private long floats;

    Room(long floats) {
      this.floats = floats;
    }

    int take(long more) {
      long at = floats;
      floats += more;
      if (floats > Chunk.MOST) {
        throw new IllegalArgumentException(
            "augmentation needs an array of more than %d values: a clip must be shorter"
                .formatted(Chunk.MOST));
      }
      return (int) at;
    }

    long floats() {
      return floats;
    }
  }

  /** A row on its way. */
  static final class Row {
    final int slot;
    int place;
    int at;
    int length;

    /** Where its sums are, -1 where they are not known. */
    int partial = -1;

    /** A gain that waits, which no step on the device need know. */
    double gain = 1;

    List<int[]> steps = new ArrayList<>();

    Row(int slot, int place, int at, int length) {
      this.slot = slot;
      this.place = place;
      this.at = at;
      this.length = length;
    }
  }

  private final Draws draws;
  private final int fromItem;
  final int channels;
  final Row[][] rows;
  final Numbers numbers;
  private final Room room;
  private final Launch.Kind kind;
  private final int width;
  private final List<Launch> passes = new ArrayList<>();

  /** Two places for every row, which passes write to in turn. */
  private int[][] areas = {};

  private int turn;

  /**
   * Prepares rows.
   *
   * @param width values of a sample or frame
   */
  Schedule(
      Launch.Kind kind,
      Draws draws,
      int fromItem,
      int items,
      int channels,
      int width,
      Numbers numbers,
      Room room) {
    this.kind = kind;
    this.draws = draws;
    this.fromItem = fromItem;
    this.channels = channels;
    this.width = width;
    this.rows = new Row[items][channels];
    this.numbers = numbers;
    this.room = room;
  }

  /** Returns the launches. */
  List<Launch> passes() {
    return passes;
  }

  boolean applied(int b, int c, int transform) {
    return draws.applied(fromItem + b, c, transform);
  }

  double number(int b, int c, int transform, int index) {
    return draws.number(fromItem + b, c, transform, index);
  }

  /** Returns which clip of the chunk a clip is mixed with. */
  int partner(int b, int transform) {
    return (int) number(b, 0, transform, 0) - fromItem;
  }

  /** Adds a step: kind, then four numbers of its own. */
  int[] step(Row r, int kind, int first, int second, int third, int fourth) {
    if (r.steps.size() == Op.MOST_STEPS) {
      pass(false);
    }
    int[] step = new int[Op.STEP];
    step[0] = kind;
    step[1] = r.length;
    step[2] = first;
    step[3] = second;
    step[4] = third;
    step[5] = fourth;
    r.steps.add(step);
    return step;
  }

  /** Adds a step that knows the sums of some values, which must have been measured. */
  int[] knowing(
      Row r, int kind, int partial, int partials, int count, int first, int second, int third) {
    int[] step = step(r, kind, first, second, third, 0);
    step[Op.STEP_PARTIAL] = partial;
    step[Op.STEP_PARTIALS] = partials;
    step[Op.STEP_COUNT] = count;
    return step;
  }

  static void drawn(int[] step, int numbers) {
    step[Op.STEP_NUMBERS] = numbers;
  }

  int values(Row r) {
    return Math.multiplyExact(r.length, width);
  }

  int blocks(Row r) {
    return Math.ceilDiv(values(r), DeviceProgram.BLOCK);
  }

  /** Makes the sums of all rows known, as they are now. */
  void measure() {
    boolean known = true;
    for (Row[] clip : rows) {
      for (Row r : clip) {
        settle(r);
        known &= r.partial >= 0 && r.steps.isEmpty();
      }
    }
    if (!known) {
      pass(true);
    }
  }

  /** Makes all rows lie in memory as they are now. */
  void store() {
    for (Row[] clip : rows) {
      for (Row r : clip) {
        settle(r);
        if (!r.steps.isEmpty()) {
          pass(false);
          return;
        }
      }
    }
  }

  /** Adds the step of a gain that waits. */
  void settle(Row r) {
    if (r.gain != 1) {
      double gain = r.gain;
      r.gain = 1;
      drawn(step(r, Op.WAVE_SCALE, 0, 0, 0, 0), numbers.addExactly(gain));
    }
  }

  /** Returns the most samples or frames that a row has on its way. */
  abstract int most(Row r);

  /** Ends a pass; what it measures lies row after row. */
  void pass(boolean measure) {
    if (areas.length == 0) {
      areas = new int[2][rows.length * channels];
      for (int[] area : areas) {
        for (Row[] clip : rows) {
          for (Row r : clip) {
            area[r.slot] = room.take((long) most(r) * width);
          }
        }
      }
    }
    int[] area = areas[turn];
    turn = 1 - turn;
    int[][] entries = new int[rows.length * channels][];
    for (Row[] clip : rows) {
      for (Row r : clip) {
        settle(r);
        int partial = measure ? room.take(3L * blocks(r)) : -1;
        entries[r.slot] = entry(r, Op.MEMORY, area[r.slot], partial);
        r.place = Op.MEMORY;
        r.at = area[r.slot];
        r.partial = partial;
      }
    }
    passes.add(new Launch(kind, List.of(entries)));
  }

  /** Lays a row of a pass out: the entry, then its steps. */
  private int[] entry(Row r, int place, int to, int partial) {
    int[] entry = new int[Op.ENTRY + Op.STEP * r.steps.size()];
    entry[0] = r.place;
    entry[1] = r.at;
    entry[2] = r.length;
    entry[3] = place;
    entry[4] = to;
    entry[5] = values(r);
    entry[7] = r.steps.size();
    entry[8] = partial;
    for (int s = 0; s < r.steps.size(); s++) {
      System.arraycopy(r.steps.get(s), 0, entry, Op.ENTRY + Op.STEP * s, Op.STEP);
    }
    r.steps = new ArrayList<>();
    return entry;
  }

  /**
   * Looks for percentiles of rows that lie in memory, all in one launch.
   *
   * @param absolute whether of absolute values
   * @param percents of every row, as many as are wanted
   * @return where they will be, row after row
   */
  int percentiles(List<Row> of, boolean absolute, List<double[]> percents) {
    List<int[]> entries = new ArrayList<>();
    int each = percents.getFirst().length;
    int first = room.take((long) of.size() * each);
    for (int i = 0; i < of.size(); i++) {
      Row r = of.get(i);
      for (double percent : percents.get(i)) {
        double at = percent / 100 * (r.length - 1);
        int low = Math.clamp((int) at, 0, r.length - 1);
        int part = numbers.add(low + 1 >= r.length ? 0 : at - low);
        int to = first + entries.size();
        entries.add(new int[] {r.place, r.at, r.length, low, to, 1, 0, absolute ? 1 : 0, part});
      }
    }
    passes.add(new Launch(Launch.Kind.PERCENTILE, List.copyOf(entries)));
    return first;
  }

  /** Where a row is wanted at the end. */
  interface Places {
    int of(int row);
  }

  /** Ends with a pass that puts every row where it is wanted. */
  void finish(int place, Places places) {
    int[][] entries = new int[rows.length * channels][];
    for (int b = 0; b < rows.length; b++) {
      for (int c = 0; c < channels; c++) {
        settle(rows[b][c]);
      }
    }
    for (int b = 0; b < rows.length; b++) {
      for (int c = 0; c < channels; c++) {
        int row = b * channels + c;
        entries[row] = entry(rows[b][c], place, places.of(row), -1);
      }
    }
    passes.add(new Launch(kind, List.of(entries)));
  }
}
