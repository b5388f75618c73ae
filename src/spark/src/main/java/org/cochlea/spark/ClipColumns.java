package org.cochlea.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The columns of clips and of their features.
 *
 * @param input where clips come from
 * @param schema of the rows that come in
 * @param kept columns that go out again, by their place
 * @param output schema of the rows that go out
 */
record ClipColumns(ClipInput input, StructType schema, List<Integer> kept, StructType output)
    implements Serializable {

  /** What is added to the kept columns, in this order. */
  static final List<String> RESULT =
      List.of(
          "audio_rate",
          "sample_rate",
          "seconds",
          "piece",
          "pieces",
          "first_frame",
          "frames",
          "shape",
          "feature",
          "engine",
          "error");

  static ClipColumns of(StructType schema, ExtractOptions options) {
    ClipInput input = options.input() == null ? guess(schema) : options.input();
    switch (input) {
      case ClipInput.Paths p -> {
        require(schema, p.path(), DataTypes.StringType);
        requireIfGiven(schema, p.offset(), DataTypes.DoubleType);
        requireIfGiven(schema, p.duration(), DataTypes.DoubleType);
      }
      case ClipInput.Contents c -> require(schema, c.content(), DataTypes.BinaryType);
      case ClipInput.Samples s -> {
        require(
            schema,
            s.samples(),
            DataTypes.BinaryType,
            floats(false),
            floats(true),
            DataTypes.createArrayType(floats(false), false),
            DataTypes.createArrayType(floats(true), true));
        require(schema, s.sampleRate(), DataTypes.IntegerType);
      }
    }
    if (options.augment() != null && options.augment().keyColumn() != null) {
      require(schema, options.augment().keyColumn(), DataTypes.LongType, DataTypes.IntegerType);
    }
    List<Integer> kept = new ArrayList<>();
    List<StructField> fields = new ArrayList<>();
    for (int i = 0; i < schema.length(); i++) {
      StructField field = schema.apply(i);
      if (input.consumed().contains(field.name()) || field.name().startsWith(Piece.PREFIX)) {
        continue;
      }
      if (RESULT.contains(field.name())) {
        throw new IllegalArgumentException(
            "column %s of the clips has the name of a column of the result: rename it"
                .formatted(field.name()));
      }
      kept.add(i);
      fields.add(field);
    }
    boolean binary = options.values() == ExtractOptions.FeatureValues.BINARY;
    StructType output =
        DataTypes.createStructType(fields)
            .add("audio_rate", DataTypes.IntegerType)
            .add("sample_rate", DataTypes.IntegerType)
            .add("seconds", DataTypes.DoubleType)
            .add("piece", DataTypes.IntegerType, false)
            .add("pieces", DataTypes.IntegerType, false)
            .add("first_frame", DataTypes.LongType, false)
            .add("frames", DataTypes.IntegerType)
            .add("shape", DataTypes.createArrayType(DataTypes.IntegerType, false))
            .add("feature", binary ? DataTypes.BinaryType : floats(false))
            .add("engine", DataTypes.StringType)
            .add("error", DataTypes.StringType);
    return new ClipColumns(input, schema, List.copyOf(kept), output);
  }

  private static ClipInput guess(StructType schema) {
    List<String> names = Arrays.asList(schema.fieldNames());
    if (names.contains("samples") && names.contains("sample_rate")) {
      return new ClipInput.Samples("samples", "sample_rate");
    }
    if (names.contains("content")) {
      return new ClipInput.Contents("content");
    }
    if (names.contains("path")) {
      return new ClipInput.Paths("path", null, null);
    }
    throw new IllegalArgumentException(
        "clips must have a column path, a column content, or columns samples and sample_rate;"
            + " they have "
            + String.join(", ", names));
  }

  private static DataType floats(boolean nullable) {
    return DataTypes.createArrayType(DataTypes.FloatType, nullable);
  }

  private static void requireIfGiven(StructType schema, @Nullable String name, DataType type) {
    if (name != null) {
      require(schema, name, type);
    }
  }

  private static void require(StructType schema, String name, DataType... types) {
    if (!Arrays.asList(schema.fieldNames()).contains(name)) {
      throw new IllegalArgumentException(
          "clips must have a column %s, they have %s"
              .formatted(name, String.join(", ", schema.fieldNames())));
    }
    DataType type = schema.apply(name).dataType();
    if (!Arrays.asList(types).contains(type)) {
      throw new IllegalArgumentException(
          "column %s must be of type %s, was of %s"
              .formatted(
                  name,
                  Arrays.stream(types)
                      .map(DataType::simpleString)
                      .distinct()
                      .collect(Collectors.joining(" or ")),
                  type.simpleString()));
    }
  }

  /** Returns a row that knows its columns: one that comes straight from a program's map may not. */
  Row named(Row row) {
    if (row.schema() != null) {
      return row;
    }
    Object[] values = new Object[row.length()];
    Arrays.setAll(values, row::get);
    return new GenericRowWithSchema(values, schema);
  }
}
