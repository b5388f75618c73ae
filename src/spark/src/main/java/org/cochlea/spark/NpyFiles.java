package org.cochlea.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.cochlea.audio.file.NdArray;
import org.cochlea.audio.file.Npy;
import org.cochlea.audio.file.NpyWriter;
import org.jspecify.annotations.Nullable;
import scala.collection.mutable.ArraySeq;

/**
 * Writes a file for every clip, as the command does without Spark. A file appears under its name
 * when it is complete, so that a task may be repeated.
 *
 * @param out the folder
 * @param framesFirst whether frames come before bins
 * @param complex whether values are pairs
 */
record NpyFiles(String out, boolean framesFirst, boolean complex)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> features) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return features.hasNext();
      }

      @Override
      public Row next() {
        Row row = features.next();
        int pieces = row.getAs("pieces");
        return pieces == 1 ? whole(row) : pieces(row, pieces, features);
      }
    };
  }

  private Path file(Row row) throws IOException {
    Path file = Path.of(out).resolve(row.<String>getAs("name") + ".npy");
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    return file;
  }

  private Row whole(Row row) {
    if (row.getAs("error") != null) {
      return done(row, row.getAs("seconds"), row.getAs("frames"), null, null, row.getAs("error"));
    }
    try {
      int[] shape = shape(row);
      NdArray array = NdArray.of(Clips.channels(row.getAs("feature"))[0], shape);
      Npy.write(file(row), array);
      return done(row, row.getAs("seconds"), row.getAs("frames"), shape, array.checksum(), null);
    } catch (IOException e) {
      return done(row, null, null, null, null, Clips.describe(e));
    }
  }

  /** Writes a recording whose pieces come one after another, the last one first. */
  private Row pieces(Row last, int count, Iterator<Row> others) {
    String error = last.getAs("error");
    double seconds = 0;
    int total = 0;
    int[] shape = {};
    String checksum = null;
    NpyWriter writer = null;
    try {
      Row row = last;
      for (int i = 0; i < count; i++) {
        String reason = row.getAs("error");
        if (reason != null || error != null) {
          error = error == null ? reason : error;
        } else {
          if (writer == null) {
            total = Math.toIntExact(row.<Long>getAs("first_frame") + row.<Integer>getAs("frames"));
            shape = shape(row);
            shape[framesAxis(shape)] = total;
            writer = NpyWriter.create(file(row), shape);
          }
          seconds += row.<Double>getAs("seconds");
          write(writer, row, total);
        }
        if (i < count - 1) {
          row = others.next();
        }
      }
      if (writer != null && error == null) {
        writer.finish();
        checksum = Npy.checksum(file(last));
      }
    } catch (IOException | RuntimeException e) {
      error = Clips.describe(e);
    } finally {
      error = closed(writer, error);
    }
    return error == null
        ? done(last, seconds, total, shape, checksum, null)
        : done(last, null, null, null, null, error);
  }

  private static @Nullable String closed(@Nullable NpyWriter writer, @Nullable String error) {
    try {
      if (writer != null) {
        writer.close();
      }
      return error;
    } catch (IOException e) {
      return error == null ? Clips.describe(e) : error;
    }
  }

  /** Returns which axis is that of frames. */
  private int framesAxis(int[] shape) {
    return shape.length - (framesFirst ? 2 : 1) - (complex ? 1 : 0);
  }

  private void write(NpyWriter writer, Row row, int total) throws IOException {
    float[] values = Clips.channels(row.getAs("feature"))[0];
    int[] shape = shape(row);
    int at = framesAxis(shape);
    int inner = 1;
    for (int i = at + 1; i < shape.length; i++) {
      inner *= shape[i];
    }
    int span = shape[at] * inner;
    long first = row.<Long>getAs("first_frame") * inner;
    for (int block = 0; span > 0 && block < values.length / span; block++) {
      writer.write((long) block * total * inner + first, values, block * span, span);
    }
  }

  static int[] shape(Row row) {
    List<Integer> shape = row.getList(row.fieldIndex("shape"));
    return shape.stream().mapToInt(Integer::intValue).toArray();
  }

  static Row done(
      Row row,
      @Nullable Double seconds,
      @Nullable Integer frames,
      int @Nullable [] shape,
      @Nullable String checksum,
      @Nullable String error) {
    return RowFactory.create(
        row.getAs("part"),
        row.getAs("name"),
        row.getAs("piece"),
        row.getAs("audio_rate"),
        seconds,
        frames,
        shape == null ? null : new ArraySeq.ofInt(shape),
        checksum,
        row.getAs("engine"),
        error);
  }
}
