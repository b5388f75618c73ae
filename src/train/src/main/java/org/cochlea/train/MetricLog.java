package org.cochlea.train;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cochlea.train.TrainListener.EpochResult;

/** {@code log.csv}: a line per epoch, with a heading; and the same numbers for TensorBoard. */
final class MetricLog implements AutoCloseable {
  private final RunFolder run;
  private final List<String> lines = new ArrayList<>();
  private final EventFile events;

  /**
   * Opens a log.
   *
   * @param epochs finished ones; what the file has beyond is left out, it will come again
   */
  MetricLog(RunFolder run, int epochs) throws IOException {
    this.run = run;
    if (epochs > 0 && Files.exists(run.log())) {
      List<String> there = Files.readAllLines(run.log());
      lines.addAll(there.subList(0, Math.min(there.size(), epochs + 1)));
    }
    events = EventFile.create(run.path(), now());
  }

  void add(EpochResult result) throws IOException {
    List<String> names =
        new ArrayList<>(
            List.of(
                "epoch",
                "step",
                "seconds",
                "load_seconds",
                "augmentation_seconds",
                "features_seconds",
                "model_seconds",
                "learning_rate",
                "train_loss"));
    List<String> values =
        new ArrayList<>(
            List.of(
                String.valueOf(result.epoch()),
                String.valueOf(result.step()),
                number(result.seconds()),
                number(result.times().load()),
                number(result.times().augmentation()),
                number(result.times().features()),
                number(result.times().model()),
                number(result.learningRate()),
                number(result.loss())));
    Evaluation validation = result.validation();
    if (validation != null) {
      names.add("validation_loss");
      values.add(number(validation.loss()));
      validation
          .metrics()
          .forEach(
              (name, value) -> {
                names.add("validation_" + name);
                values.add(number(value));
              });
    }
    if (lines.isEmpty()) {
      lines.add(String.join(",", names));
    }
    lines.add(String.join(",", values));
    RunFolder.writeText(run.log(), String.join("\n", lines) + "\n");
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("train/loss", result.loss());
    scalars.put("train/learning_rate", result.learningRate());
    if (validation != null) {
      scalars.put("validation/loss", validation.loss());
      validation.metrics().forEach((name, value) -> scalars.put("validation/" + name, value));
    }
    events.scalars(now(), result.step(), scalars);
  }

  private static double now() {
    return System.currentTimeMillis() / 1000.0;
  }

  @Override
  public void close() throws IOException {
    events.close();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }
}
