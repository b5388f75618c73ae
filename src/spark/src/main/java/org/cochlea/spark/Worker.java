package org.cochlea.spark;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.cochlea.core.Availability;
import org.cochlea.core.Engine;
import org.cochlea.core.EngineUnavailableException;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.augment.Augmenter;
import org.cochlea.core.augment.Draws;
import org.cochlea.core.preset.Preset;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.cuda.CudaEngine;
import org.cochlea.cuda.CudaOptions;
import org.jspecify.annotations.Nullable;

/**
 * One engine with what it has compiled, for one task at a time. A worker that is given back waits
 * for the executor's next task of the same job, so that there are as many as tasks run at once.
 */
final class Worker implements AutoCloseable {
  /** Jobs whose workers wait; those of older ones are closed. */
  private static final int JOBS = 4;

  /**
   * Samples per thread with which the cpu engine is as fast as with more: 4 MiB. Clips that wait
   * for others are copied in every collection of garbage, and have left the caches when their turn
   * comes.
   */
  private static final long ENOUGH = 1 << 20;

  private static final Map<String, Deque<Worker>> IDLE = new LinkedHashMap<>();

  private final String key;
  private final Recipe recipe;
  private final Engine engine;
  private final ExtractorOptions options;
  private final @Nullable Augment augment;
  private final @Nullable Augmenter augmenter;
  private final Map<Integer, Preset> presets = new HashMap<>();
  private final Map<Preset, Ready> ready = new HashMap<>();
  private final Map<Preset, PieceFrontEnd> pieces = new HashMap<>();

  /** A preset compiled. */
  private record Ready(Preset preset, Extractor extractor, @Nullable Extractor patches) {
    void close() {
      extractor.close();
      if (patches != null) {
        patches.close();
      }
    }
  }

  private Worker(String key, ExtractTask task, @Nullable String gpu, int threads) {
    this.key = key;
    this.recipe = task.recipe();
    this.engine = open(task.options().engine(), gpu);
    this.options = new ExtractorOptions(threads);
    this.augment = task.options().augment();
    this.augmenter =
        augment == null ? null : new Augmenter(augment.plan(), augment.seed(), options);
  }

  /** Returns a worker for the task that runs on this thread. */
  static Worker borrow(ExtractTask task) {
    TaskContext context = TaskContext.get();
    ResourceInformation gpus = context == null ? null : context.resourcesJMap().get("gpu");
    String gpu = gpus == null ? null : String.join(",", gpus.addresses());
    String key = task.id() + " " + gpu;
    synchronized (IDLE) {
      Deque<Worker> waiting = IDLE.get(key);
      if (waiting != null && !waiting.isEmpty()) {
        return waiting.pop();
      }
    }
    return new Worker(key, task, gpu, context == null ? 1 : context.cpus());
  }

  /** Lets the worker wait for another task. */
  void giveBack() {
    List<Worker> old = new ArrayList<>();
    synchronized (IDLE) {
      // Behind the others: what was used last is closed last.
      Deque<Worker> waiting = IDLE.remove(key);
      IDLE.put(key, waiting == null ? new ArrayDeque<>() : waiting);
      IDLE.get(key).push(this);
      Iterator<Deque<Worker>> oldest = IDLE.values().iterator();
      while (IDLE.size() > JOBS) {
        old.addAll(oldest.next());
        oldest.remove();
      }
    }
    old.forEach(Worker::close);
  }

  private static Engine open(String name, @Nullable String gpu) {
    if (gpu != null && (name.equals("auto") || name.equals("cuda"))) {
      CudaOptions usual = CudaOptions.ofProperties();
      Engine cuda =
          new CudaEngine(new CudaOptions(usual.binding(), gpu, usual.memory(), usual.fourier()));
      if (cuda.probe() instanceof Availability.Unavailable no) {
        cuda.close();
        throw new EngineUnavailableException("cuda", no.reasons());
      }
      return cuda;
    }
    return name.equals("auto") ? Engines.best() : Engines.named(name);
  }

  /** Returns how many samples make a batch, however few clips they are. */
  long enough() {
    return engine.name().equals("cpu") ? ENOUGH * options.threads() : Long.MAX_VALUE;
  }

  /** Returns the name of what computes. */
  String engine() {
    return engine.name();
  }

  Preset preset(int sampleRate) {
    return presets.computeIfAbsent(sampleRate, recipe::preset);
  }

  /** Returns what computes pieces of long recordings. */
  PieceFrontEnd pieces(Preset preset) {
    return pieces.computeIfAbsent(preset, one -> new PieceFrontEnd(one, engine, options));
  }

  /**
   * Computes clips of one file rate and number of channels.
   *
   * @param clips each with its chunks, prepared by the preset
   * @param keys of the clips, for augmentation
   * @return {@code [patches, channels, bins, frames]} of every clip
   */
  List<Tensor> extract(Preset preset, List<Waveform> clips, List<Long> keys) {
    Ready compiled = ready.computeIfAbsent(preset, this::compile);
    List<Waveform> heard = new ArrayList<>();
    for (int i = 0; i < clips.size(); i++) {
      heard.add(augmented(clips.get(i), keys.get(i)));
    }
    Tensor all = compiled.extractor().extract(Waveform.batch(heard));
    List<Tensor> results = new ArrayList<>();
    int item = 0;
    for (int i = 0; i < heard.size(); i++) {
      int count = heard.get(i).batch();
      Tensor seen = augmented(all.items(item, count), keys.get(i));
      Tensor patches = preset.cut(seen);
      results.add(compiled.patches() == null ? patches : compiled.patches().extract(patches));
      item += count;
    }
    return results;
  }

  private Ready compile(Preset preset) {
    Pipeline pipeline = preset.feature().pipeline();
    Extractor extractor = engine.compile(pipeline, options);
    if (preset.patchStages().isEmpty()) {
      return new Ready(preset, extractor, null);
    }
    Pipeline stages = new Pipeline(0, pipeline.output(), preset.patchStages());
    return new Ready(preset, extractor, engine.compile(stages, options));
  }

  /** Draws for one clip: its chunks count on from its key. */
  private @Nullable Draws draws(int chunks, int channels, long clip) {
    if (augmenter == null || augment == null) {
      return null;
    }
    long[] keys = new long[chunks];
    for (int i = 0; i < chunks; i++) {
      keys[i] = clip + i;
    }
    return augmenter.draw(keys, augment.epoch(), channels);
  }

  private Waveform augmented(Waveform clip, long key) {
    Draws draws = draws(clip.batch(), clip.channels(), key);
    if (draws == null || augmenter == null) {
      return clip;
    }
    Waveform made = augmenter.augment(clip, draws, null);
    // A copy: the next clip is made in the same memory.
    List<Waveform> copies = new ArrayList<>();
    for (int item = 0; item < made.batch(); item++) {
      float[][] channels = new float[made.channels()][];
      for (int c = 0; c < channels.length; c++) {
        channels[c] = made.toArray(item, c);
      }
      copies.add(Waveform.ofChannels(channels, made.sampleRate()));
    }
    return Waveform.batch(copies);
  }

  private Tensor augmented(Tensor feature, long key) {
    Draws draws = draws(feature.shape().batch(), feature.shape().channels(), key);
    if (draws == null || augmenter == null) {
      return feature;
    }
    Tensor out = Tensor.allocate(augmenter.outputShape(feature, draws));
    augmenter.augment(feature, draws, null, out);
    return out;
  }

  @Override
  public void close() {
    ready.values().forEach(Ready::close);
    pieces.values().forEach(PieceFrontEnd::close);
    if (augmenter != null) {
      augmenter.close();
    }
    engine.close();
  }
}
