package org.cochlea.spark;

import org.apache.spark.sql.SparkSession;

/** Spark in this JVM, on two threads; one for all tests. */
final class LocalSpark {
  static final SparkSession SPARK =
      SparkSession.builder()
          .master("local[2]")
          .appName("cochlea-test")
          .config("spark.ui.enabled", "false")
          .config("spark.driver.host", "localhost")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .config("spark.sql.shuffle.partitions", "2")
          .config("spark.sql.codegen.wholeStage", "false")
          .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/warehouse")
          .getOrCreate();

  private LocalSpark() {}
}
