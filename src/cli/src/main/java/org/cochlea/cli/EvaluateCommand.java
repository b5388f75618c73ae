package org.cochlea.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.audio.dataset.Item;
import org.cochlea.audio.dataset.Part;
import org.cochlea.core.Engine;
import org.cochlea.train.Evaluation;
import org.cochlea.train.TrainedModel;
import org.cochlea.train.metric.ConfusionMatrix;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cochlea evaluate}: what a trained model is worth. */
@Command(
    name = "evaluate",
    sortOptions = false,
    description = {
      "Scores the clips of a run's test part, or of its validation part if there is no test part,"
          + " and prints the metrics. Clips are scored by the mean over their windows."
    },
    footer = {
      "",
      "Examples:",
      "  cochlea evaluate run",
      "  cochlea evaluate run --part validation",
      "  cochlea evaluate run --data more.csv"
    })
final class EvaluateCommand implements Callable<Integer> {
  private static final int LARGEST_MATRIX = 20;

  @Mixin ModelOptions model = new ModelOptions();

  @Option(
      names = "--part",
      paramLabel = "NAME",
      description = "train, validation, test or all of the run's clips.")
  @Nullable String part;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "Other labelled clips: a folder or a list.")
  @Nullable Path data;

  @Mixin EngineOptions engineOptions = new EngineOptions();
  @Mixin Common common = new Common();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    List<Item> items = items();
    try (Engine engine = engineOptions.choose().engine();
        TrainedModel trained = model.load(engine, engineOptions.extractor())) {
      Evaluation evaluation =
          trained.evaluate(items, ModelOptions.telling(spec.commandLine().getErr()));
      print(evaluation, trained.targets().names());
      return evaluation.clips() == items.size() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private List<Item> items() throws IOException {
    if (data != null) {
      if (part != null) {
        throw new IllegalArgumentException("--part is for the run's own clips, not for --data");
      }
      return Dataset.open(data).items();
    }
    Dataset dataset = model.folder().dataset();
    if (part == null) {
      List<Item> test = dataset.items(Part.TEST);
      List<Item> items = test.isEmpty() ? dataset.items(Part.VALIDATION) : test;
      if (items.isEmpty()) {
        throw new IllegalArgumentException(
            "the run has neither a test nor a validation part: give --part or --data");
      }
      return items;
    }
    if (part.equals("all")) {
      return dataset.items();
    }
    Part wanted =
        Part.forName(part)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "--part must be one of train, validation, test, all, was " + part));
    List<Item> items = dataset.items(wanted);
    if (items.isEmpty()) {
      throw new IllegalArgumentException("the %s part of the run is empty".formatted(wanted));
    }
    return items;
  }

  private void print(Evaluation evaluation, List<String> names) {
    PrintWriter out = spec.commandLine().getOut();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("clips", "%,d".formatted(evaluation.clips())));
    evaluation.metrics().forEach((name, value) -> rows.add(List.of(name, "%.4f".formatted(value))));
    Text.table(rows).forEach(out::println);
    ConfusionMatrix confusion = evaluation.confusion();
    if (confusion != null) {
      print(confusion, names, out);
    }
    out.flush();
  }

  /** A table of the classes, and the matrix itself if it is not too large to read. */
  static void print(ConfusionMatrix confusion, List<String> names, PrintWriter out) {
    out.println();
    classes(confusion, names).forEach(out::println);
    if (names.size() <= LARGEST_MATRIX) {
      out.println();
      matrix(confusion, names).forEach(out::println);
    }
  }

  private static List<String> classes(ConfusionMatrix confusion, List<String> names) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("class", "clips", "precision", "recall", "f1"));
    for (int k = 0; k < names.size(); k++) {
      rows.add(
          List.of(
              names.get(k),
              String.valueOf(confusion.support(k)),
              "%.4f".formatted(confusion.precision(k)),
              "%.4f".formatted(confusion.recall(k)),
              "%.4f".formatted(confusion.f1(k))));
    }
    return Text.table(rows);
  }

  /** True classes down, predicted ones across. */
  private static List<String> matrix(ConfusionMatrix confusion, List<String> names) {
    List<List<String>> rows = new ArrayList<>();
    List<String> heading = new ArrayList<>(List.of("true \\ predicted"));
    heading.addAll(names);
    rows.add(heading);
    for (int t = 0; t < names.size(); t++) {
      List<String> row = new ArrayList<>(List.of(names.get(t)));
      for (int p = 0; p < names.size(); p++) {
        row.add(String.valueOf(confusion.count(t, p)));
      }
      rows.add(row);
    }
    return Text.table(rows);
  }
}
