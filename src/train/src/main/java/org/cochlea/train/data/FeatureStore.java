package org.cochlea.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
 * files, or all in one npz, HDF5 or safetensors file; or a folder of Parquet. A clip's feature is
 * found by the clip's path and offset. Those that fit into a number of bytes are kept, as by {@link
 * ClipStore}.
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
  private final Map<Place, List<Part>> features = new HashMap<>();
  private final Map<Item, Clip> clips = new ConcurrentHashMap<>();
  private final Map<String, ArrayReader> open = new HashMap<>();

  private @Nullable ParquetFeatures table;

  /** Whether frames come before bins where a feature has as many of both. */
  private boolean framesFirst;

  private record Place(Path audio, double offset) {}

  /** A feature, or some frames of one. */
  private record Part(String audio, Path file, List<Integer> shape, int frames, Reading reading) {}

  @FunctionalInterface
  private interface Reading {
    NdArray read() throws IOException;
  }

  /**
   * Reads the index.
   *
   * @param folder of the features
   * @param pipeline that they are the results of
   * @param capacity bytes, at least 0
   * @throws IOException if there is no index and no Parquet, or it is damaged, or its features have
   *     another number of bins
   */
  public FeatureStore(Path folder, Pipeline pipeline, long capacity) throws IOException {
    this.folder = folder;
    this.pipeline = pipeline;
    this.capacity = capacity;
    Path index = folder.resolve("index.jsonl");
    if (Files.isRegularFile(index)) {
      for (FeatureIndex.Entry entry : FeatureIndex.read(index)) {
        FeatureIndex.Origin origin = entry.origin();
        put(
            new Place(plain(entry.audio()), origin == null ? 0 : origin.offset()),
            List.of(
                new Part(
                    entry.audio(),
                    folder.resolve(entry.file()),
                    entry.shape(),
                    entry.frames(),
                    () -> read(entry))));
      }
      return;
    }
    if (!Files.isDirectory(folder) || ParquetFeatures.find(folder).isEmpty()) {
      throw new IOException(
          "%s: has no index.jsonl and no Parquet: it must be a folder that 'cochlea extract' wrote"
              .formatted(folder));
    }
    ParquetFeatures parquet = new ParquetFeatures(folder);
    boolean fits = false;
    try {
      for (Map.Entry<ParquetFeatures.Clip, List<ParquetFeatures.Piece>> one :
          parquet.clips().entrySet()) {
        String audio = one.getKey().path();
        List<Part> parts = new ArrayList<>();
        for (ParquetFeatures.Piece p : one.getValue()) {
          parts.add(new Part(audio, p.name(), p.shape(), p.frames(), p::feature));
        }
        put(new Place(plain(audio), one.getKey().offset()), parts);
      }
      fits = true;
    } finally {
      if (!fits) {
        parquet.close();
      }
    }
    table = parquet;
  }

  private void put(Place place, List<Part> parts) throws IOException {
    int bins = pipeline.output().bins();
    for (Part part : parts) {
      List<Integer> shape = part.shape();
      if (!shape.contains(bins) || !shape.contains(part.frames())) {
        throw new IOException(
            "%s: the feature of %s has the shape %s, the front end gives %d bins"
                .formatted(part.file(), part.audio(), shape, bins));
      }
      framesFirst |= part.frames() != bins && shape.getLast() == bins;
    }
    features.put(place, parts);
  }

  private static Path plain(String path) {
    return Path.of(path).toAbsolutePath().normalize();
  }

  private @Nullable List<Part> parts(Item item) {
    return features.get(new Place(plain(item.path().toString()), item.offset()));
  }

  /** Whether the features of all these clips are here. */
  public boolean hasAll(Collection<Item> items) {
    return items.stream().allMatch(item -> parts(item) != null);
  }

  /**
   * Checks that the features of all these clips are here.
   *
   * @throws IOException naming the first that is not
   */
  public void require(Collection<Item> items) throws IOException {
    List<Item> missing = items.stream().filter(item -> parts(item) == null).toList();
    if (!missing.isEmpty()) {
      throw new IOException(
          "%s: has no feature of %s%s; 'cochlea extract' makes them, of the same files"
              .formatted(
                  table == null ? folder.resolve("index.jsonl") : folder,
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
    List<Part> parts = parts(item);
    if (parts == null) {
      throw new IOException("%s: has no feature of %s".formatted(folder, item.path()));
    }
    Clip clip = clip(parts);
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

  /** Rows of frames, the parts one behind another. */
  private Clip clip(List<Part> parts) throws IOException {
    float[][] rows = rows(parts.getFirst());
    if (parts.size() > 1) {
      int total = Math.toIntExact(parts.stream().mapToLong(Part::frames).sum());
      for (int r = 0; r < rows.length; r++) {
        rows[r] = Arrays.copyOf(rows[r], total);
      }
      int at = parts.getFirst().frames();
      for (Part part : parts.subList(1, parts.size())) {
        float[][] more = rows(part);
        for (int r = 0; r < rows.length; r++) {
          System.arraycopy(more[r], 0, rows[r], at, part.frames());
        }
        at += part.frames();
      }
    }
    float least = Float.POSITIVE_INFINITY;
    for (float[] row : rows) {
      for (float value : row) {
        least = Math.min(least, value);
      }
    }
    return new Clip(rows, least);
  }

  /** Rows of frames, whatever comes first in the file. */
  private float[][] rows(Part part) throws IOException {
    NdArray array = part.reading().read();
    int bins = pipeline.output().bins();
    int frames = part.frames();
    int[] shape = array.shape();
    int last = shape[shape.length - 1];
    int before = shape.length < 2 ? 1 : shape[shape.length - 2];
    boolean turned = bins == frames ? framesFirst : !(before == bins && last == frames);
    if (frames == 0
        || array.size() % (bins * frames) != 0
        || (turned ? before != frames || last != bins : before != bins || last != frames)) {
      throw new IOException(
          "%s: the feature of %s must have %d bins and some frames, has the shape %s"
              .formatted(part.file(), part.audio(), bins, Arrays.toString(shape)));
    }
    float[] values = array.toFloats();
    float[][] rows = new float[values.length / frames][frames];
    for (int r = 0; r < rows.length; r++) {
      for (int t = 0; t < frames; t++) {
        int at = turned ? (r / bins * frames + t) * bins + r % bins : r * frames + t;
        rows[r][t] = values[at];
      }
    }
    return rows;
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
    if (table != null) {
      table.close();
    }
  }
}
