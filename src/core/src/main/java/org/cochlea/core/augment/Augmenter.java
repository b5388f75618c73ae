package org.cochlea.core.augment;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.SampleType;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.engine.cpu.Worker;
import org.cochlea.core.engine.cpu.Workers;
import org.jspecify.annotations.Nullable;

/**
 * A plan made ready: draws for batches, and applies what was drawn to waveforms, features and
 * targets.
 *
 * <p>It runs on the CPU, before and after the feature, whatever engine computes that. An {@link
 * AugmentedExtractor} does the three steps in one call, and lets an engine that can run
 * augmentations do so; this class is for doing them apart:
 *
 * {@snippet :
 * try (Augmenter augmenter = new Augmenter(plan, seed)) {
 *   Draws draws = augmenter.draw(new long[] {17, 4, 923}, epoch, noisy.channels());
 *   Waveform a = augmenter.augment(noisy, draws, targets);
 *   Tensor features = extractor.extract(a);
 *   augmenter.augment(features, draws, targets, features);
 *   Waveform b = augmenter.augment(clean, draws, null); // the same again, for a paired signal
 * }
 * }
 *
 * <p>Belongs to one thread at a time (it uses several itself). After the first calls of a size it
 * allocates nothing, except where noted: {@link WaveAugmentation.LoudnessNormalization} does, a
 * {@link ClipSource} may, and a new waveform is made when the lengths are others than in the call
 * before.
 */
public final class Augmenter implements AutoCloseable {
  private final long seed;
  private final Chain chain;
  private final Workers workers;
  private final Scratch[] scratch;
  private final Numbers numbers = new Numbers();
  private final Job job = new Job();
  private Signal[] signals = {};
  private Picture[] pictures = {};
  private double[] partnerWeight = {};
  private float[][] mixedTargets = {};

  // What augment(Waveform) gives.
  private float[] samples = {};
  private int[] lengths = {};
  private @Nullable Waveform result;

  /** Makes a plan ready on all threads of the machine. */
  public Augmenter(AugmentationPlan plan, long seed) {
    this(plan, seed, ExtractorOptions.defaults());
  }

  /**
   * Makes a plan ready.
   *
   * @param seed of everything random
   * @param options on how many threads; that changes no result
   */
  public Augmenter(AugmentationPlan plan, long seed, ExtractorOptions options) {
    this.seed = seed;
    this.chain = new Chain(plan);
    int threads =
        options.threads() == 0 ? Runtime.getRuntime().availableProcessors() : options.threads();
    this.workers = new Workers(threads);
    this.scratch = new Scratch[threads];
    Arrays.setAll(scratch, _ -> new Scratch());
  }

  /**
   * Draws for a batch.
   *
   * @param keys one for each example: its place in the data set, or any number that is its own
   * @param epoch at least 0
   * @param channels of the waveforms, in [1, 254]
   */
  public Draws draw(long[] keys, int epoch, int channels) {
    Draws draws = new Draws(chain, seed);
    draw(keys, epoch, channels, draws);
    return draws;
  }

  /**
   * Draws for a batch into what a call of this augmenter's {@link #draw(long[], int, int)} gave;
   * allocates nothing when the batch is not larger.
   */
  public void draw(long[] keys, int epoch, int channels, Draws draws) {
    requireOwn(draws);
    draws.draw(keys, epoch, channels, numbers);
  }

  /** Returns how many transforms of waveforms there are; those of features follow. */
  int waveTransforms() {
    return chain.waveTransforms();
  }

  private void requireOwn(Draws draws) {
    if (draws.chain() != chain) {
      throw new IllegalArgumentException("these draws are another augmenter's");
    }
  }

  private void requireBatch(int batch, Draws draws, float @Nullable [][] targets) {
    requireOwn(draws);
    if (batch != draws.batch()) {
      throw new IllegalArgumentException(
          "the batch has %d examples, the draws are for %d".formatted(batch, draws.batch()));
    }
    if (targets != null && targets.length != batch) {
      throw new IllegalArgumentException(
          "targets must have one row per example: the batch has %d, targets %d"
              .formatted(batch, targets.length));
    }
  }

  // ---- waveforms -----------------------------------------------------------------------------

  /**
   * Applies what is for waveforms.
   *
   * @param in not changed
   * @param targets {@code [batch][classes]}, changed in place where clips are mixed; or null
   * @return a waveform that stays valid until the next call; its lengths may be others
   * @throws IllegalArgumentException if the sizes of the batch differ
   */
  public Waveform augment(Waveform in, Draws draws, float @Nullable [][] targets) {
    return augment(in, draws, targets, chain.waveTransforms());
  }

  /**
   * Applies the first transforms for waveforms, those that an engine leaves to the CPU: {@link
   * AugmentingExtractor#from}.
   *
   * @param in not changed
   * @param targets {@code [batch][classes]}, changed in place where clips are mixed; or null
   * @param count how many
   * @return as {@link #augment(Waveform, Draws, float[][])}
   */
  public Waveform augment(Waveform in, Draws draws, float @Nullable [][] targets, int count) {
    requireBatch(in.batch(), draws, targets);
    int batch = in.batch();
    if (signals.length < batch) {
      int had = signals.length;
      signals = Arrays.copyOf(signals, batch);
      for (int i = had; i < batch; i++) {
        signals[i] = new Signal();
      }
    }
    job.draws = draws;
    try {
      if (workers.canRead(in)) {
        job.waveform = in;
      } else {
        // Memory of a confined arena: this thread alone may read it.
        for (int b = 0; b < batch; b++) {
          signals[b].load(in, b);
        }
      }
      runWave(batch, targets, count);
      return gather(in, batch);
    } finally {
      job.clear();
    }
  }

  private void runWave(int batch, float @Nullable [][] targets, int count) {
    int from = 0;
    while (true) {
      int to = nextMix(from, count);
      job.run(Job.WAVE, from, to, batch);
      job.waveform = null;
      if (to == count) {
        return;
      }
      job.run(Job.MIX_WAVES, to, to + 1, batch);
      mixWaveTargets(to, job.draws(), targets);
      for (int b = 0; b < batch; b++) {
        for (int c = 0; c < signals[b].channels() && mixed(job.draws(), to, b); c++) {
          signals[b].swap(c);
          signals[b].settle(c);
        }
      }
      from = to + 1;
    }
  }

  private int nextMix(int from, int end) {
    int to = from;
    while (to < end && !Drawing.mixes(chain.transform(to))) {
      to++;
    }
    return to;
  }

  /** Whether an example takes something of another. */
  private boolean mixed(Draws d, int transform, int item) {
    int at = d.row(item, 0) + chain.slot(transform);
    return d.table()[at] != 0 && (int) d.table()[at + 1] != item;
  }

  private Waveform gather(Waveform in, int batch) {
    int stride = 0;
    boolean same =
        result != null
            && lengths.length == batch
            && result.channels() == in.channels()
            && result.sampleRate() == in.sampleRate();
    for (int b = 0; b < batch; b++) {
      int length = signals[b].length();
      stride = Math.max(stride, length);
      same = same && lengths[b] == length;
    }
    Waveform out = result;
    if (!same || out == null) {
      int needed = Math.multiplyExact(Math.multiplyExact(batch, in.channels()), stride);
      if (samples.length < needed) {
        samples = new float[needed];
      }
      lengths = new int[batch];
      for (int b = 0; b < batch; b++) {
        lengths[b] = signals[b].length();
      }
      out =
          Waveform.wrap(
              MemorySegment.ofArray(samples),
              SampleType.FLOAT32,
              batch,
              in.channels(),
              stride,
              lengths,
              in.sampleRate());
      result = out;
    }
    job.run(Job.GATHER, 0, 0, batch);
    return out;
  }

  // ---- features ------------------------------------------------------------------------------

  /**
   * Returns the shape that {@link #augment(Tensor, Draws, float[][], Tensor)} needs: that of the
   * features but where a {@link SpectrogramAugmentation.TimeStretch} was drawn.
   */
  public Shape outputShape(Tensor features, Draws draws) {
    return outputShape(features, draws, chain.waveTransforms());
  }

  /** Returns the shape that comes of the transforms from one on. */
  Shape outputShape(Tensor features, Draws draws, int from) {
    requireBatch(features.shape().batch(), draws, null);
    int longest = features.shape().frames();
    if (stretches(from)) {
      longest = 0;
      for (int b = 0; b < draws.batch(); b++) {
        longest = Math.max(longest, frames(features.frames(b), draws, b, from));
      }
    }
    Shape s = features.shape();
    return new Shape(s.batch(), s.channels(), s.bins(), longest, s.complex());
  }

  /** Returns whether a transform from one on changes the number of frames. */
  boolean stretches(int from) {
    for (int i = from; i < chain.size(); i++) {
      if (chain.transform(i) instanceof SpectrogramAugmentation.TimeStretch) {
        return true;
      }
    }
    return false;
  }

  private int frames(int frames, Draws draws, int item, int from) {
    int made = frames;
    for (int i = from; i < chain.size(); i++) {
      int at = draws.row(item, 0) + chain.slot(i);
      if (chain.transform(i) instanceof SpectrogramAugmentation.TimeStretch
          && draws.table()[at] != 0) {
        made = PhaseVocoder.frames(made, draws.table()[at + 1]);
      }
    }
    return made;
  }

  /**
   * Applies what is for features.
   *
   * @param features not changed, unless {@code out} is the same
   * @param targets {@code [batch][classes]}, changed in place where clips are mixed; or null
   * @param out of {@link #outputShape(Tensor, Draws)}, or of more frames; may be {@code features}
   * @throws IllegalArgumentException if sizes differ, or features are real where complex ones are
   *     needed or the other way around
   */
  public void augment(Tensor features, Draws draws, float @Nullable [][] targets, Tensor out) {
    augment(features, draws, targets, out, chain.waveTransforms());
  }

  /** Applies the transforms from one on. */
  void augment(Tensor features, Draws draws, float @Nullable [][] targets, Tensor out, int first) {
    Shape shape = features.shape();
    int batch = shape.batch();
    requireBatch(batch, draws, targets);
    boolean room = out == features && !stretches(first);
    if (!room) {
      out.shape().requireRoomFor(outputShape(features, draws, first));
    }
    for (int i = first; i < chain.size(); i++) {
      requireFits(chain.transform(i), shape);
    }
    if (out == features && first == chain.size()) {
      return;
    }
    if (pictures.length < batch) {
      int had = pictures.length;
      pictures = Arrays.copyOf(pictures, batch);
      for (int i = had; i < batch; i++) {
        pictures[i] = new Picture();
      }
    }
    job.draws = draws;
    try {
      // Other threads may not read an arena of this one.
      for (int b = 0; b < batch; b++) {
        pictures[b].load(features, b);
      }
      runSpectrogram(batch, targets, first);
      for (int b = 0; b < batch; b++) {
        pictures[b].store(out, b);
        out.setFrames(b, pictures[b].frames());
      }
    } finally {
      job.clear();
    }
  }

  private static void requireFits(Augmentation.Transform transform, Shape shape) {
    boolean stretch = transform instanceof SpectrogramAugmentation.TimeStretch;
    boolean mask =
        transform instanceof SpectrogramAugmentation.TimeMasking
            || transform instanceof SpectrogramAugmentation.AdaptiveTimeMasking
            || transform instanceof SpectrogramAugmentation.FrequencyMasking;
    if (stretch ? !shape.complex() : shape.complex() && !mask) {
      throw new IllegalArgumentException(
          "%s needs %s features, these are of shape %s"
              .formatted(
                  transform.getClass().getSimpleName(), stretch ? "complex" : "real", shape));
    }
  }

  private void runSpectrogram(int batch, float @Nullable [][] targets, int first) {
    int count = chain.size();
    int from = first;
    while (true) {
      int to = nextMix(from, count);
      job.run(Job.PICTURE, from, to, batch);
      if (to == count) {
        return;
      }
      job.run(Job.MIX_PICTURES, to, to + 1, batch);
      if (targets != null) {
        weigh(to, job.draws(), pictures.length == 0 ? 0 : pictures[0].bins(), null);
        mixTargets(to, job.draws(), targets, false);
      }
      for (int b = 0; b < batch; b++) {
        for (int c = 0; c < pictures[b].channels() && mixed(job.draws(), to, b); c++) {
          pictures[b].swap(c);
        }
      }
      from = to + 1;
    }
  }

  /**
   * Changes the targets of a batch as some transforms of a plan do, which an engine has run or
   * will.
   *
   * @param from the first transform: its place in the plan, as for {@link Draws#applied}
   * @param to the one after the last
   * @param bins of the features
   * @param frames of every example's features where they are mixed
   * @param targets {@code [batch][classes]}, changed in place
   */
  public void mixTargets(
      Draws draws, int from, int to, int bins, IntUnaryOperator frames, float[][] targets) {
    requireBatch(draws.batch(), draws, targets);
    for (int i = from; i < to; i++) {
      if (i < chain.waveTransforms()) {
        mixWaveTargets(i, draws, targets);
      } else if (Drawing.mixes(chain.transform(i))) {
        weigh(i, draws, bins, frames);
        mixTargets(i, draws, targets, false);
      }
    }
  }

  private void mixWaveTargets(int transform, Draws draws, float @Nullable [][] targets) {
    if (targets != null
        && chain.transform(transform) instanceof WaveAugmentation.Mix mix
        && mix.mixTarget() == WaveAugmentation.Mix.MixTarget.UNION) {
      mixTargets(transform, draws, targets, true);
    }
  }

  /** Weighs the partners' targets; frames null: those of the pictures. */
  private void weigh(int transform, Draws d, int bins, @Nullable IntUnaryOperator frames) {
    if (partnerWeight.length < d.batch()) {
      partnerWeight = new double[d.batch()];
    }
    for (int b = 0; b < d.batch(); b++) {
      partnerWeight[b] = 0;
      if (mixed(d, transform, b)
          && chain.transform(transform) instanceof SpectrogramAugmentation spectrogram) {
        int at = d.row(b, 0) + chain.slot(transform) + 1;
        int partner = (int) d.table()[at];
        int own = frames == null ? pictures[b].frames() : frames.applyAsInt(b);
        int its = frames == null ? pictures[partner].frames() : frames.applyAsInt(partner);
        partnerWeight[b] = SpectrogramOperations.weight(spectrogram, bins, own, its, d.table(), at);
      }
    }
  }

  private void mixTargets(int transform, Draws d, float[][] targets, boolean union) {
    int batch = d.batch();
    if (mixedTargets.length < batch) {
      mixedTargets = Arrays.copyOf(mixedTargets, batch);
    }
    for (int b = 0; b < batch; b++) {
      float[] own = targets[b];
      float[] made = mixedTargets[b];
      if (made == null || made.length != own.length) {
        made = new float[own.length];
        mixedTargets[b] = made;
      }
      System.arraycopy(own, 0, made, 0, own.length);
      if (!mixed(d, transform, b)) {
        continue;
      }
      int partner = (int) d.table()[d.row(b, 0) + chain.slot(transform) + 1];
      float[] its = targets[partner];
      if (its.length != own.length) {
        throw new IllegalArgumentException(
            "targets must have one number of classes: example %d has %d, example %d has %d"
                .formatted(b, own.length, partner, its.length));
      }
      for (int i = 0; i < own.length; i++) {
        double w = union ? 0 : partnerWeight[b];
        made[i] = union ? Math.max(own[i], its[i]) : (float) ((1 - w) * own[i] + w * its[i]);
      }
    }
    for (int b = 0; b < batch; b++) {
      System.arraycopy(mixedTargets[b], 0, targets[b], 0, targets[b].length);
    }
  }

  // ---- threads -------------------------------------------------------------------------------

  /** Some transforms of every clip; a task is a clip. */
  private final class Job implements Workers.Job {
    static final int WAVE = 0;
    static final int MIX_WAVES = 1;
    static final int GATHER = 2;
    static final int PICTURE = 3;
    static final int MIX_PICTURES = 4;

    private @Nullable Draws draws;
    private @Nullable Waveform waveform;
    private int kind;
    private int from;
    private int to;

    void run(int what, int first, int end, int batch) {
      kind = what;
      from = first;
      to = end;
      workers.run(this, batch);
    }

    Draws draws() {
      if (draws == null) {
        throw new AssertionError("nothing runs");
      }
      return draws;
    }

    void clear() {
      draws = null;
      waveform = null;
    }

    @Override
    public void run(int item, Worker worker) {
      switch (kind) {
        case WAVE -> wave(item, scratch[worker.index()]);
        case MIX_WAVES -> mixWaves(item);
        case GATHER -> gather(item);
        case PICTURE -> picture(item, scratch[worker.index()]);
        default -> mixPictures(item);
      }
    }

    private void wave(int item, Scratch memory) {
      Signal signal = signals[item];
      if (waveform != null) {
        signal.load(waveform, item);
      }
      for (int i = from; i < to; i++) {
        if (chain.transform(i) instanceof WaveAugmentation wave) {
          WaveOperations.run(wave, signal, draws(), item, chain.slot(i), memory);
        }
      }
    }

    private int partnerSlot(int item) {
      return draws().row(item, 0) + chain.slot(from) + 1;
    }

    private void mixWaves(int item) {
      if (mixed(draws(), from, item)) {
        double[] table = draws().table();
        int at = partnerSlot(item);
        WaveOperations.mix(signals[item], signals[(int) table[at]], table[at + 1]);
      }
    }

    private void gather(int item) {
      Waveform out = result;
      for (int c = 0; out != null && c < out.channels(); c++) {
        signals[item].store(c, samples, Math.toIntExact(out.offset(item, c)));
      }
    }

    private void picture(int item, Scratch memory) {
      for (int i = from; i < to; i++) {
        if (chain.transform(i) instanceof SpectrogramAugmentation spectrogram) {
          SpectrogramOperations.run(
              spectrogram, pictures[item], draws(), item, chain.slot(i), memory);
        }
      }
    }

    private void mixPictures(int item) {
      if (mixed(draws(), from, item)
          && chain.transform(from) instanceof SpectrogramAugmentation spectrogram) {
        double[] table = draws().table();
        int at = partnerSlot(item);
        SpectrogramOperations.mix(
            spectrogram, pictures[item], pictures[(int) table[at]], table, at);
      }
    }
  }

  /** Ends its threads. May be called twice. */
  @Override
  public void close() {
    workers.close();
  }
}
