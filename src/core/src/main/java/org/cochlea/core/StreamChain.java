package org.cochlea.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.cochlea.core.StreamNode.Windowed.Reach;
import org.cochlea.core.stage.ChromaEnergy;
import org.cochlea.core.stage.HarmonicPercussive;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.OnsetStrength;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.SpectralFlux;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Stages as the steps of a stream, each handing on to the next. */
final class StreamChain {
  private final Engine engine;
  private final ExtractorOptions options;
  private final int channels;
  private final List<StreamNode> nodes = new ArrayList<>();
  private final StreamNode.Sink sink;
  private Layout layout;

  /** Inputs that make {@link #outputs} items, in the long run. */
  private long inputs = 1;

  private long outputs = 1;

  StreamChain(
      Engine engine, ExtractorOptions options, int channels, Layout input, List<Stage> stages) {
    this.engine = engine;
    this.options = options;
    this.channels = channels;
    this.layout = input;
    int i = 0;
    while (i < stages.size()) {
      i = add(stages, i);
    }
    sink = new StreamNode.Sink(strip(layout));
    nodes.add(sink);
    for (int n = 1; n < nodes.size(); n++) {
      nodes.get(n - 1).connect(nodes.get(n));
    }
  }

  StreamNode first() {
    return nodes.getFirst();
  }

  Strip results() {
    return sink.in;
  }

  long inputs() {
    return inputs;
  }

  long outputs() {
    return outputs;
  }

  /** Returns how many items must have come for so many (at least 1) to be there. */
  long inputsFor(long items) {
    long needed = items;
    for (int i = nodes.size() - 1; i >= 0 && needed != StreamNode.NEVER; i--) {
      needed = nodes.get(i).inputsFor(needed);
    }
    return needed;
  }

  void reset() {
    nodes.forEach(StreamNode::reset);
  }

  void close() {
    nodes.forEach(StreamNode::close);
  }

  // ---- what streams --------------------------------------------------------------------------

  /** Returns the first stage that needs the whole clip. */
  static Optional<Stage> wholeClip(List<Stage> stages) {
    return first(stages, StreamChain::needsWholeClip);
  }

  /** Returns the first stage that needs the whole clip, or that the engine cannot go on with. */
  static @Nullable Stage obstacle(Engine engine, List<Stage> stages) {
    boolean keeps = engine.keepsMemory();
    return first(stages, s -> needsWholeClip(s) || (!keeps && hasMemory(s))).orElse(null);
  }

  private static Optional<Stage> first(List<Stage> stages, Predicate<Stage> what) {
    for (Stage stage : stages) {
      if (what.test(stage)) {
        return Optional.of(stage);
      }
      if (stage instanceof Stage.Branch branch) {
        for (List<Stage> path : branch.paths()) {
          Optional<Stage> inside = first(path, what);
          if (inside.isPresent()) {
            return inside;
          }
        }
      }
    }
    return Optional.empty();
  }

  static boolean needsWholeClip(Stage stage) {
    return switch (stage) {
      case Stage.Normalize s -> s.scope() != Scope.FRAME;
      case Stage.DynamicRange s -> s.scope() != Scope.FRAME;
      case Stage.Pad s -> s.padding() == Padding.WRAP;
      case Stage.Frame s -> s.padding() == Padding.WRAP || !roundsInside(s);
      case Stage.Delta s -> s.edge() == Stage.Delta.Edge.WRAP;
      case Stage.SosFilter s -> s.direction() != Stage.SosFilter.Direction.FORWARDS;
      case Stage.Analysis s -> !s.isPerFrame() && reach(s) == null;
      default -> false;
    };
  }

  /** Whether a stage depends on all that came before, or on where it is. */
  private static boolean hasMemory(Stage stage) {
    return switch (stage) {
      case Stage.Dither _, Stage.Pcen _, Stage.SlidingNormalize _, Stage.SosFilter _ -> true;
      default -> false;
    };
  }

  /** Whether frames that end inside a signal are never more than the signal's length gives. */
  private static boolean roundsInside(Stage.Frame s) {
    return s.tail() != Stage.Frame.Tail.ROUND || s.length() - s.left() >= s.hop() - s.hop() / 2;
  }

  /** Whether a stage works on single items, wherever they lie. */
  private static boolean local(Stage stage) {
    return switch (stage) {
      case Stage.Normalize s -> s.scope() == Scope.FRAME;
      case Stage.DynamicRange s -> s.scope() == Scope.FRAME;
      case Stage.Pcen _,
          Stage.DropFrames _,
          Stage.FitFrames _,
          Stage.FitLength _,
          Stage.Pad _,
          Stage.Frame _,
          Stage.SlidingNormalize _,
          Stage.Delta _,
          Stage.OverlapAdd _ ->
          false;
      case Stage.Analysis s -> s.isPerFrame();
      case Stage.Branch s ->
          s.paths().stream().allMatch(p -> p.stream().allMatch(StreamChain::local));
      default -> true;
    };
  }

  /** Returns what an output of an analysis depends on, or null for the whole clip. */
  private static @Nullable Reach reach(Stage stage) {
    return switch (stage) {
      case Stage.Resample s ->
          new Reach(s.in(), s.out(), s.reach(), s.taps().columns() - 1 - s.reach(), 1);
      case Stage.FirFilter s -> Reach.of((long) s.taps().columns() - 1 - s.offset(), s.offset(), 1);
      case SpectralFlux s -> Reach.of(s.lag(), 0, 1);
      case OnsetStrength s -> s.detrend() ? null : Reach.of((long) s.lag() + s.shift(), 0, 1);
      case HarmonicPercussive s -> Reach.of(s.harmonicWidth(), s.harmonicWidth() / 2, 1);
      case ChromaEnergy s -> {
        int width = s.smoothing().columns();
        yield Reach.of((width - 1) / 2 + 1L, width / 2, 1);
      }
      default -> null;
    };
  }

  // ---- building ------------------------------------------------------------------------------

  private Strip strip(Layout of) {
    return new Strip(of, channels, engine.keepsDoubles());
  }

  private PieceRunner compile(List<Stage> stages, Layout in) {
    return engine.compilePieces(new Pipeline(0, in, stages), options);
  }

  private int add(List<Stage> stages, int from) {
    Stage stage = stages.get(from);
    Strip in = strip(layout);
    int to = from + 1;
    switch (stage) {
      case Stage.Frame s -> {
        nodes.add(
            new StreamNode.Padded(
                in, s.left(), s.padding(), n -> right(s, n), tail(s), Math.max(0, -s.right())));
        to = endOfLocal(stages, to);
        Stage.Frame inside =
            new Stage.Frame(s.length(), s.hop(), 0, 0, Padding.ZERO, Stage.Frame.Tail.DROP);
        List<Stage> part = new ArrayList<>(stages.subList(from, to));
        part.set(0, inside);
        Strip result = strip(after(part));
        nodes.add(new StreamNode.Framed(strip(layout), result, compile(part, layout), inside));
        scale(s.hop(), 1);
      }
      case Stage.Pad s ->
          nodes.add(
              new StreamNode.Padded(in, s.left(), s.padding(), _ -> s.right(), s.right() + 1, 0));
      case Stage.FitLength s -> nodes.add(new StreamNode.Fitted(in, 0, 0, s.rule(), 0));
      case Stage.FitFrames s -> nodes.add(new StreamNode.Fitted(in, 0, 0, s.rule(), s.value()));
      case Stage.DropFrames s ->
          nodes.add(new StreamNode.Fitted(in, s.first(), s.last(), new LengthRule.Extend(0), 0));
      case Stage.SlidingNormalize s -> nodes.add(new StreamNode.Sliding(in, s));
      case Stage.SosFilter s -> nodes.add(new StreamNode.Recursive(in, s));
      case Stage.Pcen s -> nodes.add(windowed(in, List.of(s), Reach.NONE));
      case Stage.Delta s -> {
        int half = s.width() / 2;
        boolean fits = s.edge() == Stage.Delta.Edge.INTERPOLATE;
        nodes.add(windowed(in, List.of(s), Reach.of(half + 1, half, fits ? s.width() : 1)));
      }
      case Stage.OverlapAdd s -> {
        // Of a given length, what is trimmed at the end otherwise may be a part.
        int trim = s.samples() >= 0 ? 0 : s.trim();
        Stage all = new Stage.OverlapAdd(s.hop(), s.window(), trim, -1);
        int before = Math.ceilDiv(s.window().columns(), s.hop());
        int after = Math.ceilDiv(trim, s.hop());
        nodes.add(windowed(in, List.of(all), new Reach(1, s.hop(), before, after, 1)));
        scale(1, s.hop());
        if (s.samples() >= 0) {
          LengthRule rule = new LengthRule.Exactly(s.samples());
          nodes.add(new StreamNode.Fitted(strip(Layout.signal()), s.trim(), 0, rule, 0));
        }
      }
      case Stage.Branch s when !local(s) -> {
        List<StreamChain> paths = new ArrayList<>();
        for (List<Stage> path : s.paths()) {
          paths.add(new StreamChain(engine, options, channels, layout, path));
        }
        nodes.add(new StreamNode.Branched(in, paths, s.join()));
        scale(paths.getFirst().inputs(), paths.getFirst().outputs());
      }
      case Stage.Resample s -> {
        nodes.add(windowed(in, List.of(s), needed(s)));
        scale(s.in(), s.out());
      }
      case Stage.Analysis s when !s.isPerFrame() -> nodes.add(windowed(in, List.of(s), needed(s)));
      default -> {
        to = endOfLocal(stages, from);
        List<Stage> part = stages.subList(from, to);
        nodes.add(windowed(in, part, layout.isSignal() ? ofSamples(part) : Reach.NONE));
      }
    }
    for (Stage done : stages.subList(from, to)) {
      layout = done.apply(layout);
    }
    return to;
  }

  private static Reach needed(Stage stage) {
    Reach reach = reach(stage);
    if (reach == null) {
      throw new AssertionError(stage + " does not stream");
    }
    return reach;
  }

  private void scale(long in, long out) {
    inputs = Math.multiplyExact(inputs, in);
    outputs = Math.multiplyExact(outputs, out);
  }

  private StreamNode.Windowed windowed(Strip in, List<Stage> stages, Reach reach) {
    Pipeline pipeline = new Pipeline(0, layout, stages);
    return new StreamNode.Windowed(
        in, strip(pipeline.output()), compile(stages, layout), pipeline::frames, reach);
  }

  /** Every difference looks one sample back, or forward at the start. */
  private static Reach ofSamples(List<Stage> stages) {
    int differences = 0;
    for (Stage stage : stages) {
      differences += stage instanceof Stage.PreEmphasis ? 1 : 0;
    }
    return Reach.of(differences, 0, differences == 0 ? 1 : 2);
  }

  private Layout after(List<Stage> stages) {
    return new Pipeline(0, layout, stages).output();
  }

  /** Returns where the stages on single items end. */
  static int endOfLocal(List<Stage> stages, int from) {
    int n = from;
    while (n < stages.size() && local(stages.get(n))) {
      n++;
    }
    return n;
  }

  /** Samples added at the end so that there are as many whole frames as the stage says. */
  private static long right(Stage.Frame s, long samples) {
    return (s.frames(samples) - 1) * s.hop() + s.length() - s.left() - samples;
  }

  /** As many samples as are ever added at the end, and one. */
  private static int tail(Stage.Frame s) {
    return Math.toIntExact((long) s.length() + s.hop() + Math.abs((long) s.right()) + 1);
  }
}
