package org.cochlea.spark;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A stretch of a long recording.
 *
 * @param index of it, from 0
 * @param count of all pieces of the recording; 1 for a clip that is not split
 * @param from its first frame
 * @param to the frame behind its last; {@link #END} for all that follow
 * @param maximum whether it needs the maximum of all pieces
 */
record Piece(int index, int count, long from, long to, boolean maximum) {
  static final long END = Long.MAX_VALUE;
  static final String PREFIX = "cochlea_piece_";
  static final Piece WHOLE = new Piece(0, 1, 0, END, false);

  static StructType addTo(StructType schema) {
    return schema
        .add(PREFIX + "index", DataTypes.IntegerType, false)
        .add(PREFIX + "count", DataTypes.IntegerType, false)
        .add(PREFIX + "from", DataTypes.LongType, false)
        .add(PREFIX + "to", DataTypes.LongType, false)
        .add(PREFIX + "maximum", DataTypes.BooleanType, false);
  }

  Object[] values() {
    return new Object[] {index, count, from, to, maximum};
  }

  /** Reads the columns of {@link #addTo}, where there are any. */
  static Piece of(Row row) {
    if (!row.schema().getFieldIndex(PREFIX + "index").isDefined()) {
      return WHOLE;
    }
    int at = row.fieldIndex(PREFIX + "index");
    return new Piece(
        row.getInt(at),
        row.getInt(at + 1),
        row.getLong(at + 2),
        row.getLong(at + 3),
        row.getBoolean(at + 4));
  }
}
