package org.cochlea.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.cochlea.audio.dataset.Item;
import org.cochlea.audio.file.ArrayFormat;
import org.cochlea.audio.file.ArrayReader;
import org.cochlea.audio.file.FeatureIndex;
import org.cochlea.audio.file.NdArray;
import org.cochlea.audio.file.Npy;
import org.cochlea.core.stage.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * Features that {@code cochlea extract} wrote: a folder with {@code index.jsonl}, the arrays in npy
 * files, or all in one npz, HDF5 or safetensors file. A clip's feature is found by the clip's path
 * and offset. Those that fit into a number of bytes are kept, as by {@link ClipStore}.
 *
 * <p>Safe for use from several threads.
 */
public final class FeatureStore extends Source implements AutoCloseable {
  /** From here the frames of a window differ by how it begins alone, and the hop can be told. */
  private static final long FAR = 1_000_000;

  private final Path folder;
  private final Pipeline pipeline;
  private final long capacity;
  private final AtomicLong held = new AtomicLong();
  private final Map<Place, FeatureIndex.Entry> entries = new HashMap<>();
  private final Map<Item, Clip> clips = new ConcurrentHashMap<>();
  private final Map<String, ArrayReader> open = new HashMap<>();

  private record Place(Path audio, double offset) {}

  /**
   * Reads the index.
   *
   * @param folder of the features
   * @param pipeline that they are the results of
   * @param capacity bytes, at least 0
   * @throws IOException if there is no index, or its features have another number of bins
   */
  public FeatureStore(Path folder, Pipeline pipeline, long capacity) throws IOException {
    this.folder = folder;
    this.pipeline = pipeline;
    this.capacity = capacity;
    Path index = folder.resolve("index.jsonl");
    if (!Files.isRegularFile(index)) {
      throw new IOException(
          "%s: has no index.jsonl: it must be a folder that 'cochlea extract' wrote"
              .formatted(folder));
    }
    for (FeatureIndex.Entry entry : FeatureIndex.read(index)) {
      FeatureIndex.Origin origin = entry.origin();
      entries.put(new Place(plain(entry.audio()), origin == null ? 0 : origin.offset()), entry);
      int bins = pipeline.output().bins();
      if (!entry.shape().contains(bins) || !entry.shape().contains(entry.frames())) {
        throw new IOException(
            "%s: the feature of %s has the shape %s, the front end gives %d bins"
                .formatted(index, entry.audio(), entry.shape(), bins));
      }
    }
  }

  private static Path plain(String path) {
    return Path.of(path).toAbsolutePath().normalize();
  }

  private FeatureIndex.@Nullable Entry entry(Item item) {
    return entries.get(new Place(plain(item.path().toString()), item.offset()));
  }

  /** Whether the features of all these clips are here. */
  public boolean hasAll(Collection<Item> items) {
    return items.stream().allMatch(item -> entry(item) != null);
  }

  /**
   * Checks that the features of all these clips are here.
   *
   * @throws IOException naming the first that is not
   */
  public void require(Collection<Item> items) throws IOException {
    List<Item> missing = items.stream().filter(item -> entry(item) == null).toList();
    if (!missing.isEmpty()) {
      throw new IOException(
          "%s: has no feature of %s%s; 'cochlea extract' makes them, of the same files"
              .formatted(
                  folder.resolve("index.jsonl"),
                  missing.getFirst().path(),
                  missing.size() == 1 ? "" : " and %,d more".formatted(missing.size() - 1)));
    }
  }

  @Override
  int rate() {
    return 1;
  }

  @Override
  int length(Windows windows) {
    return windows.whole()
        ? 0
        : Math.toIntExact(pipeline.frames(windows.length(pipeline.sampleRate())));
  }

  @Override
  int hop(Windows windows) {
    double frames = pipeline.frames(2 * FAR) - (double) pipeline.frames(FAR);
    return (int) Math.max(1, Math.round(windows.hop() * pipeline.sampleRate() * frames / FAR));
  }

  @Override
  Clip load(Item item) throws IOException {
    Clip kept = clips.get(item);
    if (kept != null) {
      return kept;
    }
    FeatureIndex.Entry entry = entry(item);
    if (entry == null) {
      throw new IOException("%s: has no feature of %s".formatted(folder, item.path()));
    }
    Clip clip = clip(entry, read(entry));
    if (held.addAndGet(clip.bytes()) <= capacity) {
      clips.putIfAbsent(item, clip);
    } else {
      held.addAndGet(-clip.bytes());
    }
    return clip;
  }

  private NdArray read(FeatureIndex.Entry entry) throws IOException {
    Path file = folder.resolve(entry.file());
    if (entry.array().isEmpty()) {
      if (!entry.file().endsWith(".npy")) {
        throw new IOException(file + ": is no npy, npz, HDF5 or safetensors file");
      }
      return Npy.read(file);
    }
    synchronized (open) {
      ArrayReader reader = open.get(entry.file());
      if (reader == null) {
        reader = ArrayReader.open(file, format(file));
        open.put(entry.file(), reader);
      }
      return reader.read(entry.array());
    }
  }

  private static ArrayFormat format(Path file) throws IOException {
    for (ArrayFormat format : ArrayFormat.values()) {
      if (file.toString().endsWith("." + format.extension())) {
        return format;
      }
    }
    throw new IOException(file + ": is no npz, HDF5 or safetensors file");
  }

  /** Rows of frames, whatever comes first in the file. */
  private Clip clip(FeatureIndex.Entry entry, NdArray array) throws IOException {
    int bins = pipeline.output().bins();
    int frames = entry.frames();
    int[] shape = array.shape();
    int last = shape[shape.length - 1];
    int before = shape.length < 2 ? 1 : shape[shape.length - 2];
    boolean turned = !(before == bins && last == frames);
    if (frames == 0 || array.size() % (bins * frames) != 0 || (turned && before != frames)) {
      throw new IOException(
          "%s: the feature of %s must have %d bins and some frames, has the shape %s"
              .formatted(
                  folder.resolve(entry.file()),
                  entry.audio(),
                  bins,
                  java.util.Arrays.toString(shape)));
    }
    float[] values = array.toFloats();
    float[][] rows = new float[values.length / frames][frames];
    float least = Float.POSITIVE_INFINITY;
    for (int r = 0; r < rows.length; r++) {
      for (int t = 0; t < frames; t++) {
        int at = turned ? (r / bins * frames + t) * bins + r % bins : r * frames + t;
        rows[r][t] = values[at];
        least = Math.min(least, values[at]);
      }
    }
    return new Clip(rows, least);
  }

  @Override
  public void close() {
    synchronized (open) {
      for (ArrayReader reader : open.values()) {
        try {
          reader.close();
        } catch (IOException e) {
          // It was only read.
        }
      }
      open.clear();
    }
  }
}
