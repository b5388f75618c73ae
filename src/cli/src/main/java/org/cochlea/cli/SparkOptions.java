package org.cochlea.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.IntFunction;
import org.cochlea.cli.extract.ClusterExtraction;
import org.cochlea.cli.extract.ClusterJob;
import org.cochlea.cli.extract.Report;
import org.cochlea.core.preset.Preset;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * Extraction on Apache Spark. The command does not carry Spark: it hands itself, in the jar of
 * {@code src/spark}, to {@code spark-submit}, and runs there.
 */
public final class SparkOptions {
  private static final int LISTED = 20;

  /** What a process that has Spark can load. */
  private static final String SPARK_CLASS = "org.apache.spark.sql.SparkSession";

  @Option(
      names = "--spark",
      paramLabel = "MASTER",
      description =
          "Compute on Apache Spark: local[*], spark://HOST:7077, yarn, k8s://…. Needs Spark 4.2"
              + " (SPARK_HOME, or spark-submit on the PATH). All machines must see IN and --out."
              + " --format is then parquet (default), webdataset or npy.")
  private @Nullable String master;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description =
          "With --spark: parts of the clips, each of which is finished or not when --resume asks;"
              + " by default about 1000 clips each.")
  private int partitions;

  @Option(
      names = "--spark-conf",
      paramLabel = "KEY=VALUE",
      description = "With --spark: a setting of Spark, such as spark.executor.memory=4g.")
  private List<String> settings = new ArrayList<>();

  boolean asked() {
    return master != null;
  }

  int partitions() {
    if (partitions < 0) {
      throw new IllegalArgumentException("--partitions must be at least 1, was " + partitions);
    }
    return partitions;
  }

  String master() {
    return master == null ? "" : master;
  }

  /** Whether this process was started by spark-submit. */
  static boolean inside() {
    try {
      Class.forName(SPARK_CLASS, false, SparkOptions.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * Runs the command once more, in Spark.
   *
   * @param words of the command line
   * @return its exit code
   * @throws IOException if Spark or the jar is not there
   */
  int submit(List<String> words) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(submitter().toString());
    line.addAll(List.of("--master", master(), "--class", Main.class.getName()));
    line.addAll(List.of("--name", "cochlea extract"));
    // Samples of a clip are a humongous object for G1 in a small heap, each the start of a cycle of
    // marking.
    for (String process : List.of("driver", "executor")) {
      line.addAll(
          List.of("--conf", "spark.%s.defaultJavaOptions=-XX:+UseParallelGC".formatted(process)));
    }
    for (String setting : settings) {
      line.addAll(List.of("--conf", setting));
    }
    line.add(jar().toString());
    line.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(line).inheritIO();
    // The runtime of the bundle has less than Spark needs.
    if (ModuleFinder.ofSystem().find("java.se").isPresent()) {
      builder.environment().putIfAbsent("JAVA_HOME", System.getProperty("java.home", ""));
    }
    Process process = builder.start();
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    }
  }

  private static Path submitter() throws IOException {
    String home = System.getenv("SPARK_HOME");
    if (home != null && !home.isEmpty()) {
      Path submit = Path.of(home, "bin", "spark-submit");
      if (!Files.isExecutable(submit)) {
        throw new IOException("SPARK_HOME: there is no " + submit);
      }
      return submit;
    }
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      Path submit = Path.of(folder, "spark-submit");
      if (!folder.isEmpty() && Files.isExecutable(submit)) {
        return submit;
      }
    }
    throw new IOException(
        "--spark: there is no spark-submit: unpack Spark 4.2 (https://spark.apache.org/downloads,"
            + " or pip install pyspark==4.2.0) and set SPARK_HOME to its folder");
  }

  /** Returns the jar that holds the command for Spark: beside the folder of the others. */
  private static Path jar() throws IOException {
    try {
      Path cli = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path lib = cli.getParent();
      Path jar = lib == null ? cli : lib.resolveSibling("spark").resolve("cochlea-spark.jar");
      if (!Files.isRegularFile(jar)) {
        throw new IOException(
            "--spark: there is no %s: run 'make build', or unpack the bundle's …-spark.tar.xz"
                .formatted(jar));
      }
      return jar;
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  /**
   * Computes a job in this process, which has Spark.
   *
   * @return the exit code
   */
  static int run(ClusterJob job, PrintWriter out, PrintWriter err) throws IOException {
    ClusterExtraction cluster =
        ServiceLoader.load(ClusterExtraction.class)
            .findFirst()
            .orElseThrow(() -> new IOException("--spark: this is not the jar for spark-submit"));
    Report report = cluster.run(job);
    Path failures = job.failures();
    if (report.failures().isEmpty()) {
      Files.deleteIfExists(failures);
    } else {
      Files.write(failures, report.failures().stream().map(Object::toString).toList());
    }
    report.failures().stream().limit(LISTED).forEach(f -> err.println("cochlea: " + f));
    if (report.failures().size() > LISTED) {
      err.println(
          "cochlea: and %d more, all in %s".formatted(report.failures().size() - LISTED, failures));
    }
    err.flush();
    String failed =
        report.failures().isEmpty() ? "" : ", %,d failed".formatted(report.failures().size());
    String skipped = report.skipped() == 0 ? "" : ", %,d there already".formatted(report.skipped());
    Text.table(
            List.of(
                List.of(
                    "clips",
                    "%,d of %,d written%s%s"
                        .formatted(report.written(), report.clips(), skipped, failed)),
                List.of("audio", Text.duration(report.audioSeconds())),
                List.of("time", Text.duration(report.wallSeconds())),
                List.of(
                    "times real time", Text.number(report.audioSeconds() / report.wallSeconds())),
                List.of("output", job.out().toString())))
        .forEach(out::println);
    out.flush();
    return report.failures().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  /**
   * Returns what the words of a command line of {@code cochlea extract} compute, by sample rate.
   *
   * @throws IllegalArgumentException naming the option that is wrong
   */
  public static IntFunction<Preset> presets(List<String> words) {
    ExtractCommand command = new ExtractCommand();
    CommandLine line = new CommandLine(command).setAbbreviatedOptionsAllowed(false);
    return command.featureOptions.presets(line.parseArgs(words.toArray(String[]::new)));
  }
}
