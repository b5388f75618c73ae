package org.cochlea.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.audio.dataset.DatasetLayout;
import org.cochlea.audio.dataset.Item;
import org.cochlea.audio.dataset.Part;
import org.cochlea.audio.dataset.Split;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cochlea split}: training, validation and test parts of a dataset. */
@Command(
    name = "split",
    description = {
      "Divides a dataset into training, validation and test parts and writes a list of each, which"
          + " 'cochlea extract' reads. DATA is a folder with a folder per class, a manifest (.csv,"
          + " .tsv, .jsonl), or one of the usual collections. The same seed gives the same parts on"
          + " every machine."
    },
    footer = {
      "",
      "Examples:",
      "  cochlea split recordings --out lists",
      "  cochlea split ESC-50 --out lists --keep --fold 1",
      "  cochlea split speech.csv --out lists --ratios 70,15,15 --by-group --seed 7"
    })
final class SplitCommand implements Callable<Integer> {
  @Mixin Common common = new Common();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DATA", description = "The dataset: a folder or a manifest.")
  private Path data = Path.of("");

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "DIR",
      description = "Where train.csv, validation.csv and test.csv go; made if there is none.")
  private Path out = Path.of("");

  @Option(
      names = "--ratios",
      split = ",",
      paramLabel = "N",
      description = "Shares of training, validation and test; by default 80,10,10.")
  private List<Double> ratios = List.of(80.0, 10.0, 10.0);

  @Option(names = "--seed", paramLabel = "N", description = "Any number; by default 0.")
  private long seed;

  @Option(
      names = "--by-group",
      description = "Keep groups whole: no speaker or recording is in two parts.")
  private boolean byGroup;

  @Option(
      names = "--no-stratify",
      description = "Do not keep the classes' proportions in every part.")
  private boolean noStratify;

  @Option(
      names = "--keep",
      description = {
        "Keep the parts that the dataset comes with. Of one that comes with folds for"
            + " cross-validation, --fold is the test part and all others the training part."
      })
  private boolean keep;

  @Option(
      names = "--fold",
      paramLabel = "N",
      description = "The fold that --keep takes for testing; by default the last.")
  private @Nullable Integer fold;

  @Option(names = "--esc10", description = "Of ESC-50, only the ten classes of ESC-10.")
  private boolean esc10;

  @Override
  public Integer call() throws IOException {
    if (fold != null && !keep) {
      throw new IllegalArgumentException("--fold needs --keep");
    }
    for (String option : List.of("--ratios", "--seed", "--by-group", "--no-stratify")) {
      if (keep && spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new IllegalArgumentException("--keep cannot be combined with " + option);
      }
    }
    Split split = split();
    Dataset dataset = open();
    Dataset divided;
    try {
      divided = keep ? kept(dataset) : split.apply(dataset);
    } catch (IllegalArgumentException e) {
      throw new IOException("%s: --by-group: %s".formatted(data, e.getMessage()), e);
    }
    if (divided.items().isEmpty()) {
      throw new IOException(data + ": the dataset has no items");
    }
    Files.createDirectories(out);
    for (Part part : Part.values()) {
      Path file = out.resolve(part + ".csv");
      List<Item> items = divided.items(part);
      if (items.isEmpty()) {
        // What an earlier split left here would be taken for this one's.
        Files.deleteIfExists(file);
      } else {
        new Dataset(divided.root(), divided.classes(), items).write(file);
      }
    }
    if (!keep && dataset.items().stream().anyMatch(i -> i.split() != null || i.fold() != null)) {
      spec.commandLine()
          .getErr()
          .println("cochlea: " + data + ": comes with parts of its own, which --keep keeps");
    }
    print(divided);
    return ExitCode.OK;
  }

  private Dataset open() throws IOException {
    DatasetLayout layout = DatasetLayout.detect(data);
    if (!esc10) {
      return layout.read(data);
    }
    if (!(layout instanceof DatasetLayout.Esc50)) {
      throw new IOException(data + ": --esc10 needs ESC-50, with meta/esc50.csv");
    }
    return new DatasetLayout.Esc50(DatasetLayout.Esc50.Subset.ESC_10).read(data);
  }

  /** Returns the dataset in its own parts, or with one of its folds held out; says which. */
  private Dataset kept(Dataset dataset) throws IOException {
    List<Item> items = dataset.items();
    TreeSet<Integer> folds = new TreeSet<>();
    items.stream().map(Item::fold).filter(Objects::nonNull).forEach(folds::add);
    boolean parts = items.stream().allMatch(item -> item.split() != null);
    if (fold == null && parts) {
      spec.commandLine().getOut().println("the dataset's own parts");
      return dataset;
    }
    if (folds.isEmpty() || items.stream().anyMatch(item -> item.fold() == null)) {
      throw new IOException(
          "%s: --keep: the dataset comes with neither parts nor folds for all of its clips"
              .formatted(data));
    }
    int test = fold == null ? folds.last() : fold;
    if (!folds.remove(test)) {
      throw new IOException("%s: --fold must be one of %s, was %d".formatted(data, folds, test));
    }
    spec.commandLine()
        .getOut()
        .printf("the dataset's own folds: %d for testing, %s for training%n", test, folds);
    return dataset.holdOut(item -> Objects.equals(item.fold(), test));
  }

  private Split split() {
    if (ratios.size() != Part.values().length) {
      throw new IllegalArgumentException("--ratios must be three numbers, were " + ratios.size());
    }
    double sum = 0;
    for (double ratio : ratios) {
      if (!(ratio >= 0 && Double.isFinite(ratio))) {
        throw new IllegalArgumentException("--ratios must be at least 0, was " + ratio);
      }
      sum += ratio;
    }
    if (!(sum > 0)) {
      throw new IllegalArgumentException("--ratios must not all be 0");
    }
    return new Split(
        ratios.get(0) / sum, ratios.get(1) / sum, ratios.get(2) / sum, !noStratify, byGroup, seed);
  }

  private void print(Dataset divided) {
    List<List<String>> rows = new ArrayList<>();
    List<String> heading = new ArrayList<>(List.of("class"));
    List<String> totals = new ArrayList<>(List.of("clips"));
    for (Part part : Part.values()) {
      heading.add(part.toString());
      totals.add(String.valueOf(divided.items(part).size()));
    }
    rows.add(heading);
    for (String label : divided.classes()) {
      List<String> row = new ArrayList<>(List.of(label));
      for (Part part : Part.values()) {
        row.add(
            String.valueOf(
                divided.items(part).stream().filter(i -> i.labels().contains(label)).count()));
      }
      rows.add(row);
    }
    rows.add(totals);
    Text.table(rows).forEach(spec.commandLine().getOut()::println);
  }
}
