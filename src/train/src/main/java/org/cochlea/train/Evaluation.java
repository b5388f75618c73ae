package org.cochlea.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.cochlea.audio.dataset.Item;
import org.cochlea.train.data.Targets;
import org.cochlea.train.metric.Average;
import org.cochlea.train.metric.ConfusionMatrix;
import org.cochlea.train.metric.ErrorRate;
import org.cochlea.train.metric.Ranking;
import org.cochlea.train.optim.Target;
import org.jspecify.annotations.Nullable;

/**
 * What a model's answers on clips are worth.
 *
 * @param clips how many were scored
 * @param loss the mean over the windows; NaN where it was not computed
 * @param metrics by name, the main one first; a rate in [0, 1], not a percentage
 * @param confusion of true and predicted classes, or null where classes do not exclude each other
 */
public record Evaluation(
    int clips,
    double loss,
    SequencedMap<String, Double> metrics,
    @Nullable ConfusionMatrix confusion) {

  /** Of tags, from which score on one is predicted. */
  private static final double THRESHOLD = 0.5;

  private static final int MAP_RANK = 3;

  /** A probability of 0 must not make a loss infinite. */
  private static final double LEAST = 1e-15;

  /** Copies the metrics. */
  public Evaluation {
    metrics = new LinkedHashMap<>(metrics);
  }

  /** Returns the name of the main metric. */
  public String main() {
    return metrics.firstEntry().getKey();
  }

  /** Returns the main metric, its sign turned where lower is better. */
  public double result() {
    double value = metrics.firstEntry().getValue();
    return switch (main()) {
      case "mae", "cer" -> -value;
      default -> value;
    };
  }

  /** Judges the answers. */
  static Evaluation of(Targets targets, Answers answers) {
    List<Item> items = answers.items();
    double[][] scores = answers.scores();
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    ConfusionMatrix confusion = null;
    switch (targets.kind()) {
      case CLASS, EMBEDDING -> {
        int[] truth = targets.classes(items);
        confusion = new ConfusionMatrix(targets.names().size());
        for (int i = 0; i < truth.length; i++) {
          confusion.add(truth[i], best(scores[i]));
        }
        metrics.put("accuracy", confusion.accuracy());
        metrics.put("precision_macro", confusion.precision(Average.MACRO));
        metrics.put("recall_macro", confusion.recall(Average.MACRO));
        metrics.put("f1_macro", confusion.f1(Average.MACRO));
        metrics.put("f1_weighted", confusion.f1(Average.WEIGHTED));
        metrics.put("map_at_3", Ranking.mapAt(MAP_RANK, scores, truth));
      }
      case TAGS -> {
        boolean[][] truth = targets.tags(items);
        double auc = Ranking.meanAuc(scores, truth);
        metrics.put("map", Ranking.meanAveragePrecision(scores, truth));
        metrics.put("auc", auc);
        metrics.put("d_prime", Ranking.dPrime(auc));
        metrics.put("lwlrap", Ranking.lwlrap(scores, truth));
        long hits = 0;
        long said = 0;
        long there = 0;
        for (int i = 0; i < truth.length; i++) {
          for (int k = 0; k < truth[i].length; k++) {
            boolean predicted = scores[i][k] >= THRESHOLD;
            hits += predicted && truth[i][k] ? 1 : 0;
            said += predicted ? 1 : 0;
            there += truth[i][k] ? 1 : 0;
          }
        }
        metrics.put("f1_micro", said + there == 0 ? 0 : 2.0 * hits / (said + there));
      }
      case NUMBER -> {
        double[] truth = targets.numbers(items);
        double absolute = 0;
        double squared = 0;
        for (int i = 0; i < truth.length; i++) {
          double difference = scores[i][0] - truth[i];
          absolute += Math.abs(difference);
          squared += difference * difference;
        }
        metrics.put("mae", absolute / Math.max(1, truth.length));
        metrics.put("mse", squared / Math.max(1, truth.length));
      }
      case TEXT -> {
        ErrorRate words = ErrorRate.NONE;
        ErrorRate characters = ErrorRate.NONE;
        for (int i = 0; i < items.size(); i++) {
          String text = items.get(i).text();
          String said = text == null ? "" : text;
          String recognised = answers.texts().get(i);
          words = words.plus(ErrorRate.ofWords(said, recognised));
          characters = characters.plus(ErrorRate.ofCharacters(said, recognised));
        }
        metrics.put("cer", characters.rate());
        metrics.put("wer", words.rate());
      }
    }
    return new Evaluation(items.size(), answers.loss(), metrics, confusion);
  }

  /** Returns the index of the highest score, the first of several. */
  static int best(double[] scores) {
    int best = 0;
    for (int k = 1; k < scores.length; k++) {
      best = scores[k] > scores[best] ? k : best;
    }
    return best;
  }

  /** Returns the loss, where there is one, and all metrics in one line. */
  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    if (!Double.isNaN(loss)) {
      words.add("loss %.4f".formatted(loss));
    }
    metrics.forEach((name, value) -> words.add("%s %.4f".formatted(name, value)));
    return String.join(", ", words);
  }

  /**
   * What a model says of clips.
   *
   * <p>Scores are probabilities averaged over a clip's windows, or the number itself.
   */
  public static final class Answers {
    private final List<Item> items;
    private final double[][] scores;
    private final List<String> texts;
    private final double loss;

    Answers(List<Item> items, double[][] scores, List<String> texts, double loss) {
      this.items = List.copyOf(items);
      this.scores = scores;
      this.texts = List.copyOf(texts);
      this.loss = loss;
    }

    /** Returns the clips that could be read. */
    public List<Item> items() {
      return items;
    }

    double[][] scores() {
      return scores;
    }

    /** Returns the scores of a clip, by output. */
    public double[] scores(int clip) {
      return Arrays.copyOf(scores[clip], scores[clip].length);
    }

    /** Returns the transcripts, by clip; empty unless the target is {@link Target#TEXT}. */
    public List<String> texts() {
      return texts;
    }

    /** Returns these answers with the mean of {@code -log p} of the true classes as their loss. */
    Answers withLoss(int[] truth) {
      return new Answers(items, scores, texts, meanLoss(scores, truth));
    }

    static double meanLoss(double[][] scores, int[] truth) {
      double sum = 0;
      for (int i = 0; i < truth.length; i++) {
        sum -= Math.log(Math.max(scores[i][truth[i]], LEAST));
      }
      return sum / truth.length;
    }

    /** Returns the mean loss over the windows; NaN where there are no targets. */
    public double loss() {
      return loss;
    }
  }
}
