package org.cochlea.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.SampleType;
import org.jspecify.annotations.Nullable;

/**
 * Some clips of a batch on their way through a program: how long they are at every point, and where
 * everything lies in device memory. Laid out first (sizes and places, counted from the start of
 * each area), then given the areas' addresses.
 *
 * <p>Nothing is allocated once a chunk has been as large as it gets.
 */
final class Chunk {
  private static final long ALIGNMENT = 256;

  /** Input rows begin at multiples of as many bytes. */
  private static final int ROW_ALIGNMENT = 16;

  private final Program program;
  private final int[][] frames;
  private final int[] most;
  private final long[] place;
  private final long[] bytes;
  private long[] starts = new long[0];
  private int[] inputs = new int[0];
  private int items;
  private int channels = 1;
  private SampleType type = SampleType.FLOAT32;
  private int inputFrames;
  private int outputFrames;
  private boolean half;
  private long inputBytes;
  private long outputBytes;
  private long workBytes;
  private long metaBytes;
  private long inputAddress;
  private long outputAddress;
  private long workAddress;
  private long metaAddress;

  Chunk(Program program) {
    this.program = program;
    this.frames = new int[program.times().size()][0];
    this.most = new int[frames.length];
    this.place = new long[program.values().size()];
    this.bytes = new long[place.length];
  }

  /** Where the rows of the input begin, in samples. */
  interface Starts {
    long of(int item, int channel);
  }

  /** How long every clip of a batch is: samples of a waveform, or frames. */
  interface Lengths {
    int of(int item);
  }

  /**
   * Lays out clips of a batch.
   *
   * @param from the first clip
   * @param to the one after the last
   * @param given where rows begin in memory that is the caller's, or null to pack them
   * @param room frames of the input's rows, for an inverse
   * @param outFrames frames of the result, those added to fill it included
   * @param asHalf whether the result is float16
   */
  void layOut(
      Lengths lengths,
      int from,
      int to,
      int channelCount,
      SampleType sampleType,
      @Nullable Starts given,
      int room,
      int outFrames,
      boolean asHalf) {
    items = to - from;
    channels = channelCount;
    type = sampleType;
    inputFrames = room;
    outputFrames = outFrames;
    half = asHalf;
    if (inputs.length < items) {
      inputs = new int[items];
      for (int t = 0; t < frames.length; t++) {
        frames[t] = new int[items];
      }
    }
    if (starts.length < rows()) {
      starts = new long[rows()];
    }
    boolean signal = program.readsSignal();
    long at = 0;
    long end = 0;
    int aligned = ROW_ALIGNMENT / type.bytes();
    for (int i = 0; i < items; i++) {
      inputs[i] = lengths.of(from + i);
      for (int c = 0; c < channels; c++) {
        long start = given == null ? at : given.of(from + i, c);
        starts[i * channels + c] = start;
        end = Math.max(end, start + inputs[i]);
        at += (inputs[i] + aligned - 1L) / aligned * aligned;
      }
    }
    inputBytes =
        signal
            ? end * type.bytes()
            : (long) rows() * program.input().bins() * room * program.inputParts() * Float.BYTES;
    for (Time time : program.times()) {
      int[] of = frames[time.number()];
      int longest = 0;
      for (int i = 0; i < items; i++) {
        of[i] = time.of(inputs[i]);
        longest = Math.max(longest, of[i]);
      }
      most[time.number()] = longest;
    }
    outputBytes =
        (long) rows()
            * program.output().bins()
            * outputFrames
            * program.outputParts()
            * (half ? Short.BYTES : Float.BYTES);
    metaBytes =
        aligned((long) rows() * Integer.BYTES) * (frames.length + 1)
            + aligned((long) rows() * RowTable.ROW_BYTES) * program.tables().size();
    placeValues();
  }

  private static long aligned(long size) {
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Every value takes the lowest place that no value alive at the same time has. */
  private void placeValues() {
    List<Value> values = program.values();
    workBytes = 0;
    for (int v = 0; v < place.length; v++) {
      Value value = values.get(v);
      Value.Size size = value.size();
      bytes[v] =
          aligned(
              size != null
                  ? size.bytes(this)
                  : rowPitch(value) * value.parts() * Float.BYTES * rows());
      long at = 0;
      boolean moved = true;
      while (moved) {
        moved = false;
        for (int w = 0; w < v; w++) {
          boolean together =
              values.get(w).firstUse() <= value.lastUse()
                  && value.firstUse() <= values.get(w).lastUse();
          if (together && place[w] < at + bytes[v] && at < place[w] + bytes[w]) {
            at = place[w] + bytes[w];
            moved = true;
          }
        }
      }
      place[v] = at;
      workBytes = Math.max(workBytes, at + bytes[v]);
    }
  }

  /** Says where the areas are. */
  void place(long input, long output, long work, long meta) {
    inputAddress = input;
    outputAddress = output;
    workAddress = work;
    metaAddress = meta;
  }

  /** Writes what the kernels are told of the rows. */
  void storeMeta(MemorySegment to) {
    long at = 0;
    for (int[] of : frames) {
      for (int row = 0; row < rows(); row++) {
        to.set(ValueLayout.JAVA_INT, at + 4L * row, of[row / channels]);
      }
      at += aligned(4L * rows());
    }
    for (int row = 0; row < rows(); row++) {
      to.set(ValueLayout.JAVA_INT, at + 4L * row, row % channels);
    }
    at += aligned(4L * rows());
    for (RowTable table : program.tables()) {
      for (int row = 0; row < rows(); row++) {
        storeRow(table, row, to, at + (long) RowTable.ROW_BYTES * row);
      }
      at += aligned((long) RowTable.ROW_BYTES * rows());
    }
  }

  private void storeRow(RowTable table, int row, MemorySegment to, long at) {
    int item = row / channels;
    Reader reader = table.reader();
    Value matrix = table.matrix();
    long start;
    int samples = 0;
    int length = 0;
    if (reader != null) {
      Value signal = reader.signal();
      start = signal == null ? starts[row] : row * rowPitch(signal);
      samples = reader.samples(inputs[item]);
      length = reader.length(inputs[item]);
    } else {
      start = matrix == null ? 0 : row * rowPitch(matrix);
    }
    to.set(ValueLayout.JAVA_LONG, at, start);
    to.set(ValueLayout.JAVA_INT, at + 8, samples);
    to.set(ValueLayout.JAVA_INT, at + 12, length);
    to.set(ValueLayout.JAVA_INT, at + 16, frames[table.frames().number()][item]);
    to.set(ValueLayout.JAVA_INT, at + 20, row % channels);
  }

  /** Whether another chunk is of the same shape, so that what was launched for it fits this one. */
  boolean isLike(Chunk other) {
    return items == other.items
        && channels == other.channels
        && type == other.type
        && inputFrames == other.inputFrames
        && outputFrames == other.outputFrames
        && half == other.half
        && inputAddress == other.inputAddress
        && outputAddress == other.outputAddress
        && workAddress == other.workAddress
        && metaAddress == other.metaAddress
        && Arrays.equals(inputs, 0, items, other.inputs, 0, items)
        && Arrays.equals(starts, 0, rows(), other.starts, 0, rows());
  }

  // ---- sizes -----------------------------------------------------------------------------------

  int rows() {
    return items * channels;
  }

  int items() {
    return items;
  }

  int channels() {
    return channels;
  }

  SampleType type() {
    return type;
  }

  /** Returns what a sample of the waveform is multiplied by. */
  double sampleScale() {
    return type == SampleType.INT16 ? 1.0 / 32_768 : 1;
  }

  boolean isHalf() {
    return half;
  }

  long inputBytes() {
    return inputBytes;
  }

  long outputBytes() {
    return outputBytes;
  }

  long workBytes() {
    return workBytes;
  }

  long metaBytes() {
    return metaBytes;
  }

  /** Returns where a row of the input begins, in samples. */
  long start(int row) {
    return starts[row];
  }

  int length(int item) {
    return inputs[item];
  }

  /** Returns the most frames of a clip at some point. */
  int most(Time time) {
    return most[time.number()];
  }

  int frames(Time time, int item) {
    return frames[time.number()][item];
  }

  /** Returns the frames of a value that are to be filled: zeros after a row's own. */
  int room(Value value) {
    return value.root().home() == Value.Home.OUTPUT ? outputFrames : most(value.time());
  }

  // ---- places ----------------------------------------------------------------------------------

  long inputAddress() {
    return inputAddress;
  }

  long framesAddress(Time time) {
    return metaAddress + aligned(4L * rows()) * time.number();
  }

  long channelsAddress() {
    return metaAddress + aligned(4L * rows()) * frames.length;
  }

  long rowsAddress(RowTable table) {
    return channelsAddress()
        + aligned(4L * rows())
        + aligned((long) RowTable.ROW_BYTES * rows()) * table.number();
  }

  /** Returns the values (complex: pairs) from one bin to the next. */
  long binPitch(Value value) {
    Value root = value.root();
    return switch (root.home()) {
      case INPUT -> inputFrames;
      case OUTPUT -> outputFrames;
      // Four values lie together, so that they are stored together.
      case WORKSPACE -> (most(root.time()) + 3) / 4 * 4L;
    };
  }

  long rowPitch(Value value) {
    return binPitch(value) * value.root().layout().bins();
  }

  long address(Value value) {
    Value base = value.base();
    if (base != null) {
      int size =
          value.parts()
              * (value.root().home() == Value.Home.OUTPUT && half ? Short.BYTES : Float.BYTES);
      return address(base) + (value.binOffset() * binPitch(base) + value.frameOffset()) * size;
    }
    return switch (value.home()) {
      case INPUT -> inputAddress;
      case OUTPUT -> outputAddress;
      case WORKSPACE -> workAddress + place[value.number()];
    };
  }

  /** Returns {@code OutputType} of a value. */
  int outType(Value value) {
    return half && value.root().home() == Value.Home.OUTPUT ? 1 : 0;
  }

  /** Whether groups of four frames of a value are aligned. */
  boolean isVector(Value value) {
    int size = outType(value) == 1 ? Short.BYTES : Float.BYTES;
    return value.frameOffset() == 0
        && binPitch(value) % 4 == 0
        && address(value) % (4L * size) == 0;
  }
}
