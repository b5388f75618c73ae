package org.cochlea.core;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * Extracts features of recordings of any length, reading the samples once and holding only a piece
 * of them: what comes out is equal, to the last bit, to one call with the whole recording.
 *
 * <p>A pipeline whose stages all work on single frames needs memory for one piece only. Stages that
 * need the whole clip (a decibel range below the maximum, a normalisation, PCEN, deltas) are run at
 * the end, on the feature, which is then kept in memory; never the audio.
 *
 * <p>Belongs to one thread at a time, as the {@link Extractor} it uses.
 */
public final class PiecewiseExtractor implements AutoCloseable {
  /** About how many samples a piece has. */
  private static final int PIECE_SAMPLES = 1 << 20;

  private final int sampleRate;
  private final Extractor local;
  private final @Nullable Extractor whole;
  private final Layout middle;
  private final Stage.Frame frame;

  /** Frames at the start of a piece that reach before it. */
  private final int context;

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
   * Prepares a pipeline.
   *
   * @throws IllegalArgumentException if {@link #supports} says no
   */
  public PiecewiseExtractor(Engine engine, Pipeline pipeline, ExtractorOptions options) {
    if (!supports(pipeline)) {
      throw new IllegalArgumentException(
          "the pipeline cannot run piece by piece: it does not cut frames, or changes the signal as a whole before");
    }
    int split = localStages(pipeline.stages());
    List<Stage> first = pipeline.stages().subList(0, split);
    List<Stage> rest = pipeline.stages().subList(split, pipeline.stages().size());
    Pipeline prefix = new Pipeline(pipeline.sampleRate(), Layout.signal(), first);
    middle = prefix.output();
    sampleRate = pipeline.sampleRate();
    frame = frame(first);
    context = Math.max(0, Math.ceilDiv(frame.left() + 1, frame.hop()));
    local = engine.compile(prefix, options);
    whole = rest.isEmpty() ? null : engine.compile(new Pipeline(0, middle, rest), options);
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

  /** Whether the feature is kept in memory until the end. */
  public boolean needsWholeFeature() {
    return whole != null;
  }

  private static int localStages(List<Stage> stages) {
    int n = 0;
    while (n < stages.size() && local(stages.get(n))) {
      n++;
    }
    return n;
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
    if (whole == null) {
      return pieces(channels, rate, source, sink);
    }
    List<Tensor> kept = new ArrayList<>();
    long samples =
        pieces(channels, rate, source, (frames, from, to) -> kept.add(cut(frames, from, to)));
    Tensor result = whole.extract(joined(kept, channels));
    sink.accept(result, 0, result.frames(0));
    return samples;
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

  private Tensor cut(Tensor frames, int from, int to) {
    Shape shape = frames.shape();
    Tensor part =
        Tensor.allocate(new Shape(1, shape.channels(), shape.bins(), to - from, shape.complex()));
    copy(frames, from, to, part, 0);
    return part;
  }

  private Tensor joined(List<Tensor> parts, int channels) {
    int frames = 0;
    for (Tensor part : parts) {
      frames = Math.addExact(frames, part.shape().frames());
    }
    Tensor all = Tensor.allocate(new Shape(1, channels, middle.bins(), frames, middle.complex()));
    int at = 0;
    for (Tensor part : parts) {
      copy(part, 0, part.shape().frames(), all, at);
      at += part.shape().frames();
    }
    return all;
  }

  private static void copy(Tensor from, int first, int end, Tensor to, int at) {
    int parts = from.shape().complex() ? 2 : 1;
    for (int c = 0; c < from.shape().channels(); c++) {
      for (int k = 0; k < from.shape().bins(); k++) {
        MemorySegment.copy(
            from.segment(),
            ValueLayout.JAVA_FLOAT_UNALIGNED,
            (from.offset(0, c, k) + (long) first * parts) * Float.BYTES,
            to.segment(),
            ValueLayout.JAVA_FLOAT_UNALIGNED,
            (to.offset(0, c, k) + (long) at * parts) * Float.BYTES,
            (long) (end - first) * parts);
      }
    }
  }

  @Override
  public void close() {
    local.close();
    if (whole != null) {
      whole.close();
    }
  }
}
