package org.cochlea.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.OptimizerParamGroupVector;
import org.bytedeco.pytorch.OutputArchive;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.audio.AudioClip;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.audio.dataset.Item;
import org.cochlea.audio.dataset.Part;
import org.cochlea.core.Engine;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Waveform;
import org.cochlea.core.preset.Channels;
import org.cochlea.core.preset.Preset;
import org.cochlea.train.RunFolder.State;
import org.cochlea.train.TrainListener.EpochResult;
import org.cochlea.train.TrainListener.Times;
import org.cochlea.train.data.Batch;
import org.cochlea.train.data.BatchLoader;
import org.cochlea.train.data.ClipStore;
import org.cochlea.train.data.Draw;
import org.cochlea.train.data.Sampler;
import org.cochlea.train.data.Sequences;
import org.cochlea.train.data.Targets;
import org.cochlea.train.model.ModelSpec;
import org.cochlea.train.model.Network;
import org.cochlea.train.model.Pooling;
import org.cochlea.train.optim.Loss;
import org.cochlea.train.optim.PlateauState;
import org.cochlea.train.optim.Schedule;
import org.cochlea.train.optim.Target;
import org.cochlea.train.torch.Libtorch;
import org.cochlea.train.torch.ParameterGroup;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model on a dataset, in a folder that keeps all of the run.
 *
 * <p>Whatever is random follows from the configuration's seed and the number of the step: a run
 * that was stopped and went on gives the same bits as one that was not, on one machine with one
 * number of threads.
 *
 * <p>Used by one thread; {@link #stop} may be called from any.
 */
public final class Trainer implements AutoCloseable {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final TrainConfig config;
  private final Dataset dataset;
  private final RunFolder run;
  private final TrainListener listener;
  private final TrainedModel model;
  private final @Nullable Augmentation augmentation;
  private final Sampler sampler;
  private final Objective objective;
  private final Optimizer optimizer;
  private final TensorVector parameters;
  private final List<Item> training;
  private final List<Item> validation;
  private State state;
  private volatile boolean stop;

  /**
   * What a training gave.
   *
   * @param epochs that were finished
   * @param bestEpoch from 1; 0 if there is none
   * @param best its evaluation in this session, null if there is no validation or it was earlier
   * @param stopped whether {@link #stop} ended it
   */
  public record Result(int epochs, int bestEpoch, @Nullable Evaluation best, boolean stopped) {}

  private Trainer(
      TrainConfig config,
      Dataset dataset,
      RunFolder run,
      TrainListener listener,
      TrainedModel model,
      @Nullable Augmentation augmentation,
      State state) {
    this.config = config;
    this.dataset = dataset;
    this.run = run;
    this.listener = listener;
    this.model = model;
    this.augmentation = augmentation;
    this.state = state;
    this.training = dataset.items(Part.TRAIN);
    this.validation = dataset.items(Part.VALIDATION);
    this.sampler = sampler();
    this.objective = new Objective(config.loss(), model.targets(), model.network(), training);
    this.parameters = model.network().parameters();
    this.optimizer = optimizer();
  }

  /** One group for the network, one for each kind of parameter of the front end. */
  private Optimizer optimizer() {
    Set<Long> learned =
        model.features().groups().stream()
            .flatMap(group -> group.parameters().stream())
            .map(tensor -> tensor.unsafeGetTensorImpl().address())
            .collect(Collectors.toSet());
    TensorVector own = new TensorVector();
    for (Tensor tensor : parameters.get()) {
      if (!learned.contains(tensor.unsafeGetTensorImpl().address())) {
        own.push_back(tensor);
      }
    }
    return config
        .optimizer()
        .create(own, model.features().groups().stream().map(ParameterGroup::vector).toList());
  }

  /**
   * Begins a run.
   *
   * @param config what to do
   * @param preset the front end that {@link TrainConfig#frontEnd} speaks of
   * @param dataset all clips; they are divided here
   * @param engine which computes the features
   * @param options how it does
   * @param folder of the run, made if there is none
   * @param listener is told how it goes
   * @throws IOException if the folder has a run already, or cannot be written
   * @throws IllegalArgumentException if the parts do not fit: too few clips, a model for larger
   *     inputs, a device that is not there
   */
  public static Trainer begin(
      TrainConfig config,
      Preset preset,
      Dataset dataset,
      Engine engine,
      ExtractorOptions options,
      Path folder,
      TrainListener listener)
      throws IOException {
    RunFolder run = new RunFolder(folder);
    if (run.begun()) {
      throw new IOException(folder + ": has a training run already: resume it, or take another");
    }
    Dataset clips = config.division().apply(dataset, config.training().seed());
    Sequences.Joined joined = config.sequences().apply(clips, config.training().seed());
    Dataset divided = joined.dataset();
    Libtorch.load();
    Devices.require(config);
    requireWindows(config);
    requireBaseline(config);
    requireTexts(config);
    if (!config.loading().extracted().isEmpty() && !config.trainable().isEmpty()) {
      throw new IllegalArgumentException(
          "frontEnd.trainable: nothing is learned of a front end whose results are read: leave"
              + " loading.extracted out");
    }
    Preset front = preset.withPatches(null);
    Augmentation augmentation = Augmentation.of(config, front, engine, options);
    if (augmentation != null
        && augmentation.mixesTargets()
        && config.model() instanceof ModelSpec.Baseline) {
      throw new IllegalArgumentException(
          "augmentation: it mixes the targets of clips, from which %s cannot learn"
              .formatted(ConfigFile.type(config.model())));
    }
    Targets targets =
        Targets.of(config.loss().target(), divided.classes(), divided.items(Part.TRAIN));
    ClipStore store = new ClipStore(front, TrainedModel.cacheBytes(config));
    store.join(joined.sequences());
    Features features = new Features(config, front, engine, options);
    Network.Input input = input(config, front, clips, features);
    if (augmentation != null) {
      augmentation.check(
          input, !config.trainable().isEmpty(), !config.loading().extracted().isEmpty());
    }
    torch.manual_seed(config.training().seed());
    Network network =
        Network.build(config.model(), input, Objective.outputs(config.loss(), targets));
    TrainedModel model = new TrainedModel(config, front, targets, network, features, store);
    Devices.move(config, network);
    Trainer trainer = new Trainer(config, divided, run, listener, model, augmentation, State.START);
    model.openExtracted(divided.items());
    // What is wrong with labels shows before anything is written.
    trainer.checkTargets();
    Files.createDirectories(folder);
    clips.write(run.split());
    ConfigFile.write(config, run.config());
    run.write(new RunFolder.Description(targets, input));
    return trainer;
  }

  /**
   * Goes on with a run where it stopped.
   *
   * @param folder of the run
   * @param preset its front end
   * @param engine which computes the features
   * @param options how it does
   * @param listener is told how it goes
   * @throws IOException if the folder has no run
   */
  public static Trainer resume(
      Path folder, Preset preset, Engine engine, ExtractorOptions options, TrainListener listener)
      throws IOException {
    RunFolder run = new RunFolder(folder);
    if (!Files.exists(run.config())) {
      throw new IOException(folder + ": has no training run that could go on");
    }
    TrainConfig config = ConfigFile.read(run.config(), Map.of());
    RunFolder.Description description = run.description();
    Libtorch.load();
    Devices.require(config);
    Preset front = preset.withPatches(null);
    Sequences.Joined joined = run.joined();
    ClipStore store = new ClipStore(front, TrainedModel.cacheBytes(config));
    store.join(joined.sequences());
    Features features = new Features(config, front, engine, options);
    torch.manual_seed(config.training().seed());
    Network network =
        Network.build(
            config.model(),
            description.input(),
            Objective.outputs(config.loss(), description.targets()));
    TrainedModel model =
        new TrainedModel(config, front, description.targets(), network, features, store);
    State stored = run.state();
    if (stored != null) {
      model.loadWeights(folder.resolve(stored.weights()));
    }
    Devices.move(config, network);
    Trainer trainer =
        new Trainer(
            config,
            joined.dataset(),
            run,
            listener,
            model,
            Augmentation.of(config, front, engine, options),
            stored == null ? State.START : stored);
    model.openExtracted(trainer.dataset.items());
    if (stored != null && !stored.optimizer().isEmpty()) {
      InputArchive archive = new InputArchive();
      archive.load_from(folder.resolve(stored.optimizer()).toString());
      trainer.optimizer.load(archive);
    }
    return trainer;
  }

  private static void requireWindows(TrainConfig config) {
    if (config.windows().whole()
        && (config.model() instanceof ModelSpec.Linear
            || (config.model() instanceof ModelSpec.Cnn cnn && cnn.pooling() == Pooling.FLATTEN))) {
      throw new IllegalArgumentException(
          "windows.seconds must be above 0 for a model that flattens its input");
    }
    if (config.loss().target() == Target.TEXT && !config.windows().whole()) {
      throw new IllegalArgumentException(
          "windows.seconds must be 0 for the loss ctc: a text belongs to the whole clip");
    }
  }

  private static void requireBaseline(TrainConfig config) {
    if (!(config.model() instanceof ModelSpec.Baseline)) {
      return;
    }
    String name = ConfigFile.type(config.model());
    if (config.loss().target() != Target.CLASS) {
      throw new IllegalArgumentException(
          "model: %s tells classes apart, with the loss cross-entropy; it cannot learn with %s"
              .formatted(name, ConfigFile.type(config.loss())));
    }
    if (!config.trainable().isEmpty()) {
      throw new IllegalArgumentException(
          "frontEnd.trainable: %s has no gradients that a front end could learn from"
              .formatted(name));
    }
  }

  private static void requireTexts(TrainConfig config) {
    if (config.sequences().joins() && config.loss().target() != Target.TEXT) {
      throw new IllegalArgumentException(
          "sequences: clips that are joined have a text, no class: they need the loss ctc, not "
              + ConfigFile.type(config.loss()));
    }
    if (config.sequences().joins() && !config.loading().extracted().isEmpty()) {
      throw new IllegalArgumentException(
          "loading.extracted: features are of single clips, sequences need the clips themselves");
    }
  }

  private static Network.Input input(
      TrainConfig config, Preset preset, Dataset clips, Features features) throws IOException {
    int channels = 1;
    int samples = config.windows().length(preset.sampleRate());
    if (preset.channels() != Channels.MONO || config.windows().whole()) {
      // The first clip tells.
      Item first = clips.items(Part.TRAIN).getFirst();
      AudioClip clip = AudioClip.load(first.path());
      channels = preset.channels().apply(new float[clip.channels()][1]).length;
      if (config.windows().whole()) {
        samples = (int) Math.max(1, clip.duration() * preset.sampleRate());
      }
    }
    return features.input(channels, samples);
  }

  private Sampler sampler() {
    List<List<Integer>> clips = new ArrayList<>();
    boolean byClass = config.training().balanced() || config.loss().target() == Target.EMBEDDING;
    if (byClass) {
      if (config.loss().target() == Target.TEXT || config.loss().target() == Target.NUMBER) {
        throw new IllegalArgumentException("training.balanced needs classes");
      }
      Map<String, List<Integer>> lists = new TreeMap<>();
      for (int i = 0; i < training.size(); i++) {
        for (String label : training.get(i).labels()) {
          lists.computeIfAbsent(label, _ -> new ArrayList<>()).add(i);
        }
      }
      clips.addAll(lists.values());
    } else {
      List<Integer> all = new ArrayList<>();
      for (int i = 0; i < training.size(); i++) {
        all.add(i);
      }
      clips.add(all);
    }
    Sampler.Order order =
        switch (config.loss()) {
          case Loss.Prototypical(int _, int support, int queries) ->
              new Sampler.Order.Episodes(support + queries);
          case Loss.Triplet _, Loss.Contrastive _ ->
              new Sampler.Order.Episodes(Math.max(2, Math.min(4, config.training().batch() / 4)));
          default ->
              config.training().balanced()
                  ? new Sampler.Order.Balanced()
                  : new Sampler.Order.Shuffled();
        };
    return new Sampler(
        clips,
        config.training().batch(),
        order,
        config.training().windowsPerClip(),
        config.training().seed());
  }

  private void checkTargets() {
    for (List<Item> items : List.of(training, validation, dataset.items(Part.TEST))) {
      switch (model.targets().kind()) {
        case CLASS, EMBEDDING -> {
          int[] _ = model.targets().classes(items);
        }
        case NUMBER -> {
          double[] _ = model.targets().numbers(items);
        }
        case TEXT -> items.forEach(model.targets()::characters);
        case TAGS -> {}
      }
    }
  }

  /** Returns the model; after {@link #run} it has the weights of the last step. */
  public TrainedModel model() {
    return model;
  }

  /** Returns the divided dataset. */
  public Dataset dataset() {
    return dataset;
  }

  /** Returns the names of what augments the windows of training, in order; empty for none. */
  public String augmentation() {
    if (augmentation == null) {
      return "";
    }
    return Stream.of(augmentation.plan().waveform(), augmentation.plan().spectrogram())
        .flatMap(List::stream)
        .map(each -> each.getClass().getSimpleName())
        .collect(Collectors.joining(", "));
  }

  /** Returns how many steps an epoch has. */
  public int stepsPerEpoch() {
    return sampler.batches();
  }

  /** Returns whether there is nothing left to do: the last epoch was, or training stopped early. */
  public boolean isDone() {
    int epochs = config.model() instanceof ModelSpec.Baseline ? 1 : config.training().epochs();
    int patience = config.training().patience();
    return state.epoch() >= epochs || (patience > 0 && state.stopping().waited() >= patience);
  }

  /** Asks to stop behind the step that is under way; what was done is stored. */
  public void stop() {
    stop = true;
  }

  /**
   * Trains to the end of the last epoch, or until it stops early or is stopped.
   *
   * @throws IOException if a file cannot be written, or a clip cannot be read where that is asked
   *     to end training
   * @throws NonFiniteLossException if the loss is no number
   */
  public Result run() throws IOException {
    if (config.model() instanceof ModelSpec.Baseline spec) {
      return fit(spec);
    }
    Evaluation best = null;
    try (MetricLog log = new MetricLog(run, state.epoch());
        BatchLoader loader = model.loader(dataset.items(), listener)) {
      while (!isDone()) {
        if (!epoch(loader)) {
          store();
          return new Result(state.epoch(), state.bestEpoch(), best, true);
        }
        EpochResult result = finish(loader);
        if (result.best()) {
          best = result.validation();
        }
        log.add(result);
        listener.epoch(result);
      }
      return new Result(state.epoch(), state.bestEpoch(), best, false);
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Trains a baseline: on the windows of one epoch, at once. */
  private Result fit(ModelSpec.Baseline spec) throws IOException {
    if (isDone()) {
      return new Result(1, state.bestEpoch(), null, false);
    }
    try (MetricLog log = new MetricLog(run, 0);
        BatchLoader loader = model.loader(dataset.items(), listener)) {
      long begun = System.nanoTime();
      List<double[]> windows = new ArrayList<>();
      List<Item> items = new ArrayList<>();
      Times times = Times.NONE;
      try (BatchLoader.Batches batches = loader.training(training, sampler.epoch(0))) {
        while (batches.hasNext()) {
          Batch batch = batches.next();
          if (stop) {
            return new Result(0, 0, null, true);
          }
          if (batch.size() == 0) {
            continue;
          }
          try (PointerScope _ = new PointerScope();
              NoGradGuard _ = new NoGradGuard()) {
            Input input = input(batch, null);
            windows.addAll(List.of(model.pooled(input.features, input.frames)));
            times =
                times.plus(new Times(batch.loadSeconds(), input.augmentation, input.seconds, 0));
          }
          batch.items().forEach(i -> items.add(training.get(i)));
        }
      }
      if (items.isEmpty()) {
        throw new IOException("no clip of the training part can be read");
      }
      long read = System.nanoTime();
      double[][] rows = windows.toArray(double[][]::new);
      int[] classes = model.targets().classes(items);
      Baseline trained = Baseline.fit(spec, rows, classes, config.training().seed());
      model.learned(trained);
      double loss =
          Evaluation.Answers.meanLoss(
              trained.scores(rows, model.targets().names().size()), classes);
      times = times.plus(new Times(0, 0, 0, (System.nanoTime() - read) / 1e9));
      Evaluation judged = null;
      if (!validation.isEmpty()) {
        Evaluation.Answers answers = model.answer(loader, validation, null);
        judged =
            Evaluation.of(
                model.targets(), answers.withLoss(model.targets().classes(answers.items())));
        if (judged.clips() == 0) {
          throw new IOException("no clip of the validation part can be read");
        }
        model.saveWeights(run.best());
      }
      String weights = "last-1.safetensors";
      model.saveWeights(run.path().resolve(weights));
      boolean best = judged != null;
      state =
          new State(
              1,
              0,
              1,
              0,
              0,
              0,
              Times.NONE,
              PlateauState.START,
              PlateauState.START,
              best ? 1 : 0,
              weights,
              "");
      run.write(state);
      double seconds = (System.nanoTime() - begun) / 1e9;
      EpochResult result = new EpochResult(1, 1, seconds, 0, loss, judged, best, times);
      log.add(result);
      listener.epoch(result);
      return new Result(1, state.bestEpoch(), judged, false);
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Goes through the rest of an epoch; returns whether it came to its end. */
  private boolean epoch(BatchLoader loader) {
    long begun = System.nanoTime();
    double before = state.seconds();
    List<List<Draw>> plan = sampler.epoch(state.epoch());
    model.network().train(true);
    try (BatchLoader.Batches batches =
        loader.training(training, plan.subList(state.step(), plan.size()))) {
      while (batches.hasNext()) {
        if (stop) {
          return false;
        }
        Batch batch = batches.next();
        Step done = batch.size() == 0 ? new Step(0, 0, 0, 0) : step(batch);
        state =
            new State(
                state.epoch(),
                state.step() + 1,
                state.total() + 1,
                state.lossSum() + done.loss * batch.size(),
                state.windows() + batch.size(),
                before + (System.nanoTime() - begun) / 1e9,
                state
                    .times()
                    .plus(
                        new Times(
                            batch.loadSeconds(), done.augmentation, done.features, done.model)),
                state.plateau(),
                state.stopping(),
                state.bestEpoch(),
                state.weights(),
                state.optimizer());
        listener.step(
            state.epoch() + 1, state.step(), plan.size(), meanLoss(), batch.size(), state.times());
      }
    }
    return true;
  }

  private double meanLoss() {
    return state.windows() == 0 ? Double.NaN : state.lossSum() / state.windows();
  }

  private record Step(double loss, double augmentation, double features, double model) {}

  private Step step(Batch batch) {
    try (PointerScope _ = new PointerScope()) {
      // So that what is dropped depends on the number of the step alone.
      torch.manual_seed(config.training().seed() + GOLDEN * (state.total() + 1));
      List<Item> items = batch.items().stream().map(training::get).toList();
      float[][] mixed =
          augmentation != null && augmentation.mixesTargets() ? objective.rows(items) : null;
      Input made = input(batch, mixed);
      long ready = System.nanoTime();
      setLearningRate();
      Devices.autocast(config, true);
      Tensor out = model.network().forward(made.features);
      Devices.autocast(config, false);
      Tensor loss = objective.of(out.to(torch.ScalarType.Float), items, made.frames, mixed);
      double value = 0;
      if (loss != null) {
        value = loss.item_float();
        if (!Double.isFinite(value)) {
          throw new NonFiniteLossException(
              value, state.epoch() + 1, state.step() + 1, items.stream().map(Item::path).toList());
        }
        optimizer.zero_grad();
        loss.backward();
        if (config.training().clipGradient() > 0) {
          double _ = torch.clip_grad_norm_(parameters, config.training().clipGradient());
        }
        optimizer.step();
      }
      return new Step(value, made.augmentation, made.seconds, (System.nanoTime() - ready) / 1e9);
    }
  }

  /** What goes into the model. */
  private static final class Input {
    final Tensor features;

    /** How many of each window are no padding. */
    final int[] frames;

    /** Seconds of augmentation on the CPU. */
    final double augmentation;

    /** Seconds of the rest. */
    final double seconds;

    Input(Tensor features, int[] frames, long begun, double augmentation) {
      this.features = features;
      this.frames = frames;
      this.augmentation = augmentation;
      this.seconds = (System.nanoTime() - begun) / 1e9 - augmentation;
    }
  }

  private Input input(Batch batch, float @Nullable [][] mixed) {
    long start = System.nanoTime();
    Augmentation augment = augmentation;
    if (augment != null && augment.extracts()) {
      Tensor made = augment.tensor(batch, state.epoch(), mixed);
      return new Input(made, augment.frames(), start, augment.seconds());
    }
    Waveform windows =
        augment == null
            ? batch.waveform(0, batch.size())
            : augment.waveforms(batch, state.epoch(), mixed);
    long[] augmented = {augment == null ? 0 : System.nanoTime() - start};
    Consumer<org.cochlea.core.Tensor> change =
        augment == null
            ? null
            : made -> {
              long before = System.nanoTime();
              augment.features(made, mixed);
              augmented[0] += System.nanoTime() - before;
            };
    Features features = model.features();
    Tensor made =
        batch.extracted()
            ? features.read(windows, model.network().input(), change)
            : change == null ? features.tensor(windows) : features.tensor(windows, change);
    return new Input(made, features.frames(), start, augmented[0] / 1e9);
  }

  private double learningRate() {
    int perEpoch = sampler.batches();
    long all = (long) perEpoch * config.training().epochs();
    double factor = config.schedule().factor(new Schedule.Position(state.total(), all, perEpoch));
    double warmUp = config.training().warmUpEpochs() * perEpoch;
    double rise = warmUp > 0 ? Math.min(1, (state.total() + 1) / warmUp) : 1;
    return config.optimizer().learningRate() * factor * rise * state.plateau().factor();
  }

  private void setLearningRate() {
    OptimizerParamGroupVector groups = optimizer.param_groups();
    groups.get(0).options().set_lr(learningRate());
    List<ParameterGroup> learned = model.features().groups();
    for (int i = 0; i < learned.size(); i++) {
      groups.get(i + 1).options().set_lr(learningRate() * learned.get(i).rate());
    }
  }

  /** Judges an epoch and stores it. */
  private EpochResult finish(BatchLoader loader) throws IOException {
    long begun = System.nanoTime();
    double rate = learningRate();
    Evaluation judged = null;
    double result = Double.NaN;
    if (!validation.isEmpty()) {
      model.learnPrototypes(loader, training);
      judged = Evaluation.of(model.targets(), model.answer(loader, validation, objective));
      if (judged.clips() == 0) {
        throw new IOException("no clip of the validation part can be read");
      }
      result = config.training().monitor() == Monitor.LOSS ? -judged.loss() : judged.result();
    }
    if (state.windows() == 0) {
      throw new IOException("no clip of the training part can be read");
    }
    boolean best = judged != null && state.stopping().isBetter(result);
    int epoch = state.epoch() + 1;
    double seconds = state.seconds() + (System.nanoTime() - begun) / 1e9;
    EpochResult done =
        new EpochResult(
            epoch, state.total(), seconds, rate, meanLoss(), judged, best, state.times());
    state =
        new State(
            epoch,
            0,
            state.total(),
            0,
            0,
            0,
            Times.NONE,
            judged == null ? state.plateau() : state.plateau().after(result, config.schedule()),
            judged == null
                ? PlateauState.START
                : state.stopping().after(result, new Schedule.Constant()),
            best ? epoch : state.bestEpoch(),
            state.weights(),
            state.optimizer());
    if (best) {
      model.saveWeights(run.best());
    }
    if (judged == null && epoch == config.training().epochs()) {
      model.learnPrototypes(loader, training);
    }
    store();
    return done;
  }

  /** Stores from where training goes on: first the files, then the state that names them. */
  private void store() throws IOException {
    String weights = "last-%d.safetensors".formatted(state.total());
    String moments = "last-%d.optimizer.pt".formatted(state.total());
    model.saveWeights(run.path().resolve(weights));
    OutputArchive archive = new OutputArchive();
    optimizer.save(archive);
    archive.save_to(run.path().resolve(moments).toString());
    State before = state;
    state =
        new State(
            state.epoch(),
            state.step(),
            state.total(),
            state.lossSum(),
            state.windows(),
            state.seconds(),
            state.times(),
            state.plateau(),
            state.stopping(),
            state.bestEpoch(),
            weights,
            moments);
    run.write(state);
    for (String old : List.of(before.weights(), before.optimizer())) {
      if (!old.isEmpty() && !old.equals(weights) && !old.equals(moments)) {
        Files.deleteIfExists(run.path().resolve(old));
      }
    }
  }

  @Override
  public void close() {
    optimizer.close();
    if (augmentation != null) {
      augmentation.close();
    }
    model.close();
  }
}
