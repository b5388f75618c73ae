package org.cochlea.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.audio.AudioReader;
import org.cochlea.core.Engine;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.PiecewiseExtractor;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.preset.Preset;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * A preset compiled for stretches of recordings. What comes out is equal, to the last bit, to the
 * same frames of the whole recording.
 */
final class PieceFrontEnd implements AutoCloseable {

  /** How the feature of a recording can be computed. */
  enum Way {
    /** Piece by piece: every frame depends on the samples around it. */
    FRAMES,
    /** Piece by piece once the maximum of all pieces is known: a decibel range below it. */
    BELOW_MAXIMUM,
    /** By one task, which reads the recording in pieces. */
    STREAM,
    /** By one task, with the whole recording in memory. */
    WHOLE
  }

  private final Preset preset;
  private final Way way;
  private final Stage.Frame frame;
  private final PiecewiseExtractor first;

  /** From the range on; null where there is none. */
  private final @Nullable Extractor rest;

  /**
   * Compiles.
   *
   * @throws IllegalArgumentException if the way is {@link Way#WHOLE}
   */
  PieceFrontEnd(Preset preset, Engine engine, ExtractorOptions options) {
    this.preset = preset;
    this.way = way(preset);
    if (way == Way.WHOLE) {
      throw new IllegalArgumentException(
          preset.name() + " looks at a whole clip, it cannot run piece by piece");
    }
    Pipeline pipeline = preset.feature().pipeline();
    List<Stage> stages = pipeline.stages();
    frame = frame(pipeline);
    if (way == Way.BELOW_MAXIMUM) {
      int split = PiecewiseExtractor.framewiseStages(stages, 0);
      Pipeline before =
          new Pipeline(pipeline.sampleRate(), pipeline.input(), stages.subList(0, split));
      Layout middle = before.output();
      first = new PiecewiseExtractor(engine, before, options);
      rest = engine.compile(new Pipeline(0, middle, stages.subList(split, stages.size())), options);
    } else {
      first = new PiecewiseExtractor(engine, pipeline, options);
      rest = null;
    }
  }

  /** Returns how the feature of a long recording can be computed. */
  static Way way(Preset preset) {
    Pipeline pipeline = preset.feature().pipeline();
    if (preset.chunks() != null
        || preset.patches() != null
        || !preset.preparation().isEmpty()
        || !PiecewiseExtractor.supports(pipeline)) {
      return Way.WHOLE;
    }
    List<Stage> stages = pipeline.stages();
    int split = PiecewiseExtractor.framewiseStages(stages, 0);
    if (split == stages.size()) {
      return Way.FRAMES;
    }
    return stages.get(split) instanceof Stage.DynamicRange range
            && range.scope() != Scope.FRAME
            && PiecewiseExtractor.framewiseStages(stages, split + 1) == stages.size()
        ? Way.BELOW_MAXIMUM
        : Way.STREAM;
  }

  static Stage.Frame frame(Pipeline pipeline) {
    for (Stage stage : pipeline.stages()) {
      if (stage instanceof Stage.Frame f) {
        return f;
      }
    }
    throw new IllegalArgumentException("the pipeline cuts no frames");
  }

  /** Returns the greatest value of every row of channels and bins, before the range. */
  float[] maximum(String name, AudioReader reader, Part part) throws IOException {
    Frames frames = frames(name, reader, part);
    float[] most = new float[frames.rows()];
    Arrays.fill(most, Float.NEGATIVE_INFINITY);
    frames.forEach((row, value) -> most[row] = Math.max(most[row], value));
    return most;
  }

  /**
   * Computes a stretch.
   *
   * @param maximum the greatest value of every row in all pieces; null where no range needs it
   * @return {@code [1, channels, bins, frames]}
   */
  Tensor extract(String name, AudioReader reader, Part part, float @Nullable [] maximum)
      throws IOException {
    Frames frames = frames(name, reader, part);
    if (way != Way.BELOW_MAXIMUM || rest == null) {
      return frames.joined(null);
    }
    float[] most = maximum;
    if (most == null) {
      throw new IllegalArgumentException(name + ": the maximum of its pieces is missing");
    }
    // A frame of maxima behind the others makes the engine see the range of the whole recording.
    Tensor all = rest.extract(frames.joined(most));
    return all.shape().frames() == 0 ? all : firstFrames(all, all.shape().frames() - 1);
  }

  private static Tensor firstFrames(Tensor all, int count) {
    Frames one = new Frames();
    one.accept(all, 0, count);
    return one.joined(null);
  }

  /**
   * A stretch of a file.
   *
   * @param start where the recording begins in the file, in its samples
   * @param length of the recording, in samples of the file; {@link Long#MAX_VALUE} to its end
   * @param from first frame
   * @param to behind the last frame; {@link Piece#END} for all that follow
   */
  record Part(long start, long length, long from, long to) {}

  private Frames frames(String name, AudioReader reader, Part part) throws IOException {
    // A piece begins so far before its first frame that this frame, and the sample before it (for
    // pre-emphasis), lies inside, and ends so far behind its last that no padding is in it.
    int context = Math.max(0, Math.ceilDiv(frame.left() + 1, frame.hop()));
    long begin = Math.max(0, part.from() - context);
    int reach = Math.max(Math.abs(frame.left()), Math.abs(frame.right())) + frame.length();
    long end =
        part.to() == Piece.END
            ? Long.MAX_VALUE
            : Math.addExact(Math.multiplyExact(part.to(), (long) frame.hop()), 2L * reach);
    RecordingSource source =
        new RecordingSource(
            name,
            reader,
            preset,
            part.start(),
            part.length(),
            Math.multiplyExact(begin, (long) frame.hop()),
            end);
    Frames kept = new Frames();
    long[] at = {begin};
    first.extract(
        source.channels(),
        source.rate(),
        source,
        (tensor, from, to) -> {
          long frameOfFrom = at[0];
          int skip = Math.clamp(part.from() - frameOfFrom, 0, to - from);
          int take = Math.clamp(part.to() - frameOfFrom, skip, to - from);
          kept.accept(tensor, from + skip, from + take);
          at[0] += to - from;
        });
    return kept;
  }

  /** Frames as they come, then as one. */
  private static final class Frames {
    private final List<float[]> parts = new ArrayList<>();
    private Shape shape = new Shape(1, 1, 1, 0, false);
    private int count;

    @FunctionalInterface
    interface Each {
      void accept(int row, float value);
    }

    void accept(Tensor piece, int from, int to) {
      shape = piece.shape();
      int width = shape.complex() ? 2 : 1;
      int span = (to - from) * width;
      float[] part = new float[Math.multiplyExact(rows(), span)];
      float[] all = piece.toArray();
      for (int row = 0; row < rows(); row++) {
        System.arraycopy(all, (row * shape.frames() + from) * width, part, row * span, span);
      }
      parts.add(part);
      count = Math.addExact(count, to - from);
    }

    int rows() {
      return shape.channels() * shape.bins();
    }

    void forEach(Each each) {
      for (float[] part : parts) {
        int span = part.length / rows();
        for (int row = 0; row < rows(); row++) {
          for (int i = 0; i < span; i++) {
            each.accept(row, part[row * span + i]);
          }
        }
      }
    }

    /** Returns all frames, with one more behind them if there is one. */
    Tensor joined(float @Nullable [] more) {
      int width = shape.complex() ? 2 : 1;
      int total = count + (more == null ? 0 : 1);
      if ((long) rows() * total * width > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            "%,d frames of %d values are too many for one row: split the recording into pieces"
                .formatted(total, rows() * width));
      }
      float[] values = new float[rows() * total * width];
      int at = 0;
      for (float[] part : parts) {
        int span = part.length / rows();
        for (int row = 0; row < rows(); row++) {
          System.arraycopy(part, row * span, values, row * total * width + at, span);
        }
        at += span;
      }
      for (int row = 0; more != null && row < rows(); row++) {
        values[(row + 1) * total - 1] = more[row];
      }
      return Tensor.wrap(
          new Shape(1, shape.channels(), shape.bins(), total, shape.complex()), values);
    }
  }

  @Override
  public void close() {
    first.close();
    if (rest != null) {
      rest.close();
    }
  }
}
