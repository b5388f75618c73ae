package org.cochlea.cli.extract;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

/**
 * An extraction for a cluster.
 *
 * @param words the command line, of which executors make what is computed
 * @param fingerprint of the parameters, by the name of the engine that computed; outputs of another
 *     one are not resumed
 * @param master where the cluster is, as Spark names it; empty where it is known already
 * @param out the folder of the outputs
 * @param format of the outputs
 * @param framesFirst whether frames come before bins in the outputs
 * @param engine its name, or auto
 * @param batch clips computed at once
 * @param longSeconds what is longer is split, where the feature allows it
 * @param partitions of the clips; 0 for as many as fit
 * @param resume whether finished partitions are left as they are
 * @param clips what to compute
 * @param unreadable folders that could not be looked into
 * @param progress is told how many clips are done
 */
public record ClusterJob(
    List<String> words,
    UnaryOperator<String> fingerprint,
    String master,
    Path out,
    Format format,
    boolean framesFirst,
    String engine,
    int batch,
    double longSeconds,
    int partitions,
    boolean resume,
    List<Item> clips,
    List<Report.Failure> unreadable,
    LongConsumer progress) {

  /** What a cluster writes. */
  public enum Format {
    /** A table, its partitions in folders of their own. */
    PARQUET,
    /** A tar file per partition, with the members KEY.npy and KEY.json of every clip. */
    WEBDATASET,
    /** A file per clip and an index, as without a cluster. */
    NPY;

    /**
     * Returns the format of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Format named(String name) {
      for (Format one : values()) {
        if (one.name().equalsIgnoreCase(name)) {
          return one;
        }
      }
      throw new IllegalArgumentException(
          "--format must be one of parquet, webdataset, npy with --spark, was " + name);
    }
  }

  /**
   * A clip.
   *
   * @param file the audio
   * @param name of its feature, different for every clip: a path without an ending, with slashes
   * @param offset where to begin, in seconds
   * @param duration how much of it, in seconds; infinite for all
   * @param labels what a list says of it
   */
  public record Item(Path file, String name, double offset, double duration, List<String> labels) {}

  /** Returns where clips without a feature are listed: never where tables are looked for. */
  public Path failures() {
    return (format == Format.PARQUET ? out.resolve("_cochlea") : out).resolve("failures.txt");
  }

  /**
   * Finds the inputs of an extraction.
   *
   * @throws IOException if an input does not exist
   */
  public ClusterJob withInputs(List<String> inputs, double offset, double duration)
      throws IOException {
    InputList list = InputList.of(inputs, offset, duration, false);
    List<Item> found = new ArrayList<>();
    for (Clip clip : list.clips()) {
      found.add(new Item(clip.file(), clip.name(), clip.offset(), clip.duration(), clip.labels()));
    }
    List<Report.Failure> failures = new ArrayList<>();
    list.unreadable()
        .forEach(
            (path, e) -> failures.add(new Report.Failure(path, String.valueOf(e.getMessage()))));
    return new ClusterJob(
        words,
        fingerprint,
        master,
        out,
        format,
        framesFirst,
        engine,
        batch,
        longSeconds,
        partitions,
        resume,
        found,
        failures,
        progress);
  }
}
