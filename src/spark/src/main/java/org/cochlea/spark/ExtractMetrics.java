package org.cochlea.spark;

import java.io.Serializable;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * What was done, as Spark's accumulators: shown in its UI beside every stage, and read by the
 * driver when an action has ended. As with all accumulators in transformations, what Spark computes
 * twice (a task that is repeated, a dataset used twice without a cache) counts twice.
 *
 * @param clips that became features, and pieces of long ones
 * @param seconds of audio in them
 * @param failures clips that could not be read or computed
 */
public record ExtractMetrics(
    LongAccumulator clips, DoubleAccumulator seconds, LongAccumulator failures)
    implements Serializable {

  /** Registers accumulators. */
  public static ExtractMetrics register(SparkSession spark) {
    return new ExtractMetrics(
        spark.sparkContext().longAccumulator("cochlea clips"),
        spark.sparkContext().doubleAccumulator("cochlea seconds"),
        spark.sparkContext().longAccumulator("cochlea failures"));
  }
}
