package org.cochlea.core;

import java.util.Objects;
import java.util.Optional;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Extracts a feature of a signal that comes in chunks of any size: a microphone, a socket, a long
 * file. What comes out is equal, to the last bit, to one call of the same engine's {@link
 * Extractor} with the whole signal, however it was cut.
 *
 * <pre>{@code
 * try (StreamingExtractor stream = new StreamingExtractor(engine, feature.pipeline(), 1)) {
 *   for (float[] chunk; (chunk = microphone.read()) != null; ) {
 *     Tensor frames = stream.push(chunk);
 *   }
 *   Tensor last = stream.finish();
 * }
 * }</pre>
 *
 * <p>A frame comes out as soon as no later sample can change it: see {@link #latency} and {@link
 * #samplesFor}. Only what later frames need is kept, so memory does not grow with the signal. On
 * the {@code cpu} engine, nothing is allocated per chunk once chunks of a size have been seen, but
 * for what {@link #push(float[])} returns and what {@link Stage.Analysis stages in double} make on
 * the way; pushing into a {@link Sink} returns nothing.
 *
 * <p>Everything streams but stages that look at a whole clip: see {@link #obstacle}. Engines other
 * than {@code cpu} and {@code reference} cannot stream stages with memory either, and do not
 * promise the last bit.
 *
 * <p>Belongs to one thread at a time.
 */
public final class StreamingExtractor implements AutoCloseable {
  /** Samples worked on at once: enough to keep all threads busy. */
  static final int PIECE = 1 << 16;

  /** A number of frames whose windows lie inside the signal. */
  private static final long FAR = 1 << 16;

  /** Frames that a pattern of latencies, of rates that are no multiples, repeats within. */
  private static final int PERIOD = 512;

  private final StreamChain chain;
  private final int channels;
  private final int piece;
  private final Layout output;
  private final float[][] mono = new float[1][];
  private float[] values = {};
  private Tensor frames;
  private int capacity;
  private long emitted;
  private long nextFrame;
  private boolean finished;

  /**
   * Where frames go, in order.
   *
   * @param <E> what it may throw
   */
  @FunctionalInterface
  public interface Sink<E extends Exception> {
    /**
     * Takes the frames {@code from … to - 1} of a tensor, which is valid during the call only.
     *
     * @throws E if the sink fails; the frames of this push are lost then
     */
    void accept(Tensor frames, int from, int to) throws E;
  }

  /**
   * Prepares a pipeline, to run on one thread: chunks are small, as a rule.
   *
   * @param channels of the signal, at least 1
   * @throws IllegalArgumentException if the pipeline does not stream
   */
  public StreamingExtractor(Engine engine, Pipeline pipeline, int channels) {
    this(engine, pipeline, channels, ExtractorOptions.defaults().withThreads(1));
  }

  /**
   * Prepares a pipeline.
   *
   * @param channels of the signal, at least 1
   * @throws IllegalArgumentException if the pipeline does not stream
   */
  public StreamingExtractor(
      Engine engine, Pipeline pipeline, int channels, ExtractorOptions options) {
    this(engine, pipeline, channels, options, PIECE);
  }

  StreamingExtractor(
      Engine engine, Pipeline pipeline, int channels, ExtractorOptions options, int piece) {
    if (channels < 1) {
      throw new IllegalArgumentException("channels must be at least 1, was " + channels);
    }
    if (!pipeline.input().isSignal()) {
      throw new IllegalArgumentException(
          "a stream reads samples, this pipeline reads " + pipeline.input());
    }
    Stage obstacle = StreamChain.obstacle(engine, pipeline.stages());
    if (obstacle != null) {
      boolean whole = StreamChain.needsWholeClip(obstacle);
      throw new IllegalArgumentException(
          whole
              ? "%s needs the whole clip, it cannot run in a stream".formatted(obstacle)
              : "the %s engine cannot stream %s, which goes on from chunk to chunk: use cpu"
                  .formatted(engine.name(), obstacle));
    }
    this.channels = channels;
    this.piece = piece;
    this.output = pipeline.output();
    this.chain = new StreamChain(engine, options, channels, pipeline.input(), pipeline.stages());
    this.frames = Tensor.wrap(shape(0), values);
    this.nextFrame = chain.inputsFor(1);
  }

  /** Returns the first stage of a pipeline that needs the whole clip, so that it cannot stream. */
  public static Optional<Stage> obstacle(Pipeline pipeline) {
    return StreamChain.wholeClip(pipeline.stages());
  }

  /**
   * Returns the latency in samples: how many there must be, at most, from a frame's time ({@code t
   * hop}) on for it to come out, once the stream has begun. A centred transform has half its size;
   * deltas, sliding windows and filters add what they look ahead. Frames at the start may have to
   * wait for longer: {@link #samplesFor}. Times the sample period, it is the delay in seconds; a
   * device's buffer comes on top.
   */
  public long latency() {
    long start = FAR;
    while (start > 0 && chain.inputsFor(start + PERIOD) == StreamNode.NEVER) {
      start /= 2;
    }
    long most = 0;
    for (long t = start; t < start + PERIOD; t++) {
      long needed = chain.inputsFor(t + 1);
      if (needed != StreamNode.NEVER) {
        most = Math.max(most, needed - t * chain.inputs() / chain.outputs());
      }
    }
    return most;
  }

  /**
   * Returns how many samples must have been pushed for so many frames to have come out; {@link
   * Long#MAX_VALUE} if there will never be so many before {@link #finish()}.
   *
   * @param count of frames, at least 1
   */
  public long samplesFor(long count) {
    return chain.inputsFor(Math.max(1, count));
  }

  /** Returns how many samples were pushed, per channel. */
  public long samples() {
    return chain.first().in.end();
  }

  /** Returns how many frames have come out. */
  public long frames() {
    return emitted;
  }

  /**
   * Takes the next samples.
   *
   * @param samples one array per channel
   * @param from where in the arrays they begin
   * @param count how many, at least 0
   * @param sink is handed the frames that are certain by now, if any
   * @throws IllegalStateException after {@link #finish}
   * @throws IndexOutOfBoundsException if the chunk is not within the arrays
   * @throws E if the sink does
   */
  public <E extends Exception> void push(float[][] samples, int from, int count, Sink<E> sink)
      throws E {
    requireOpen();
    if (samples.length != channels) {
      throw new IllegalArgumentException(
          "samples must have %d channels, had %d".formatted(channels, samples.length));
    }
    for (float[] channel : samples) {
      Objects.checkFromIndexSize(from, count, channel.length);
    }
    StreamNode first = chain.first();
    for (int done = 0; done < count; ) {
      int n = Math.min(count - done, piece);
      first.in.appendSamples(samples, from + done, n);
      done += n;
      // Until there is a frame to gain, samples just wait.
      if (first.in.end() >= nextFrame || first.in.count() >= piece) {
        first.run(false);
        deliver(sink);
      }
    }
  }

  /**
   * Takes the next samples of one channel, and returns the frames that are certain by now: {@code
   * [1, 1, bins, frames]}, of no frames as a rule when chunks are short.
   *
   * @throws IllegalStateException after {@link #finish}
   */
  public Tensor push(float[] samples) {
    mono[0] = samples;
    return push(mono);
  }

  /** Takes the next samples, one array per channel, and returns the frames certain by now. */
  public Tensor push(float[][] samples) {
    Collected collected = new Collected();
    push(samples, 0, samples[0].length, collected);
    return collected.joined();
  }

  /**
   * Ends the signal: hands over the frames that were waiting for more.
   *
   * @throws IllegalStateException if that was done already
   * @throws E if the sink does
   */
  public <E extends Exception> void finish(Sink<E> sink) throws E {
    requireOpen();
    finished = true;
    chain.first().run(true);
    deliver(sink);
  }

  /** Ends the signal and returns the frames that were waiting for more. */
  public Tensor finish() {
    Collected collected = new Collected();
    finish(collected);
    return collected.joined();
  }

  /** Returns to the start, for another signal. */
  public void reset() {
    chain.reset();
    emitted = 0;
    finished = false;
    nextFrame = chain.inputsFor(1);
  }

  private void requireOpen() {
    if (finished) {
      throw new IllegalStateException("the stream was finished: reset it first");
    }
  }

  private Shape shape(int room) {
    return new Shape(1, channels, output.bins(), room, output.complex());
  }

  private <E extends Exception> void deliver(Sink<E> sink) throws E {
    Strip results = chain.results();
    int count = results.count();
    if (count > 0) {
      Tensor tensor = view(results);
      tensor.setFrames(0, count);
      emitted += count;
      results.drop(count);
      nextFrame = chain.inputsFor(emitted + 1);
      sink.accept(tensor, 0, count);
    }
  }

  /** Returns a tensor over the results, or over floats of them. */
  private Tensor view(Strip results) {
    if (results.wide()) {
      int n = results.rows() * results.stride();
      if (values.length < n) {
        values = new float[n];
      }
      for (int i = 0; i < n; i++) {
        values[i] = (float) results.doubles()[i];
      }
    } else {
      values = results.floats();
    }
    if (frames.array() != values || capacity != results.capacity()) {
      capacity = results.capacity();
      frames = Tensor.wrap(shape(capacity), values);
    }
    return frames;
  }

  /** Copies of what came. */
  private final class Collected implements Sink<RuntimeException> {
    private Tensor all = Tensor.allocate(shape(0));

    @Override
    public void accept(Tensor more, int from, int to) {
      int had = all.shape().frames();
      Tensor both = Tensor.allocate(shape(Math.addExact(had, to - from)));
      Tensor.copyFrames(all, 0, had, both, 0);
      Tensor.copyFrames(more, from, to, both, had);
      all = both;
    }

    Tensor joined() {
      return all;
    }
  }

  @Override
  public void close() {
    chain.close();
  }
}
