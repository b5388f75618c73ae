package org.cochlea.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.Tensor;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.audio.dataset.Item;
import org.cochlea.audio.dataset.Part;
import org.cochlea.core.Shape;
import org.cochlea.train.metric.ConfusionMatrix;
import org.cochlea.train.torch.TrainableFrontend;
import org.jspecify.annotations.Nullable;

/**
 * A run as one HTML page that needs nothing else: curves, metrics, the confusion matrix, clips that
 * were scored right and wrong with the features the network read, and its first filters.
 */
public final class Report {
  private static final int EXAMPLES = 6;
  private static final int AUGMENTED = 4;
  private static final int TEXTS = 20;
  private static final int FILTERS = 64;
  private static final int WAVE_WIDTH = 200;
  private static final int WAVE_HEIGHT = 100;
  private static final Pattern NUMBER = Pattern.compile("-?\\d+\\.\\d+(E-?\\d+)?");
  private static final int WIDTH = 560;
  private static final int HEIGHT = 220;
  private static final int MARGIN = 70;
  private static final int LETTER = 6;
  private static final List<String> COLORS = List.of("#2b6ca3", "#d1495b", "#66a182", "#edae49");

  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>Training report</title>
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <style>
      body { font: 15px/1.5 system-ui, sans-serif; color: #262626; max-width: 1180px;
        margin: 2em auto; padding: 0 1em; }
      h1 { font-size: 1.6em; } h2 { font-size: 1.2em; margin-top: 2em; }
      table { border-collapse: collapse; } td, th { padding: .2em .7em; text-align: right; }
      th { font-weight: 600; } td:first-child, th:first-child { text-align: left; }
      .matrix td { min-width: 2.2em; text-align: center; } .matrix { font-size: .85em; }
      .wide { overflow-x: auto; } .facts td { text-align: left; }
      .row { display: flex; flex-wrap: wrap; gap: 1.2em; }
      figure { margin: 0; } figcaption { font-size: .85em; max-width: 260px;
        overflow-wrap: anywhere; }
      canvas { image-rendering: pixelated; background: #ddd; }
      svg text { font: 11px system-ui, sans-serif; fill: #555; }
      .wrong { color: #b3261e; } .right { color: #2e7d32; }
      pre { background: #f5f5f5; padding: 1em; overflow-x: auto; font-size: .85em; }
      </style></head><body>
      """;

  private static final String TAIL =
      """
      <script>
      // Five points of matplotlib's magma.
      const map = [[0, 0, 4], [81, 18, 124], [183, 55, 121], [252, 137, 97], [252, 253, 191]];
      for (const canvas of document.querySelectorAll("canvas[data-values]")) {
        const bytes = atob(canvas.dataset.values), w = canvas.width, h = canvas.height;
        const image = canvas.getContext("2d").createImageData(w, h);
        for (let i = 0; i < w * h; i++) {
          const at = bytes.charCodeAt(i) / 255 * 4, k = Math.min(3, Math.floor(at));
          for (let c = 0; c < 3; c++) {
            image.data[4 * i + c] = map[k][c] + (map[k + 1][c] - map[k][c]) * (at - k);
          }
          image.data[4 * i + 3] = 255;
        }
        canvas.getContext("2d").putImageData(image, 0, 0);
      }
      </script></body></html>
      """;

  private final RunFolder run;
  private final TrainedModel model;
  private final StringBuilder page = new StringBuilder(HEAD);

  /** Where the next curve's name is written. */
  private int legend;

  private Report(RunFolder run, TrainedModel model) {
    this.run = run;
    this.model = model;
  }

  /**
   * Writes {@code report.html} into a run's folder.
   *
   * @param run the folder
   * @param model its network
   * @param listener is told of clips that cannot be read
   * @return the file
   */
  public static Path write(RunFolder run, TrainedModel model, TrainListener listener)
      throws IOException {
    Report report = new Report(run, model);
    report.build(listener);
    Path file = run.path().resolve("report.html");
    RunFolder.writeText(file, report.page.append(TAIL).toString());
    return file;
  }

  private void build(TrainListener listener) throws IOException {
    Dataset dataset = run.dataset();
    Part part =
        List.of(Part.TEST, Part.VALIDATION, Part.TRAIN).stream()
            .filter(one -> !dataset.items(one).isEmpty())
            .findFirst()
            .orElse(Part.TRAIN);
    Evaluation.Answers answers = model.answer(dataset.items(part), listener);
    Evaluation evaluation = Evaluation.of(model.targets(), answers);
    page.append("<h1>Training report</h1>\n");
    facts(dataset);
    curves();
    page.append("<h2>Results on the %s part, %,d clips</h2>\n".formatted(part, evaluation.clips()));
    page.append("<table>");
    evaluation
        .metrics()
        .forEach(
            (name, value) ->
                page.append("<tr><td>%s</td><td>%.4f</td></tr>".formatted(escape(name), value)));
    page.append("</table>\n");
    ConfusionMatrix confusion = evaluation.confusion();
    if (confusion != null) {
      matrix(confusion);
      examples(answers);
    }
    texts(answers);
    augmentations(dataset.items(Part.TRAIN));
    learned();
    filters();
    page.append("<h2>Configuration</h2><pre>")
        .append(escape(ConfigFile.toJson(model.config())))
        .append("</pre><h2>Front end</h2><pre>")
        .append(escape(model.preset().describe()))
        .append("</pre>\n");
  }

  private void facts(Dataset dataset) {
    page.append("<table class=\"facts\">");
    fact(
        "clips",
        "%,d training, %,d validation, %,d test"
            .formatted(
                dataset.items(Part.TRAIN).size(),
                dataset.items(Part.VALIDATION).size(),
                dataset.items(Part.TEST).size()));
    fact("features", model.network().input() + " [channels, bins, frames]");
    fact("model", model.summary());
    page.append("</table>\n");
  }

  private void fact(String name, String value) {
    page.append("<tr><td>%s</td><td>%s</td></tr>".formatted(escape(name), escape(value)));
  }

  // ---- curves --------------------------------------------------------------------------------

  private void curves() throws IOException {
    if (!Files.exists(run.log())) {
      return;
    }
    List<String> lines = Files.readAllLines(run.log());
    List<String> names = List.of(lines.getFirst().split(",", -1));
    List<List<Double>> columns = new ArrayList<>();
    for (int c = 0; c < names.size(); c++) {
      int column = c;
      columns.add(
          lines.stream()
              .skip(1)
              .map(line -> line.split(",", -1))
              .map(cells -> Double.parseDouble(cells[column]))
              .toList());
    }
    page.append("<h2>Curves</h2><div class=\"row\">");
    chart(names, columns, "loss", List.of("train_loss", "validation_loss"));
    List<String> metrics =
        names.stream()
            .filter(name -> name.startsWith("validation_") && !name.equals("validation_loss"))
            .limit(1)
            .toList();
    chart(names, columns, "metric", metrics);
    chart(names, columns, "learning rate", List.of("learning_rate"));
    chart(
        names,
        columns,
        "seconds",
        List.of("model_seconds", "features_seconds", "augmentation_seconds", "load_seconds"));
    page.append("</div>\n");
  }

  private void chart(
      List<String> names, List<List<Double>> columns, String title, List<String> wanted) {
    List<String> shown = wanted.stream().filter(names::contains).toList();
    List<Double> values =
        shown.stream()
            .flatMap(name -> columns.get(names.indexOf(name)).stream())
            .filter(Double::isFinite)
            .toList();
    if (values.isEmpty()) {
      return;
    }
    double low = values.stream().mapToDouble(v -> v).min().orElse(0);
    double high = values.stream().mapToDouble(v -> v).max().orElse(1);
    double range = high > low ? high - low : 1;
    int epochs = columns.getFirst().size();
    page.append(
        "<figure><svg width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"%s\">"
            .formatted(WIDTH, HEIGHT, escape(title)));
    for (int tick = 0; tick <= 4; tick++) {
      tick(tick / 4.0, low + range * tick / 4);
    }
    legend = MARGIN;
    for (int s = 0; s < shown.size(); s++) {
      List<Double> series = columns.get(names.indexOf(shown.get(s)));
      StringBuilder points = new StringBuilder();
      for (int i = 0; i < series.size(); i++) {
        if (Double.isFinite(series.get(i))) {
          points.append(
              String.format(
                  Locale.ROOT, "%.1f,%.1f ", x(i, epochs), y((series.get(i) - low) / range)));
        }
      }
      curve(points, shown.get(s).replace('_', ' '), s);
    }
    page.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\">epoch 1</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">%d</text>",
            MARGIN,
            HEIGHT - 6,
            WIDTH - 10,
            HEIGHT - 6,
            epochs));
    page.append("</svg></figure>\n");
  }

  private void tick(double share, double value) {
    double y = y(share);
    page.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#e4e4e4\"/>",
            MARGIN,
            WIDTH - 10,
            y,
            y));
    page.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.3g</text>",
            MARGIN - 6,
            y + 4,
            value));
  }

  private void curve(StringBuilder points, String name, int number) {
    String color = COLORS.get(number % COLORS.size());
    page.append(
        String.format(
            Locale.ROOT,
            "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
            points,
            color));
    String[] places = points.toString().strip().split(" ", -1);
    if (places.length == 1 && !places[0].isEmpty()) {
      // A line of one point cannot be seen.
      String[] place = places[0].split(",", -1);
      page.append(
          "<circle cx=\"%s\" cy=\"%s\" r=\"4\" fill=\"%s\"/>".formatted(place[0], place[1], color));
    }
    page.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"14\" style=\"fill:%s\">%s</text>",
            legend,
            color,
            escape(name)));
    legend += 24 + LETTER * name.length();
  }

  private static double x(int epoch, int epochs) {
    return MARGIN + (WIDTH - 10.0 - MARGIN) * (epochs == 1 ? 0.5 : epoch / (epochs - 1.0));
  }

  private static double y(double share) {
    return HEIGHT - 24 - (HEIGHT - 24 - 24) * share;
  }

  // ---- classes and clips ---------------------------------------------------------------------

  private void matrix(ConfusionMatrix confusion) {
    List<String> names = model.targets().names();
    page.append("<h2>Confusion: true classes down, predicted ones across</h2>");
    page.append("<div class=\"wide\"><table class=\"matrix\"><tr><th></th>");
    names.forEach(name -> page.append("<th>").append(escape(name)).append("</th>"));
    page.append("<th>precision</th><th>recall</th><th>F1</th></tr>");
    for (int t = 0; t < names.size(); t++) {
      page.append("<tr><th>").append(escape(names.get(t))).append("</th>");
      for (int p = 0; p < names.size(); p++) {
        double share = (double) confusion.count(t, p) / Math.max(1, confusion.support(t));
        page.append(
            String.format(
                Locale.ROOT,
                "<td style=\"background:rgba(%s,%.2f)\">%d</td>",
                t == p ? "43,108,163" : "209,73,91",
                share,
                confusion.count(t, p)));
      }
      page.append(
          String.format(
              Locale.ROOT,
              "<td>%.3f</td><td>%.3f</td><td>%.3f</td></tr>",
              confusion.precision(t),
              confusion.recall(t),
              confusion.f1(t)));
    }
    page.append("</table></div>\n");
  }

  private void examples(Evaluation.Answers answers) {
    int[] truth = model.targets().classes(answers.items());
    for (boolean right : new boolean[] {false, true}) {
      List<Integer> shown = new ArrayList<>();
      Set<Integer> classes = new HashSet<>();
      // One clip per class; of what was wrong more, if there is room.
      for (int pass = 0; pass < (right ? 1 : 2); pass++) {
        for (int i = 0; i < truth.length && shown.size() < EXAMPLES; i++) {
          boolean was = Evaluation.best(answers.scores(i)) == truth[i];
          if (was == right && !shown.contains(i) && (classes.add(truth[i]) || pass > 0)) {
            shown.add(i);
          }
        }
      }
      if (shown.isEmpty()) {
        continue;
      }
      page.append(
          "<h2>Clips that were scored %s</h2><div class=\"row\">"
              .formatted(right ? "right" : "wrong"));
      for (int i : shown) {
        example(answers.items().get(i), answers.scores(i), right);
      }
      page.append("</div>\n");
    }
  }

  /** What was said and what was recognised. */
  private void texts(Evaluation.Answers answers) {
    if (answers.texts().isEmpty()) {
      return;
    }
    page.append(
        "<h2>What was recognised</h2><table class=\"facts\"><tr><th>said</th><th>recognised</th><th></th></tr>");
    for (int i = 0; i < Math.min(TEXTS, answers.texts().size()); i++) {
      String said = answers.items().get(i).text();
      String recognised = answers.texts().get(i);
      boolean right = recognised.equals(said);
      page.append(
          "<tr><td>%s</td><td class=\"%s\">%s</td><td>%s</td></tr>"
              .formatted(
                  escape(said),
                  right ? "right" : "wrong",
                  escape(recognised),
                  escape(answers.items().get(i).path().getFileName().toString())));
    }
    page.append("</table>\n");
  }

  private void example(Item item, double[] scores, boolean right) {
    org.cochlea.core.Tensor feature = model.feature(item);
    if (feature == null) {
      return;
    }
    Shape shape = feature.shape();
    int best = Evaluation.best(scores);
    List<String> names = model.targets().names();
    page.append("<figure>");
    canvas(upright(feature, 0), feature.frames(0), shape.bins(), 260, 130);
    page.append(
        String.format(
            Locale.ROOT,
            "<figcaption>%s<br>true %s, scored <span class=\"%s\">%s</span> %.2f</figcaption></figure>",
            escape(String.valueOf(item.path().getFileName())),
            escape(String.join(", ", item.labels())),
            right ? "right" : "wrong",
            escape(names.get(best)),
            scores[best]));
  }

  /** The first channel without padding, low frequencies at the bottom. */
  private static float[] upright(org.cochlea.core.Tensor feature, int item) {
    int bins = feature.shape().bins();
    int frames = feature.frames(item);
    float[] values = new float[bins * frames];
    for (int bin = 0; bin < bins; bin++) {
      for (int frame = 0; frame < frames; frame++) {
        values[(bins - 1 - bin) * frames + frame] = feature.at(item, 0, bin, frame);
      }
    }
    return values;
  }

  // ---- augmentation --------------------------------------------------------------------------

  /** Clips of different classes, as they are and as training would hear them. */
  private void augmentations(List<Item> training) {
    List<Item> shown = new ArrayList<>();
    Set<List<String>> labels = new HashSet<>();
    for (int pass = 0; pass < 2; pass++) {
      for (Item item : training) {
        if (shown.size() < AUGMENTED
            && !shown.contains(item)
            && (pass > 0 || labels.add(item.labels()))) {
          shown.add(item);
        }
      }
    }
    List<TrainedModel.Drawn> all;
    try {
      all = model.augmented(shown);
    } catch (IOException e) {
      page.append("<h2>Augmentations drawn</h2><p>%s</p>".formatted(escape(e.getMessage())));
      return;
    }
    if (all.isEmpty()) {
      return;
    }
    page.append("<h2>Augmentations drawn</h2><p>Windows of training, before and after.</p>");
    for (TrainedModel.Drawn one : all) {
      page.append("<div class=\"row drawn\">");
      double peak = Math.max(peak(one.before), peak(one.after));
      waveform(one.before, peak);
      spectrogram(one.features, one.row);
      waveform(one.after, peak);
      spectrogram(one.augmented, one.row);
      page.append(
          "<figcaption>%s<br>%s</figcaption></div>\n"
              .formatted(escape(String.valueOf(one.item.path().getFileName())), words(one.words)));
    }
  }

  private void spectrogram(org.cochlea.core.Tensor feature, int row) {
    int frames = feature.frames(row);
    page.append("<figure>");
    if (frames > 0) {
      // One scale of time for all windows.
      int width = Math.max(1, Math.round(200f * frames / feature.shape().frames()));
      canvas(upright(feature, row), frames, feature.shape().bins(), width, 100);
    }
    page.append("</figure>");
  }

  /** A line for each, its numbers with three digits. */
  private static String words(String drawn) {
    return drawn.isEmpty()
        ? "nothing"
        : NUMBER
            .matcher(escape(drawn.strip()))
            .replaceAll(
                match -> String.format(Locale.ROOT, "%.3g", Double.parseDouble(match.group())))
            .replace("\n", "<br>");
  }

  private static double peak(float[] samples) {
    double peak = 1e-9;
    for (float x : samples) {
      peak = Math.max(peak, Math.abs(x));
    }
    return peak;
  }

  /** Least and greatest sample of every column. */
  private void waveform(float[] samples, double peak) {
    StringBuilder path = new StringBuilder();
    for (int x = 0; x < WAVE_WIDTH; x++) {
      int from = (int) ((long) samples.length * x / WAVE_WIDTH);
      int to = Math.max(from + 1, (int) ((long) samples.length * (x + 1) / WAVE_WIDTH));
      float low = Float.POSITIVE_INFINITY;
      float high = Float.NEGATIVE_INFINITY;
      for (int i = from; i < Math.min(to, samples.length); i++) {
        low = Math.min(low, samples[i]);
        high = Math.max(high, samples[i]);
      }
      if (low <= high) {
        double middle = WAVE_HEIGHT / 2.0;
        path.append(
            String.format(
                Locale.ROOT,
                "M%d.5 %.1fV%.1f",
                x,
                middle - 0.5 - high / peak * (middle - 1),
                middle + 0.5 - low / peak * (middle - 1)));
      }
    }
    page.append(
        "<figure><svg width=\"%d\" height=\"%d\"><path d=\"%s\" stroke=\"#2b6ca3\"/></svg></figure>"
            .formatted(WAVE_WIDTH, WAVE_HEIGHT, path));
  }

  // ---- what was learned ----------------------------------------------------------------------

  /** Every learned parameter of the front end: as it was, as it is, and the difference. */
  private void learned() {
    TrainableFrontend now = model.features().trainable();
    if (now == null) {
      return;
    }
    page.append("<h2>Learned front end</h2>");
    try (PointerScope _ = new PointerScope();
        TrainableFrontend start =
            new TrainableFrontend(model.features().pipeline(), model.config().trainable())) {
      StringTensorDict before = start.named_parameters();
      StringTensorDict after = now.named_parameters();
      for (long i = 0; i < after.size(); i++) {
        Tensor tensor = after.get(i).value();
        float[] was = Tensors.floats(before.get(i).value());
        float[] is = Tensors.floats(tensor);
        double moved = 0;
        double whole = 0;
        for (int k = 0; k < is.length; k++) {
          moved += (is[k] - was[k]) * (is[k] - was[k]);
          whole += was[k] * was[k];
        }
        page.append(
            String.format(
                Locale.ROOT,
                "<h3>%s %s</h3><p>changed by %.3g of its norm</p><div class=\"row\">",
                escape(after.get(i).key().getString()),
                Arrays.toString(tensor.shape()).replace(", ", " × "),
                Math.sqrt(moved / Math.max(whole, 1e-30))));
        if (tensor.dim() == 2 && tensor.size(0) > 1) {
          int rows = Math.toIntExact(tensor.size(0));
          int columns = Math.toIntExact(tensor.size(1));
          float[] difference = new float[is.length];
          for (int k = 0; k < is.length; k++) {
            difference[k] = is[k] - was[k];
          }
          table("before", was, columns, rows);
          table("learned", is, columns, rows);
          table("difference", difference, columns, rows);
        } else {
          lines(was, is);
        }
        page.append("</div>\n");
      }
    }
  }

  /** A matrix, its first row at the bottom. */
  private void table(String caption, float[] values, int width, int height) {
    float[] upright = new float[values.length];
    for (int row = 0; row < height; row++) {
      System.arraycopy(values, row * width, upright, (height - 1 - row) * width, width);
    }
    page.append("<figure>");
    canvas(upright, width, height, 350, 220);
    page.append("<figcaption>%s</figcaption></figure>".formatted(caption));
  }

  /** One row of numbers, as it was and as it is. */
  private void lines(float[] was, float[] is) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float[] values : List.of(was, is)) {
      for (float value : values) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    double range = high > low ? high - low : 1;
    page.append("<figure><svg width=\"%d\" height=\"%d\" role=\"img\">".formatted(WIDTH, HEIGHT));
    for (int tick = 0; tick <= 4; tick++) {
      tick(tick / 4.0, low + range * tick / 4);
    }
    legend = MARGIN;
    for (int s = 0; s < 2; s++) {
      float[] values = s == 0 ? was : is;
      StringBuilder points = new StringBuilder();
      for (int k = 0; k < values.length; k++) {
        points.append(
            String.format(
                Locale.ROOT, "%.1f,%.1f ", x(k, values.length), y((values[k] - low) / range)));
      }
      curve(points, s == 0 ? "before" : "learned", s);
    }
    page.append("</svg></figure>");
  }

  private void filters() {
    try (PointerScope _ = new PointerScope()) {
      for (Map.Entry<String, Tensor> entry : model.network().state().entrySet()) {
        String name = entry.getKey();
        Tensor tensor = entry.getValue();
        if (!name.endsWith(".weight") || name.startsWith("input")) {
          continue;
        }
        boolean convolution = tensor.dim() == 4 && tensor.size(2) > 1 && tensor.size(3) > 1;
        boolean linear = name.equals("output.weight") && tensor.dim() == 2;
        if (!convolution && !(linear && model.network().spec().equals(LINEAR))) {
          continue;
        }
        float[] values = Tensors.floats(tensor);
        int height = convolution ? (int) tensor.size(2) : model.network().input().bins();
        int width = convolution ? (int) tensor.size(3) : model.network().input().frames();
        int each = Math.toIntExact(tensor.numel() / tensor.size(0));
        page.append("<h2>Filters: %s</h2><div class=\"row\">".formatted(escape(name)));
        for (int f = 0; f < Math.min(FILTERS, tensor.size(0)); f++) {
          float[] one = new float[height * width];
          System.arraycopy(values, f * each, one, 0, one.length);
          page.append("<figure>");
          canvas(one, width, height, convolution ? 44 : 160, convolution ? 44 : 80);
          page.append("</figure>");
        }
        page.append("</div>\n");
        return;
      }
    }
  }

  private static final org.cochlea.train.model.ModelSpec LINEAR =
      new org.cochlea.train.model.ModelSpec.Linear();

  /** A picture, from its least value to its greatest. */
  private void canvas(float[] values, int width, int height, int shownWidth, int shownHeight) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    float range = high > low ? high - low : 1;
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round((values[i] - low) / range * 255);
    }
    page.append(
        "<canvas width=\"%d\" height=\"%d\" style=\"width:%dpx;height:%dpx\" data-values=\"%s\"></canvas>"
            .formatted(
                width, height, shownWidth, shownHeight, Base64.getEncoder().encodeToString(bytes)));
  }

  private static String escape(@Nullable String text) {
    return text == null
        ? ""
        : text.codePoints()
            .mapToObj(
                c ->
                    switch (c) {
                      case '&' -> "&amp;";
                      case '<' -> "&lt;";
                      case '>' -> "&gt;";
                      case '"' -> "&quot;";
                      default -> Character.toString(c);
                    })
            .collect(Collectors.joining());
  }
}
