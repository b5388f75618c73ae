package org.cochlea.core.engine.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.PreciseSpectrum;
import org.cochlea.core.stage.SpectralShape;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * Single-frame stages in order, with a place in memory for the result of each. A window, the
 * transform after it, the modulus after that and a sparse filter bank are one step.
 */
final class TileProgram {
  private static final int L = Lanes.COUNT;
  private static final int INPUT = -1;

  private final TileStage[] stages;
  private final int[] place;

  /** The place of the result: {@link #INPUT}, or the last one. */
  private final int result;

  private final Layout output;
  private final int inputRows;
  private final int resultFloats;
  private final int temporary;
  private final int scratch;
  private final int doubles;

  /**
   * Prepares the stages.
   *
   * @param list stages that {@link #runs} accepts, may be empty
   * @param in what goes in
   * @param keepInput whether the input must stay as it is
   */
  TileProgram(List<Stage> list, Layout in, boolean keepInput) {
    List<TileStage> made = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    Layout layout = in;
    int room = rows(in);
    int next = 0;
    int most = 0;
    int mostDoubles = 0;
    int current = INPUT;
    for (int i = 0; i < list.size(); ) {
      int count = fused(list, i);
      TileStage tileStage = tileStage(list.subList(i, i + count), layout);
      if (tileStage instanceof TileStages.Transform transform
          && i + count < list.size()
          && list.get(i + count) instanceof Stage.Project s
          && transform.takes(s.basis())) {
        count++;
      }
      for (int end = i + count; i < end; i++) {
        layout = PreciseStage.apply(list.get(i), layout);
      }
      // A transform of a longer size needs room for zeros after the frame.
      int rows = tileStage.inputRows();
      if (current == INPUT) {
        room = Math.max(room, rows);
      } else {
        next = Math.max(next, current + rows * L);
      }
      if (!tileStage.inPlace() || (current == INPUT && keepInput)) {
        current = next;
        next += rows(layout) * L + tileStage.overhang();
      }
      places.add(current);
      made.add(tileStage);
      most = Math.max(most, tileStage.scratch());
      mostDoubles = Math.max(mostDoubles, tileStage.doubles());
    }
    stages = made.toArray(TileStage[]::new);
    place = places.stream().mapToInt(Integer::intValue).toArray();
    result = current;
    output = layout;
    inputRows = room;
    resultFloats = current == INPUT ? 0 : aligned(next - current);
    temporary = aligned(current == INPUT ? next : current);
    scratch = most;
    doubles = mostDoubles;
  }

  /** Returns how many stages from one on are one step. */
  private static int fused(List<Stage> list, int from) {
    if (PreciseStage.handles(list.get(from))) {
      return PreciseStage.fused(list, from);
    }
    int i = from;
    if (list.get(i) instanceof Stage.Window && i + 1 < list.size()) {
      i++;
    }
    if (!(list.get(i) instanceof Stage.RealFft)) {
      return 1;
    }
    i++;
    return i < list.size() && list.get(i) instanceof Stage.Modulus ? i + 1 - from : i - from;
  }

  /** Returns one step for some stages. */
  private static TileStage tileStage(List<Stage> list, Layout in) {
    if (list.size() == 1) {
      return tileStage(list.getFirst(), in);
    }
    return list.getFirst() instanceof PreciseSpectrum
        ? new PreciseStage(list, in)
        : transform(list, 0, in);
  }

  private static TileStage transform(List<Stage> list, int from, Layout in) {
    int i = from;
    double[] window = new double[in.bins()];
    Arrays.fill(window, 1);
    if (list.get(i) instanceof Stage.Window w) {
      window = w.weights().row(0);
      i++;
    }
    int size = list.get(i) instanceof Stage.RealFft fft ? fft.size() : 0;
    boolean modulus = i + 1 < list.size() && list.get(i + 1) instanceof Stage.Modulus;
    double power = modulus ? ((Stage.Modulus) list.get(i + 1)).power() : 0;
    return new TileStages.Transform(window, size, power);
  }

  /** Rounds a number of floats up to whole cache lines. */
  static int aligned(int floats) {
    return (floats + 15) / 16 * 16;
  }

  private static int rows(Layout layout) {
    return layout.bins() * (layout.complex() ? 2 : 1);
  }

  /** Returns the floats one tile of a layout takes. */
  static int floats(Layout layout) {
    return rows(layout) * L;
  }

  /** Whether a stage works on single frames. */
  static boolean runs(Stage stage) {
    return switch (stage) {
      case Stage.Affine _,
          Stage.PreEmphasis _,
          Stage.Dither _,
          Stage.RemoveDcOffset _,
          Stage.Window _,
          Stage.RealFft _,
          Stage.InverseRealFft _,
          Stage.Modulus _,
          Stage.Angle _,
          Stage.Project _,
          Stage.ComplexProject _,
          Stage.Log _,
          Stage.Power _,
          Stage.Reduce _,
          Stage.SliceBins _,
          Stage.Quantize _ ->
          true;
      case Stage.Normalize _, Stage.DynamicRange _ -> TileStages.FrameStatistics.handles(stage);
      case Stage.Branch s ->
          s.paths().stream()
              .allMatch(p -> p.stream().allMatch(t -> runs(t) && !PreciseStage.leavesPairs(t)));
      case PreciseSpectrum _, SpectralShape _ -> true;
      case Stage.Pad _,
          Stage.FitLength _,
          Stage.Frame _,
          Stage.OverlapAdd _,
          Stage.DropFrames _,
          Stage.FitFrames _,
          Stage.SlidingNormalize _,
          Stage.Pcen _,
          Stage.Delta _ ->
          false;
      case Stage.Analysis s -> TileAnalyses.runs(s);
    };
  }

  private static TileStage tileStage(Stage stage, Layout in) {
    return switch (stage) {
      case Stage.Affine s -> TileStages.affine(s, in);
      case Stage.PreEmphasis s -> TileStages.preEmphasis(s, in);
      case Stage.Dither s -> new TileStages.Dither(s, in);
      case Stage.RemoveDcOffset _ -> new TileStages.RemoveDcOffset(in);
      case Stage.Window s -> TileStages.window(s, in);
      case Stage.RealFft s -> transform(List.of(s), 0, in);
      case Stage.InverseRealFft s -> new TileStages.InverseTransform(s);
      case Stage.Modulus s -> new TileStages.Modulus(s, in);
      case Stage.Angle _ -> new TileStages.Angle(in);
      case Stage.Project s -> new TileStages.Project(s.basis());
      case Stage.ComplexProject s -> new TileStages.Project(s, in);
      case Stage.Log s -> TileStages.log(s, in);
      case Stage.Power s -> TileStages.power(s, in);
      case Stage.Reduce s -> new TileStages.Reduce(s, in);
      case Stage.SliceBins s -> new TileStages.SliceBins(s, in);
      case Stage.Quantize s -> TileStages.quantize(s, in);
      case Stage.Normalize s -> new TileStages.FrameStatistics(s, in);
      case Stage.DynamicRange s -> new TileStages.FrameStatistics(s, in);
      case Stage.Branch s -> new TileBranch(s, in);
      case PreciseSpectrum _, SpectralShape _ -> new PreciseStage(List.of(stage), in);
      case Stage.Analysis s -> TileAnalyses.of(s, in);
      case Stage.Pad _,
          Stage.FitLength _,
          Stage.Frame _,
          Stage.OverlapAdd _,
          Stage.DropFrames _,
          Stage.FitFrames _,
          Stage.SlidingNormalize _,
          Stage.Pcen _,
          Stage.Delta _ ->
          throw new AssertionError(stage + " does not work on single frames");
    };
  }

  Layout output() {
    return output;
  }

  /** Returns the floats its input takes: whole blocks of L rows, which a transposition writes. */
  int inputFloats() {
    return aligned((inputRows + L - 1) / L * L * L);
  }

  /** Returns the floats of memory it needs besides its input and its result. */
  int memory() {
    return temporary + scratch;
  }

  /** Returns the doubles it needs. */
  int doubles() {
    return doubles;
  }

  /** Returns the floats its result takes; 0 if that lies where the input does. */
  int resultFloats() {
    return resultFloats;
  }

  /** Returns how the first stage reads frames of a transposed signal, or null if it cannot. */
  TileFft.@Nullable Gather gather(int hop) {
    return stages.length > 0 && stages[0] instanceof TileStages.Transform t ? t.gather(hop) : null;
  }

  /**
   * Whether the result can go to a stream: what is kept of it outlives a tile in one stage only.
   */
  boolean canStream() {
    return stages.length == 1 && stages[0].canStream();
  }

  /** Stores what is kept after the last tile; see {@link TileStage#finishStream}. */
  void finishStream(float[] a, int memory, TileStage.Tile tile) {
    stages[0].finishStream(a, memory + temporary, tile);
  }

  /** Whether the first stage needs no samples, only the sums of squares of every hop. */
  boolean takesSums(int hop) {
    return stages.length > 0 && stages[0] instanceof TileStages.Reduce r && r.canShare(hop);
  }

  /**
   * Runs on the tile at {@code in}, with memory from {@code memory}; returns where the result is:
   * at {@code out}, or in place of the input.
   */
  int run(float[] a, int in, int out, int memory, TileStage.Tile tile) {
    return run(0, a, in, in, out, memory, tile);
  }

  /** Runs on frames of a transposed signal, the first one's samples from {@code t0} on. */
  int run(TileFft.Gather gather, float[] a, int t0, int out, int memory, TileStage.Tile tile) {
    int to = place(0, 0, out, memory);
    ((TileStages.Transform) stages[0]).run(gather, a, t0, to, memory + temporary, tile);
    return run(1, a, to, to, out, memory, tile);
  }

  /** Runs on frames whose sums of squares of every hop are the rows at {@code in}. */
  int runOnSums(float[] a, int in, int count, int out, int memory, TileStage.Tile tile) {
    int to = place(0, in, out, memory);
    ((TileStages.Reduce) stages[0]).runOnSums(a, in, count, to, tile);
    return run(1, a, in, to, out, memory, tile);
  }

  private int run(
      int from, float[] a, int in, int start, int out, int memory, TileStage.Tile tile) {
    int current = start;
    for (int i = from; i < stages.length; i++) {
      int to = place(i, in, out, memory);
      stages[i].run(a, current, to, memory + temporary, tile);
      current = to;
    }
    return current;
  }

  private int place(int stage, int in, int out, int memory) {
    int at = place[stage];
    return at == INPUT ? in : at == result ? out : memory + at;
  }

  /** Runs paths on one input and joins their results. */
  private static final class TileBranch extends TileStage {
    private final TileProgram[] paths;
    private final Stage.Branch.Join join;
    private final int memory;
    private final int doubles;
    private final int rows;

    TileBranch(Stage.Branch stage, Layout in) {
      paths = new TileProgram[stage.paths().size()];
      int most = 0;
      int mostDoubles = 0;
      int room = 0;
      for (int p = 0; p < paths.length; p++) {
        paths[p] = new TileProgram(stage.paths().get(p), in, true);
        room = Math.max(room, paths[p].inputRows);
        most = Math.max(most, paths[p].memory() + paths[p].resultFloats());
        mostDoubles = Math.max(mostDoubles, paths[p].doubles());
      }
      join = stage.join();
      memory = most;
      doubles = mostDoubles;
      rows = room;
    }

    @Override
    int inputRows() {
      return rows;
    }

    @Override
    int scratch() {
      return memory;
    }

    @Override
    int doubles() {
      return doubles;
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      int to = out;
      boolean concatenates =
          join == Stage.Branch.Join.CONCATENATE || join == Stage.Branch.Join.CONCATENATE_SHORTEST;
      for (int p = 0; p < paths.length; p++) {
        int memory = scratch + paths[p].resultFloats();
        int from = paths[p].run(a, in, scratch, memory, tile);
        int height = rows(paths[p].output());
        int n = height * L;
        if (p == 0 || concatenates) {
          System.arraycopy(a, from, a, to, n);
          to += concatenates ? n : 0;
        } else if (join == Stage.Branch.Join.MULTIPLY) {
          tile.kernels.multiply(a, to, a, from, height, tile.lanes);
        } else {
          tile.kernels.divide(a, to, a, from, height, tile.lanes);
        }
      }
    }
  }
}
