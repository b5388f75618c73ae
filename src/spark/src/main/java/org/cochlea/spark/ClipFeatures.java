package org.cochlea.spark;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.preset.Preset;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;
import scala.collection.mutable.ArraySeq;

/**
 * The features of a partition's clips, in batches of similar length: rows come out in another order
 * than they went in, but always in the same.
 */
final class ClipFeatures implements Iterator<Row> {
  /** Samples that wait for others of their length, at most: 64 MiB. */
  private static final long WAITING = 1 << 24;

  private final ExtractTask task;
  private final Iterator<Row> in;
  private final Clips clips;
  private final Worker worker;
  private final Map<Bucket, List<Loaded>> waiting = new LinkedHashMap<>();
  private final Deque<Row> out = new ArrayDeque<>();
  private long waitingSamples;
  private boolean ended;

  /** A clip ready for the engine. */
  private record Loaded(
      Row row, Preset preset, int audioRate, double seconds, Waveform chunks, long key) {
    long samples() {
      long samples = 0;
      for (int i = 0; i < chunks.batch(); i++) {
        samples += (long) chunks.length(i) * chunks.channels();
      }
      return samples;
    }
  }

  /** Which clips go through the engine together. */
  private record Bucket(Preset preset, int sampleRate, int channels, int sizeClass) {
    static Bucket of(Loaded clip) {
      int length = Math.max(1, clip.chunks().maxLength());
      // Half octaves: within a batch, no clip is longer than another by more than about 40 %.
      int size = (int) (2 * Math.log(length) / Math.log(2));
      return new Bucket(clip.preset(), clip.chunks().sampleRate(), clip.chunks().channels(), size);
    }
  }

  ClipFeatures(ExtractTask task, Iterator<Row> in) {
    this.task = task;
    this.in = in;
    this.clips = new Clips(task.columns());
    this.worker = Worker.borrow(task);
    TaskContext context = TaskContext.get();
    if (context != null) {
      // Also when the task fails, or its rows are not wanted any more.
      context.addTaskCompletionListener(
          (org.apache.spark.util.TaskCompletionListener) _ -> release());
    }
  }

  private void release() {
    if (!ended) {
      ended = true;
      worker.giveBack();
    }
  }

  @Override
  public boolean hasNext() {
    while (out.isEmpty()) {
      if (ended) {
        return false;
      }
      if (in.hasNext()) {
        take(task.columns().named(in.next()));
      } else if (!waiting.isEmpty()) {
        compute(largest());
      } else {
        release();
      }
    }
    return true;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return out.remove();
  }

  private Bucket largest() {
    return waiting.entrySet().stream()
        .max(Comparator.comparingInt(entry -> entry.getValue().size()))
        .orElseThrow()
        .getKey();
  }

  private void take(Row row) {
    Loaded clip;
    try {
      Piece piece = Piece.of(row);
      ExtractOptions.LongRecordings pieces = task.options().pieces();
      if (pieces != null
          && (piece.count() > 1 || clips.isLong(row, pieces.seconds()))
          && piece(row, piece)) {
        return;
      }
      clip = load(row);
    } catch (IOException | RuntimeException | OutOfMemoryError | LinkageError e) {
      fail(row, e);
      return;
    }
    Bucket bucket = Bucket.of(clip);
    List<Loaded> batch = waiting.computeIfAbsent(bucket, _ -> new ArrayList<>());
    batch.add(clip);
    waitingSamples += clip.samples();
    long samples = batch.stream().mapToLong(Loaded::samples).sum();
    if (batch.size() >= task.options().batch() || samples >= worker.enough()) {
      compute(bucket);
    }
    while (waitingSamples > WAITING) {
      compute(largest());
    }
  }

  private Loaded load(Row row) throws IOException {
    Clips.Audio audio = clips.read(row);
    Preset preset = worker.preset(audio.sampleRate());
    Waveform chunks = preset.prepare(audio.channels(), audio.sampleRate());
    if (chunks.batch() == 0) {
      throw new IOException(clips.name(row) + ": too short for this preset");
    }
    Augment augment = task.options().augment();
    return new Loaded(
        row,
        preset,
        audio.sampleRate(),
        audio.seconds(),
        chunks,
        augment == null ? 0 : clips.key(row, augment));
  }

  private void compute(Bucket bucket) {
    List<Loaded> batch = waiting.remove(bucket);
    if (batch == null) {
      return;
    }
    batch.forEach(clip -> waitingSamples -= clip.samples());
    try {
      emit(batch, extract(batch));
    } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
      if (batch.size() == 1) {
        fail(batch.getFirst().row(), e);
        return;
      }
      // One clip may spoil a batch: one by one, only the bad ones fail.
      for (Loaded one : batch) {
        try {
          emit(List.of(one), extract(List.of(one)));
        } catch (RuntimeException | OutOfMemoryError | LinkageError reason) {
          fail(one.row(), reason);
        }
      }
    }
  }

  private List<Tensor> extract(List<Loaded> batch) {
    return worker.extract(
        batch.getFirst().preset(),
        batch.stream().map(Loaded::chunks).toList(),
        batch.stream().map(Loaded::key).toList());
  }

  private void emit(List<Loaded> batch, List<Tensor> results) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      Loaded clip = batch.get(i);
      rows.add(
          row(
              clip.row(),
              clip.audioRate(),
              clip.chunks().sampleRate(),
              clip.seconds(),
              Piece.WHOLE,
              clip.preset(),
              results.get(i)));
    }
    out.addAll(rows);
  }

  /** Computes a piece, or a long recording as a whole; returns whether it can be done. */
  private boolean piece(Row row, Piece piece) throws IOException {
    @Nullable Row made =
        clips.open(
            row,
            (reader, start, length) -> {
              int fileRate = reader.info().sampleRate();
              Preset preset = worker.preset(fileRate);
              if (PieceFrontEnd.way(preset) == PieceFrontEnd.Way.WHOLE) {
                return null;
              }
              PieceFrontEnd frontEnd = worker.pieces(preset);
              var part = new PieceFrontEnd.Part(start, length, piece.from(), piece.to());
              String name = clips.name(row);
              float[] maximum = null;
              if (PieceFrontEnd.way(preset) == PieceFrontEnd.Way.BELOW_MAXIMUM) {
                maximum = piece.maximum() ? maximum(row) : frontEnd.maximum(name, reader, part);
              }
              Tensor result = frontEnd.extract(name, reader, part, maximum);
              int rate = preset.sampleRate() == 0 ? fileRate : preset.sampleRate();
              int hop = PieceFrontEnd.frame(preset.feature().pipeline()).hop();
              double before = (double) piece.from() * hop / rate;
              long samples = Math.min(reader.info().frames().orElse(0) - start, length);
              double seconds =
                  piece.to() == Piece.END && samples > 0
                      ? (double) samples / fileRate - before
                      : (double) result.shape().frames() * hop / rate;
              return row(row, fileRate, rate, seconds, piece, preset, result);
            });
    if (made == null) {
      return false;
    }
    out.add(made);
    return true;
  }

  /** Returns the maxima that all pieces of a recording found. */
  private static float @Nullable [] maximum(Row row) {
    Seq<byte[]> all = row.getAs(CochleaSpark.MAXIMA);
    float[] most = null;
    for (int i = 0; all != null && i < all.length(); i++) {
      float[] one = Clips.channels(all.apply(i))[0];
      if (most == null) {
        most = one;
      }
      for (int k = 0; k < one.length; k++) {
        most[k] = Math.max(most[k], one[k]);
      }
    }
    return most;
  }

  private Row row(
      Row row,
      int audioRate,
      int sampleRate,
      double seconds,
      Piece piece,
      Preset preset,
      Tensor tensor) {
    Result result =
        Result.of(
            preset, tensor, task.options().layout() == ExtractOptions.FeatureLayout.FRAMES_BINS);
    Row made =
        made(
            row,
            audioRate,
            sampleRate,
            seconds,
            piece.index(),
            piece.count(),
            piece.from(),
            result.frames(),
            new ArraySeq.ofInt(result.shape()),
            result.column(task.options().values()),
            worker.engine(),
            null);
    task.metrics().clips().add(1);
    task.metrics().seconds().add(seconds);
    return made;
  }

  private void fail(Row row, Throwable reason) {
    String message = Clips.describe(reason);
    task.metrics().failures().add(1);
    if (task.options().failing() == ExtractOptions.Failing.FAIL) {
      throw new IllegalStateException(message, reason);
    }
    Piece piece = Piece.of(row);
    out.add(
        made(
            row,
            null,
            null,
            null,
            piece.index(),
            piece.count(),
            piece.from(),
            null,
            null,
            null,
            null,
            message));
  }

  private Row made(Row row, @Nullable Object... results) {
    List<Integer> kept = task.columns().kept();
    @Nullable Object[] values = new Object[kept.size() + results.length];
    for (int i = 0; i < kept.size(); i++) {
      values[i] = row.get(kept.get(i));
    }
    System.arraycopy(results, 0, values, kept.size(), results.length);
    return new GenericRowWithSchema(values, task.columns().output());
  }
}
