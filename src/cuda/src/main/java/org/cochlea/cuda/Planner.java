package org.cochlea.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.cuda.Instances.Instance;
import org.jspecify.annotations.Nullable;

/**
 * Turns the stages of a pipeline into launches. Everything that one kernel can do becomes one: the
 * usual front end, from the waveform to the logarithm of a filter bank, is a single launch.
 */
final class Planner {
  /**
   * Stages without a launch, besides all analyses: from the first of them on a pipeline runs on the
   * host. In the switch over stages below they are refused.
   */
  static final Set<Class<? extends Stage>> WITHOUT_KERNEL = Set.of();

  private final List<Instance> instances;
  private final Limits limits;
  private final CudaOptions.Fourier fourier;
  private final List<Launch> launches = new ArrayList<>();
  private final List<Time> times = new ArrayList<>();
  private final List<RowTable> tables = new ArrayList<>();
  private final List<Value> scratch = new ArrayList<>();
  private boolean wholeBatch;

  Planner(List<Instance> instances, Limits limits) {
    this(instances, limits, CudaOptions.Fourier.OWN);
  }

  Planner(List<Instance> instances, Limits limits, CudaOptions.Fourier fourier) {
    this.instances = instances;
    this.limits = limits;
    this.fourier = fourier;
  }

  /** Whether cuFFT does transforms of a length. */
  private boolean byCufft(int size) {
    return switch (fourier) {
      case OWN -> false;
      case CUFFT -> true;
      case AUTO -> !Radix.smooth(size);
    };
  }

  /** Whether there is a launch for a stage, and for all stages of all its paths. */
  static boolean hasKernel(Stage stage, Set<Class<? extends Stage>> without) {
    return !without.contains(stage.getClass())
        && !isHostAnalysis(stage)
        && (!(stage instanceof Stage.Branch branch)
            || (branch.join() != Stage.Branch.Join.CONCATENATE_SHORTEST
                && branch.paths().stream()
                    .flatMap(List::stream)
                    .allMatch(inner -> hasKernel(inner, without))));
  }

  /** Whether a stage is an analysis that no kernel computes. */
  private static boolean isHostAnalysis(Stage stage) {
    return switch (stage) {
      case Stage.Resample s -> !Resampling.fits(s);
      case Stage.FirFilter _, Stage.SosFilter _, Stage.GriffinLim _ -> false;
      default -> stage instanceof Stage.Analysis;
    };
  }

  /**
   * Plans a pipeline, all stages of which have kernels.
   *
   * @param copies whether the result is copied at the end, which can round it too
   */
  Program plan(Pipeline pipeline, boolean copies) {
    Layout input = pipeline.input();
    Time start = new Time(null, null, 0);
    times.add(start);
    Flow flow =
        input.isSignal()
            ? new Flow.Signal(Reader.of(null, start))
            : Flow.of(Value.of(Value.Home.INPUT, input, start));
    flow = plan(pipeline.stages(), flow);
    Value result = stored(flow);
    Value out = Value.of(Value.Home.OUTPUT, result.layout(), result.time());
    if (copies) {
      result.freeze();
    }
    moveInto(result, out, 0);
    return new Program(pipeline, launches, times, tables, scratch, out, wholeBatch);
  }

  private Flow plan(List<Stage> stages, Flow in) {
    Flow flow = in;
    int i = 0;
    while (i < stages.size()) {
      Stage stage = stages.get(i);
      // What one launch does of several stages.
      if (flow instanceof Flow.Frames frames && stage instanceof Stage.RealFft fft) {
        Spectral spectral = transform(frames, fft, stages.subList(i + 1, stages.size()));
        flow = spectral.flow;
        i += 1 + spectral.more;
      } else if (stage instanceof Stage.InverseRealFft fft
          && i + 1 < stages.size()
          && stages.get(i + 1) instanceof Stage.OverlapAdd add
          && !byCufft(fft.size())
          && Inverse.isOneLaunch(fft, add, limits)) {
        Value spectrum = stored(flow);
        Time time = after(flow.time(), add);
        flow = of(Inverse.signal(fft, add, spectrum, value(Layout.signal(), time), limits));
        i += 2;
      } else if (stage instanceof Stage.DynamicRange range
          && i + 1 < stages.size()
          && stages.get(i + 1) instanceof Stage.Affine affine
          && affine.scale() > 0) {
        // The other way round the same: the step joins what comes before, the limit comes last.
        flow = plan(affine, flow);
        flow = plan(new Stage.DynamicRange(range.range() * affine.scale(), range.scope()), flow);
        i += 2;
      } else {
        flow = plan(stage, flow);
        i++;
      }
    }
    return flow;
  }

  private Flow plan(Stage stage, Flow flow) {
    return switch (stage) {
      case Stage.Affine s -> flow instanceof Flow.Spectrum ? refuse(s, flow) : linear(s, flow);
      case Stage.PreEmphasis s -> linear(firstOnly(s), flow);
      case Stage.Dither s -> s.amount() == 0 ? flow : linear(s, flow);
      case Stage.Pad s -> linear(s, flow);
      case Stage.FitLength s -> linear(s, flow);
      case Stage.RemoveDcOffset s -> linear(s, flow);
      case Stage.Window s -> linear(s, flow);
      case Stage.Frame s -> frame(s, flow);
      case Stage.RealFft s -> refuse(s, flow);
      case Stage.InverseRealFft s -> {
        Value in = stored(flow);
        Value out = value(Layout.real(s.size()), flow.time());
        Launch inverse = byCufft(s.size()) ? null : Inverse.frames(s, in, out, limits);
        yield inverse == null ? longFourier(s.size(), true, in, out) : of(inverse);
      }
      case Stage.OverlapAdd s -> {
        Value out = value(Layout.signal(), after(flow.time(), s));
        yield of(Inverse.overlapAdd(s, stored(flow), out));
      }
      case Stage.Modulus s ->
          of(Pointwise.modulus(stored(flow), s.power(), like(flow, flow.layout().bins())));
      case Stage.Angle _ -> of(Pointwise.angle(stored(flow), like(flow, flow.layout().bins())));
      case Stage.Project s ->
          of(Projection.project(s.basis(), stored(flow), like(flow, s.basis().rows())));
      case Stage.ComplexProject s -> complexProject(s, flow);
      case Stage.Log s -> pointwise(s, flow);
      case Stage.Power s -> pointwise(s, flow);
      case Stage.Quantize s -> pointwise(s, flow);
      case Stage.Reduce s -> of(FrameOperations.reduce(stored(flow), s, like(flow, 1)));
      case Stage.SliceBins s -> view(flow, s.apply(flow.layout()), flow.time(), s.from(), 0);
      case Stage.DropFrames s -> view(flow, flow.layout(), after(flow.time(), s), 0, s.first());
      case Stage.FitFrames s -> fitFrames(s, flow);
      case Stage.Normalize s -> clip(s, s.scope(), flow);
      case Stage.DynamicRange s -> clip(s, s.scope(), flow);
      case Stage.SlidingNormalize s -> clip(s, Scope.BIN, flow);
      case Stage.Pcen s -> clip(s, Scope.BIN, flow);
      case Stage.Delta s -> clip(s, Scope.BIN, flow);
      case Stage.Resample s -> {
        Reader in = scaled(s, flow);
        Value out = value(Layout.signal(), after(flow.time(), s));
        yield of(new Resampling(s, table(in, null, out.time()), in, out));
      }
      case Stage.FirFilter s -> {
        Reader in = scaled(s, flow);
        Value out = value(Layout.signal(), in.time());
        yield of(Filter.fir(s, table(in, null, out.time()), in, out));
      }
      case Stage.SosFilter s -> {
        Reader in = scaled(s, flow);
        Value out = value(Layout.signal(), in.time());
        Filter filter = Filter.sos(s, table(in, null, out.time()), in, out);
        if (filter.work() != null) {
          scratch.add(filter.work());
        }
        yield of(filter);
      }
      case Stage.GriffinLim s -> griffinLim(s, flow);
      case Stage.Branch s -> branch(s, flow);
      case Stage.Analysis s -> refuse(s, flow);
    };
  }

  private static Flow refuse(Stage stage, Flow flow) {
    throw new AssertionError(stage + " cannot follow " + flow.layout());
  }

  // ---- values ----------------------------------------------------------------------------------

  private static Value value(Layout layout, Time time) {
    return Value.of(Value.Home.WORKSPACE, layout, time);
  }

  /** Returns a value of real frames, as many as flow. */
  private static Value like(Flow flow, int bins) {
    return value(Layout.real(bins), flow.time());
  }

  private Time after(Time time, Stage stage) {
    Time after = new Time(time, stage, times.size());
    times.add(after);
    return after;
  }

  private RowTable table(@Nullable Reader reader, @Nullable Value matrix, Time frames) {
    RowTable table = new RowTable(reader, matrix, frames, tables.size());
    tables.add(table);
    return table;
  }

  private Flow of(Launch launch) {
    launches.add(launch);
    return Flow.of(launch.result());
  }

  /** Returns what flows, in memory. */
  private Value stored(Flow flow) {
    Value known = flow.stored();
    if (known != null) {
      return known;
    }
    Value value =
        switch (flow) {
          case Flow.Signal s -> gather(s, 0, 0);
          case Flow.Frames f -> frames(f);
          case Flow.Spectrum _ -> throw new AssertionError("a spectrum is in memory");
        };
    flow.store(value);
    return value;
  }

  private Value gather(Flow.Signal flow, double dither, long seed) {
    Reader reader = flow.reader();
    Value out = value(Layout.signal(), reader.time());
    RowTable table = table(reader, null, reader.time());
    launches.add(new Gather(table, reader, null, 1, dither, seed, out));
    return out;
  }

  private Value frames(Flow.Frames flow) {
    FrameWork work = flow.work();
    Value out = value(flow.layout(), flow.time());
    Reader reader = flow.reader();
    Value matrix = flow.matrix();
    if (reader != null) {
      RowTable table = table(reader, null, flow.time());
      double scale = work.isScale() ? work.scale() : 1;
      launches.add(new Gather(table, reader, flow.frame(), scale, 0, 0, out));
    } else if (matrix != null) {
      Pointwise copy = Pointwise.copy(matrix, out);
      Chain chain = copy.chain();
      if (work.isScale() && chain != null) {
        chain.add(new Stage.Affine(work.scale(), 0));
      }
      launches.add(copy);
    }
    if (!work.isScale()) {
      launches.add(FrameOperations.operate(out, work));
    }
    return out;
  }

  /** Puts a value where another is, with its bins from one on. */
  private void moveInto(Value value, Value into, int fromBin) {
    if (value.isMovable()) {
      value.moveInto(into, fromBin);
    } else {
      Value part = value(value.layout(), value.time());
      part.moveInto(into, fromBin);
      launches.add(Pointwise.copy(value, part));
    }
  }

  // ---- signals and frames ----------------------------------------------------------------------

  /**
   * With a coefficient of 0 only the first sample may change, but kernels take 0 for no emphasis at
   * all. The least number changes nothing else.
   */
  private static Stage.PreEmphasis firstOnly(Stage.PreEmphasis s) {
    return s.coefficient() == 0 && s.before() == Stage.PreEmphasis.Before.EXTRAPOLATE
        ? new Stage.PreEmphasis(Float.MIN_VALUE, s.before())
        : s;
  }

  /** A stage that the kernel which reads next may be able to do. */
  private Flow linear(Stage stage, Flow flow) {
    if (flow instanceof Flow.Signal signal) {
      Reader reader = signal.reader().then(stage, timeAfter(signal.time(), stage));
      if (reader != null) {
        return new Flow.Signal(reader);
      }
      if (stage instanceof Stage.Dither dither && signal.stored() == null) {
        return Flow.of(gather(signal, dither.amount(), dither.seed()));
      }
      if (stage instanceof Stage.Affine) {
        return pointwise(stage, flow);
      }
      Value value = stored(signal);
      Reader fresh = Reader.of(value, value.time());
      if (stage instanceof Stage.Dither dither) {
        return Flow.of(gather(new Flow.Signal(fresh), dither.amount(), dither.seed()));
      }
      Reader next = fresh.then(stage, timeAfter(value.time(), stage));
      return next == null ? refuse(stage, flow) : new Flow.Signal(next);
    }
    if (flow instanceof Flow.Frames frames) {
      FrameWork work = frames.work().then(stage);
      if (work != null) {
        return frames.with(work);
      }
      if (stage instanceof Stage.Affine) {
        return pointwise(stage, flow);
      }
      FrameWork next = FrameWork.NONE.then(stage);
      return next == null ? refuse(stage, flow) : new Flow.Frames(stored(frames), next);
    }
    return refuse(stage, flow);
  }

  /** A time is made only where it can differ. */
  private Time timeAfter(Time time, Stage stage) {
    return stage instanceof Stage.Pad || stage instanceof Stage.FitLength
        ? after(time, stage)
        : time;
  }

  /** Returns how kernels read a signal that can only scale it. */
  private Reader scaled(Stage stage, Flow flow) {
    if (!(flow instanceof Flow.Signal signal)) {
      throw new AssertionError(stage + " cannot follow " + flow.layout());
    }
    if (signal.reader().isScale()) {
      return signal.reader();
    }
    Value value = stored(signal);
    return Reader.of(value, value.time());
  }

  private Flow frame(Stage.Frame stage, Flow flow) {
    if (!(flow instanceof Flow.Signal signal)) {
      return refuse(stage, flow);
    }
    Reader reader = signal.reader();
    if (!reader.canFrame(stage)) {
      Value value = stored(signal);
      reader = Reader.of(value, value.time());
    }
    return new Flow.Frames(reader, stage, FrameWork.NONE, after(flow.time(), stage));
  }

  // ---- transforms ------------------------------------------------------------------------------

  /** What comes out of a transform, and how many of the stages after it are done already. */
  private record Spectral(Flow flow, int more) {}

  private Spectral transform(Flow.Frames in, Stage.RealFft fft, List<Stage> next) {
    int size = fft.size();
    if (byCufft(size)) {
      Value out = value(Layout.complex(size / 2 + 1), in.time());
      return new Spectral(longFourier(size, false, stored(in), out), 0);
    }
    Flow.Frames frames = in;
    FrameWork work = frames.work();
    // Kernels emphasise frames of their own length, and know two ways to begin.
    boolean cut = size < frames.layout().bins() && (work.dither() != 0 || work.offset());
    boolean strange = work.emphasis() != 0 && work.before() == Stage.PreEmphasis.Before.EXTRAPOLATE;
    if (cut || strange) {
      frames = new Flow.Frames(stored(frames), FrameWork.NONE);
      work = frames.work();
    }
    int length = Math.min(size, frames.layout().bins());
    Frontend.Tap tap = Frontend.Tap.COMPLEX;
    double power = 1;
    Basis bank = null;
    if (!next.isEmpty() && next.getFirst() instanceof Stage.Modulus modulus) {
      tap = Frontend.Tap.MODULUS;
      power = modulus.power();
      if (next.size() > 1 && next.get(1) instanceof Stage.Project project) {
        bank = project.basis();
      }
    } else if (!next.isEmpty() && next.getFirst() instanceof Stage.Angle) {
      tap = Frontend.Tap.ANGLE;
    }
    List<FrontendPlan> plans = plans(frames, length, size, bank);
    if (plans.isEmpty() && bank != null) {
      bank = null;
      plans = plans(frames, length, size, null);
    }
    if (plans.isEmpty()) {
      Value out = value(Layout.complex(size / 2 + 1), frames.time());
      return new Spectral(longFourier(size, false, stored(frames), out), 0);
    }
    Layout layout =
        tap == Frontend.Tap.COMPLEX
            ? Layout.complex(size / 2 + 1)
            : Layout.real(bank == null ? size / 2 + 1 : bank.rows());
    Flow flow =
        of(
            new Frontend(
                plans,
                frames.frame(),
                table(frames.reader(), frames.matrix(), frames.time()),
                work,
                size,
                length,
                Frontend.stagedFrames(frames.frame(), work, length, size),
                tap,
                power,
                limits.multiprocessors(),
                value(layout, frames.time())));
    return new Spectral(flow, tap == Frontend.Tap.COMPLEX ? 0 : bank == null ? 1 : 2);
  }

  private List<FrontendPlan> plans(Flow.Frames frames, int length, int size, @Nullable Basis bank) {
    return FrontendPlan.of(
        Frontend.request(frames.frame(), frames.work(), length, size, bank), instances, limits);
  }

  private Flow griffinLim(Stage.GriffinLim stage, Flow flow) {
    Value modulus = stored(flow);
    Layout layout = Layout.complex(modulus.layout().bins());
    List<Stage> inverse = List.of(new Stage.InverseRealFft(stage.size()), stage.synthesis());
    List<Stage> forward =
        List.of(
            stage.analysis(), new Stage.Window(stage.window()), new Stage.RealFft(stage.size()));
    Value spectrum = value(layout, modulus.time());
    launches.add(PhaseStep.start(stage, modulus, spectrum));
    Value previous = null;
    for (int i = 0; i < stage.iterations(); i++) {
      Value rebuilt = stored(plan(forward, plan(inverse, Flow.of(spectrum))));
      spectrum = value(layout, modulus.time());
      Value before = previous == null ? rebuilt : previous;
      launches.add(PhaseStep.update(stage, modulus, rebuilt, before, spectrum));
      previous = rebuilt;
    }
    return plan(inverse, Flow.of(spectrum));
  }

  private Flow longFourier(int size, boolean inverse, Value in, Value out) {
    LongFourier launch = new LongFourier(size, inverse, byCufft(size), in, out);
    scratch.add(launch.firstWork());
    if (launch.secondWork() != null) {
      scratch.add(launch.secondWork());
    }
    return of(launch);
  }

  private Flow complexProject(Stage.ComplexProject stage, Flow flow) {
    Value out = value(Layout.complex(stage.real().rows()), flow.time());
    if (flow instanceof Flow.Frames frames
        && frames.frame() != null
        && frames.work().operations() == 0) {
      RowTable table = table(frames.reader(), null, frames.time());
      return of(Projection.correlate(stage, frames.frame(), table, frames.work(), out));
    }
    return of(Projection.complex(stage, stored(flow), out));
  }

  // ---- values to values ------------------------------------------------------------------------

  /** A step that the launch before may be able to do. */
  private Flow pointwise(Stage stage, Flow flow) {
    Value in = stored(flow);
    Launch last = launches.isEmpty() ? null : launches.getLast();
    // Of a view the values that are not seen are changed too, which nobody sees.
    if (last != null && last.result() == in.root() && !in.isFrozen() && !in.root().isFrozen()) {
      Chain chain = last.chain();
      if (chain != null && chain.add(stage)) {
        return Flow.of(in);
      }
    }
    Pointwise launch = Pointwise.copy(in, value(in.layout(), in.time()));
    Chain chain = launch.chain();
    if (chain == null || !chain.add(stage)) {
      return refuse(stage, flow);
    }
    return of(launch);
  }

  private Flow view(Flow flow, Layout layout, Time time, int fromBin, int fromFrame) {
    Value in = stored(flow);
    return Flow.of(in.view(layout, time, fromBin, fromFrame));
  }

  private Flow fitFrames(Stage.FitFrames stage, Flow flow) {
    Value in = stored(flow);
    Value out = value(in.layout(), after(flow.time(), stage));
    launches.add(Pointwise.fill(in, out, in.time(), stage.value()));
    if (stage.value() != 0) {
      // Beyond a row's own frames, those that were added among them, there are zeros.
      launches.add(Pointwise.copy(out, out));
    }
    return Flow.of(out);
  }

  private Flow clip(Stage stage, Scope scope, Flow flow) {
    wholeBatch |= scope == Scope.BATCH;
    Value in = stored(flow);
    ClipStage launch = new ClipStage(stage, in, value(in.layout(), in.time()));
    scratch.add(launch.lines());
    scratch.add(launch.scopes());
    return of(launch);
  }

  // ---- branches --------------------------------------------------------------------------------

  private Flow branch(Stage.Branch stage, Flow flow) {
    flow.share();
    List<Value> results = new ArrayList<>();
    for (List<Stage> path : stage.paths()) {
      results.add(stored(plan(path, flow)));
    }
    Value first = results.getFirst();
    if (stage.join() == Stage.Branch.Join.CONCATENATE) {
      Value joined = value(stage.apply(flow.layout()), first.time());
      int bin = 0;
      for (Value result : results) {
        int bins = result.layout().bins();
        moveInto(result, joined, bin);
        bin += bins;
      }
      return Flow.of(joined);
    }
    Value joined = first;
    for (Value result : results.subList(1, results.size())) {
      Value out = value(first.layout(), first.time());
      launches.add(Pointwise.combine(joined, result, stage.join(), out));
      joined = out;
    }
    return Flow.of(joined);
  }
}
