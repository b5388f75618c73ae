package org.cochlea.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cochlea.audio.dataset.Item;
import org.cochlea.cli.extract.StandardInput;
import org.cochlea.core.Engine;
import org.cochlea.train.Evaluation;
import org.cochlea.train.TrainedModel;
import org.cochlea.train.optim.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** {@code cochlea predict}: a trained model's scores of new files. */
@Command(
    name = "predict",
    sortOptions = false,
    description = {
      "Scores audio files with a trained model: a line per file with the class that is likeliest"
          + " and the probability of every class, or with the number or the text that was"
          + " recognised."
    },
    footer = {
      "",
      "Examples:",
      "  cochlea predict run new.wav",
      "  cochlea predict run recordings --format json --out scores.jsonl"
    })
final class PredictCommand implements Callable<Integer> {
  @Mixin ModelOptions model = new ModelOptions();

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IN",
      description = "Audio files, and folders with all below.")
  List<Path> inputs = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description = "csv (default), or json: an object per line.")
  String format = "csv";

  @Option(names = "--out", paramLabel = "FILE", description = "Where to; by default printed.")
  @Nullable Path out;

  @Mixin EngineOptions engineOptions = new EngineOptions();
  @Mixin Common common = new Common();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    boolean json =
        switch (format.toLowerCase(Locale.ROOT)) {
          case "csv" -> false;
          case "json" -> true;
          default ->
              throw new IllegalArgumentException("--format must be csv or json, was " + format);
        };
    List<Item> items =
        AudioFiles.find(inputs).stream()
            .map(found -> new Item(found.file(), List.of(), null, null, null, 0, null, null))
            .toList();
    try (Engine engine = engineOptions.choose().engine();
        TrainedModel trained = model.load(engine, engineOptions.extractor())) {
      Evaluation.Answers answers =
          trained.answer(items, ModelOptions.telling(spec.commandLine().getErr()));
      List<String> names = trained.targets().names();
      Target kind = trained.targets().kind();
      String text = json ? json(answers, names, kind) : csv(answers, names, kind);
      if (out == null) {
        spec.commandLine().getOut().print(text);
        spec.commandLine().getOut().flush();
      } else {
        Files.writeString(out, text);
      }
      return answers.items().size() == items.size() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private static int best(double[] scores) {
    int best = 0;
    for (int k = 1; k < scores.length; k++) {
      best = scores[k] > scores[best] ? k : best;
    }
    return best;
  }

  private static String score(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }

  private static String csv(Evaluation.Answers answers, List<String> names, Target kind)
      throws IOException {
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
      write(csv, answers, names, kind);
    }
    return text.toString();
  }

  private static void write(
      CsvWriter csv, Evaluation.Answers answers, List<String> names, Target kind) {
    List<String> heading = new ArrayList<>(List.of("path"));
    switch (kind) {
      case CLASS, EMBEDDING -> {
        heading.add("label");
        heading.addAll(names);
      }
      case TAGS, NUMBER -> heading.addAll(names);
      case TEXT -> heading.add("text");
    }
    csv.writeRecord(heading);
    for (int i = 0; i < answers.items().size(); i++) {
      List<String> line =
          new ArrayList<>(List.of(StandardInput.name(answers.items().get(i).path())));
      if (kind == Target.TEXT) {
        line.add(answers.texts().get(i));
      } else {
        double[] scores = answers.scores(i);
        if (kind == Target.CLASS || kind == Target.EMBEDDING) {
          line.add(names.get(best(scores)));
        }
        for (double value : scores) {
          line.add(score(value));
        }
      }
      csv.writeRecord(line);
    }
  }

  private static String json(Evaluation.Answers answers, List<String> names, Target kind) {
    StringBuilder lines = new StringBuilder();
    JsonFactory factory = new JsonFactory();
    for (int i = 0; i < answers.items().size(); i++) {
      StringWriter text = new StringWriter();
      try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), text)) {
        json.writeStartObject();
        json.writeStringProperty("path", StandardInput.name(answers.items().get(i).path()));
        if (kind == Target.TEXT) {
          json.writeStringProperty("text", answers.texts().get(i));
        } else {
          double[] scores = answers.scores(i);
          if (kind == Target.CLASS || kind == Target.EMBEDDING) {
            json.writeStringProperty("label", names.get(best(scores)));
          }
          json.writeName("scores");
          json.writeStartObject();
          for (int k = 0; k < scores.length; k++) {
            json.writeNumberProperty(names.get(k), scores[k]);
          }
          json.writeEndObject();
        }
        json.writeEndObject();
      }
      lines.append(text).append('\n');
    }
    return lines.toString();
  }
}
