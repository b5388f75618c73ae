package org.cochlea.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.audio.dataset.Item;
import org.cochlea.core.Engine;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Waveform;
import org.cochlea.core.augment.Draws;
import org.cochlea.core.preset.Preset;
import org.cochlea.train.data.Batch;
import org.cochlea.train.data.BatchLoader;
import org.cochlea.train.data.ClipStore;
import org.cochlea.train.data.Draw;
import org.cochlea.train.data.FeatureStore;
import org.cochlea.train.data.Sequences;
import org.cochlea.train.data.Targets;
import org.cochlea.train.model.ModelSpec;
import org.cochlea.train.model.Network;
import org.cochlea.train.optim.Target;
import org.jspecify.annotations.Nullable;

/**
 * A network with all that is needed to use it: its front end, its windows and what its outputs
 * mean.
 *
 * <p>Not safe for use from several threads.
 */
public final class TrainedModel implements AutoCloseable {
  /** Windows that go through the network at once where nothing is learned. */
  private static final int CHUNK = 64;

  private static final Pattern SPACES = Pattern.compile("\\s+");

  /** What the names of learned parameters of the front end begin with. */
  static final String FRONT_END = "frontend";

  private final TrainConfig config;
  private final Preset preset;
  private final Targets targets;
  private final Network network;
  private final Features features;
  private final ClipStore store;
  private double @Nullable [][] prototypes;
  private @Nullable FeatureStore extracted;
  private @Nullable Baseline baseline;

  TrainedModel(
      TrainConfig config,
      Preset preset,
      Targets targets,
      Network network,
      Features features,
      ClipStore store) {
    this.config = config;
    this.preset = preset;
    this.targets = targets;
    this.network = network;
    if (features.trainable() != null) {
      network.module().register_module(FRONT_END, features.trainable());
    }
    this.features = features;
    this.store = store;
  }

  /**
   * Loads what a run has trained.
   *
   * @param run its folder
   * @param which of its networks
   * @param preset its front end, see {@link TrainConfig#frontEnd}
   * @param engine which computes the features
   * @param options how it does
   * @throws IOException if the folder has no such network
   */
  public static TrainedModel load(
      RunFolder run, RunFolder.Which which, Preset preset, Engine engine, ExtractorOptions options)
      throws IOException {
    return load(
        ConfigFile.read(run.config(), Map.of()),
        Files.exists(run.split()) ? run.joined().sequences() : Map.of(),
        run.description(),
        run.weights(which),
        preset,
        engine,
        options);
  }

  static TrainedModel load(
      TrainConfig config,
      Map<Path, Sequences.Sequence> sequences,
      RunFolder.Description description,
      Path weights,
      Preset preset,
      Engine engine,
      ExtractorOptions options)
      throws IOException {
    ClipStore store = new ClipStore(preset, cacheBytes(config));
    store.join(sequences);
    Features features = new Features(config, preset, engine, options);
    Network network =
        Network.build(
            config.model(),
            description.input(),
            Objective.outputs(config.loss(), description.targets()));
    TrainedModel model =
        new TrainedModel(config, preset, description.targets(), network, features, store);
    model.loadWeights(weights);
    model.openExtracted(null);
    return model;
  }

  /** Returns how it was trained. */
  public TrainConfig config() {
    return config;
  }

  /** Returns what becomes of a clip before the network. */
  public Preset preset() {
    return preset;
  }

  /** Returns what the outputs mean. */
  public Targets targets() {
    return targets;
  }

  /** Returns the network. */
  public Network network() {
    return network;
  }

  /**
   * Opens the extracted features that the configuration names.
   *
   * @param needed the clips whose features must be there; null if clips are read where they are not
   */
  void openExtracted(@Nullable List<Item> needed) throws IOException {
    Path folder = Path.of(config.loading().extracted());
    if (config.loading().extracted().isEmpty() || (needed == null && !Files.isDirectory(folder))) {
      return;
    }
    FeatureStore opened = new FeatureStore(folder, features.pipeline(), cacheBytes(config));
    extracted = opened;
    if (needed != null) {
      opened.require(needed);
    }
  }

  static long cacheBytes(TrainConfig config) {
    return (long) config.loading().cacheMegabytes() << 20;
  }

  /** Reads clips, or their extracted features where all of them are there. */
  BatchLoader loader(List<Item> items, TrainListener listener) {
    BatchLoader.BadClip bad = (item, why) -> listener.skipped(item.path(), why);
    FeatureStore read = extracted;
    return read != null && read.hasAll(items)
        ? new BatchLoader(read, config.windows(), config.loading(), bad)
        : new BatchLoader(store, config.windows(), config.loading(), bad);
  }

  /** The features of some windows of a batch. */
  private Tensor tensor(Batch batch, int from, int to) {
    Waveform windows = batch.waveform(from, to);
    return batch.extracted()
        ? features.read(windows, network.input(), null)
        : features.tensor(windows);
  }

  Features features() {
    return features;
  }

  ClipStore store() {
    return store;
  }

  /** Loads what was trained. */
  void loadWeights(Path file) throws IOException {
    if (config.model() instanceof ModelSpec.Baseline) {
      baseline = Baseline.load(file);
    } else {
      prototypes = Weights.load(network, file);
    }
  }

  /** Stores what was trained. */
  void saveWeights(Path file) throws IOException {
    Baseline trained = baseline;
    if (trained != null) {
      trained.save(file);
    } else {
      Weights.save(network, prototypes, file);
    }
  }

  void learned(Baseline trained) {
    baseline = trained;
  }

  /** Returns what the model is, in words. */
  public String summary() {
    String name = ConfigFile.type(config.model());
    return config.model() instanceof ModelSpec.Baseline spec
        ? "%s of %,d values: %s of %d bins"
            .formatted(
                name,
                Baseline.values(spec, network.input()),
                spec.pooled().stream().map(String::valueOf).collect(Collectors.joining(", ")),
                network.input().channels() * network.input().bins())
        : "%s, %,d parameters, sees %s"
            .formatted(name, network.parameterCount(), network.receptiveField());
  }

  double @Nullable [][] prototypes() {
    return prototypes;
  }

  /**
   * Scores clips.
   *
   * @param items the clips; labels are not needed
   * @param listener is told of clips that cannot be read
   */
  public Evaluation.Answers answer(List<Item> items, TrainListener listener) {
    try (BatchLoader loader = loader(items, listener)) {
      return answer(loader, items, null);
    }
  }

  /**
   * Scores clips and judges the scores.
   *
   * @param items the clips, with labels
   * @param listener is told of clips that cannot be read
   */
  public Evaluation evaluate(List<Item> items, TrainListener listener) {
    return Evaluation.of(targets, answer(items, listener));
  }

  /** The features of a clip's first window; null if it cannot be read. */
  org.cochlea.core.@Nullable Tensor feature(Item item) {
    try (PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard();
        BatchLoader loader = loader(List.of(item), TrainListener.silent());
        BatchLoader.Batches batches = loader.evaluation(List.of(item), 1)) {
      Batch batch = batches.next();
      if (batch.size() == 0) {
        return null;
      }
      Tensor made = tensor(batch, 0, 1);
      return org.cochlea.core.Tensor.wrap(Features.shape(made), Tensors.floats(made));
    }
  }

  /** A window before and after augmentation. */
  static final class Drawn {
    final Item item;
    final float[] before;
    final float[] after;
    final org.cochlea.core.Tensor features;

    /** Of all windows; this one's are at {@link #row}. */
    final org.cochlea.core.Tensor augmented;

    final int row;
    final String words;

    private Drawn(
        Item item,
        float[] before,
        float[] after,
        org.cochlea.core.Tensor features,
        org.cochlea.core.Tensor augmented,
        int row,
        String words) {
      this.item = item;
      this.before = before;
      this.after = after;
      this.features = features;
      this.augmented = augmented;
      this.row = row;
      this.words = words;
    }
  }

  /**
   * Augments a window of each clip, as one batch of the first epoch.
   *
   * @return none if there is no plan
   * @throws IOException if the plan's noises cannot be read
   */
  List<Drawn> augmented(List<Item> items) throws IOException {
    List<Drawn> all = new ArrayList<>();
    List<Draw> draws = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      draws.add(new Draw(i, i));
    }
    try (Augmentation augmentation =
            Augmentation.onCpu(config, preset, ExtractorOptions.defaults().withThreads(1));
        BatchLoader loader =
            new BatchLoader(store, config.windows(), config.loading(), (_, _) -> {});
        BatchLoader.Batches batches = loader.training(items, List.of(draws))) {
      Batch batch = batches.next();
      if (augmentation == null || batch.size() == 0) {
        return all;
      }
      Waveform before = batch.waveform(0, batch.size());
      org.cochlea.core.Tensor feature = features.of(before);
      Waveform after = augmentation.waveforms(batch, 0, null);
      org.cochlea.core.Tensor augmented = features.of(after);
      augmentation.features(augmented, null);
      Draws drawn = augmentation.draw(batch, 0);
      for (int b = 0; b < batch.size(); b++) {
        all.add(
            new Drawn(
                items.get(batch.items().get(b)),
                before.toArray(b, 0),
                after.toArray(b, 0),
                feature,
                augmented,
                b,
                drawn.describe(b)));
      }
    }
    return all;
  }

  /** Makes a point of every class from clips of it, where clips are told apart by distance. */
  void learnPrototypes(BatchLoader loader, List<Item> training) {
    if (targets.kind() != Target.EMBEDDING) {
      return;
    }
    prototypes = null;
    Evaluation.Answers points = answer(loader, training, null);
    int[] classes = targets.classes(points.items());
    double[][] sums = new double[targets.names().size()][network.outputs()];
    int[] counts = new int[sums.length];
    for (int i = 0; i < classes.length; i++) {
      double[] point = points.scores(i);
      counts[classes[i]]++;
      for (int d = 0; d < point.length; d++) {
        sums[classes[i]][d] += point[d];
      }
    }
    for (int k = 0; k < sums.length; k++) {
      for (int d = 0; d < sums[k].length; d++) {
        // A class without clips is infinitely far away.
        sums[k][d] = counts[k] == 0 ? Double.POSITIVE_INFINITY : sums[k][d] / counts[k];
      }
    }
    prototypes = sums;
  }

  Evaluation.Answers answer(BatchLoader loader, List<Item> items, @Nullable Objective objective) {
    network.train(false);
    Map<Integer, double[]> sums = new HashMap<>();
    Map<Integer, Integer> counts = new HashMap<>();
    Map<Integer, String> texts = new HashMap<>();
    double loss = 0;
    long windows = 0;
    try (BatchLoader.Batches batches =
        loader.evaluation(items, Math.max(1, Math.min(CHUNK, config.training().batch())))) {
      while (batches.hasNext()) {
        Batch batch = batches.next();
        for (int from = 0; from < batch.size(); from += CHUNK) {
          int to = Math.min(from + CHUNK, batch.size());
          List<Integer> rows = batch.items().subList(from, to);
          try (PointerScope _ = new PointerScope();
              NoGradGuard _ = new NoGradGuard()) {
            Tensor feature = tensor(batch, from, to);
            int[] frames = features.frames();
            Tensor out = network.forward(feature);
            if (objective != null) {
              Tensor value = objective.of(out, rows.stream().map(items::get).toList(), frames);
              if (value != null) {
                loss += value.item_float() * (to - from);
                windows += to - from;
              }
            }
            if (targets.kind() == Target.TEXT) {
              read(out, frames, rows, texts);
            } else {
              double[][] scores = scores(out, frames);
              for (int r = 0; r < scores.length; r++) {
                double[] sum =
                    sums.computeIfAbsent(rows.get(r), _ -> new double[network.outputs()]);
                for (int k = 0; k < sum.length; k++) {
                  sum[k] += scores[r][k];
                }
                counts.merge(rows.get(r), 1, Integer::sum);
              }
            }
          }
        }
      }
    }
    List<Item> scored = new ArrayList<>();
    List<double[]> rows = new ArrayList<>();
    List<String> said = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      double[] sum = sums.get(i);
      String text = texts.get(i);
      if (sum != null) {
        int count = counts.getOrDefault(i, 1);
        scored.add(items.get(i));
        rows.add(classScores(Arrays.stream(sum).map(s -> s / count).toArray()));
      } else if (text != null) {
        scored.add(items.get(i));
        rows.add(new double[0]);
        said.add(text);
      }
    }
    return new Evaluation.Answers(
        scored, rows.toArray(double[][]::new), said, windows == 0 ? Double.NaN : loss / windows);
  }

  /** Of every window, by output. */
  private double[][] scores(Tensor out, int[] frames) {
    Baseline trained = baseline;
    return trained == null
        ? Tensors.rows(probabilities(out))
        : trained.scores(pooled(out, frames), targets.names().size());
  }

  /** The statistics of features that a baseline is made of. */
  double[][] pooled(Tensor feature, int[] frames) {
    if (!(config.model() instanceof ModelSpec.Baseline spec)) {
      throw new AssertionError("networks pool by themselves");
    }
    Network.Input input = network.input();
    return Baseline.pool(
        Tensors.floats(feature), input.channels() * input.bins(), frames, spec.pooled());
  }

  /** Of every window, {@code [windows, outputs]}. */
  private Tensor probabilities(Tensor out) {
    Tensor each =
        switch (targets.kind()) {
          case CLASS -> out.softmax(-1);
          case TAGS -> out.sigmoid();
          case NUMBER, EMBEDDING, TEXT -> out;
        };
    return Objective.embedding(each);
  }

  /** An embedding becomes probabilities of classes, by its distance to their prototypes. */
  private double[] classScores(double[] mean) {
    if (prototypes == null) {
      return mean;
    }
    double[] scores = new double[prototypes.length];
    double nearest = Double.POSITIVE_INFINITY;
    for (int k = 0; k < scores.length; k++) {
      for (int d = 0; d < mean.length; d++) {
        double difference = mean[d] - prototypes[k][d];
        scores[k] += difference * difference / mean.length;
      }
      nearest = Math.min(nearest, scores[k]);
    }
    double sum = 0;
    for (int k = 0; k < scores.length; k++) {
      scores[k] = Math.exp(nearest - scores[k]);
      sum += scores[k];
    }
    for (int k = 0; k < scores.length; k++) {
      scores[k] /= sum;
    }
    return scores;
  }

  /** The best output of every frame, repetitions and blanks left out. */
  private void read(
      Tensor out, int[] featureFrames, List<Integer> rows, Map<Integer, String> texts) {
    double[][] best =
        Tensors.rows(torch.argmax(out, new org.bytedeco.pytorch.LongOptional(2), false));
    for (int r = 0; r < best.length; r++) {
      StringBuilder text = new StringBuilder();
      int before = 0;
      int frames = Math.min(best[r].length, network.frames(featureFrames[r]));
      for (int t = 0; t < frames; t++) {
        int now = (int) best[r][t];
        if (now != before) {
          text.append(targets.names().get(now));
        }
        before = now;
      }
      // A space at an end, or a second one, is nothing that was said.
      texts.put(rows.get(r), SPACES.matcher(text.toString().strip()).replaceAll(" "));
    }
  }

  @Override
  public void close() {
    if (extracted != null) {
      extracted.close();
    }
    features.close();
    network.close();
  }
}
