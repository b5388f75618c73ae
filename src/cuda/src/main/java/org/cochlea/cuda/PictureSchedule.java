package org.cochlea.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.cochlea.core.augment.Applied;
import org.cochlea.core.augment.Draws;
import org.cochlea.core.augment.SpectrogramAugmentation;

/**
 * Transforms of features that were drawn for a batch, as launches of kernels/augment_picture.cu and
 * augment_stretch.cu; see {@link WaveSchedule}.
 */
final class PictureSchedule {
  /** A kernel. */
  private enum Kind {
    /** Steps of rows. */
    PASS,
    /** Other rates. */
    STRETCH
  }

  /** {@code PictureKind} of kernels/augment_picture.cu. */
  private enum Op {
    FILL_FRAMES(0),
    FILL_BINS(1),
    FILL_BOX(2),
    ROLL(3),
    FLIP(4),
    AFFINE(5),
    POWER(6),
    NOISE(7),
    ATTENUATE(8),
    OVER_GREATEST(9),
    WARP(10),
    RESIZE(11),
    MIXUP(12),
    PASTE(13),
    WARP_BINS(14);

    private final int code;

    Op(int code) {
      this.code = code;
    }

    /** Whether sum, least and greatest stay. */
    boolean keepsLevel() {
      return this == ROLL || this == FLIP;
    }
  }

  private static final int TILE = 2048;
  private static final int STEP = 80;
  private static final int ROW = 64;
  private static final int STRETCH_ROW = 40;
  private static final int PARTIAL = 24;

  /** Steps of a pass at most: what they know is in shared memory. */
  private static final int MOST_STEPS = 1024;

  private static final int AREA_SHIFT = 56;
  private static final long INPUT = 1L << AREA_SHIFT;
  private static final long FIRST = 2L << AREA_SHIFT;
  private static final long SECOND = 3L << AREA_SHIFT;
  private static final long OUT = 4L << AREA_SHIFT;

  private record Step(
      Op op,
      double value,
      double other,
      double left,
      double width,
      long address,
      int first,
      int second,
      int third,
      int fourth,
      int frames,
      int partial,
      int partials) {}

  private static final class Row {
    final int slot;
    int frames;

    /** The most frames it has had in the work area. */
    int most;

    long at;
    int pitch;
    int partial = -1;
    int next;
    int bound = -1;
    List<Step> pending = new ArrayList<>();

    Row(int slot, int frames, long at, int pitch) {
      this.slot = slot;
      this.frames = frames;
      this.at = at;
      this.pitch = pitch;
    }
  }

  private record Entry(
      long in,
      int inPitch,
      long out,
      int outPitch,
      int frames,
      int room,
      int partial,
      boolean half,
      double rate,
      List<Step> steps) {}

  private static final class Slot {
    final Kind kind;
    final List<Entry> entries = new ArrayList<>();

    Slot(Kind kind) {
      this.kind = kind;
    }

    int rowBytes() {
      return kind == Kind.PASS ? ROW : STRETCH_ROW;
    }
  }

  private final Draws draws;
  private final int fromItem;
  private final int channels;
  private final int bins;
  private final int parts;
  private final Row[][] rows;
  private final List<Slot> slots = new ArrayList<>();
  private final long[] slotStart;
  private int partials;
  private int steps;
  private long workFloats;
  private boolean changed;
  private int room;
  private boolean half;

  /**
   * Prepares the rows of features that lie without gaps.
   *
   * @param fromItem which example of the draws the first clip is
   * @param pitch frames from one bin to the next
   * @param frames of every clip
   */
  PictureSchedule(
      Draws draws,
      int fromItem,
      int items,
      int channels,
      int bins,
      int pitch,
      boolean complex,
      IntUnaryOperator frames) {
    this.draws = draws;
    this.fromItem = fromItem;
    this.channels = channels;
    this.bins = bins;
    this.parts = complex ? 2 : 1;
    this.rows = new Row[items][channels];
    this.slotStart = new long[items * channels];
    for (int b = 0; b < items; b++) {
      for (int c = 0; c < channels; c++) {
        int slot = b * channels + c;
        long at = (long) slot * bins * pitch * parts * Float.BYTES;
        rows[b][c] = new Row(slot, frames.applyAsInt(b), INPUT | at, pitch * parts);
      }
    }
  }

  /** Whether the kernels can do a transform, of complex features or of real ones. */
  static boolean runs(SpectrogramAugmentation transform, boolean complex) {
    return switch (transform) {
      case SpectrogramAugmentation.TimeStretch _ -> complex;
      case SpectrogramAugmentation.TimeMasking _,
          SpectrogramAugmentation.AdaptiveTimeMasking _,
          SpectrogramAugmentation.FrequencyMasking _ ->
          true;
      case SpectrogramAugmentation.RandomErasing _,
          SpectrogramAugmentation.TimeWarp _,
          SpectrogramAugmentation.FrequencyWarp _,
          SpectrogramAugmentation.Roll _,
          SpectrogramAugmentation.TimeFlip _,
          SpectrogramAugmentation.ZoomCrop _,
          SpectrogramAugmentation.RandomResizedCrop _,
          SpectrogramAugmentation.Mixup _,
          SpectrogramAugmentation.CutMix _,
          SpectrogramAugmentation.SpecMix _,
          SpectrogramAugmentation.RandomAffine _,
          SpectrogramAugmentation.RandomPower _,
          SpectrogramAugmentation.MelNoise _,
          SpectrogramAugmentation.MelBandNoise _,
          SpectrogramAugmentation.AttenuateHighs _ ->
          !complex;
    };
  }

  // ---- building ------------------------------------------------------------------------------

  private int place(Kind kind, int earliest) {
    for (int s = earliest; s < slots.size(); s++) {
      if (slots.get(s).kind == kind) {
        return s;
      }
    }
    slots.add(new Slot(kind));
    return slots.size() - 1;
  }

  private static long other(Row r) {
    return (r.at >>> AREA_SHIFT == FIRST >>> AREA_SHIFT ? SECOND : FIRST) | r.slot;
  }

  private void moved(Row r, long to) {
    r.at = to;
    r.pitch = r.frames * parts;
    r.most = Math.max(r.most, r.frames);
  }

  /** Puts what is pending into a pass. */
  private void pass(Row r, boolean measure) {
    int slot = r.bound >= 0 ? r.bound : place(Kind.PASS, r.next);
    boolean store = !r.pending.isEmpty();
    long out = store ? other(r) : 0;
    if (measure) {
      r.partial = partials;
      partials += tiles(r.frames);
    }
    slots
        .get(slot)
        .entries
        .add(
            new Entry(
                r.at,
                r.pitch,
                out,
                r.frames * parts,
                r.frames,
                r.frames,
                measure ? r.partial : -1,
                false,
                0,
                r.pending));
    if (store) {
      moved(r, out);
    }
    r.pending = new ArrayList<>();
    r.next = slot + 1;
    r.bound = -1;
    changed = true;
  }

  private int tiles(int frames) {
    return Launch.divideUp((long) bins * frames * parts, TILE);
  }

  private void add(Row r, Step step) {
    if (r.pending.size() >= MOST_STEPS) {
      pass(r, false);
    }
    r.pending.add(step);
    if (!step.op.keepsLevel()) {
      r.partial = -1;
    }
  }

  private void add(
      Row r, Op op, double value, double other, int first, int second, int third, int fourth) {
    add(r, new Step(op, value, other, 0, 0, 0, first, second, third, fourth, 0, -1, 0));
  }

  private void level(Row r) {
    if (r.partial < 0) {
      pass(r, true);
    }
  }

  private boolean applied(int b, int c, int transform) {
    return draws.applied(fromItem + b, c, transform);
  }

  private double number(int b, int c, int transform, int index) {
    return draws.number(fromItem + b, c, transform, index);
  }

  /** Adds a transform. */
  void add(SpectrogramAugmentation transform, int number) {
    switch (transform) {
      case SpectrogramAugmentation.Mixup _,
          SpectrogramAugmentation.CutMix _,
          SpectrogramAugmentation.SpecMix _ ->
          mix(transform, number);
      case SpectrogramAugmentation.TimeStretch _ -> {
        for (int b = 0; b < rows.length; b++) {
          for (Row r : rows[b]) {
            if (applied(b, 0, number) && bins > 0 && r.frames > 0) {
              stretch(r, number(b, 0, number, 0));
            }
          }
        }
      }
      default -> {
        for (int b = 0; b < rows.length; b++) {
          for (int c = 0; c < channels; c++) {
            if (applied(b, c, number) && bins > 0 && rows[b][c].frames > 0) {
              add(transform, rows[b][c], b, c, number);
            }
          }
        }
      }
    }
  }

  private void add(SpectrogramAugmentation transform, Row r, int b, int c, int number) {
    int frames = r.frames;
    switch (transform) {
      case SpectrogramAugmentation.TimeMasking a ->
          maskFrames(r, Applied.most(a, frames), a.masks(), a.fill(), b, c, number);
      case SpectrogramAugmentation.AdaptiveTimeMasking a ->
          maskFrames(r, a.sizeRatio() * frames, Applied.masks(a, frames), a.fill(), b, c, number);
      case SpectrogramAugmentation.FrequencyMasking a ->
          mask(r, Op.FILL_BINS, bins, a.freqMaskParam(), a.masks(), a.fill(), b, c, number);
      case SpectrogramAugmentation.RandomErasing a -> {
        long seed = (long) number(b, c, number, 0);
        int i = Applied.erasing(a, seed, bins, frames);
        if (i >= 0) {
          int bottom = Applied.erasingBin(seed, i, bins);
          int left = Applied.erasingFrame(seed, i, frames);
          add(
              r,
              Op.FILL_BOX,
              Applied.erasingValue(a, seed),
              0,
              bottom,
              bottom + Applied.erasingBins(a, seed, i, bins, frames),
              left,
              left + Applied.erasingFrames(a, seed, i, bins, frames));
        }
      }
      case SpectrogramAugmentation.TimeWarp a -> {
        int most = (int) a.maxTimeWarp();
        if (most >= 1 && frames > 2 * most) {
          double from = Applied.warpFrom(number(b, c, number, 0), most, frames);
          gather(r, Op.WARP, from, Applied.warpTo(number(b, c, number, 1), most, from), 0, 0);
        }
      }
      case SpectrogramAugmentation.FrequencyWarp a ->
          gather(r, Op.WARP_BINS, number(b, c, number, 0), a.maxFrequency(), 0, 0);
      case SpectrogramAugmentation.Roll _ ->
          add(r, Op.ROLL, 0, 0, Applied.roll(number(b, c, number, 0), frames), 0, 0, 0);
      case SpectrogramAugmentation.TimeFlip _ -> add(r, Op.FLIP, 0, 0, 0, 0, 0, 0);
      case SpectrogramAugmentation.ZoomCrop _ -> {
        double height = bins / number(b, c, number, 0);
        double width = frames / number(b, c, number, 0);
        gather(
            r,
            Op.RESIZE,
            number(b, c, number, 1) * (bins - height),
            height,
            number(b, c, number, 2) * (frames - width),
            width);
      }
      case SpectrogramAugmentation.RandomResizedCrop a -> {
        long seed = (long) number(b, c, number, 0);
        int i = Applied.crop(a, seed, bins, frames);
        if (i >= 0) {
          double height = Applied.cropHeight(a, seed, i, bins, frames);
          double width = Applied.cropWidth(a, seed, i, bins, frames);
          gather(
              r,
              Op.RESIZE,
              Applied.cropBottom(seed, i, bins, height),
              height,
              Applied.cropLeft(seed, i, frames, width),
              width);
        }
      }
      case SpectrogramAugmentation.RandomAffine _ ->
          add(r, Op.AFFINE, number(b, c, number, 0), number(b, c, number, 1), 0, 0, 0, 0);
      case SpectrogramAugmentation.RandomPower _ -> {
        level(r);
        know(r, Op.POWER, number(b, c, number, 0), 0, 0, 0, 0, 0, 0);
      }
      case SpectrogramAugmentation.MelNoise a ->
          noise(r, c, 0, bins, a.amount(), number(b, c, number, 0), number(b, c, number, 1));
      case SpectrogramAugmentation.MelBandNoise a -> {
        if (bins >= a.minBins()) {
          int from = Applied.bandFrom(a, number(b, c, number, 1), bins);
          int to = Applied.bandTo(a, number(b, c, number, 2), from, bins);
          noise(r, c, from, to, a.amount(), number(b, c, number, 0), number(b, c, number, 3));
        }
      }
      case SpectrogramAugmentation.AttenuateHighs _ -> {
        int slope = Applied.slope(number(b, c, number, 1), bins);
        add(r, Op.ATTENUATE, number(b, c, number, 0), 0, slope, 0, 0, 0);
        level(r);
        know(r, Op.OVER_GREATEST, 0, 0, 0, 0, 0, 0, 0);
      }
      default -> throw new AssertionError(transform + " does not run here");
    }
  }

  private void stretch(Row r, double rate) {
    if (!r.pending.isEmpty()) {
      pass(r, false);
    }
    int s = place(Kind.STRETCH, r.next);
    int made = Applied.stretched(r.frames, rate);
    long out = other(r);
    slots
        .get(s)
        .entries
        .add(
            new Entry(
                r.at, r.pitch, out, made * parts, r.frames, made, -1, false, rate, List.of()));
    r.frames = made;
    moved(r, out);
    r.partial = -1;
    r.next = s + 1;
    changed = true;
  }

  /** Adds a step that must know the level, which has been looked at. */
  private void know(
      Row r,
      Op op,
      double value,
      double other,
      long address,
      int first,
      int second,
      int third,
      int stream) {
    add(
        r,
        new Step(
            op,
            value,
            other,
            0,
            0,
            address,
            first,
            second,
            third,
            0,
            stream,
            r.partial,
            tiles(r.frames)));
  }

  private void noise(
      Row r, int channel, int from, int to, double amount, double uniform, double seed) {
    level(r);
    know(r, Op.NOISE, amount, uniform, (long) seed, from, to, 0, channel);
  }

  private void gather(Row r, Op op, double value, double other, double left, double width) {
    if (!r.pending.isEmpty()) {
      pass(r, false);
    }
    add(r, new Step(op, value, other, left, width, 0, 0, 0, 0, 0, 0, -1, 0));
  }

  private void maskFrames(
      Row r, double most, int masks, SpectrogramAugmentation.Fill fill, int b, int c, int number) {
    mask(r, Op.FILL_FRAMES, r.frames, most, masks, fill, b, c, number);
  }

  private void mask(
      Row r,
      Op op,
      int size,
      double most,
      int masks,
      SpectrogramAugmentation.Fill fill,
      int b,
      int c,
      int number) {
    boolean zero = fill == SpectrogramAugmentation.Fill.ZERO;
    if (masks == 0) {
      return;
    }
    if (!zero) {
      level(r);
    }
    int partial = zero ? -1 : r.partial;
    int with = fill == SpectrogramAugmentation.Fill.MIN ? 2 : zero ? 0 : 1;
    for (int m = 0; m < masks; m++) {
      double wide = number(b, c, number, 2 * m);
      int from = Applied.maskStart(wide, number(b, c, number, 2 * m + 1), most, size);
      int to = from + Applied.maskWidth(wide, most, size);
      if (to > from) {
        add(
            r,
            new Step(op, 0, 0, 0, 0, 0, from, to, with, 0, 0, partial, zero ? 0 : tiles(r.frames)));
      }
    }
  }

  private void mix(SpectrogramAugmentation transform, int number) {
    List<int[]> pairs = new ArrayList<>();
    int next = 0;
    for (int b = 0; b < rows.length; b++) {
      int partner = (int) number(b, 0, number, 0) - fromItem;
      if (applied(b, 0, number)
          && partner != b
          && bins > 0
          && rows[b][0].frames > 0
          && rows[partner][0].frames > 0) {
        pairs.add(new int[] {b, partner});
        for (int item : pairs.getLast()) {
          for (Row r : rows[item]) {
            if (!r.pending.isEmpty()) {
              pass(r, false);
            }
            next = Math.max(next, r.next);
          }
        }
      }
    }
    if (pairs.isEmpty()) {
      return;
    }
    next = place(Kind.PASS, next);
    for (int[] pair : pairs) {
      for (int item : pair) {
        for (Row r : rows[item]) {
          r.next = next;
        }
      }
    }
    for (int[] pair : pairs) {
      for (int c = 0; c < channels; c++) {
        Row r = rows[pair[0]][c];
        Row of = rows[pair[1]][c];
        mix(transform, r, of, pair[0], number);
        r.bound = r.pending.isEmpty() ? -1 : next;
      }
    }
  }

  private void mix(SpectrogramAugmentation transform, Row r, Row of, int b, int number) {
    int frames = r.frames;
    switch (transform) {
      case SpectrogramAugmentation.Mixup _ -> {
        double lambda = number(b, 0, number, 1);
        add(
            r,
            new Step(
                Op.MIXUP, lambda, 1 - lambda, 0, 0, of.at, of.pitch, 0, 0, 0, of.frames, -1, 0));
      }
      case SpectrogramAugmentation.CutMix _ -> {
        double lambda = number(b, 0, number, 1);
        double ux = number(b, 0, number, 2);
        double uy = number(b, 0, number, 3);
        paste(
            r,
            of,
            Applied.cutFrom(lambda, uy, bins),
            Applied.cutTo(lambda, uy, bins),
            Applied.cutFrom(lambda, ux, frames),
            Applied.cutTo(lambda, ux, frames));
      }
      case SpectrogramAugmentation.SpecMix a -> {
        int high = Applied.bandWidth(number(b, 0, number, 1), a.maxFreqFraction(), bins);
        int wide = Applied.bandWidth(number(b, 0, number, 3), a.maxTimeFraction(), frames);
        int bottom = Applied.bandStart(number(b, 0, number, 2), high, bins);
        int left = Applied.bandStart(number(b, 0, number, 4), wide, frames);
        paste(r, of, bottom, bottom + high, 0, frames);
        paste(r, of, 0, bins, left, left + wide);
      }
      default -> throw new AssertionError("does not mix");
    }
  }

  private void paste(Row r, Row of, int fromBin, int toBin, int fromFrame, int toFrame) {
    if (toBin > fromBin && toFrame > fromFrame) {
      add(
          r,
          new Step(
              Op.PASTE, toBin, 0, 0, 0, of.at, of.pitch, fromBin, fromFrame, toFrame, of.frames, -1,
              0));
    }
  }

  /** Whether anything happens to the features. */
  boolean changes() {
    for (Row[] clip : rows) {
      for (Row r : clip) {
        changed |= !r.pending.isEmpty();
      }
    }
    return changed;
  }

  /**
   * Ends with a pass that puts every row where it is wanted.
   *
   * @param outRoom frames of the result
   * @param asHalf whether it is float16
   */
  void finish(int outRoom, boolean asHalf) {
    room = outRoom;
    half = asHalf;
    int last = 0;
    for (Row[] clip : rows) {
      for (Row r : clip) {
        last = Math.max(last, r.next);
      }
    }
    for (Row[] clip : rows) {
      for (Row r : clip) {
        if (r.bound >= 0 && r.bound < last) {
          pass(r, false);
          last = Math.max(last, r.next);
        }
      }
    }
    last = place(Kind.PASS, last);
    for (Row[] clip : rows) {
      for (Row r : clip) {
        slots
            .get(last)
            .entries
            .add(
                new Entry(
                    r.at,
                    r.pitch,
                    OUT | r.slot,
                    room * parts,
                    r.frames,
                    room,
                    -1,
                    half,
                    0,
                    r.pending));
        slotStart[r.slot] = workFloats;
        workFloats += ((long) bins * r.most * parts + 3) / 4 * 4;
      }
    }
    for (Slot slot : slots) {
      for (Entry e : slot.entries) {
        steps += e.steps.size();
      }
    }
  }

  // ---- sizes ---------------------------------------------------------------------------------

  /** Returns how many launches there are. */
  int launches() {
    return slots.size();
  }

  private static long aligned(long bytes) {
    return (bytes + 255) / 256 * 256;
  }

  long tableBytes() {
    long bytes = aligned((long) steps * STEP);
    for (Slot slot : slots) {
      bytes += aligned((long) slot.entries.size() * slot.rowBytes());
    }
    return bytes;
  }

  /** Returns the bytes of each of the two work areas. */
  long workBytes() {
    return workFloats * Float.BYTES;
  }

  long stateBytes() {
    return Math.max(1, (long) partials) * PARTIAL;
  }

  // ---- running -------------------------------------------------------------------------------

  private long address(long place, Areas areas) {
    long at = place & ((1L << AREA_SHIFT) - 1);
    return switch ((int) (place >>> AREA_SHIFT)) {
      case 0 -> 0;
      case 1 -> areas.input() + at;
      case 2 -> areas.first() + slotStart[(int) at] * Float.BYTES;
      case 3 -> areas.second() + slotStart[(int) at] * Float.BYTES;
      default -> areas.out() + at * bins * room * parts * (half ? Short.BYTES : Float.BYTES);
    };
  }

  /** Writes the tables. */
  void store(MemorySegment to, Areas areas) {
    TableWriter stepTable = new TableWriter(to, 0);
    long at = aligned((long) steps * STEP);
    int step = 0;
    for (Slot slot : slots) {
      TableWriter table = new TableWriter(to, at);
      for (Entry e : slot.entries) {
        table.int64(address(e.in, areas));
        table.int64(address(e.out, areas));
        if (slot.kind == Kind.STRETCH) {
          table.float64(e.rate);
          table.int32(e.inPitch);
          table.int32(e.outPitch);
          table.int32(e.frames);
          table.int32(e.room);
          continue;
        }
        table.int32(e.inPitch);
        table.int32(e.outPitch);
        table.int32(step);
        table.int32(e.steps.size());
        table.int32(bins);
        table.int32(e.frames);
        table.int32(parts);
        table.int32(e.room);
        table.int32(e.partial);
        table.int32(e.half ? 1 : 0);
        table.int64(0);
        for (Step s : e.steps) {
          stepTable.float64(s.value);
          stepTable.float64(s.other);
          stepTable.float64(s.left);
          stepTable.float64(s.width);
          // The seed of noise is a number, not an address.
          stepTable.int64(s.op == Op.NOISE ? s.address : address(s.address, areas));
          stepTable.int32(s.op.code);
          stepTable.int32(s.first);
          stepTable.int32(s.second);
          stepTable.int32(s.third);
          stepTable.int32(s.fourth);
          stepTable.int32(s.frames);
          stepTable.int32(s.partial);
          stepTable.int32(s.partials);
          stepTable.int64(0);
          step++;
        }
      }
      at += aligned((long) slot.entries.size() * slot.rowBytes());
    }
  }

  /** Puts the launches into a queue. */
  void run(AugmentKernels kernels, Areas areas, Launch.Queue queue) {
    long at = areas.tables() + aligned((long) steps * STEP);
    for (Slot slot : slots) {
      int mostSteps = 0;
      long largest = 1;
      for (Entry e : slot.entries) {
        mostSteps = Math.max(mostSteps, e.steps.size());
        largest = Math.max(largest, (long) bins * e.room * parts);
      }
      if (largest > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "a channel of %d bins and %d frames has %d values, more than %d"
                .formatted(bins, room, largest, Integer.MAX_VALUE));
      }
      int count = slot.entries.size();
      if (slot.kind == Kind.STRETCH) {
        kernels.stretch(queue, count, at, bins);
      } else {
        int tiles = Launch.divideUp(largest, TILE);
        kernels.picture(
            queue, Launch.grid(count, tiles), at, areas.tables(), areas.state(), tiles, mostSteps);
      }
      at += aligned((long) count * slot.rowBytes());
    }
  }
}
