package org.cochlea.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.cochlea.train.data.Division;
import org.cochlea.train.metric.ConfusionMatrix;
import org.jspecify.annotations.Nullable;

/**
 * One configuration trained on every fold of its {@link Division}, with several seeds, and what the
 * test parts say of it.
 *
 * <p>A metric of a seed is the mean over the folds, each counting the same; what is reported is the
 * mean over the seeds, and their standard deviation with {@code n - 1}. The seed also divides the
 * clips into folds.
 */
public final class CrossValidation {
  /** What is not put into the name of a folder. */
  private static final Pattern UNFIT = Pattern.compile("[^\\p{Alnum}._-]");

  private final List<Run> runs = new ArrayList<>();
  private final SequencedMap<Run, Evaluation> results = new LinkedHashMap<>();

  /**
   * One training.
   *
   * @param seed of it
   * @param fold its name, empty where the division has no folds
   * @param config all of it
   */
  public record Run(long seed, String fold, TrainConfig config) {
    /** Returns the name of its folder: {@code seed0-fold3}. */
    public String name() {
      return "seed%d%s"
          .formatted(seed, fold.isEmpty() ? "" : "-" + UNFIT.matcher(fold).replaceAll("_"));
    }
  }

  /**
   * A metric over all seeds.
   *
   * @param mean of the seeds' means
   * @param deviation of the seeds' means, NaN for a single seed
   */
  public record Summary(double mean, double deviation) {}

  /**
   * Plans the runs, seed by seed.
   *
   * @param folds by name, as {@link Division#folds} gives them
   * @param config what to train; its division and seed are replaced
   * @param seeds at least one, each once
   * @throws IllegalArgumentException if a seed comes twice, or there is none
   */
  public CrossValidation(
      SequencedMap<String, Division> folds, TrainConfig config, List<Long> seeds) {
    if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
      throw new IllegalArgumentException("seeds must be different, and one at least, was " + seeds);
    }
    for (long seed : seeds) {
      folds.forEach((name, division) -> runs.add(new Run(seed, name, config.with(division, seed))));
    }
  }

  /** Returns what is to be trained, in order. */
  public List<Run> runs() {
    return List.copyOf(runs);
  }

  /** Keeps how a run did on its test part. */
  public void add(Run run, Evaluation evaluation) {
    results.put(run, evaluation);
  }

  /** Returns how a run did, null if it has not been. */
  public @Nullable Evaluation result(Run run) {
    return results.get(run);
  }

  /** Returns the names of the metrics, the main one first; empty before the first result. */
  public List<String> metrics() {
    return results.isEmpty()
        ? List.of()
        : List.copyOf(results.firstEntry().getValue().metrics().keySet());
  }

  /** Returns the mean of a metric over the runs of a seed that have been. */
  public double ofSeed(String metric, long seed) {
    return mean(metric, run -> run.seed() == seed);
  }

  /** Returns the mean of a metric over the runs of a fold that have been. */
  public double ofFold(String metric, String fold) {
    return mean(metric, run -> run.fold().equals(fold));
  }

  private double mean(String metric, Predicate<Run> which) {
    return results.entrySet().stream()
        .filter(entry -> which.test(entry.getKey()))
        .mapToDouble(entry -> entry.getValue().metrics().getOrDefault(metric, Double.NaN))
        .average()
        .orElse(Double.NaN);
  }

  /** Returns a metric over all seeds that have been. */
  public Summary summary(String metric) {
    double[] seeds =
        results.keySet().stream()
            .mapToLong(Run::seed)
            .distinct()
            .mapToDouble(seed -> ofSeed(metric, seed))
            .toArray();
    double mean = 0;
    for (double value : seeds) {
      mean += value / seeds.length;
    }
    double squares = 0;
    for (double value : seeds) {
      squares += (value - mean) * (value - mean);
    }
    return new Summary(mean, Math.sqrt(squares / (seeds.length - 1)));
  }

  /** Returns the decisions of all runs together, null where classes do not exclude each other. */
  public @Nullable ConfusionMatrix confusion() {
    ConfusionMatrix sum = null;
    for (Evaluation evaluation : results.values()) {
      ConfusionMatrix one = evaluation.confusion();
      if (one == null) {
        return null;
      }
      if (sum == null) {
        sum = new ConfusionMatrix(one.classes());
      }
      sum.add(one);
    }
    return sum;
  }

  /** Writes a line per run with its seed, fold, clips and metrics, as CSV. */
  public void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("seed,fold,clips," + String.join(",", metrics()));
    results.forEach(
        (run, evaluation) ->
            lines.add(
                "%d,%s,%d,%s"
                    .formatted(
                        run.seed(),
                        quoted(run.fold()),
                        evaluation.clips(),
                        evaluation.metrics().values().stream()
                            .map(CrossValidation::number)
                            .collect(Collectors.joining(",")))));
    RunFolder.writeText(file, String.join("\n", lines) + "\n");
  }

  private static String quoted(String text) {
    return text.contains(",") || text.contains("\"")
        ? '"' + text.replace("\"", "\"\"") + '"'
        : text;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }
}
