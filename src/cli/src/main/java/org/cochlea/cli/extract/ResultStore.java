package org.cochlea.cli.extract;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.cochlea.audio.file.ArrayFormat;
import org.cochlea.audio.file.ArrayReader;
import org.cochlea.audio.file.ArrayWriter;
import org.cochlea.audio.file.Csv;
import org.cochlea.audio.file.FeatureIndex;
import org.cochlea.audio.file.NdArray;
import org.cochlea.audio.file.Npy;
import org.cochlea.audio.file.NpyWriter;
import org.cochlea.core.FrameFile;
import org.cochlea.core.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The output folder: a file for every clip, or one for all, and {@code index.jsonl}, which has a
 * line for every feature that is complete.
 *
 * <p>Features that are to be in one file lie each in a file of its own at first, in a hidden folder
 * with an index: so nothing that is finished is lost when a run is killed, and {@link #finish}
 * packs them in the order of the inputs, whatever order they were finished in.
 *
 * <p>Safe for use from several threads, apart from {@link #finish}.
 */
final class ResultStore implements AutoCloseable {
  static final String INDEX = "index.jsonl";

  private final Path out;
  private final OutputFormat format;
  private final String parameters;

  /** Where the files of single clips go. */
  private final Path folder;

  private final FeatureIndex lines;

  /** What an earlier run finished, by its file. */
  private final Map<String, FeatureIndex.Entry> earlier = new LinkedHashMap<>();

  /** What an earlier run packed, by its key. */
  private final Map<String, FeatureIndex.Entry> earlierPacked = new LinkedHashMap<>();

  private final @Nullable ArrayReader packed;

  /** What is complete in this run, by the clip's name. */
  private final Map<String, FeatureIndex.Entry> complete = new ConcurrentHashMap<>();

  /** Folders that are there. */
  private final Set<Path> folders = ConcurrentHashMap.newKeySet();

  private ResultStore(ExtractSettings settings, boolean resume) throws IOException {
    out = settings.out();
    format = settings.format();
    parameters = settings.fingerprint();
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new FileSystemException(out.toString(), null, "is not a folder");
    }
    folder = format.container() == null ? out : out.resolve("." + container() + ".parts");
    Files.createDirectories(folder);
    if (resume) {
      // Where no line of an index has room, none is lost: what is read here is in memory only.
      read(folder.resolve(INDEX)).forEach(entry -> earlier.put(entry.file(), entry));
    }
    lines = FeatureIndex.append(folder.resolve(INDEX), !resume);
    boolean opened = false;
    try {
      packed = resume ? openPacked() : null;
      if (resume) {
        dropRemains();
      }
      opened = true;
    } finally {
      if (!opened) {
        lines.close();
      }
    }
  }

  /**
   * Opens the folder, which is made if there is none.
   *
   * @throws IOException if it cannot be written, or another run writes into it
   */
  static ResultStore open(ExtractSettings settings) throws IOException {
    return new ResultStore(settings, settings.resume());
  }

  private String container() {
    return "features." + format.extension();
  }

  private static List<FeatureIndex.Entry> read(Path index) throws IOException {
    return Files.isRegularFile(index) ? FeatureIndex.salvage(index) : List.of();
  }

  private @Nullable ArrayReader openPacked() throws IOException {
    ArrayFormat container = format.container();
    Path file = out.resolve(container());
    if (container == null || !Files.isRegularFile(file)) {
      return null;
    }
    for (FeatureIndex.Entry entry : read(out.resolve(INDEX))) {
      if (entry.file().equals(container())) {
        earlierPacked.put(entry.array(), entry);
      }
    }
    try {
      return ArrayReader.open(file, container);
    } catch (IOException e) {
      // Damaged: all of it is made anew.
      earlierPacked.clear();
      return null;
    }
  }

  /** Deletes the temporary files of a run that was killed. */
  private void dropRemains() throws IOException {
    Files.walkFileTree(
        out,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String name = file.getFileName().toString();
            if (name.startsWith(".cochlea-")
                && (name.endsWith(".part") || name.endsWith(".frames"))) {
              Files.deleteIfExists(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Returns what a clip's feature will be made from, as it is now. */
  FeatureIndex.Origin origin(Clip clip) throws IOException {
    return new FeatureIndex.Origin(
        clip.offset(),
        clip.duration(),
        Files.size(clip.file()),
        Files.getLastModifiedTime(clip.file()).toMillis(),
        parameters);
  }

  private String file(Clip clip) {
    return clip.name() + (format == OutputFormat.CSV ? ".csv" : ".npy");
  }

  /** Whether an earlier run finished a clip with the same parameters, and its feature is intact. */
  boolean isComplete(Clip clip, FeatureIndex.Origin origin) {
    FeatureIndex.Entry single = earlier.get(file(clip));
    if (single != null
        && isOf(single, clip, origin)
        && single.checksum().equals(checksum(single))) {
      complete.put(clip.name(), single);
      return true;
    }
    FeatureIndex.Entry one = earlierPacked.get(clip.name());
    if (one != null && isOf(one, clip, origin) && one.checksum().equals(packedChecksum(one))) {
      complete.put(clip.name(), one);
      return true;
    }
    return false;
  }

  private static boolean isOf(FeatureIndex.Entry entry, Clip clip, FeatureIndex.Origin origin) {
    return entry.audio().equals(StandardInput.name(clip.file())) && origin.equals(entry.origin());
  }

  private String checksum(FeatureIndex.Entry entry) {
    Path file = folder.resolve(entry.file());
    try {
      return format == OutputFormat.CSV ? Csv.read(file).checksum() : Npy.checksum(file);
    } catch (IOException e) {
      return "";
    }
  }

  private String packedChecksum(FeatureIndex.Entry entry) {
    ArrayReader reader = packed;
    if (reader == null) {
      return "";
    }
    synchronized (reader) {
      try {
        return reader.read(entry.array()).checksum();
      } catch (IOException e) {
        return "";
      }
    }
  }

  /** Stores a feature. */
  void add(
      Clip clip,
      FeatureIndex.Origin origin,
      int sampleRate,
      long samples,
      int frames,
      NdArray array)
      throws IOException {
    Path file = target(clip);
    try {
      String checksum;
      if (format == OutputFormat.CSV) {
        Csv.write(file, List.of(), array);
        checksum = array.checksum();
      } else {
        checksum = Npy.write(file, array);
      }
      list(clip, origin, sampleRate, samples, frames, checksum, array.shape());
    } catch (IOException e) {
      throw naming(file, e);
    }
  }

  /** What the system says of a full disk has no name in it. */
  private static IOException naming(Path file, IOException e) {
    return e instanceof FileSystemException ? e : new IOException(file + ": " + e.getMessage(), e);
  }

  /**
   * Stores a long feature, of which only a piece is in memory at a time.
   *
   * @param framesFirst whether frames come before bins
   * @param shape of the array in the file
   */
  void add(
      Clip clip,
      FeatureIndex.Origin origin,
      int sampleRate,
      long samples,
      FrameFile frames,
      boolean framesFirst,
      int... shape)
      throws IOException {
    Path file = target(clip);
    boolean table = format == OutputFormat.CSV;
    Path npy = table ? file.resolveSibling(".cochlea-" + file.getFileName() + ".part") : file;
    try {
      try (NpyWriter writer = NpyWriter.create(npy, shape)) {
        int[] at = {0};
        frames.forEach(
            (piece, from, to) -> {
              if (framesFirst) {
                writeFrames(writer, piece.shape(), piece.toArray(0), frames.frames(), at[0]);
              } else {
                writeRows(writer, piece.shape(), piece.toArray(0), frames.frames(), at[0]);
              }
              at[0] += to - from;
            });
        writer.finish();
      }
      if (table) {
        try (Arena arena = Arena.ofConfined()) {
          Csv.write(file, List.of(), Npy.map(npy, arena));
        }
      }
      list(clip, origin, sampleRate, samples, frames.frames(), Npy.checksum(npy), shape);
    } catch (IOException e) {
      throw naming(file, e);
    } finally {
      if (table) {
        Files.deleteIfExists(npy);
      }
    }
  }

  private static void writeRows(
      NpyWriter writer, Shape shape, float[] piece, long frames, long first) throws IOException {
    int width = shape.complex() ? 2 : 1;
    int count = shape.frames() * width;
    for (int row = 0; row < shape.channels() * shape.bins(); row++) {
      writer.write((row * frames + first) * width, piece, row * count, count);
    }
  }

  private static void writeFrames(
      NpyWriter writer, Shape shape, float[] piece, long frames, long first) throws IOException {
    int perFrame = shape.bins() * (shape.complex() ? 2 : 1);
    float[] turned = Turned.framesFirst(shape, piece);
    int count = shape.frames() * perFrame;
    for (int c = 0; c < shape.channels(); c++) {
      writer.write((c * frames + first) * perFrame, turned, c * count, count);
    }
  }

  private Path target(Clip clip) throws IOException {
    Path file = folder.resolve(file(clip));
    Path parent = file.getParent();
    if (parent != null && !folders.contains(parent)) {
      Files.createDirectories(parent);
      folders.add(parent);
    }
    return file;
  }

  private void list(
      Clip clip,
      FeatureIndex.Origin origin,
      int sampleRate,
      long samples,
      int frames,
      String checksum,
      int... shape)
      throws IOException {
    FeatureIndex.Entry entry =
        new FeatureIndex.Entry(
            StandardInput.name(clip.file()),
            clip.labels(),
            sampleRate,
            samples,
            file(clip),
            "",
            Arrays.stream(shape).boxed().toList(),
            frames,
            checksum,
            origin);
    lines.add(entry);
    complete.put(clip.name(), entry);
  }

  /**
   * Puts the index into the order of the clips; packs the features of a format that has one file
   * for all.
   *
   * @param clips all that were asked for
   * @param failed is told of a feature that cannot be packed
   * @param stopped ends it early; everything stays as it is then, for a later run
   * @throws IOException if there is no room for it
   */
  void finish(List<Clip> clips, BiConsumer<Clip, Exception> failed, BooleanSupplier stopped)
      throws IOException {
    lines.close();
    if (stopped.getAsBoolean()) {
      return;
    }
    ArrayFormat container = format.container();
    if (container == null) {
      order(clips);
    } else if (complete.isEmpty() || isPacked() || pack(clips, container, failed, stopped)) {
      delete(folder);
    }
  }

  private void order(List<Clip> clips) throws IOException {
    Set<String> files = new HashSet<>();
    try (FeatureIndex index = FeatureIndex.create(out.resolve(INDEX))) {
      for (Clip clip : clips) {
        FeatureIndex.Entry entry = complete.get(clip.name());
        if (entry != null) {
          index.add(entry);
          files.add(entry.file());
        }
      }
      // Features of other clips, which an earlier run put here.
      for (FeatureIndex.Entry entry : earlier.values()) {
        if (!files.contains(entry.file()) && Files.isRegularFile(out.resolve(entry.file()))) {
          index.add(entry);
        }
      }
      index.finish();
    }
  }

  /** Whether the file of an earlier run has just what is wanted. */
  private boolean isPacked() {
    return complete.size() == earlierPacked.size()
        && complete.values().stream().noneMatch(entry -> entry.array().isEmpty());
  }

  private boolean pack(
      List<Clip> clips,
      ArrayFormat container,
      BiConsumer<Clip, Exception> failed,
      BooleanSupplier stopped)
      throws IOException {
    try (ArrayWriter writer = ArrayWriter.create(out.resolve(container()), container);
        FeatureIndex index = FeatureIndex.create(out.resolve(INDEX))) {
      for (Clip clip : clips) {
        FeatureIndex.Entry entry = complete.get(clip.name());
        if (entry == null) {
          continue;
        }
        if (stopped.getAsBoolean()) {
          return false;
        }
        try (Arena arena = Arena.ofConfined()) {
          NdArray array;
          if (entry.array().isEmpty()) {
            array = Npy.map(folder.resolve(entry.file()), arena);
          } else if (packed != null) {
            array = packed.read(entry.array());
          } else {
            throw new AssertionError("an array of no file");
          }
          writer.write(clip.name(), array);
        } catch (IllegalArgumentException | NoSuchFileException e) {
          failed.accept(clip, e);
          continue;
        }
        index.add(
            new FeatureIndex.Entry(
                entry.audio(),
                entry.labels(),
                entry.sampleRate(),
                entry.samples(),
                container(),
                clip.name(),
                entry.shape(),
                entry.frames(),
                entry.checksum(),
                entry.origin()));
      }
      writer.finish();
      index.finish();
      return true;
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(path);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Override
  public void close() throws IOException {
    lines.close();
    if (packed != null) {
      packed.close();
    }
  }
}
