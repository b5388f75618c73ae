package org.cochlea.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cochlea.audio.file.NdArray;
import org.cochlea.audio.file.ParquetFile;
import org.jspecify.annotations.Nullable;

/**
 * The Parquet files of a folder, as {@code cochlea extract --spark} writes them: a row per clip, or
 * per piece of a long one. Columns path, shape, frames and feature (binary) must be there; offset,
 * piece, pieces, first_frame and error may.
 */
final class ParquetFeatures implements AutoCloseable {
  private final List<ParquetFile> files = new ArrayList<>();
  private final Map<Clip, List<Piece>> clips = new LinkedHashMap<>();

  /** What pieces belong to. */
  record Clip(String path, double offset, double duration) {}

  /** A row: the frames from one on. */
  record Piece(
      Path name,
      ParquetFile file,
      int row,
      int pieces,
      long first,
      int frames,
      List<Integer> shape) {
    IOException problem(String what) {
      return new FileSystemException(name.toString(), null, "row %d: %s".formatted(row, what));
    }

    NdArray feature() throws IOException {
      byte[] bytes = file.bytes("feature", row);
      long count = 1;
      for (int length : shape) {
        count *= length;
      }
      if (bytes == null || bytes.length != count * Float.BYTES) {
        throw problem(
            "the feature has %s bytes, its shape is %s"
                .formatted(bytes == null ? "no" : String.valueOf(bytes.length), shape));
      }
      float[] values = new float[(int) count];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return NdArray.of(values, shape.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  /**
   * Reads where everything lies.
   *
   * @throws IOException if there is no Parquet in the folder, or it is damaged, or lacks a column
   */
  ParquetFeatures(Path folder) throws IOException {
    boolean opened = false;
    try {
      for (Path name : find(folder)) {
        read(name);
      }
      for (List<Piece> pieces : clips.values()) {
        pieces.sort(Comparator.comparingLong(Piece::first));
        check(pieces);
      }
      opened = true;
    } finally {
      if (!opened) {
        close();
      }
    }
  }

  /** Finds Parquet files; what begins with a dot or a low line is not of the table. */
  static List<Path> find(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            return path.equals(folder) || isShown(path)
                ? FileVisitResult.CONTINUE
                : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (isShown(file) && file.toString().endsWith(".parquet")) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(Comparator.naturalOrder());
    return found;
  }

  private static boolean isShown(Path path) {
    String name = String.valueOf(path.getFileName());
    return !name.startsWith(".") && !name.startsWith("_");
  }

  private void read(Path name) throws IOException {
    ParquetFile file = ParquetFile.open(name);
    files.add(file);
    List<String> columns = file.columns();
    List<@Nullable String> paths = file.strings("path");
    List<List<Integer>> shapes = file.intLists("shape");
    long[] frames = file.longs("frames", -1);
    file.requireBytes("feature");
    double[] offsets = columns.contains("offset") ? file.doubles("offset", 0) : null;
    double[] durations = columns.contains("duration") ? file.doubles("duration", 0) : null;
    long[] pieces = columns.contains("pieces") ? file.longs("pieces", 1) : null;
    long[] firsts = columns.contains("first_frame") ? file.longs("first_frame", 0) : null;
    for (int row = 0; row < file.rows(); row++) {
      String path = paths.get(row);
      // A clip that failed has no shape.
      if (path != null && !shapes.get(row).isEmpty()) {
        Clip clip =
            new Clip(
                plain(path),
                offsets == null ? 0 : offsets[row],
                durations == null ? 0 : durations[row]);
        Piece piece =
            new Piece(
                name,
                file,
                row,
                pieces == null ? 1 : Math.toIntExact(pieces[row]),
                firsts == null ? 0 : firsts[row],
                Math.toIntExact(frames[row]),
                shapes.get(row));
        if (!piece.shape().contains(piece.frames())) {
          throw piece.problem(
              "frames is %d, the shape %s".formatted(piece.frames(), piece.shape()));
        }
        List<Piece> known = clips.computeIfAbsent(clip, _ -> new ArrayList<>());
        if (piece.pieces() == 1) {
          // Of a clip that is there twice, the last one counts.
          known.clear();
        }
        known.add(piece);
      }
    }
  }

  /** Spark writes the paths of local files as file:/… */
  private static String plain(String path) {
    return path.startsWith("file:") ? path.replaceFirst("^file:/+", "/") : path;
  }

  private static void check(List<Piece> pieces) throws IOException {
    Piece first = pieces.getFirst();
    long frames = 0;
    for (Piece piece : pieces) {
      if (pieces.size() != piece.pieces() || piece.first() != frames) {
        throw piece.problem(
            "this clip has %d of %d pieces, one begins at frame %d in the place of %d"
                .formatted(pieces.size(), first.pieces(), piece.first(), frames));
      }
      frames += piece.frames();
    }
  }

  /** Returns the pieces of every clip, in their order. */
  Map<Clip, List<Piece>> clips() {
    return clips;
  }

  @Override
  public void close() {
    files.forEach(ParquetFile::close);
    files.clear();
  }
}
