package org.cochlea.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.UUID;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.preset.Preset;
import org.jspecify.annotations.Nullable;
import scala.collection.mutable.ArraySeq;

/**
 * The feature of one clip, for SQL.
 *
 * @param task of the extraction
 * @param type of what it gives
 */
record FeatureFunction(ExtractTask task, StructType type) implements Serializable {

  static FeatureFunction of(SparkSession spark, Recipe recipe, ExtractOptions options) {
    if (options.augment() != null || options.pieces() != null) {
      throw new IllegalArgumentException("a function of SQL has neither augment nor pieces");
    }
    StructType in = new StructType().add("content", DataTypes.BinaryType);
    ClipColumns columns = ClipColumns.of(in, options.withInput(new ClipInput.Contents("content")));
    StructType type = new StructType();
    for (String name : List.of("sample_rate", "seconds", "frames", "shape", "feature", "error")) {
      type = type.add(name, columns.output().apply(name).dataType());
    }
    ExtractMetrics metrics = ExtractMetrics.register(spark);
    return new FeatureFunction(
        new ExtractTask(UUID.randomUUID().toString(), recipe, options, columns, metrics), type);
  }

  /** What reads a clip. */
  @FunctionalInterface
  private interface Source {
    Clips.Audio read() throws IOException;
  }

  @Nullable Row ofFile(@Nullable Object audio) {
    return switch (audio) {
      case null -> null;
      case byte[] content -> row("the clip", () -> Clips.decoded("the clip", content));
      case String path -> row(path, () -> Clips.loaded(path));
      default ->
          throw new IllegalArgumentException(
              "audio must be a path or the bytes of a file, was of type "
                  + audio.getClass().getSimpleName());
    };
  }

  @Nullable Row ofSamples(@Nullable Object samples, @Nullable Integer sampleRate) {
    return samples == null || sampleRate == null
        ? null
        : row("the clip", () -> new Clips.Audio(Clips.channels(samples), sampleRate));
  }

  private Row row(String name, Source source) {
    try {
      Clips.Audio audio = Clips.checked(name, source.read());
      Worker worker = Worker.borrow(task);
      try {
        Preset preset = worker.preset(audio.sampleRate());
        Waveform chunks = preset.prepare(audio.channels(), audio.sampleRate());
        if (chunks.batch() == 0) {
          throw new IOException(name + ": too short for this preset");
        }
        Tensor tensor = worker.extract(preset, List.of(chunks), List.of(0L)).getFirst();
        boolean turned = task.options().layout() == ExtractOptions.FeatureLayout.FRAMES_BINS;
        Result result = Result.of(preset, tensor, turned);
        task.metrics().clips().add(1);
        task.metrics().seconds().add(audio.seconds());
        return RowFactory.create(
            chunks.sampleRate(),
            audio.seconds(),
            result.frames(),
            new ArraySeq.ofInt(result.shape()),
            result.column(task.options().values()),
            null);
      } finally {
        worker.giveBack();
      }
    } catch (IOException | RuntimeException | OutOfMemoryError | LinkageError e) {
      String message = Clips.describe(e);
      task.metrics().failures().add(1);
      if (task.options().failing() == ExtractOptions.Failing.FAIL) {
        throw new IllegalStateException(message, e);
      }
      return RowFactory.create(null, null, null, null, null, message);
    }
  }
}
