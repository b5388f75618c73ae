package org.cochlea.opencl;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.SavitzkyGolay;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.opencl.kernel.Op;
import org.jspecify.annotations.Nullable;

/**
 * Makes a device program of stages: what works on frames becomes one launch, from the signal (or
 * from memory) to memory; what looks along a clip becomes launches of its own.
 */
final class Planner {
  private final Tables tables = new Tables();
  private final List<int[]> bands = new ArrayList<>();
  private final List<Value> values = new ArrayList<>();
  private final List<Pass> passes = new ArrayList<>();
  private boolean wholeBatch;
  private int elements;

  /** What flows between two stages: in memory, or in the tile that a launch is working on. */
  private static final class Flow {
    private @Nullable Value stored;
    private @Nullable Tile tile;

    /** A factor that a stored signal is still to be multiplied by. */
    private double scale = 1;
  }

  private Planner() {}

  /** Whether there is a kernel for a stage. */
  static boolean hasKernel(Stage stage) {
    return switch (stage) {
      case Stage.Branch s -> {
        boolean all = true;
        for (List<Stage> path : s.paths()) {
          for (Stage one : path) {
            all &= hasKernel(one);
          }
        }
        yield all;
      }
      case Stage.Resample s ->
          (long) s.taps().rows() * s.taps().columns() <= DeviceProgram.MOST_TAPS;
      case Stage.FirFilter _ -> true;
      case Stage.SosFilter s ->
          s.direction() == Stage.SosFilter.Direction.FORWARDS
              && s.sections().rows() <= DeviceProgram.MOST_SECTIONS;
      case Stage.Analysis _ -> false;
      default -> true;
    };
  }

  /** Returns the program of a pipeline that has kernels for all stages. */
  static DeviceProgram plan(Pipeline pipeline) {
    return plan(pipeline, false, false, false);
  }

  /**
   * Returns the program of a pipeline that has kernels for all stages, with augmentation around it.
   *
   * @param before whether there are launches before it: then its input lies in memory
   * @param after whether there are launches after it: then its output lies in memory
   * @param mixes whether these take clips of the whole batch
   */
  static DeviceProgram plan(Pipeline pipeline, boolean before, boolean after, boolean mixes) {
    Planner planner = new Planner();
    Value input = planner.value(pipeline.input(), Time.INPUT);
    input.lieIn(before ? Op.MEMORY : Op.INPUT);
    Flow flow = new Flow();
    flow.stored = input;
    flow = planner.run(pipeline.stages(), flow);
    Value output = planner.stored(flow);
    if (output == input) {
      output = planner.copy(input, planner.value(input.layout(), input.time()), 0);
    }
    output.lieIn(after ? Op.MEMORY : Op.OUTPUT);
    return new DeviceProgram(
        pipeline,
        planner.values,
        planner.passes,
        planner.tables,
        planner.bands,
        input,
        output,
        Math.max(planner.elements, 1),
        before || after ? Op.AUGMENT_AREA : 0,
        planner.wholeBatch || mixes);
  }

  private Value value(Layout layout, Time time) {
    Value value = new Value(values.size(), layout, time);
    values.add(value);
    return value;
  }

  private Value numbers(Time time, int count) {
    Value value = new Value(values.size(), Layout.real(1), time, count);
    values.add(value);
    return value;
  }

  private void pass(Pass.Work work, Value of, Object... operation) {
    passes.add(new Pass(work, of, Pass.Scopes.LINE, List.of(List.of(operation))));
  }

  /** Returns what flows as a value in memory. */
  private Value stored(Flow flow) {
    Tile tile = flow.tile;
    if (tile != null) {
      Value value = value(tile.layout(), tile.time());
      write(tile, value, 0);
      flow.tile = null;
      flow.stored = value;
    }
    Value value = flow.stored;
    if (value == null) {
      throw new AssertionError("what flows is in memory or in a tile");
    }
    if (flow.scale != 1) {
      value = signal(value, value.time(), Op.AFFINE, tables.add(flow.scale, 0), 0, 0, 0, 0);
      flow.scale = 1;
      flow.stored = value;
    }
    return value;
  }

  private void write(Tile tile, Value value, int bin) {
    tile.write(value, bin);
    elements = Math.max(elements, tile.elements());
    passes.add(new Pass(Pass.Work.TILES, value, Pass.Scopes.LINE, List.copyOf(tile.operations())));
  }

  private Flow run(List<Stage> stages, Flow start) {
    Flow flow = start;
    for (int i = 0; i < stages.size(); i++) {
      flow = stage(stages.get(i), flow, room(stages, i + 1));
    }
    return flow;
  }

  /** Returns the elements that the next transform needs of the region of its samples. */
  private static int room(List<Stage> stages, int from) {
    for (Stage stage : stages.subList(from, stages.size())) {
      if (stage instanceof Stage.RealFft s) {
        return Tile.roomFor(s);
      }
    }
    return 0;
  }

  private Flow stage(Stage stage, Flow flow, int room) {
    Tile tile = flow.tile;
    boolean signal = tile == null && layout(flow).isSignal();
    if (signal) {
      return signalStage(stage, flow, room);
    }
    switch (stage) {
      case Stage.Delta _,
          Stage.Pcen _,
          Stage.SlidingNormalize _,
          Stage.FitFrames _,
          Stage.OverlapAdd _,
          Stage.Normalize _,
          Stage.DynamicRange _,
          Stage.Branch _ ->
          flow.stored = clipStage(stage, stored(flow));
      default -> {
        if (tile == null) {
          tile = Tile.read(tables, bands, stored(flow), room);
          flow.tile = tile;
          flow.stored = null;
        }
        tile.stage(stage, room);
      }
    }
    return flow;
  }

  private static Layout layout(Flow flow) {
    Value value = flow.stored;
    return value == null ? Layout.real(1) : value.layout();
  }

  // ---- signals
  // -----------------------------------------------------------------------------------

  private Flow signalStage(Stage stage, Flow flow, int room) {
    switch (stage) {
      case Stage.Affine s when s.offset() == 0 -> flow.scale *= s.scale();
      case Stage.Frame s -> {
        Value value = flow.stored;
        if (value == null) {
          throw new AssertionError("a signal is in memory");
        }
        flow.tile = Tile.gather(tables, bands, value, s, flow.scale, room);
        flow.scale = 1;
        flow.stored = null;
      }
      case Stage.Normalize _, Stage.Branch _ -> flow.stored = clipStage(stage, stored(flow));
      default -> flow.stored = signal(stage, stored(flow));
    }
    return flow;
  }

  private Value signal(Stage stage, Value x) {
    Time time = x.time().then(stage);
    return switch (stage) {
      case Stage.Affine s ->
          signal(x, time, Op.AFFINE, tables.add(s.scale(), s.offset()), 0, 0, 0, 0);
      case Stage.PreEmphasis s ->
          signal(x, time, Op.SIGNAL_EMPHASIS, tables.add(Codes.emphasis(s)), 0, 0, 0, 0);
      case Stage.Dither s ->
          signal(
              x,
              time,
              Op.SIGNAL_DITHER,
              tables.add(s.amount()),
              (int) s.seed(),
              (int) (s.seed() >> 32),
              0,
              0);
      case Stage.Pad s -> signal(x, time, Op.SIGNAL_PAD, 0, s.left(), Codes.of(s.padding()), 0, 0);
      case Stage.FitLength _ -> signal(x, time, Op.SIGNAL_PAD, 0, 0, Op.PAD_ZERO, 0, 0);
      case Stage.SosFilter s -> {
        elements = Math.max(elements, 4 * s.sections().rows());
        yield along(
            Pass.Work.LINES,
            Op.SECTIONS,
            x,
            time,
            1,
            0,
            sections(s.sections()),
            s.sections().rows(),
            s.clamped() ? 1 : 0);
      }
      case Stage.Resample s ->
          signal(
              x,
              time,
              Op.SIGNAL_RESAMPLE,
              taps(s.taps(), false),
              s.in(),
              s.out(),
              s.taps().columns(),
              s.reach());
      case Stage.FirFilter s ->
          signal(
              x,
              time,
              Op.SIGNAL_RESAMPLE,
              taps(s.taps(), true),
              1,
              1,
              s.taps().columns(),
              s.taps().columns() - 1 - s.offset());
      default -> throw new AssertionError(stage + " is not a stage of signals");
    };
  }

  /** Adds {@code b0 b1 b2 a1 a2} of every section, each as the sum of two floats. */
  private int sections(Basis sections) {
    double[] all = new double[10 * sections.rows()];
    for (int s = 0; s < sections.rows(); s++) {
      for (int i = 0; i < 5; i++) {
        double number = sections.at(s, i < 3 ? i : i + 1) / sections.at(s, 3);
        all[10 * s + 2 * i] = (float) number;
        all[10 * s + 2 * i + 1] = number - (float) number;
      }
    }
    return tables.add(all);
  }

  private int taps(Basis taps, boolean reversed) {
    int columns = taps.columns();
    double[] all = new double[taps.rows() * columns];
    for (int r = 0; r < taps.rows(); r++) {
      for (int k = 0; k < columns; k++) {
        all[r * columns + k] = taps.at(r, reversed ? columns - 1 - k : k);
      }
    }
    return tables.add(all);
  }

  private Value signal(
      Value x, Time time, int function, int table, int one, int two, int three, int four) {
    Value y = value(Layout.signal(), time);
    pass(
        Pass.Work.NUMBERS,
        y,
        Op.SIGNAL,
        x,
        new Pass.Place(x),
        y,
        new Pass.Place(y),
        function,
        table,
        one,
        two,
        three,
        four);
    return y;
  }

  // ---- clips
  // -------------------------------------------------------------------------------------

  private Value clipStage(Stage stage, Value x) {
    Time time = x.time().then(stage);
    int bins = x.layout().bins();
    return switch (stage) {
      case Stage.Branch s -> branch(s, x);
      case Stage.Normalize s ->
          statistics(
              x, time, s.scope(), Codes.of(s.offset()), Codes.of(s.spread()), s.epsilon(), -1);
      case Stage.DynamicRange s ->
          statistics(x, time, s.scope(), 3, 0, s.range(), tables.add(s.range()));
      case Stage.FitFrames s -> {
        Value y = value(x.layout(), time);
        copy(x, y, 0, 0, tables.add(s.value()));
        yield y;
      }
      case Stage.OverlapAdd s -> {
        Value y = value(Layout.signal(), time);
        double[] window = s.window().row(0);
        pass(
            Pass.Work.NUMBERS,
            y,
            Op.OVERLAP_ADD,
            x,
            new Pass.Place(x),
            y,
            new Pass.Place(y),
            window.length,
            s.hop(),
            s.trim(),
            tables.add(window));
        yield y;
      }
      case Stage.Delta s -> {
        boolean interpolates = s.edge() == Stage.Delta.Edge.INTERPOLATE;
        if (interpolates) {
          x.requireFrames(s.width());
        }
        yield along(
            Pass.Work.NUMBERS,
            Op.DELTA,
            x,
            time,
            bins,
            0,
            s.width(),
            tables.add(SavitzkyGolay.derivative(s.width(), s.order())),
            interpolates ? -1 : Codes.of(s.edge().padding()));
      }
      case Stage.SlidingNormalize s ->
          along(
              Pass.Work.NUMBERS,
              Op.SLIDING,
              x,
              time,
              bins,
              0,
              s.window(),
              s.minWindow(),
              s.center() ? 1 : 0,
              s.variance() ? 1 : 0);
      case Stage.Pcen s ->
          along(
              Pass.Work.LINES,
              Op.PCEN,
              x,
              time,
              bins,
              0,
              tables.add(
                  s.smoothing(),
                  s.gain(),
                  s.bias(),
                  s.power(),
                  s.epsilon(),
                  Math.pow(s.bias(), s.power()),
                  Math.log(s.epsilon())),
              s.maxBins());
      default -> throw new AssertionError(stage + " is not a stage of clips");
    };
  }

  private Value along(Pass.Work work, int kind, Value x, Time time, Object... parameters) {
    Value y = value(x.layout(), time);
    List<Object> operation =
        new ArrayList<>(List.of(kind, x, new Pass.Place(x), y, new Pass.Place(y)));
    operation.addAll(List.of(parameters));
    pass(work, y, operation.toArray());
    return y;
  }

  private Value copy(Value x, Value y, int bin) {
    return copy(x, y, bin, 0, tables.add(0));
  }

  /** Copies the frames of a value, beginning at one, to bins of another. */
  private Value copy(Value x, Value y, int bin, int shift, int added) {
    passes.add(
        new Pass(
            Pass.Work.NUMBERS,
            y,
            Pass.Scopes.LINE,
            List.of(
                List.of(
                    Op.SHIFT,
                    x,
                    new Pass.Place(x),
                    y,
                    new Pass.Place(y),
                    x.layout().bins(),
                    bin,
                    shift,
                    x.layout().complex() ? 2 : 1,
                    added))));
    return y;
  }

  private Value statistics(
      Value x, Time time, Scope scope, int centre, int spread, double parameter, int range) {
    int bins = x.layout().bins();
    if (scope == Scope.FRAME && !x.layout().isSignal()) {
      return along(
          Pass.Work.FRAMES,
          Op.FRAME_STATISTICS,
          x,
          time,
          bins,
          0,
          centre,
          range >= 0 ? -1 : spread,
          tables.add(parameter));
    }
    Pass.Scopes scopes =
        switch (scope) {
          case BIN -> Pass.Scopes.LINE;
          case FRAME, CHANNEL -> Pass.Scopes.ROW;
          case ITEM -> Pass.Scopes.CLIP;
          case BATCH -> Pass.Scopes.BATCH;
        };
    wholeBatch |= scope == Scope.BATCH;
    Value lines = numbers(x.time(), bins * Op.STATISTICS);
    elements = Math.max(elements, Op.STATISTICS * Op.PARTS + 2);
    passes.add(
        new Pass(
            Pass.Work.LINES,
            x,
            Pass.Scopes.LINE,
            List.of(
                List.of(Op.LINE_SUMS, x, new Pass.Place(x)),
                List.of(Op.LINE_SQUARES, x, new Pass.Place(x)),
                List.of(Op.LINE_STORE, x, new Pass.Place(x), lines, bins))));
    List<Object> parts = List.of(Op.SCOPE_PARTS, lines, scopes.code(), bins);
    int table = tables.add(parameter);
    Value y = value(x.layout(), time);
    Object by = -1;
    List<List<Object>> last = new ArrayList<>();
    if (scopes == Pass.Scopes.ROW || scopes == Pass.Scopes.CLIP) {
      // A block lies in one scope, of which there are few lines: every group joins them itself.
      last.add(parts);
      last.add(List.of(Op.SCOPE, -1, centre, spread, table));
    } else {
      Value results = numbers(x.time(), 2 * bins);
      by = results;
      passes.add(
          new Pass(
              Pass.Work.SCOPES,
              x,
              scopes,
              List.of(parts, List.of(Op.SCOPE, results, centre, spread, table))));
    }
    last.add(
        List.of(
            Op.NORMALIZE,
            x,
            new Pass.Place(x),
            y,
            new Pass.Place(y),
            bins,
            0,
            by,
            scopes.code(),
            range));
    passes.add(new Pass(Pass.Work.NUMBERS, y, Pass.Scopes.LINE, last));
    return y;
  }

  private Value branch(Stage.Branch s, Value x) {
    Time time = x.time().then(s);
    boolean concatenates =
        s.join() == Stage.Branch.Join.CONCATENATE
            || s.join() == Stage.Branch.Join.CONCATENATE_SHORTEST;
    if (concatenates) {
      Value joined = value(s.apply(x.layout()), time);
      int bin = 0;
      for (List<Stage> path : s.paths()) {
        Flow flow = new Flow();
        flow.stored = x;
        flow = run(path, flow);
        Tile tile = flow.tile;
        if (tile != null) {
          write(tile, joined, bin);
          bin += tile.layout().bins();
        } else {
          Value part = stored(flow);
          copy(part, joined, bin);
          bin += part.layout().bins();
        }
      }
      return joined;
    }
    Value product = null;
    for (List<Stage> path : s.paths()) {
      Flow flow = new Flow();
      flow.stored = x;
      Value part = stored(run(path, flow));
      if (part.place() == Op.INPUT) {
        part = copy(part, value(part.layout(), part.time()), 0);
      }
      if (product == null) {
        product = part;
      } else {
        Value y = value(part.layout(), time);
        pass(
            Pass.Work.NUMBERS,
            y,
            Op.JOIN,
            product,
            part,
            y,
            new Pass.Place(y),
            part.layout().bins(),
            0,
            s.join() == Stage.Branch.Join.DIVIDE ? 1 : 0);
        product = y;
      }
    }
    if (product == null) {
      throw new AssertionError("a branch has paths");
    }
    return product;
  }
}
