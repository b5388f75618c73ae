package org.cochlea.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.audio.dataset.Part;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.preset.Preset;
import org.cochlea.train.ConfigFile;
import org.cochlea.train.CrossValidation;
import org.cochlea.train.Evaluation;
import org.cochlea.train.Report;
import org.cochlea.train.RunFolder;
import org.cochlea.train.TrainConfig;
import org.cochlea.train.TrainListener;
import org.cochlea.train.TrainedModel;
import org.cochlea.train.Trainer;
import org.cochlea.train.data.Division;
import org.cochlea.train.metric.ConfusionMatrix;
import org.cochlea.train.model.ModelSpec;
import org.cochlea.train.model.Network;
import org.cochlea.train.torch.Trainable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cochlea train}: a model of labelled audio. */
@Command(
    name = "train",
    sortOptions = false,
    description = {
      "Trains a model on the features of labelled clips, computed on the fly. DATA is a folder with"
          + " a folder per class, a list (.csv, .tsv, .jsonl), or one of the usual collections."
          + " --out keeps all of the run: configuration, split, log, weights.",
      "The configuration is JSON; what it does not say has a default, and --set changes any of it"
          + " by its path. It is in OUT/config.json afterwards."
    },
    footer = {
      "",
      "Examples:",
      "  cochlea train recordings --out run",
      "  cochlea train spoken-digits --out run --model vgg --epochs 20 --set frontEnd.n-mels=40",
      "  cochlea train data.csv --out run --config run.json --set optimizer.learningRate=3e-4",
      "  cochlea train data.csv --out run --augment plan.json",
      "  cochlea train --resume --out run",
      "  cochlea train data --out folds --cross-validate --seeds 0,1,2 --set division=fold"
    })
final class TrainCommand implements Callable<Integer> {
  private static final String FOUR = "%.4f";

  @Parameters(
      paramLabel = "DATA",
      arity = "0..1",
      description = "The dataset: a folder or a list. Not with --resume.")
  @Nullable Path data;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "DIR",
      description = "The folder of the run; made if there is none.")
  Path out = Path.of("");

  @Option(names = "--config", paramLabel = "FILE", description = "The configuration, as JSON.")
  @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "A value of the configuration, such as training.batch=64. Several times.")
  Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "linear, cnn, cnn-instruments, cnn-urban-sound, vgg, resnet, bc-resnet, rnn,"
              + " lstm-instruments, crnn, tcn, tcn-frames; logistic-regression, svm, random-forest.")
  @Nullable String model;

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      description =
          "cross-entropy, binary-cross-entropy, mse, mae, triplet, contrastive, prototypical,"
              + " ctc.")
  @Nullable String loss;

  @Option(names = "--feature", paramLabel = "NAME", description = "As of 'cochlea extract'.")
  @Nullable String feature;

  @Option(names = "--preset", paramLabel = "NAME", description = "As of 'cochlea extract'.")
  @Nullable String preset;

  @Option(names = "--sr", paramLabel = "HZ", description = "The rate of all clips.")
  @Nullable Integer sampleRate;

  @Option(
      names = "--augment",
      paramLabel = "PLAN",
      description =
          "A plan of augmentation, as of 'cochlea augment', for the windows of training; none for"
              + " none.")
  @Nullable Path augment;

  @Option(
      names = "--extracted",
      paramLabel = "DIR",
      description =
          "Read features that 'cochlea extract' wrote of the same clips with the same options,"
              + " instead of computing them.")
  @Nullable Path extracted;

  @Option(names = "--epochs", paramLabel = "N", description = "How long.")
  @Nullable Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Windows per step.")
  @Nullable Integer batch;

  @Option(names = "--lr", paramLabel = "X", description = "The learning rate.")
  @Nullable Double learningRate;

  @Option(names = "--seed", paramLabel = "N", description = "Of all that is random.")
  @Nullable Long seed;

  @Option(
      names = "--resume",
      description = "Go on with the run in --out where it stopped; with the same bits as at once.")
  boolean resume;

  @Option(
      names = "--cross-validate",
      description = {
        "Train on every fold (of the division fold), or with every group left out (group), one"
            + " after the other, each in a folder of --out; then sum up how they do on what was"
            + " left out. The same command goes on where it was stopped."
      })
  boolean crossValidate;

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "N",
      description = "The same with several seeds, such as 0,1,2.")
  List<Long> seeds = List.of();

  @Mixin EngineOptions engineOptions = new EngineOptions();
  @Mixin Common common = new Common();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    Engines.Choice choice = engineOptions.choose();
    try (Engine engine = choice.engine();
        Meter meter = new Meter(spec.commandLine().getErr())) {
      if (crossValidate || !seeds.isEmpty()) {
        return validate(choice, meter);
      }
      try (Trainer trainer = trainer(engine, meter)) {
        return train(trainer, choice, out) ? ExitCode.OK : ExitCode.FAILED;
      }
    }
  }

  /** Returns whether it came to its end. */
  private boolean train(Trainer trainer, Engines.Choice choice, Path folder) throws IOException {
    describe(trainer, choice);
    Trainer.Result result;
    try (StopOnExit _ = new StopOnExit(trainer::stop)) {
      result = trainer.run();
    }
    conclude(trainer, result, folder);
    if (!result.stopped()) {
      report(choice.engine(), folder);
    }
    return !result.stopped();
  }

  private int validate(Engines.Choice choice, Meter meter) throws IOException {
    if (resume || seed != null) {
      throw new IllegalArgumentException(
          "%s is not for --cross-validate and --seeds: %s"
              .formatted(
                  resume ? "--resume" : "--seed",
                  resume ? "the same command goes on by itself" : "give --seeds alone"));
    }
    TrainConfig configured = configured();
    Dataset dataset = dataset();
    SequencedMap<String, Division> folds = configured.division().folds(dataset);
    if (crossValidate && folds.containsKey("")) {
      throw new IllegalArgumentException(
          "--cross-validate needs the division fold or group: --set division=fold");
    }
    CrossValidation validation =
        new CrossValidation(
            crossValidate ? folds : new LinkedHashMap<>(Map.of("", configured.division())),
            configured,
            seeds.isEmpty() ? List.of(configured.training().seed()) : seeds);
    Path table = out.resolve("cross-validation.csv");
    meter.epochs = epochs(configured);
    PrintWriter stdout = spec.commandLine().getOut();
    List<String> names = List.of();
    for (CrossValidation.Run run : validation.runs()) {
      Path folder = out.resolve(run.name());
      stdout.println("-- %s".formatted(run.name()));
      stdout.flush();
      if (!trained(run, folder, dataset, choice, meter)) {
        return ExitCode.FAILED;
      }
      try (TrainedModel best = load(folder, choice.engine())) {
        Evaluation test =
            best.evaluate(
                new RunFolder(folder).dataset().items(Part.TEST),
                ModelOptions.telling(spec.commandLine().getErr()));
        validation.add(run, test);
        names = best.targets().names();
        stdout.println("test    %s".formatted(test));
        stdout.println();
      }
      validation.write(table);
    }
    summarize(validation, names);
    stdout.println("table   " + table);
    stdout.flush();
    return ExitCode.OK;
  }

  /** Trains what is not trained yet; returns whether it came to its end. */
  private boolean trained(
      CrossValidation.Run run, Path folder, Dataset dataset, Engines.Choice choice, Meter meter)
      throws IOException {
    Preset preset = FrontEnds.of(run.config().frontEnd());
    RunFolder there = new RunFolder(folder);
    boolean begun = there.begun();
    if (begun
        && !ConfigFile.toJson(ConfigFile.read(there.config(), Map.of()))
            .equals(ConfigFile.toJson(run.config()))) {
      throw new IOException(
          folder + ": has a run of another configuration: give another --out, or remove it");
    }
    try (Trainer trainer =
        begun
            ? Trainer.resume(folder, preset, choice.engine(), engineOptions.extractor(), meter)
            : Trainer.begin(
                run.config(),
                preset,
                dataset,
                choice.engine(),
                engineOptions.extractor(),
                folder,
                meter)) {
      if (trainer.dataset().items(Part.TEST).isEmpty()) {
        throw new IllegalArgumentException(
            "the division leaves no test part, which --cross-validate and --seeds compare");
      }
      return trainer.isDone() || train(trainer, choice, folder);
    }
  }

  /** The main metric by fold and seed, all metrics over the seeds, and the classes. */
  private void summarize(CrossValidation validation, List<String> names) {
    PrintWriter stdout = spec.commandLine().getOut();
    List<Long> used = validation.runs().stream().map(CrossValidation.Run::seed).distinct().toList();
    List<String> folds =
        validation.runs().stream().map(CrossValidation.Run::fold).distinct().toList();
    String main = validation.metrics().getFirst();
    List<List<String>> rows = new ArrayList<>();
    List<String> heading = new ArrayList<>(List.of(main));
    used.forEach(each -> heading.add("seed " + each));
    heading.add("mean");
    rows.add(heading);
    for (String fold : folds) {
      if (fold.isEmpty()) {
        continue;
      }
      List<String> row = new ArrayList<>(List.of(fold));
      for (CrossValidation.Run run : validation.runs()) {
        Evaluation result = validation.result(run);
        if (run.fold().equals(fold) && result != null) {
          row.add(FOUR.formatted(result.metrics().firstEntry().getValue()));
        }
      }
      row.add(FOUR.formatted(validation.ofFold(main, fold)));
      rows.add(row);
    }
    List<String> means = new ArrayList<>(List.of("mean"));
    used.forEach(each -> means.add(FOUR.formatted(validation.ofSeed(main, each))));
    means.add(FOUR.formatted(validation.summary(main).mean()));
    rows.add(means);
    Text.table(rows).forEach(stdout::println);
    stdout.println();
    List<List<String>> metrics = new ArrayList<>();
    for (String metric : validation.metrics()) {
      CrossValidation.Summary summary = validation.summary(metric);
      metrics.add(
          List.of(
              metric,
              used.size() > 1
                  ? "%.4f ± %.4f over %d seeds"
                      .formatted(summary.mean(), summary.deviation(), used.size())
                  : FOUR.formatted(summary.mean())));
    }
    Text.table(metrics).forEach(stdout::println);
    ConfusionMatrix confusion = validation.confusion();
    if (confusion != null) {
      EvaluateCommand.print(confusion, names, stdout);
    }
    stdout.println();
    stdout.flush();
  }

  private TrainConfig configured() throws IOException {
    return ConfigFile.read(config, overrides());
  }

  private Dataset dataset() throws IOException {
    if (data == null) {
      throw new IllegalArgumentException("DATA is needed: a folder or a list of labelled clips");
    }
    return Dataset.open(data);
  }

  private Trainer trainer(Engine engine, Meter meter) throws IOException {
    if (resume) {
      if (data != null || config != null || !overrides().isEmpty()) {
        throw new IllegalArgumentException(
            "--resume goes on with the configuration and data of " + out + ": give only --out");
      }
      TrainConfig stored = ConfigFile.read(new RunFolder(out).config(), Map.of());
      meter.epochs = epochs(stored);
      return Trainer.resume(
          out, FrontEnds.of(stored.frontEnd()), engine, engineOptions.extractor(), meter);
    }
    Dataset dataset = dataset();
    TrainConfig configured = configured();
    meter.epochs = epochs(configured);
    return Trainer.begin(
        configured,
        FrontEnds.of(configured.frontEnd()),
        dataset,
        engine,
        engineOptions.extractor(),
        out,
        meter);
  }

  /** A baseline is trained at once. */
  private static int epochs(TrainConfig config) {
    return config.model() instanceof ModelSpec.Baseline ? 1 : config.training().epochs();
  }

  private Map<String, String> overrides() {
    Map<String, String> values = new LinkedHashMap<>();
    put(values, "model", model);
    put(values, "loss", loss);
    put(values, "frontEnd.feature", feature);
    put(values, "frontEnd.preset", preset);
    put(values, "frontEnd.sr", sampleRate);
    put(values, "augmentation", augment);
    put(values, "loading.extracted", extracted);
    put(values, "training.epochs", epochs);
    put(values, "training.batch", batch);
    put(values, "optimizer.learningRate", learningRate);
    put(values, "training.seed", seed);
    values.putAll(set);
    return values;
  }

  private static void put(Map<String, String> values, String path, @Nullable Object value) {
    if (value != null) {
      values.put(path, value.toString());
    }
  }

  private void describe(Trainer trainer, Engines.Choice choice) {
    Dataset dataset = trainer.dataset();
    Network network = trainer.model().network();
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "clips",
            "%,d training, %,d validation, %,d test; %d %s"
                .formatted(
                    dataset.items(Part.TRAIN).size(),
                    dataset.items(Part.VALIDATION).size(),
                    dataset.items(Part.TEST).size(),
                    trainer.model().targets().names().size(),
                    switch (trainer.model().targets().kind()) {
                      case CLASS, TAGS, EMBEDDING -> "classes";
                      case NUMBER -> "number";
                      case TEXT -> "characters";
                    })));
    rows.add(
        List.of(
            "feature",
            "%s, %s [channels, bins, frames]"
                .formatted(trainer.model().preset().name(), network.input())));
    rows.add(List.of("model", trainer.model().summary()));
    Map<Trainable, Double> learned = trainer.model().config().trainable();
    if (!learned.isEmpty()) {
      rows.add(
          List.of(
              "learned",
              learned.entrySet().stream()
                  .map(one -> TrainConfig.word(one.getKey()) + " x " + one.getValue())
                  .collect(Collectors.joining(", "))));
    }
    String augmentation = trainer.augmentation();
    if (!augmentation.isEmpty()) {
      rows.add(List.of("augmented", augmentation));
    }
    rows.add(List.of("engine", "%s (%s)".formatted(choice.engine().name(), choice.why())));
    PrintWriter stdout = spec.commandLine().getOut();
    Text.table(rows).forEach(stdout::println);
    stdout.flush();
  }

  private void conclude(Trainer trainer, Trainer.Result result, Path folder) {
    PrintWriter stdout = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (result.stopped()) {
      err.println(
          "cochlea: stopped in epoch %d of %d; %s goes on"
              .formatted(
                  result.epochs() + 1,
                  trainer.model().config().training().epochs(),
                  folder.equals(out)
                      ? "'cochlea train --resume --out %s'".formatted(out)
                      : "the same command"));
      err.flush();
    }
    Evaluation best = result.best();
    if (best != null) {
      stdout.println("best epoch %d: %s".formatted(result.bestEpoch(), best));
    }
    stdout.println("run     " + folder);
    stdout.flush();
  }

  private TrainedModel load(Path folder, Engine engine) throws IOException {
    RunFolder run = new RunFolder(folder);
    TrainConfig stored = ConfigFile.read(run.config(), Map.of());
    return TrainedModel.load(
        run,
        RunFolder.Which.BEST,
        FrontEnds.of(stored.frontEnd()),
        engine,
        engineOptions.extractor());
  }

  /** Of the best epoch. */
  private void report(Engine engine, Path folder) throws IOException {
    try (TrainedModel best = load(folder, engine)) {
      Path page = Report.write(new RunFolder(folder), best, TrainListener.silent());
      spec.commandLine().getOut().println("report  " + page);
      spec.commandLine().getOut().flush();
    }
  }

  /** A bar per epoch, and a line when it ends. */
  private static final class Meter implements TrainListener, AutoCloseable {
    private final PrintWriter err;
    private int epochs;
    private @Nullable Progress bar;

    Meter(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void step(int epoch, int step, int steps, double loss, int windows, Times times) {
      Progress shown = bar;
      if (shown == null) {
        shown = Progress.of(err, "epoch %d/%d".formatted(epoch, epochs), steps);
        bar = shown;
        shown.advance(step - 1L);
      }
      shown.note("loss %.4f, %s".formatted(loss, times.shares()));
      shown.advance(1);
    }

    @Override
    public void epoch(EpochResult result) {
      close();
      Evaluation validation = result.validation();
      err.println(
          "epoch %d/%d  %s  loss %.4f%s%s  (%s)"
              .formatted(
                  result.epoch(),
                  epochs,
                  Text.duration(result.seconds()),
                  result.loss(),
                  validation == null
                      ? ""
                      : "  validation loss %.4f %s %.4f"
                          .formatted(
                              validation.loss(),
                              validation.main(),
                              validation.metrics().firstEntry().getValue()),
                  result.best() ? " *" : "",
                  result.times().shares()));
      err.flush();
    }

    @Override
    public void skipped(Path file, String why) {
      err.println("cochlea: left out: " + why);
      err.flush();
    }

    @Override
    public void close() {
      Progress shown = bar;
      if (shown != null) {
        shown.close();
        bar = null;
      }
    }
  }
}
