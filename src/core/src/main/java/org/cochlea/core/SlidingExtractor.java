package org.cochlea.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * A feature of the last seconds of a signal that goes on: what Whisper or a NeMo model reads from a
 * microphone. {@link #extract} gives what one call with these samples alone would give, to the last
 * bit on the {@code cpu} engine: reflected at the window's own ends, normalised over it. Frames
 * that lie inside are kept from window to window; only new ones, the few at the ends, and what
 * follows the frames (a range below the maximum, a normalisation) are computed.
 *
 * <p>The window moves by whole hops: it ends at the last multiple of one. While fewer samples have
 * come than it holds, all are computed.
 *
 * <p>Belongs to one thread at a time.
 */
public final class SlidingExtractor implements AutoCloseable {
  private final int channels;
  private final int rate;
  private final int window;
  private final Stage.Frame frame;
  private final Extractor whole;
  private final Extractor cut;
  private final Extractor tail;
  private final StreamingExtractor stream;
  private final Strip samples;
  private final Strip frames;

  /** The first frame of a window that does not see its start, and how many there are to the end. */
  private final int first;

  private final int inside;
  private final int count;

  /**
   * Prepares a pipeline.
   *
   * @param pipeline cuts frames at once, but for scaling, pre-emphasis and a fit to the window's
   *     own length; every frame begins a hop after the one before and is worked on alone, before
   *     what looks at all of them
   * @param channels of the signal, at least 1
   * @param window samples, a multiple of the hop
   * @throws IllegalArgumentException if the pipeline or the window is of another kind
   */
  public SlidingExtractor(Engine engine, Pipeline pipeline, int channels, int window) {
    ExtractorOptions options = ExtractorOptions.defaults();
    List<Stage> stages = pipeline.stages();
    int from = 0;
    if (stages.getFirst() instanceof Stage.FitLength(LengthRule rule)
        && rule.length(window) == window) {
      from = 1;
    }
    int at = from;
    int differences = 0;
    while (at < stages.size()
        && (stages.get(at) instanceof Stage.Affine
            || stages.get(at) instanceof Stage.PreEmphasis)) {
      differences += stages.get(at) instanceof Stage.PreEmphasis ? 1 : 0;
      at++;
    }
    if (at == stages.size() || !(stages.get(at) instanceof Stage.Frame f)) {
      throw new IllegalArgumentException(
          "a sliding window needs a pipeline that cuts frames at once, this one begins with "
              + stages.get(Math.min(at, stages.size() - 1)));
    }
    int to = StreamChain.endOfLocal(stages, at + 1);
    if (window < 2 * f.length() + f.hop() || window % f.hop() != 0) {
      throw new IllegalArgumentException(
          "window must be a multiple of the hop, %d samples, and hold two frames, was %d"
              .formatted(f.hop(), window));
    }
    this.frame = f;
    this.channels = channels;
    this.window = window;
    this.rate = Math.max(1, pipeline.sampleRate());
    Pipeline head = new Pipeline(0, Layout.signal(), stages.subList(from, to));
    this.count = Math.toIntExact(head.frames(window));
    this.first = Math.clamp(Math.ceilDiv(f.left() + differences, f.hop()), 0, count);
    int last = Math.floorDiv(window + f.left() - f.length(), f.hop());
    this.inside = Math.clamp(last + 1L, first, count);
    this.whole = engine.compile(pipeline, options);
    this.cut = engine.compile(head, options);
    List<Stage> rest = stages.subList(to, stages.size());
    this.tail =
        engine.compile(
            new Pipeline(
                0,
                head.output(),
                rest.isEmpty() ? List.of(new Stage.SliceBins(0, head.output().bins())) : rest),
            options);
    List<Stage> open = new ArrayList<>(head.stages());
    open.set(
        at - from,
        new Stage.Frame(f.length(), f.hop(), f.left(), 0, Padding.ZERO, Stage.Frame.Tail.DROP));
    this.stream =
        new StreamingExtractor(engine, new Pipeline(0, Layout.signal(), open), channels, options);
    this.samples = new Strip(Layout.signal(), channels, false);
    this.frames = new Strip(head.output(), channels, false);
  }

  /** Takes the next samples, one array per channel. */
  public void push(float[][] chunk) {
    stream.push(chunk, 0, chunk[0].length, this::keep);
    samples.appendSamples(chunk, 0, chunk[0].length);
    int most = window + frame.hop();
    if (samples.count() > 2 * most) {
      samples.drop((samples.count() - most) / frame.hop() * (long) frame.hop());
      long oldest = samples.first() / frame.hop();
      frames.drop(Math.clamp(oldest - frames.first(), 0, frames.count()));
    }
  }

  private void keep(Tensor more, int from, int to) {
    int was = frames.count();
    frames.setCount(was + to - from);
    int parts = more.shape().complex() ? 2 : 1;
    float[] values = Objects.requireNonNull(more.array());
    for (int row = 0; row < frames.rows(); row++) {
      System.arraycopy(
          values,
          (row * more.shape().frames() + from) * parts,
          frames.floats(),
          row * frames.stride() + was * parts,
          (to - from) * parts);
    }
  }

  /** Returns the feature of the last window of samples, or of all while there are fewer. */
  public Tensor extract() {
    long end = samples.end() / frame.hop() * frame.hop();
    if (end < window) {
      return whole.extract(part(samples.first(), samples.end()));
    }
    long start = end - window;
    Tensor all =
        Tensor.allocate(
            new Shape(1, channels, frames.layout().bins(), count, frames.layout().complex()));
    // Frames at the start see its padding; what they need ends with the last of them.
    if (first > 0) {
      long until = start + (long) first * frame.hop() + frame.length() + Math.abs(frame.left());
      Tensor left = cut.extract(part(start, Math.min(end, until)));
      Tensor.copyFrames(left, 0, first, all, 0);
    }
    if (inside > first) {
      int from = Math.toIntExact(start / frame.hop() + first - frames.first());
      Tensor kept =
          Tensor.wrap(
              new Shape(
                  1,
                  channels,
                  frames.layout().bins(),
                  frames.capacity(),
                  frames.layout().complex()),
              frames.floats());
      Tensor.copyFrames(kept, from, from + inside - first, all, first);
    }
    if (count > inside) {
      int back = Math.max(0, inside - first(frame)) * frame.hop();
      Tensor right = cut.extract(part(start + back, end));
      int skipped = inside - back / frame.hop();
      Tensor.copyFrames(right, skipped, skipped + count - inside, all, inside);
    }
    return tail.extract(all);
  }

  /** Frames that reach back over as many samples as padding at the end may mirror. */
  private static int first(Stage.Frame f) {
    return Math.ceilDiv(2 * f.length() + Math.abs(f.right()), f.hop()) + 2;
  }

  private Waveform part(long from, long to) {
    float[][] x = new float[channels][Math.toIntExact(to - from)];
    for (int c = 0; c < channels; c++) {
      int at = samples.offset(c, 0) + Math.toIntExact(from - samples.first());
      System.arraycopy(samples.floats(), at, x[c], 0, x[c].length);
    }
    return Waveform.ofChannels(x, rate);
  }

  /** Returns how many samples were pushed, per channel. */
  public long samples() {
    return samples.end();
  }

  @Override
  public void close() {
    whole.close();
    cut.close();
    tail.close();
    stream.close();
  }
}
