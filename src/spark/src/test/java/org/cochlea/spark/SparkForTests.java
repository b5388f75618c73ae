package org.cochlea.spark;

import org.apache.spark.sql.SparkSession;

/** The session of the tests, for those of other packages. */
public final class SparkForTests {
  private SparkForTests() {}

  /** Returns it. */
  public static SparkSession session() {
    return LocalSpark.SPARK;
  }
}
