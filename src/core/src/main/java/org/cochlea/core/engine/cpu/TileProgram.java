package org.cochlea.core.engine.cpu;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Stage;

/** Single-frame stages in order, with a place in memory for the result of each. */
final class TileProgram {
  private static final int L = Lanes.COUNT;

  private final TileStage[] stages;
  private final int[] place;
  private final Layout output;
  private final int temporary;
  private final int scratch;

  /**
   * Prepares the stages.
   *
   * @param list stages that {@link #runs} accepts, may be empty
   * @param in what goes in
   * @param keepInput whether the input must stay as it is
   */
  TileProgram(List<Stage> list, Layout in, boolean keepInput) {
    List<TileStage> made = new ArrayList<>();
    Layout layout = in;
    int[] places = new int[list.size()];
    int next = 0;
    int needed = 0;
    int current = -1; // the input
    for (Stage stage : list) {
      TileStage tileStage = tileStage(stage, layout);
      layout = stage.apply(layout);
      boolean stay = tileStage.inPlace() && (current >= 0 || !keepInput);
      if (!stay) {
        current = next;
        next += floats(layout);
      }
      places[made.size()] = current;
      made.add(tileStage);
      needed = Math.max(needed, tileStage.scratch());
    }
    stages = made.toArray(TileStage[]::new);
    place = places;
    output = layout;
    temporary = next;
    scratch = needed;
  }

  /** Returns the floats one tile of a layout takes. */
  static int floats(Layout layout) {
    return layout.bins() * (layout.complex() ? 2 : 1) * L;
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
      case Stage.Normalize _, Stage.DynamicRange _ ->
          PlainTileStages.FrameStatistics.handles(stage);
      case Stage.Branch s ->
          s.paths().stream().allMatch(p -> p.stream().allMatch(TileProgram::runs));
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
    };
  }

  private static TileStage tileStage(Stage stage, Layout in) {
    return switch (stage) {
      case Stage.Affine s -> PlainTileStages.affine(s, in);
      case Stage.PreEmphasis s -> new PlainTileStages.PreEmphasis(s, in);
      case Stage.Dither s -> new PlainTileStages.Dither(s, in);
      case Stage.RemoveDcOffset _ -> new PlainTileStages.RemoveDcOffset(in);
      case Stage.Window s -> new PlainTileStages.Window(s);
      case Stage.RealFft s -> new PlainTileStages.RealFft(s, in);
      case Stage.InverseRealFft s -> new PlainTileStages.InverseRealFft(s);
      case Stage.Modulus s -> new PlainTileStages.Modulus(s, in);
      case Stage.Angle _ -> new PlainTileStages.Angle(in);
      case Stage.Project s -> new PlainTileStages.Project(s);
      case Stage.ComplexProject s -> new PlainTileStages.ComplexProject(s, in);
      case Stage.Log s -> PlainTileStages.log(s, in);
      case Stage.Power s -> PlainTileStages.power(s, in);
      case Stage.Reduce s -> new PlainTileStages.Reduce(s, in);
      case Stage.SliceBins s -> new PlainTileStages.SliceBins(s, in);
      case Stage.Quantize s -> PlainTileStages.quantize(s, in);
      case Stage.Normalize s -> new PlainTileStages.FrameStatistics(s, in);
      case Stage.DynamicRange s -> new PlainTileStages.FrameStatistics(s, in);
      case Stage.Branch s -> new TileBranch(s, in);
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

  /** Returns the floats of memory it needs besides its input. */
  int memory() {
    return temporary + scratch;
  }

  /**
   * Runs on the tile at {@code in}, with memory from {@code memory}; returns where the result is.
   */
  int run(float[] a, int in, int memory, TileStage.Tile tile) {
    int current = in;
    for (int i = 0; i < stages.length; i++) {
      int out = place[i] < 0 ? in : memory + place[i];
      stages[i].run(a, current, out, memory + temporary, tile);
      current = out;
    }
    return current;
  }

  /** Runs paths on one input and joins their results. */
  private static final class TileBranch extends TileStage {
    private final TileProgram[] paths;
    private final Stage.Branch.Join join;
    private final int memory;

    TileBranch(Stage.Branch stage, Layout in) {
      paths = new TileProgram[stage.paths().size()];
      int most = 0;
      for (int p = 0; p < paths.length; p++) {
        paths[p] = new TileProgram(stage.paths().get(p), in, true);
        most = Math.max(most, paths[p].memory());
      }
      join = stage.join();
      memory = most;
    }

    @Override
    int scratch() {
      return memory;
    }

    @Override
    void run(float[] a, int in, int out, int scratch, Tile tile) {
      int to = out;
      for (int p = 0; p < paths.length; p++) {
        int from = paths[p].run(a, in, scratch, tile);
        int n = floats(paths[p].output());
        if (p == 0 || join == Stage.Branch.Join.CONCATENATE) {
          System.arraycopy(a, from, a, to, n);
          to += join == Stage.Branch.Join.CONCATENATE ? n : 0;
        } else {
          for (int i = 0; i < n; i++) {
            a[to + i] =
                join == Stage.Branch.Join.MULTIPLY
                    ? a[to + i] * a[from + i]
                    : a[to + i] / a[from + i];
          }
        }
      }
    }
  }
}
