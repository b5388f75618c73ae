package org.cochlea.core;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Statistics;

/**
 * Extracts features of recordings of any length, reading the samples once and holding only a piece
 * of them: what comes out is equal, to the last bit, to one call with the whole recording.
 *
 * <p>A pipeline whose stages all work on single frames needs memory for one piece only. From the
 * first stage that needs the whole clip on (a decibel range below the maximum, a normalisation,
 * PCEN, deltas) the feature is kept in a temporary file. A range is then applied piece by piece,
 * what treats every bin by itself, bin by bin, on every path of a branch; a normalisation over all
 * bins takes its statistics bin by bin and is then applied piece by piece. Only what else mixes
 * bins over the whole clip takes the feature into memory. An engine that keeps more than 32 bits
 * between its stages, as {@code reference} does, rounds at these places; one with other statistics
 * than the {@code cpu} engine's may differ from it in the last bits of such a normalisation.
 *
 * <p>Belongs to one thread at a time, as the {@link Extractor} it uses.
 */
public final class PiecewiseExtractor implements AutoCloseable {
  /** About how many samples a piece has. */
  private static final int PIECE_SAMPLES = 1 << 20;

  private final int sampleRate;
  private final Path scratch;
  private final Extractor local;
  private final List<Step> steps = new ArrayList<>();
  private final Layout middle;
  private final Stage.Frame frame;

  /** Frames at the start of a piece that reach before it. */
  private final int context;

  /** What is done with all frames once they are there. */
  private sealed interface Step {
    /** What it runs, to be closed at the end. */
    List<Extractor> extractors();

    /** Stages on single frames, which may follow a range below the maximum. */
    record Frames(Extractor extractor, boolean belowMaximum) implements Step {
      @Override
      public List<Extractor> extractors() {
        return List.of(extractor);
      }
    }

    /**
     * A stage that treats every bin by itself, on the whole of it; a branch on several paths, with
     * an extractor for each that has stages.
     */
    record Rows(List<Extractor> extractors, Stage stage) implements Step {}

    /** A normalisation over all bins, of every channel or of all of them. */
    record Normalized(Stage.Normalize stage) implements Step {
      @Override
      public List<Extractor> extractors() {
        return List.of();
      }
    }

    /** All that is left, on all of it. */
    record Whole(Extractor extractor) implements Step {
      @Override
      public List<Extractor> extractors() {
        return List.of(extractor);
      }
    }
  }

  /** Where samples come from, in order. */
  @FunctionalInterface
  public interface SampleSource {
    /**
     * Reads the next samples.
     *
     * @param channels one array per channel
     * @param from where in the arrays to begin
     * @param count how many to read at most, at least 1
     * @return how many were read; less than {@code count} only at the end
     * @throws IOException if the source fails
     */
    int read(float[][] channels, int from, int count) throws IOException;
  }

  /** Where frames go, in order. */
  @FunctionalInterface
  public interface FrameSink {
    /**
     * Takes the frames {@code from … to - 1} of a tensor, which is valid during the call only.
     *
     * @throws IOException if the sink fails
     */
    void accept(Tensor frames, int from, int to) throws IOException;
  }

  /**
   * Prepares a pipeline; temporary files go to the system's folder for them.
   *
   * @throws IllegalArgumentException if {@link #supports} says no
   */
  public PiecewiseExtractor(Engine engine, Pipeline pipeline, ExtractorOptions options) {
    this(engine, pipeline, options, Path.of(System.getProperty("java.io.tmpdir", ".")));
  }

  /**
   * Prepares a pipeline.
   *
   * @param scratch a folder with room for the feature, twice
   * @throws IllegalArgumentException if {@link #supports} says no
   */
  public PiecewiseExtractor(
      Engine engine, Pipeline pipeline, ExtractorOptions options, Path scratch) {
    if (!supports(pipeline)) {
      throw new IllegalArgumentException(
          "the pipeline cannot run piece by piece: it does not cut frames, or changes the signal as"
              + " a whole before");
    }
    this.scratch = scratch;
    List<Stage> stages = pipeline.stages();
    int split = framewiseStages(stages, 0);
    List<Stage> first = stages.subList(0, split);
    Pipeline prefix = new Pipeline(pipeline.sampleRate(), Layout.signal(), first);
    sampleRate = pipeline.sampleRate();
    frame = frame(first);
    context = Math.max(0, Math.ceilDiv(frame.left() + 1, frame.hop()));
    local = engine.compile(prefix, options);
    middle = prefix.output();
    Layout layout = middle;
    while (split < stages.size()) {
      Stage stage = stages.get(split);
      int from = split;
      int to = split + 1;
      if (belowMaximum(stage) || local(stage)) {
        to = framewiseStages(stages, to);
      } else if (!rowByRow(stage, layout) && !(stage instanceof Stage.Normalize)) {
        to = stages.size();
      }
      List<Stage> part = stages.subList(from, to);
      if (stage instanceof Stage.Normalize s && overBins(s)) {
        steps.add(new Step.Normalized(s));
      } else if (!belowMaximum(stage) && rowByRow(stage, layout)) {
        List<List<Stage>> paths =
            stage instanceof Stage.Branch branch ? branch.paths() : List.of(part);
        List<Extractor> rows = new ArrayList<>();
        for (List<Stage> path : paths) {
          if (!path.isEmpty()) {
            rows.add(engine.compile(new Pipeline(0, Layout.real(1), path), options));
          }
        }
        steps.add(new Step.Rows(rows, stage));
      } else {
        Extractor extractor = engine.compile(new Pipeline(0, layout, part), options);
        steps.add(
            belowMaximum(stage) || local(stage)
                ? new Step.Frames(extractor, belowMaximum(stage))
                : new Step.Whole(extractor));
      }
      for (Stage done : part) {
        layout = done.apply(layout);
      }
      split = to;
    }
  }

  /**
   * Whether a pipeline can run piece by piece: signal stages that look at a sample and the one
   * before it, then frames (not wrapped around), then anything.
   */
  public static boolean supports(Pipeline pipeline) {
    if (!pipeline.input().isSignal()) {
      return false;
    }
    for (Stage stage : pipeline.stages()) {
      switch (stage) {
        case Stage.Affine _, Stage.PreEmphasis _ -> {}
        case Stage.Frame f -> {
          return f.padding() != Padding.WRAP
              && pipeline.stages().stream().noneMatch(Stage.Dither.class::isInstance);
        }
        default -> {
          return false;
        }
      }
    }
    return false;
  }

  /** Whether the feature is kept until the end, in a file or in memory. */
  public boolean needsWholeFeature() {
    return !steps.isEmpty();
  }

  /**
   * Returns where the stages on single frames end: the index, from a place on, of the first stage
   * that looks at other frames than the one it gives, or how many stages there are.
   */
  public static int framewiseStages(List<Stage> stages, int from) {
    int n = from;
    while (n < stages.size() && local(stages.get(n))) {
      n++;
    }
    return n;
  }

  /** Whether a stage needs no more of the other frames than the maximum of all. */
  private static boolean belowMaximum(Stage stage) {
    return stage instanceof Stage.DynamicRange s && s.scope() != Scope.FRAME;
  }

  /** Whether a normalisation's statistics are of all bins of all frames. */
  private static boolean overBins(Stage.Normalize stage) {
    return switch (stage.scope()) {
      case CHANNEL, ITEM, BATCH -> true;
      case BIN, FRAME -> false;
    };
  }

  /** Whether a stage treats every bin of every channel by itself. */
  private static boolean rowByRow(Stage stage, Layout in) {
    return switch (stage) {
      case Stage.Normalize s -> s.scope() == Scope.BIN;
      case Stage.Pcen s -> s.maxBins() == 1;
      case Stage.DropFrames _ -> !in.complex();
      case Stage.Delta _, Stage.SlidingNormalize _, Stage.FitFrames _ -> true;
      case Stage.Branch s ->
          s.join() == Stage.Branch.Join.CONCATENATE
              && !in.complex()
              && s.paths().stream().anyMatch(path -> !path.isEmpty())
              && s.paths().stream()
                  .allMatch(path -> path.stream().allMatch(one -> rowByRow(one, in)));
      default -> false;
    };
  }

  private static boolean local(Stage stage) {
    return switch (stage) {
      case Stage.Normalize s -> s.scope() == Scope.FRAME;
      case Stage.DynamicRange s -> s.scope() == Scope.FRAME;
      case Stage.DropFrames _,
          Stage.FitFrames _,
          Stage.SlidingNormalize _,
          Stage.Pcen _,
          Stage.Delta _,
          Stage.OverlapAdd _ ->
          false;
      case Stage.Analysis s -> s.isPerFrame();
      case Stage.Branch s ->
          s.paths().stream().allMatch(p -> p.stream().allMatch(PiecewiseExtractor::local));
      default -> true;
    };
  }

  private static Stage.Frame frame(List<Stage> stages) {
    for (Stage stage : stages) {
      if (stage instanceof Stage.Frame f) {
        return f;
      }
    }
    throw new AssertionError("supports() saw a frame stage");
  }

  /**
   * Reads a recording to its end and hands all frames to a sink.
   *
   * @param channels of the recording, at least 1
   * @param rate of the recording in Hz
   * @return the number of samples read, per channel
   * @throws IllegalArgumentException if the rate is not the pipeline's
   * @throws IOException if the source or the sink fails
   */
  public long extract(int channels, int rate, SampleSource source, FrameSink sink)
      throws IOException {
    if (sampleRate != 0 && rate != sampleRate) {
      throw new IllegalArgumentException(
          "the recording is at %d Hz, the pipeline was made for %d Hz".formatted(rate, sampleRate));
    }
    if (steps.isEmpty()) {
      return pieces(channels, rate, source, sink);
    }
    Maximum maximum = new Maximum();
    FrameFile kept = new FrameFile(scratch);
    try {
      FrameSink first = maximum.into(steps.getFirst(), kept);
      long samples = pieces(channels, rate, source, first);
      if (kept.frames() == 0) {
        first.accept(
            Tensor.allocate(new Shape(1, channels, middle.bins(), 0, middle.complex())), 0, 0);
      }
      for (int i = 0; i < steps.size() - 1; i++) {
        FrameFile from = kept;
        kept = new FrameFile(scratch);
        Maximum coming = new Maximum();
        try (from) {
          run(steps.get(i), from, maximum, coming.into(steps.get(i + 1), kept));
        }
        maximum = coming;
      }
      run(steps.getLast(), kept, maximum, sink);
      return samples;
    } finally {
      kept.close();
    }
  }

  private void run(Step step, FrameFile in, Maximum maximum, FrameSink out) throws IOException {
    switch (step) {
      case Step.Frames s when s.belowMaximum() ->
          // A frame of maxima behind every piece makes the engine see the same range in each.
          in.forEach(
              (piece, from, to) ->
                  out.accept(s.extractor().extract(maximum.behind(piece, from, to)), 0, to - from));
      case Step.Frames s ->
          in.forEach((piece, from, to) -> out.accept(s.extractor().extract(piece), from, to));
      case Step.Rows s -> rows(s, in, out);
      case Step.Normalized s -> normalize(s.stage(), in, out);
      case Step.Whole s -> {
        Tensor result = s.extractor().extract(joined(in));
        out.accept(result, 0, result.frames(0));
      }
    }
  }

  private void rows(Step.Rows step, FrameFile in, FrameSink out) throws IOException {
    try (FrameFile made = new FrameFile(scratch)) {
      List<List<Stage>> paths =
          step.stage() instanceof Stage.Branch branch
              ? branch.paths()
              : List.of(List.of(step.stage()));
      int bins = in.bins() * paths.size();
      made.allocate(in.channels(), bins, Math.toIntExact(step.stage().frames(in.frames())));
      float[] values = new float[in.frames()];
      Tensor row = Tensor.wrap(new Shape(1, 1, 1, values.length, false), values);
      for (int c = 0; c < in.channels(); c++) {
        for (int k = 0; k < in.bins(); k++) {
          in.readRow(c * in.bins() + k, values);
          Iterator<Extractor> next = step.extractors().iterator();
          for (int p = 0; p < paths.size(); p++) {
            Tensor result = paths.get(p).isEmpty() ? row : next.next().extract(row);
            made.writeRow(c * bins + p * in.bins() + k, result);
          }
        }
      }
      if (made.frames() == 0) {
        out.accept(Tensor.allocate(new Shape(1, in.channels(), bins, 0, false)), 0, 0);
      }
      made.forEach(out);
    }
  }

  private static void normalize(Stage.Normalize stage, FrameFile in, FrameSink out)
      throws IOException {
    int rows = in.channels() * in.bins();
    int perGroup = stage.scope() == Scope.CHANNEL ? in.bins() : rows;
    Statistics[] of = new Statistics[perGroup == 0 ? 0 : rows / perGroup];
    float[] values = new float[in.frames()];
    for (int group = 0; group < of.length; group++) {
      of[group] = new Statistics();
      int first = group * perGroup;
      for (int row = first; row < first + perGroup; row++) {
        in.readRow(row, values);
        of[group].add(values, 0, values.length, 1);
        if (Statistics.needsBounds(stage)) {
          of[group].bound(values, 0, values.length, 1);
        }
      }
      for (int row = first; Statistics.needsSquares(stage) && row < first + perGroup; row++) {
        in.readRow(row, values);
        of[group].square(values, 0, values.length, 1);
      }
    }
    in.forEach(
        (piece, from, to) -> {
          int count = to - from;
          float[] all = piece.toArray(0);
          for (int row = 0; row < rows; row++) {
            int at = row * count;
            of[row / perGroup].normalize(stage, all, at, all, at, count, 1);
          }
          out.accept(Tensor.wrap(piece.shape(), all), 0, count);
        });
  }

  /** The greatest value of every bin so far. */
  private static final class Maximum {
    private float[] values = {};

    /** Returns a sink that looks at frames on their way to another, if the next step needs it. */
    FrameSink into(Step next, FrameSink sink) {
      if (!(next instanceof Step.Frames frames && frames.belowMaximum())) {
        return sink;
      }
      return (piece, from, to) -> {
        see(piece, from, to);
        sink.accept(piece, from, to);
      };
    }

    private void see(Tensor piece, int from, int to) {
      int bins = piece.shape().bins();
      int rows = piece.shape().channels() * bins;
      if (values.length != rows) {
        values = new float[rows];
        Arrays.fill(values, Float.NEGATIVE_INFINITY);
      }
      MemorySegment memory = piece.segment();
      for (int row = 0; row < rows; row++) {
        long at = piece.offset(0, row / bins, row % bins);
        float most = values[row];
        for (int t = from; t < to; t++) {
          most =
              Math.max(most, memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, (at + t) * Float.BYTES));
        }
        values[row] = most;
      }
    }

    /** Returns some frames with the maxima as one more behind them. */
    Tensor behind(Tensor piece, int from, int to) {
      Shape shape = piece.shape();
      int count = to - from;
      float[] all = new float[Math.multiplyExact(values.length, count + 1)];
      for (int row = 0; row < values.length; row++) {
        MemorySegment.copy(
            piece.segment(),
            ValueLayout.JAVA_FLOAT_UNALIGNED,
            (piece.offset(0, row / shape.bins(), row % shape.bins()) + from) * Float.BYTES,
            all,
            row * (count + 1),
            count);
        all[row * (count + 1) + count] = values[row];
      }
      return Tensor.wrap(new Shape(1, shape.channels(), shape.bins(), count + 1, false), all);
    }
  }

  private long pieces(int channels, int rate, SampleSource source, FrameSink sink)
      throws IOException {
    // A piece begins `context` frames before the first frame still to come, so that this frame (and
    // the sample before it, for pre-emphasis) lies inside; it ends anywhere, and frames that reach
    // beyond its end wait for the next one.
    int reach = Math.max(Math.abs(frame.left()), Math.abs(frame.right())) + frame.length();
    int least = Math.addExact(Math.multiplyExact(context + 2, frame.hop()), 2 * reach);
    int capacity = Math.max(PIECE_SAMPLES, Math.multiplyExact(2, least));
    float[][] buffer = new float[channels][capacity];
    int held = 0;
    long start = 0; // the sample that buffer[.][0] is
    long emitted = 0;
    while (true) {
      int read = source.read(buffer, held, capacity - held);
      held += read;
      boolean end = held < capacity;
      long firstFrame = start / frame.hop();
      Tensor frames = local.extract(waveform(buffer, held, rate));
      int from = Math.toIntExact(emitted - firstFrame);
      int to = end ? frames.frames(0) : completeFrames(held);
      if (to > from) {
        sink.accept(frames, from, to);
        emitted += to - from;
      }
      if (end) {
        return start + held;
      }
      long next = Math.max(0, emitted - context) * frame.hop();
      int drop = Math.toIntExact(Math.min(next - start, held - reach));
      drop -= drop % frame.hop();
      for (float[] channel : buffer) {
        System.arraycopy(channel, drop, channel, 0, held - drop);
      }
      held -= drop;
      start += drop;
    }
  }

  /** The frames of a piece that end inside it. */
  private int completeFrames(int samples) {
    long room = (long) samples + frame.left() - frame.length();
    return room < 0 ? 0 : Math.toIntExact(1 + room / frame.hop());
  }

  private static Waveform waveform(float[][] buffer, int samples, int rate) {
    float[][] channels = new float[buffer.length][];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = samples == buffer[c].length ? buffer[c] : Arrays.copyOf(buffer[c], samples);
    }
    return Waveform.ofChannels(channels, rate);
  }

  private static Tensor joined(FrameFile in) throws IOException {
    Shape shape = new Shape(1, in.channels(), in.bins(), in.frames(), in.complex());
    Tensor all = Tensor.allocate(shape);
    int[] at = {0};
    in.forEach(
        (piece, from, to) -> {
          Tensor.copyFrames(piece, from, to, all, at[0]);
          at[0] += to - from;
        });
    return all;
  }

  @Override
  public void close() {
    local.close();
    steps.forEach(step -> step.extractors().forEach(Extractor::close));
  }
}
