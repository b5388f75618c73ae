package org.cochlea.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.preset.Preset;
import org.jspecify.annotations.Nullable;

/**
 * Features of datasets of clips.
 *
 * {@snippet :
 * Dataset<Row> clips = spark.read().parquet("clips"); // path, label, …
 * Dataset<Row> features =
 *     CochleaSpark.extract(clips, LogMel.librosa(16_000), ExtractOptions.defaults());
 * features.write().parquet("features");
 * }
 *
 * <p>The result has the columns of the clips, but for the samples themselves, and
 *
 * <table>
 * <caption>Columns that are added</caption>
 * <tr><td>audio_rate int</td><td>of the clip, in Hz</td></tr>
 * <tr><td>sample_rate int</td><td>of the signal that the feature is of, in Hz</td></tr>
 * <tr><td>seconds double</td><td>of audio</td></tr>
 * <tr><td>piece int, pieces int</td><td>which piece of how many of a long recording, from 0; 0 and
 * 1 of any other clip</td></tr>
 * <tr><td>first_frame long</td><td>the place of the first frame in the recording</td></tr>
 * <tr><td>frames int</td><td>how many there are</td></tr>
 * <tr><td>shape array of int</td><td>the axes of the values: bins and frames, as a rule</td></tr>
 * <tr><td>feature binary or array of float</td><td>the values, row by row</td></tr>
 * <tr><td>error string</td><td>why there is no feature, else null</td></tr>
 * </table>
 *
 * <p>Nothing runs before the result is used. Values are those of a single machine's engine to the
 * last bit, whatever the partitions; the executors' JVMs need the Vector API for its speed, which
 * {@code spark-submit} gives them.
 */
public final class CochleaSpark {
  static final String MAXIMA = Piece.PREFIX + "maxima";
  private static final String RECORDING = Piece.PREFIX + "recording";

  /** Rates that a recipe is tried at, before any file is seen. */
  private static final int[] USUAL_RATES = {16_000, 44_100, 8_000, 48_000, 22_050, 96_000};

  private CochleaSpark() {}

  /** Returns a feature of every clip, see the class; accumulators are registered for it. */
  public static Dataset<Row> extract(Dataset<Row> clips, Feature feature, ExtractOptions options) {
    return extract(clips, Recipe.of(feature), options);
  }

  /**
   * Returns a preset's feature of every clip, see the class; accumulators are registered for it.
   */
  public static Dataset<Row> extract(Dataset<Row> clips, Preset preset, ExtractOptions options) {
    return extract(clips, Recipe.of(preset), options);
  }

  /** Returns a feature of every clip, see the class; accumulators are registered for it. */
  public static Dataset<Row> extract(Dataset<Row> clips, Recipe recipe, ExtractOptions options) {
    return extract(clips, recipe, options, ExtractMetrics.register(clips.sparkSession()));
  }

  /**
   * Returns a feature of every clip, see the class.
   *
   * @param clips with the columns that the options name
   * @param recipe what to compute
   * @param options how
   * @param metrics count what is done
   * @throws IllegalArgumentException if a column is missing or of another type, or has the name of
   *     one that is added
   */
  public static Dataset<Row> extract(
      Dataset<Row> clips, Recipe recipe, ExtractOptions options, ExtractMetrics metrics) {
    ExtractOptions.LongRecordings pieces = options.pieces();
    ClipColumns columns = ClipColumns.of(clips.schema(), options);
    Dataset<Row> in = clips;
    if (pieces != null) {
      if (!(columns.input() instanceof ClipInput.Paths)) {
        throw new IllegalArgumentException(
            "pieces need clips by their paths, these are " + columns.input());
      }
      in = split(clips, recipe, options, columns, pieces);
      columns = ClipColumns.of(in.schema(), options);
    }
    ExtractTask task =
        new ExtractTask(UUID.randomUUID().toString(), recipe, options, columns, metrics);
    return in.mapPartitions(
        (MapPartitionsFunction<Row, Row>) rows -> new ClipFeatures(task, rows),
        Encoders.row(columns.output()));
  }

  /**
   * Registers functions of SQL.
   *
   * <p>{@code name(audio)} takes a path or the bytes of a file, {@code name_samples(samples, rate)}
   * samples as in {@link ClipInput.Samples}; both give a struct with the fields sample_rate,
   * seconds, frames, shape, feature and error as {@link #extract} does. One clip at a time is
   * computed: batches, pieces and augmentation are {@link #extract}'s.
   *
   * @param name of the first function
   */
  public static void register(
      SparkSession spark, String name, Recipe recipe, ExtractOptions options) {
    FeatureFunction function = FeatureFunction.of(spark, recipe, options);
    spark.udf().register(name, (UDF1<Object, Row>) function::ofFile, function.type());
    spark
        .udf()
        .register(
            name + "_samples", (UDF2<Object, Integer, Row>) function::ofSamples, function.type());
  }

  /** Returns a row for every piece, spread over the cluster, with what all pieces found out. */
  private static Dataset<Row> split(
      Dataset<Row> clips,
      Recipe recipe,
      ExtractOptions options,
      ClipColumns columns,
      ExtractOptions.LongRecordings pieces) {
    boolean maximum = needsMaximum(recipe);
    double seconds = pieces.seconds();
    StructType with = Piece.addTo(clips.schema());
    Dataset<Row> split =
        clips
            .flatMap(
                (FlatMapFunction<Row, Row>)
                    given -> {
                      Row row = columns.named(given);
                      List<Row> rows = new ArrayList<>();
                      for (Piece piece : new Clips(columns).pieces(row, seconds, recipe, maximum)) {
                        rows.add(joined(row, piece.values(), with));
                      }
                      return rows.iterator();
                    },
                Encoders.row(with))
            .repartition(pieces.partitions());
    if (!maximum) {
      return split;
    }
    ClipInput.Paths paths = (ClipInput.Paths) columns.input();
    List<String> names = new ArrayList<>(List.of(paths.path()));
    if (paths.offset() != null) {
      names.add(paths.offset());
    }
    if (paths.duration() != null) {
      names.add(paths.duration());
    }
    Dataset<Row> named =
        split.withColumn(
            RECORDING,
            functions.to_json(
                functions.struct(
                    names.stream()
                        .map(functions::col)
                        .toArray(org.apache.spark.sql.Column[]::new))));
    ClipColumns columnsOfNamed = ClipColumns.of(named.schema(), options);
    // Nothing of this is counted: the pieces are computed once more, for their features.
    ExtractTask task =
        new ExtractTask(
            UUID.randomUUID().toString(),
            recipe,
            options,
            columnsOfNamed,
            ExtractMetrics.register(clips.sparkSession()));
    StructType found =
        new StructType().add(RECORDING, DataTypes.StringType).add("found", DataTypes.BinaryType);
    Dataset<Row> maxima =
        named
            .filter(functions.col(Piece.PREFIX + "maximum"))
            .mapPartitions(
                (MapPartitionsFunction<Row, Row>) rows -> new PieceMaxima(task, rows),
                Encoders.row(found))
            .groupBy(RECORDING)
            .agg(functions.collect_list("found").as(MAXIMA));
    return named.join(maxima, new String[] {RECORDING}, "left").drop(RECORDING);
  }

  private static Row joined(Row row, Object[] more, StructType schema) {
    Object[] values = Arrays.copyOf(values(row), row.length() + more.length);
    System.arraycopy(more, 0, values, row.length(), more.length);
    return new GenericRowWithSchema(values, schema);
  }

  private static Object[] values(Row row) {
    Object[] values = new Object[row.length()];
    Arrays.setAll(values, row::get);
    return values;
  }

  /** Whether a recipe's decibels are below the maximum of the recording; perhaps, if unknown. */
  private static boolean needsMaximum(Recipe recipe) {
    Preset preset = usual(recipe);
    return preset == null || PieceFrontEnd.way(preset) == PieceFrontEnd.Way.BELOW_MAXIMUM;
  }

  /** Whether a recipe's features are complex. */
  static boolean isComplex(Recipe recipe) {
    Preset preset = usual(recipe);
    return preset != null && preset.feature().pipeline().output().complex();
  }

  private static @Nullable Preset usual(Recipe recipe) {
    for (int rate : USUAL_RATES) {
      try {
        return recipe.preset(rate);
      } catch (IllegalArgumentException e) {
        // Perhaps a band that ends above half of this rate.
      }
    }
    return null;
  }

  /** The maxima of pieces. */
  private static final class PieceMaxima implements Iterator<Row> {
    private final Iterator<Row> in;
    private final Clips clips;
    private final Worker worker;

    PieceMaxima(ExtractTask task, Iterator<Row> in) {
      this.in = in;
      this.clips = new Clips(task.columns());
      this.worker = Worker.borrow(task);
      org.apache.spark.TaskContext.get()
          .addTaskCompletionListener(
              (org.apache.spark.util.TaskCompletionListener) _ -> worker.giveBack());
    }

    @Override
    public boolean hasNext() {
      return in.hasNext();
    }

    @Override
    public Row next() {
      Row row = in.next();
      Piece piece = Piece.of(row);
      byte[] found;
      try {
        found =
            clips.open(
                row,
                (reader, start, length) ->
                    Result.bytes(
                        worker
                            .pieces(worker.preset(reader.info().sampleRate()))
                            .maximum(
                                clips.name(row),
                                reader,
                                new PieceFrontEnd.Part(start, length, piece.from(), piece.to()))));
      } catch (java.io.IOException | RuntimeException e) {
        // The piece itself will say so when its feature is due.
        found = new byte[0];
      }
      return RowFactory.create(row.getAs(RECORDING), found);
    }
  }
}
