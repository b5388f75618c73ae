package org.cochlea.train;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import libsvm.svm;
import org.cochlea.audio.file.ArrayFormat;
import org.cochlea.audio.file.ArrayWriter;
import org.cochlea.audio.file.NdArray;
import org.cochlea.audio.file.Safetensors;
import org.cochlea.train.model.ModelSpec;
import org.cochlea.train.model.Network;
import org.cochlea.train.model.Statistic;
import org.jspecify.annotations.Nullable;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.ensemble.VotingCombiner;
import org.tribuo.classification.libsvm.LibSVMClassificationTrainer;
import org.tribuo.classification.libsvm.SVMClassificationType;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.common.libsvm.KernelType;
import org.tribuo.common.libsvm.SVMParameters;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * A classical model of pooled features, by Tribuo: of every bin some statistics over the frames of
 * a window, scaled to mean 0 and standard deviation 1 over the training windows.
 */
final class Baseline {
  private static final String MODEL = "model";
  private static final String MEAN = "mean";
  private static final String SCALE = "scale";
  private static final int REPORT = -1;

  /** Tribuo tells of every training; held, because loggers that nobody holds are forgotten. */
  private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

  static {
    TRIBUO.setLevel(Level.WARNING);
    svm.svm_set_print_string_function(_ -> {});
  }

  private final Model<Label> model;
  private final double[] mean;
  private final double[] scale;

  private Baseline(Model<Label> model, double[] mean, double[] scale) {
    this.model = model;
    this.mean = mean;
    this.scale = scale;
  }

  /** How many values a window has. */
  static int values(ModelSpec.Baseline spec, Network.Input input) {
    return input.channels() * input.bins() * spec.pooled().size();
  }

  /**
   * The statistics of the windows of a batch.
   *
   * @param features {@code [batch, channels, bins, frames]}
   * @param rows channels times bins
   * @param frames of every window that are no padding
   */
  static double[][] pool(float[] features, int rows, int[] frames, List<Statistic> statistics) {
    double[][] pooled = new double[frames.length][rows * statistics.size()];
    int longest = features.length / Math.max(1, frames.length * rows);
    for (int b = 0; b < frames.length; b++) {
      for (int r = 0; r < rows; r++) {
        int from = (b * rows + r) * longest;
        double sum = 0;
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;
        for (int t = from; t < from + frames[b]; t++) {
          sum += features[t];
          least = Math.min(least, features[t]);
          greatest = Math.max(greatest, features[t]);
        }
        double middle = sum / frames[b];
        double squares = 0;
        for (int t = from; t < from + frames[b]; t++) {
          squares += (features[t] - middle) * (features[t] - middle);
        }
        for (int s = 0; s < statistics.size(); s++) {
          pooled[b][s * rows + r] =
              switch (statistics.get(s)) {
                case MEAN -> middle;
                case STD -> Math.sqrt(squares / frames[b]);
                case MIN -> least;
                case MAX -> greatest;
              };
        }
      }
    }
    return pooled;
  }

  /**
   * Trains a model.
   *
   * @param windows their statistics
   * @param classes of every window
   * @param seed of what is random
   */
  static Baseline fit(ModelSpec.Baseline spec, double[][] windows, int[] classes, long seed) {
    int values = windows[0].length;
    double[] mean = new double[values];
    double[] scale = new double[values];
    for (int k = 0; k < values; k++) {
      double sum = 0;
      for (double[] window : windows) {
        sum += window[k];
      }
      mean[k] = sum / windows.length;
      double squares = 0;
      for (double[] window : windows) {
        squares += (window[k] - mean[k]) * (window[k] - mean[k]);
      }
      double deviation = Math.sqrt(squares / windows.length);
      // What never changes tells nothing.
      scale[k] = deviation > 1e-9 * Math.max(1, Math.abs(mean[k])) ? 1 / deviation : 0;
    }
    LabelFactory labels = new LabelFactory();
    MutableDataset<Label> dataset =
        new MutableDataset<>(
            new SimpleDataSourceProvenance("windows", OffsetDateTime.MIN, labels), labels);
    for (int i = 0; i < windows.length; i++) {
      dataset.add(example(windows[i], mean, scale, String.valueOf(classes[i])));
    }
    return new Baseline(trainer(spec, values, seed).train(dataset), mean, scale);
  }

  private static Trainer<Label> trainer(ModelSpec.Baseline spec, int values, long seed) {
    return switch (spec) {
      case ModelSpec.LogisticRegression(List<Statistic> _, int epochs, double rate) ->
          new LinearSGDTrainer(new LogMulticlass(), new AdaGrad(rate), epochs, REPORT, 1, seed);
      case ModelSpec.Svm(List<Statistic> _, ModelSpec.Kernel kernel, double cost, double gamma) -> {
        SVMParameters<Label> parameters =
            new SVMParameters<>(
                new SVMClassificationType(SVMClassificationType.SVMMode.C_SVC),
                kernel == ModelSpec.Kernel.LINEAR ? KernelType.LINEAR : KernelType.RBF);
        parameters.setCost(cost);
        parameters.setGamma(gamma == 0 ? 1.0 / values : gamma);
        parameters.setProbability();
        yield new LibSVMClassificationTrainer(parameters, seed);
      }
      case ModelSpec.RandomForest(List<Statistic> _, int trees, int depth) ->
          new RandomForestTrainer<>(
              new CARTClassificationTrainer(
                  depth == 0 ? Integer.MAX_VALUE : depth,
                  (float) Math.max(1 / Math.sqrt(values), 1.0 / values),
                  seed),
              new VotingCombiner(),
              trees,
              seed);
    };
  }

  private static Example<Label> example(
      double[] window, double[] mean, double[] scale, String label) {
    double[] scaled = new double[window.length];
    for (int k = 0; k < scaled.length; k++) {
      scaled[k] = (window[k] - mean[k]) * scale[k];
    }
    return new ArrayExample<>(new Label(label), names(window.length), scaled);
  }

  /** In the order of their numbers when they are sorted. */
  private static String[] names(int count) {
    String[] names = new String[count];
    Arrays.setAll(names, k -> "v%06d".formatted(k));
    return names;
  }

  /** The probability of every class, by window. */
  double[][] scores(double[][] windows, int classes) {
    double[][] scores = new double[windows.length][classes];
    for (int i = 0; i < windows.length; i++) {
      Map<String, Label> said =
          model.predict(example(windows[i], mean, scale, Label.UNKNOWN)).getOutputScores();
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        Label label = said.get(String.valueOf(k));
        scores[i][k] = label == null ? 0 : label.getScore();
        sum += scores[i][k];
      }
      for (int k = 0; k < classes && sum > 0; k++) {
        scores[i][k] /= sum;
      }
    }
    return scores;
  }

  /** Stores it in a safetensors file; Tribuo's own bytes are an array of it. */
  void save(Path file) throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    model.serializeToStream(stream);
    byte[] bytes = stream.toByteArray();
    short[] numbers = new short[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      numbers[i] = bytes[i];
    }
    try (ArrayWriter writer = ArrayWriter.create(file, ArrayFormat.SAFETENSORS)) {
      writer.write(MEAN, NdArray.of(mean, mean.length));
      writer.write(SCALE, NdArray.of(scale, scale.length));
      writer.write(MODEL, NdArray.of(numbers, numbers.length));
      writer.finish();
    }
  }

  /** Loads one. */
  static Baseline load(Path file) throws IOException {
    try (Safetensors reader = Safetensors.open(file)) {
      long[] numbers = reader.read(MODEL).toLongs();
      byte[] bytes = new byte[numbers.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) numbers[i];
      }
      @Nullable Model<?> read = Model.deserializeFromStream(new ByteArrayInputStream(bytes));
      if (read == null) {
        throw new IOException(file + ": has no model");
      }
      return new Baseline(
          read.castModel(Label.class),
          reader.read(MEAN).toDoubles(),
          reader.read(SCALE).toDoubles());
    } catch (IllegalStateException | IllegalArgumentException | ClassCastException e) {
      throw new IOException("%s: is damaged: %s".formatted(file, e.getMessage()), e);
    }
  }
}
