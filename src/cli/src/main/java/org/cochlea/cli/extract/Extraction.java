package org.cochlea.cli.extract;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.cochlea.audio.AudioClip;
import org.cochlea.audio.AudioInfo;
import org.cochlea.audio.AudioReader;
import org.cochlea.audio.file.FeatureIndex;
import org.cochlea.audio.file.NdArray;
import org.cochlea.core.Extractor;
import org.cochlea.core.FrameFile;
import org.cochlea.core.PiecewiseExtractor;
import org.cochlea.core.SampleType;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.preset.Channels;
import org.cochlea.core.preset.Preset;
import org.cochlea.core.signal.ResampleStream;
import org.cochlea.core.signal.Resampler;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * Computes a feature of many files: threads decode, batches of clips of similar length go through
 * the engine, threads write.
 *
 * <p>However many files there are, only a bounded number of samples and results is in memory.
 * Recordings beyond some minutes are read in pieces. A file that fails is listed; it stops nothing.
 */
public final class Extraction {
  private static final int WRITERS = 2;
  private static final int PERMIT_SAMPLES = 4096;

  /**
   * Bytes of heap that a decoded sample may take along: itself, copies, its share of the result.
   */
  private static final int HEAP_PER_SAMPLE = 32;

  /**
   * Decoded samples at a time: more would only wait, in memory that is written for the first time.
   */
  private static final long MOST_SAMPLES = 1 << 24;

  /** A batch of long clips is full before it has as many as it may: two million samples. */
  private static final int BATCH_PERMITS = (1 << 21) / PERMIT_SAMPLES;

  private static final long POLL_MILLIS = 20;

  /** Bytes; with less than this the disk is full. */
  private static final long LEAST_SPACE = 1 << 20;

  private final ExtractSettings settings;
  private final List<Clip> clips;
  private final List<Report.Failure> unreadable = new ArrayList<>();
  private final Function<Throwable, String> describe;
  private final LongConsumer progress;

  private final Map<Integer, Ready> ready = new HashMap<>();

  /** What is computed, by the rate of the files: a pipeline is too dear to be made per clip. */
  private final SortedMap<Integer, Output> outputs = new ConcurrentSkipListMap<>();

  private final Map<Clip, Report.Failure> failures = new ConcurrentHashMap<>();
  private final Map<Clip, List<String>> damaged = new ConcurrentHashMap<>();
  private final AtomicInteger written = new AtomicInteger();
  private final DoubleAdder audioSeconds = new DoubleAdder();
  private final int memoryPermits;
  private final Semaphore memory;
  private final Semaphore writes;
  private volatile boolean stopped;

  /** A preset compiled for files of one rate. */
  private record Ready(Preset preset, Extractor extractor, @Nullable Extractor patches) {
    void close() {
      extractor.close();
      if (patches != null) {
        patches.close();
      }
    }
  }

  /**
   * What is computed of files of one rate.
   *
   * @param signal whether the feature is a signal
   * @param inPieces whether it can be computed piece by piece
   */
  private record Output(Preset preset, boolean signal, boolean inPieces) {}

  /** A decoded file, or a long one that is still to be read. */
  private sealed interface Decoded {
    record Loaded(
        Clip clip,
        FeatureIndex.Origin origin,
        int fileRate,
        long samples,
        Waveform chunks,
        int permits)
        implements Decoded {}

    record Recording(Clip clip, FeatureIndex.Origin origin) implements Decoded {}

    record Skipped(Clip clip) implements Decoded {}

    record Failed(Clip clip, Throwable reason) implements Decoded {}
  }

  /** Which clips go through the engine together. */
  private record Bucket(int fileRate, int channels, SampleType type, int sizeClass) {
    static Bucket of(Decoded.Loaded clip) {
      int length = Math.max(1, clip.chunks().maxLength());
      // Half octaves: within a batch, no clip is longer than another by more than about 40 %.
      int size = (int) (2 * Math.log(length) / Math.log(2));
      Waveform chunks = clip.chunks();
      return new Bucket(clip.fileRate(), chunks.channels(), chunks.type(), size);
    }
  }

  private Extraction(
      ExtractSettings settings,
      InputList inputs,
      Function<Throwable, String> describe,
      LongConsumer progress) {
    this.settings = settings;
    this.clips = inputs.clips();
    inputs
        .unreadable()
        .forEach((path, e) -> unreadable.add(new Report.Failure(path, describe.apply(e))));
    this.describe = describe;
    this.progress = progress;
    long samples = Math.min(MOST_SAMPLES, Runtime.getRuntime().maxMemory() / HEAP_PER_SAMPLE);
    memoryPermits = Math.clamp(samples / PERMIT_SAMPLES, 64, 1 << 20);
    memory = new Semaphore(memoryPermits);
    writes = new Semaphore(4 * WRITERS + settings.batch());
  }

  /**
   * Finds the inputs of an extraction.
   *
   * @param settings what to do
   * @param inputs files, folders, patterns, lists
   * @param offset where to begin in every file, in seconds
   * @param duration how much of every file, in seconds
   * @param describe an error in words
   * @param progress is told how many clips are done
   * @throws IOException if an input does not exist
   */
  public static Extraction of(
      ExtractSettings settings,
      List<String> inputs,
      double offset,
      double duration,
      Function<Throwable, String> describe,
      LongConsumer progress)
      throws IOException {
    boolean keys = settings.format().container() != null;
    InputList list = InputList.of(inputs, offset, duration, keys);
    return new Extraction(settings, list, describe, progress);
  }

  /** Returns how many clips there are. */
  public int size() {
    return clips.size();
  }

  /** Returns the sample rate of the first file that can be read. */
  public OptionalInt firstRate() {
    for (Clip clip : clips) {
      try (AudioReader reader = AudioReader.open(clip.file())) {
        return OptionalInt.of(reader.info().sampleRate());
      } catch (IOException e) {
        // The next one, then: this one is listed when it is its turn.
      }
    }
    return OptionalInt.empty();
  }

  /** Ends the extraction soon: what is computed is still written, nothing more is begun. */
  public void stop() {
    stopped = true;
  }

  /**
   * Runs to the end, or until it is stopped.
   *
   * @throws IOException if the output folder cannot be used
   */
  public Report run() throws IOException {
    long start = System.nanoTime();
    int skipped = 0;
    ResultStore store = ResultStore.open(settings);
    ExecutorService decoders = Executors.newFixedThreadPool(settings.threads());
    ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    try (store) {
      CompletionService<Decoded> decoding = new ExecutorCompletionService<>(decoders);
      Map<Bucket, List<Decoded.Loaded>> buckets = new HashMap<>();
      Iterator<Clip> next = clips.iterator();
      int window = 2 * settings.batch() + settings.threads();
      int running = 0;
      while (!stopped) {
        while (running < window && next.hasNext()) {
          Clip clip = next.next();
          decoding.submit(() -> decode(store, clip));
          running++;
        }
        if (running == 0) {
          break;
        }
        Future<Decoded> done = decoding.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (done == null) {
          // Nothing comes: perhaps because all memory is in clips that wait for others.
          flushLargest(buckets, store, writers);
          continue;
        }
        running--;
        switch (done.get()) {
          case Decoded.Failed failed -> fail(failed.clip(), failed.reason());
          case Decoded.Skipped _ -> {
            skipped++;
            progress.accept(1);
          }
          case Decoded.Recording recording -> extractLong(recording, store);
          case Decoded.Loaded clip -> {
            Bucket bucket = Bucket.of(clip);
            List<Decoded.Loaded> waiting = buckets.computeIfAbsent(bucket, _ -> new ArrayList<>());
            waiting.add(clip);
            if (waiting.size() >= settings.batch() || permits(waiting) >= BATCH_PERMITS) {
              buckets.remove(bucket);
              compute(waiting, store, writers);
            }
          }
        }
      }
      while (!stopped && !buckets.isEmpty()) {
        flushLargest(buckets, store, writers);
      }
      writers.shutdown();
      writers.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
      store.finish(clips, this::fail, () -> stopped);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped = true;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      decoders.shutdownNow();
      writers.shutdownNow();
      ready.values().forEach(Ready::close);
    }
    List<Report.Failure> inOrder = new ArrayList<>();
    for (Clip clip : clips) {
      Report.Failure failure = failures.get(clip);
      if (failure != null) {
        inOrder.add(failure);
      }
    }
    boolean complete = !stopped && written.get() + skipped + inOrder.size() >= clips.size();
    inOrder.addAll(unreadable);
    return new Report(
        clips.size(),
        written.get(),
        skipped,
        audioSeconds.sum(),
        (System.nanoTime() - start) / 1e9,
        inOrder,
        warnings(),
        !complete);
  }

  /** Returns what is wrong with files that were read all the same, and with the filters. */
  private List<String> warnings() {
    List<String> all = new ArrayList<>();
    for (Clip clip : clips) {
      for (String warning : damaged.getOrDefault(clip, List.of())) {
        all.add(StandardInput.named(clip.file() + ": " + warning));
      }
    }
    // Once is enough: of the lowest rate with empty ones.
    outputs.entrySet().stream()
        .map(e -> EmptyFilters.warning(e.getKey(), e.getValue().preset().feature().pipeline()))
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(all::add);
    return all;
  }

  private void warn(Clip clip, List<String> warnings) {
    if (!warnings.isEmpty()) {
      damaged.put(clip, warnings);
    }
  }

  private void fail(Clip clip, Throwable reason) {
    failures.put(clip, new Report.Failure(clip.file(), describe.apply(reason)));
    progress.accept(1);
  }

  // ---- decoding ------------------------------------------------------------------------------

  private Decoded decode(ResultStore store, Clip clip) {
    try {
      FeatureIndex.Origin origin = store.origin(clip);
      if (settings.resume() && store.isComplete(clip, origin)) {
        return new Decoded.Skipped(clip);
      }
      AudioClip audio;
      Preset preset;
      try (AudioReader reader = AudioReader.open(clip.file())) {
        AudioInfo info = reader.info();
        preset = output(info.sampleRate()).preset();
        if (isLong(clip, info)) {
          return new Decoded.Recording(clip, origin);
        }
        // What nothing is done to before the engine stays as small as it is in the file.
        boolean compact = info.channels() == 1 && preset.takesAsIs(info.sampleRate());
        audio =
            compact
                ? AudioClip.loadCompact(reader, clip.file(), clip.offset(), clip.duration())
                : AudioClip.load(reader, clip.file(), clip.offset(), clip.duration());
      }
      warn(clip, audio.warnings());
      if (audio.frames() == 0) {
        throw new IOException(clip.file() + ": holds no samples");
      }
      Waveform chunks =
          audio.type() == SampleType.INT16 ? audio.waveform() : prepare(clip, audio, preset);
      if (chunks.batch() == 0) {
        throw new IOException(clip.file() + ": too short for this preset");
      }
      long samples = 0;
      for (int i = 0; i < chunks.batch(); i++) {
        samples += (long) chunks.length(i) * chunks.channels();
      }
      int permits = Math.clamp(samples / PERMIT_SAMPLES, 1, memoryPermits);
      memory.acquire(permits);
      return new Decoded.Loaded(clip, origin, audio.sampleRate(), audio.frames(), chunks, permits);
    } catch (IOException
        | RuntimeException
        | OutOfMemoryError
        | LinkageError
        | InterruptedException e) {
      return new Decoded.Failed(clip, e);
    }
  }

  private static Waveform prepare(Clip clip, AudioClip audio, Preset preset) throws IOException {
    float[][] channels =
        audio.channels() == 1 ? new float[][] {audio.floats()} : audio.toChannels();
    if (!audio.info().fitsInt16()) {
      for (float[] channel : channels) {
        requireNumbers(clip, channel, channel.length, 0, audio.sampleRate());
      }
    }
    return preset.prepare(channels, audio.sampleRate());
  }

  private boolean isLong(Clip clip, AudioInfo info) {
    double seconds = info.duration().orElse(Double.POSITIVE_INFINITY);
    return Math.min(seconds - clip.offset(), clip.duration()) > settings.longSeconds()
        && output(info.sampleRate()).inPieces();
  }

  private Output output(int fileRate) {
    return outputs.computeIfAbsent(
        fileRate,
        rate -> {
          Preset preset = settings.presets().apply(rate);
          Pipeline pipeline = preset.feature().pipeline();
          boolean inPieces =
              preset.chunks() == null
                  && preset.patches() == null
                  && preset.preparation().isEmpty()
                  && PiecewiseExtractor.supports(pipeline);
          return new Output(preset, pipeline.output().isSignal(), inPieces);
        });
  }

  private static void requireNumbers(
      Clip clip, float[] samples, int count, long first, int sampleRate) throws IOException {
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(samples[i])) {
        throw new IOException(
            "%s: the sample at %.3f s is not a finite number"
                .formatted(clip.file(), (double) (first + i) / sampleRate));
      }
    }
  }

  // ---- computing -----------------------------------------------------------------------------

  private Ready ready(int fileRate) {
    return ready.computeIfAbsent(
        fileRate,
        rate -> {
          Preset preset = output(rate).preset();
          Pipeline pipeline = preset.feature().pipeline();
          Extractor extractor = settings.engine().compile(pipeline, settings.options());
          if (preset.patchStages().isEmpty()) {
            return new Ready(preset, extractor, null);
          }
          Layout layout = pipeline.output();
          Pipeline stages = new Pipeline(0, layout, preset.patchStages());
          return new Ready(
              preset, extractor, settings.engine().compile(stages, settings.options()));
        });
  }

  private void flushLargest(
      Map<Bucket, List<Decoded.Loaded>> buckets, ResultStore store, ExecutorService writers)
      throws InterruptedException {
    Bucket largest =
        buckets.keySet().stream()
            .max(Comparator.comparingInt(b -> buckets.getOrDefault(b, List.of()).size()))
            .orElse(null);
    List<Decoded.Loaded> waiting = largest == null ? null : buckets.remove(largest);
    if (waiting != null) {
      compute(waiting, store, writers);
    }
  }

  private void compute(List<Decoded.Loaded> batch, ResultStore store, ExecutorService writers)
      throws InterruptedException {
    try {
      List<Tensor> results;
      try {
        results = extract(batch);
      } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
        if (batch.size() == 1) {
          fail(batch.getFirst().clip(), e);
          return;
        }
        // One clip may spoil a batch: one by one, only the bad ones fail.
        for (Decoded.Loaded one : batch) {
          try {
            write(one, extract(List.of(one)).getFirst(), store, writers);
          } catch (RuntimeException | OutOfMemoryError | LinkageError reason) {
            fail(one.clip(), reason);
          }
        }
        return;
      }
      for (int i = 0; i < results.size(); i++) {
        write(batch.get(i), results.get(i), store, writers);
      }
    } finally {
      memory.release(permits(batch));
    }
  }

  private static int permits(List<Decoded.Loaded> batch) {
    return batch.stream().mapToInt(Decoded.Loaded::permits).sum();
  }

  /** Returns the patches of every clip. */
  private List<Tensor> extract(List<Decoded.Loaded> batch) {
    Ready ready = ready(batch.getFirst().fileRate());
    Tensor all =
        ready
            .extractor()
            .extract(Waveform.batch(batch.stream().map(Decoded.Loaded::chunks).toList()));
    List<Tensor> results = new ArrayList<>();
    int item = 0;
    for (Decoded.Loaded clip : batch) {
      int count = clip.chunks().batch();
      Tensor patches = ready.preset().cut(items(all, item, count));
      results.add(ready.patches() == null ? patches : ready.patches().extract(patches));
      item += count;
    }
    return results;
  }

  /** Some clips of a batch; not copied where they have no padding. */
  private static Tensor items(Tensor all, int first, int count) {
    Shape shape = all.shape();
    for (int i = 0; i < count; i++) {
      if (all.frames(first + i) < shape.frames()) {
        return all.items(first, count);
      }
    }
    Shape part = new Shape(count, shape.channels(), shape.bins(), shape.frames(), shape.complex());
    long from = all.offset(first, 0, 0) * Float.BYTES;
    return Tensor.wrap(part, all.segment().asSlice(from, part.floats() * Float.BYTES));
  }

  // ---- long recordings -----------------------------------------------------------------------

  private void extractLong(Decoded.Recording recording, ResultStore store) {
    Clip clip = recording.clip();
    try (AudioReader reader = AudioReader.open(clip.file());
        FrameFile frames = new FrameFile(settings.out())) {
      int fileRate = reader.info().sampleRate();
      Preset preset = output(fileRate).preset();
      int rate = preset.sampleRate() == 0 ? fileRate : preset.sampleRate();
      reader.seek((long) (clip.offset() * fileRate));
      LongReader source = new LongReader(clip, reader, preset, rate);
      try (PiecewiseExtractor extractor =
          new PiecewiseExtractor(
              settings.engine(), preset.feature().pipeline(), settings.options(), settings.out())) {
        extractor.extract(source.channels(), rate, source, frames);
      }
      if (source.wasStopped()) {
        return;
      }
      warn(clip, reader.warnings());
      if (source.read() == 0) {
        throw new IOException(clip.file() + ": holds no samples");
      }
      Shape shape =
          new Shape(1, frames.channels(), frames.bins(), frames.frames(), frames.complex());
      boolean signal = output(fileRate).signal();
      boolean turned = settings.framesFirst() && !signal;
      store.add(
          clip,
          recording.origin(),
          fileRate,
          source.read(),
          frames,
          turned,
          axes(preset, shape, signal, turned));
      done((double) source.read() / fileRate);
    } catch (IOException | RuntimeException | OutOfMemoryError | LinkageError e) {
      failWriting(clip, e);
    }
  }

  /** The samples of a long recording, mixed and resampled as they come. */
  private final class LongReader implements PiecewiseExtractor.SampleSource {
    private static final int BLOCK = 1 << 16;

    private final Clip clip;
    private final AudioReader reader;
    private final Channels mix;
    private final long most;
    private final @Nullable ResampleStream[] streams;
    private final float[] planar;
    private final int channels;
    private float[][] block = {};
    private int at;
    private int size;
    private long read;
    private boolean ended;

    LongReader(Clip clip, AudioReader reader, Preset preset, int rate) {
      this.clip = clip;
      this.reader = reader;
      this.mix = preset.channels();
      int fileRate = reader.info().sampleRate();
      int inFile = reader.info().channels();
      this.channels = mix.apply(new float[inFile][1]).length;
      // A double beyond the range of long becomes the largest long.
      this.most = (long) (clip.duration() * fileRate);
      this.planar = new float[inFile * BLOCK];
      this.streams = new ResampleStream[channels];
      if (rate != fileRate) {
        Resampler resampler = Resampler.of(fileRate, rate, preset.resampling());
        Arrays.setAll(streams, _ -> resampler.stream());
      }
    }

    int channels() {
      return channels;
    }

    /** Returns the samples per channel that were read from the file. */
    long read() {
      return read;
    }

    boolean wasStopped() {
      return stopped;
    }

    @Override
    public int read(float[][] out, int from, int count) throws IOException {
      int done = 0;
      while (done < count) {
        if (at == size && !next()) {
          break;
        }
        int some = Math.min(count - done, size - at);
        for (int c = 0; c < channels; c++) {
          System.arraycopy(block[c], at, out[c], from + done, some);
        }
        at += some;
        done += some;
      }
      return done;
    }

    private boolean next() throws IOException {
      at = 0;
      size = 0;
      while (size == 0) {
        if (ended || stopped) {
          return false;
        }
        int wanted = (int) Math.min(BLOCK, most - read);
        int got = wanted == 0 ? 0 : reader.readPlanar(planar, 0, BLOCK, wanted);
        if (got == 0) {
          ended = true;
          block = new float[channels][0];
          for (int c = 0; c < channels; c++) {
            ResampleStream stream = streams[c];
            if (stream != null) {
              block[c] = stream.flush();
            }
          }
        } else {
          int inFile = planar.length / BLOCK;
          float[][] samples = new float[inFile][];
          for (int c = 0; c < inFile; c++) {
            samples[c] = Arrays.copyOfRange(planar, c * BLOCK, c * BLOCK + got);
            requireNumbers(clip, samples[c], got, read, reader.info().sampleRate());
          }
          read += got;
          block = mix.apply(samples).clone();
          for (int c = 0; c < channels; c++) {
            ResampleStream stream = streams[c];
            if (stream != null) {
              block[c] = stream.process(block[c]);
            }
          }
        }
        size = block[0].length;
      }
      return true;
    }
  }

  // ---- writing -------------------------------------------------------------------------------

  private void write(Decoded.Loaded clip, Tensor result, ResultStore store, ExecutorService writers)
      throws InterruptedException {
    writes.acquire();
    writers.execute(
        () -> {
          try {
            store(clip, result, store);
            done((double) clip.samples() / clip.fileRate());
          } catch (IOException | RuntimeException | OutOfMemoryError | LinkageError e) {
            failWriting(clip.clip(), e);
          } finally {
            writes.release();
          }
        });
  }

  private void done(double seconds) {
    written.incrementAndGet();
    audioSeconds.add(seconds);
    progress.accept(1);
  }

  /** On a full disk all others would fail, too: the run ends, to be resumed. */
  private void failWriting(Clip clip, Throwable reason) {
    try {
      if (Files.getFileStore(settings.out()).getUsableSpace() < LEAST_SPACE) {
        stopped = true;
      }
    } catch (IOException e) {
      stopped = true;
    }
    fail(clip, reason);
  }

  private void store(Decoded.Loaded clip, Tensor result, ResultStore store) throws IOException {
    Output output = output(clip.fileRate());
    Shape shape = result.shape();
    boolean signal = output.signal();
    boolean turned = settings.framesFirst() && !signal;
    MemorySegment values =
        turned
            ? MemorySegment.ofArray(Turned.framesFirst(shape, result.toArray()))
            : result.segment();
    NdArray array = NdArray.of(values, axes(output.preset(), shape, signal, turned));
    store.add(clip.clip(), clip.origin(), clip.fileRate(), clip.samples(), shape.frames(), array);
  }

  /** Returns the axes of a result in its file; those that are always of length 1 are left out. */
  private static int[] axes(Preset preset, Shape shape, boolean signal, boolean turned) {
    List<Integer> sizes = new ArrayList<>();
    if (preset.chunks() != null || preset.patches() != null) {
      sizes.add(shape.batch());
    }
    if (preset.channels() != Channels.MONO) {
      sizes.add(shape.channels());
    }
    if (signal) {
      sizes.add(shape.frames());
    } else {
      sizes.add(turned ? shape.frames() : shape.bins());
      sizes.add(turned ? shape.bins() : shape.frames());
    }
    if (shape.complex()) {
      sizes.add(2);
    }
    return sizes.stream().mapToInt(Integer::intValue).toArray();
  }
}
