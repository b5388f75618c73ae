package org.cochlea.cli.extract;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.cochlea.cli.array.Json;
import org.jspecify.annotations.Nullable;

/** Finds the audio files that were named: files, folders, patterns and lists. */
public final class InputList {
  private static final Set<String> AUDIO =
      Set.of(
          "wav", "wave", "w64", "rf64", "bwf", "aif", "aiff", "aifc", "au", "snd", "flac", "mp3",
          "mp2", "ogg", "oga", "opus", "m4a", "m4b", "mp4", "aac", "wma", "webm", "mka", "caf",
          "amr", "ac3", "ape", "wv", "tta", "alac", "spx", "mpc");

  private static final List<String> PATH_COLUMNS =
      List.of("path", "file", "filename", "file_name", "audio_filepath", "audio", "wav", "fname");

  /**
   * A stretch of a file.
   *
   * @param file the audio
   * @param offset in seconds
   * @param duration in seconds; infinite for all
   */
  private record Source(Path file, double offset, double duration) {}

  private final List<Source> sources = new ArrayList<>();
  private final List<Path> bases = new ArrayList<>();
  private final double offset;
  private final double duration;

  private InputList(double offset, double duration) {
    this.offset = offset;
    this.duration = duration;
  }

  /**
   * Finds the clips.
   *
   * @param inputs files, folders (searched with all below), patterns such as {@code a/**.wav}, and
   *     lists: .csv, .tsv, .jsonl
   * @param offset where to begin in every file, in seconds
   * @param duration how much of every file, in seconds
   * @param extension of the outputs, with its dot
   * @throws IOException in one line that begins with the input, if there is nothing there
   */
  static List<Clip> clips(List<String> inputs, double offset, double duration, String extension)
      throws IOException {
    InputList list = new InputList(offset, duration);
    for (String input : inputs) {
      list.add(input);
    }
    return list.named(extension);
  }

  private void add(String input) throws IOException {
    Path path;
    try {
      path = Path.of(input);
    } catch (InvalidPathException e) {
      throw new IOException(input + ": " + e.getReason(), e);
    }
    if (Files.isDirectory(path)) {
      List<Path> found = below(path, file -> AUDIO.contains(extension(file)));
      if (found.isEmpty()) {
        throw new IOException(input + ": no audio files in this folder");
      }
      bases.add(path);
      found.forEach(file -> sources.add(new Source(file, offset, duration)));
    } else if (Files.exists(path)) {
      switch (extension(path)) {
        case "csv" -> table(path, ',');
        case "tsv" -> table(path, '\t');
        case "jsonl", "json" -> lines(path);
        default -> {
          bases.add(parent(path));
          sources.add(new Source(path, offset, duration));
        }
      }
    } else if (input.matches(".*[*?\\[{].*")) {
      pattern(input);
    } else {
      throw new IOException(input + ": no such file or folder");
    }
  }

  private void pattern(String input) throws IOException {
    int wild = 0;
    while ("*?[{".indexOf(input.charAt(wild)) < 0) {
      wild++;
    }
    int slash = input.lastIndexOf('/', wild);
    Path base = slash < 0 ? Path.of("") : Path.of(input.substring(0, slash + 1));
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + input);
    List<Path> found =
        Files.isDirectory(base.toString().isEmpty() ? Path.of(".") : base)
            ? below(base, matcher::matches)
            : List.of();
    if (found.isEmpty()) {
      throw new IOException(input + ": no file matches");
    }
    bases.add(base.toString().isEmpty() ? Path.of(".") : base);
    found.forEach(file -> sources.add(new Source(file, offset, duration)));
  }

  private static List<Path> below(Path folder, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(wanted)
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause() == null ? new IOException(folder + ": cannot be read", e) : e.getCause();
    }
  }

  // ---- lists ---------------------------------------------------------------------------------

  private void table(Path list, char separator) throws IOException {
    Map<Path, Integer> rows = new HashMap<>();
    try (CsvReader<NamedCsvRecord> reader =
        CsvReader.builder().fieldSeparator(separator).ofNamedCsvRecord(list)) {
      for (NamedCsvRecord row : reader) {
        Map<String, Object> fields = new HashMap<>();
        row.getFieldsAsMap()
            .forEach((key, value) -> fields.put(key.toLowerCase(Locale.ROOT), value));
        row(list, fields, rows);
      }
    } catch (RuntimeException e) {
      throw new IOException("%s: %s".formatted(list, e.getMessage()), e);
    }
    listed(list, rows);
  }

  private void lines(Path list) throws IOException {
    Map<Path, Integer> rows = new HashMap<>();
    List<String> lines = Files.readAllLines(list);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      if (!(Json.parse(list + ", line " + (i + 1), lines.get(i)) instanceof Map<?, ?> fields)) {
        throw new IOException("%s: line %d is not an object".formatted(list, i + 1));
      }
      Map<String, Object> named = new HashMap<>();
      fields.forEach(
          (key, value) -> {
            if (value != null) {
              named.put(key.toString().toLowerCase(Locale.ROOT), value);
            }
          });
      row(list, named, rows);
    }
    listed(list, rows);
  }

  private void row(Path list, Map<String, Object> fields, Map<Path, Integer> rows)
      throws IOException {
    Object name =
        PATH_COLUMNS.stream().map(fields::get).filter(v -> v != null).findFirst().orElse(null);
    if (name == null) {
      throw new IOException(
          "%s: no column names the file; one of %s must"
              .formatted(list, String.join(", ", PATH_COLUMNS)));
    }
    Path file = parent(list).resolve(name.toString()).normalize();
    rows.merge(file, 1, Integer::sum);
    sources.add(
        new Source(
            file,
            seconds(list, fields.get("offset"), offset),
            seconds(list, fields.get("duration"), duration)));
  }

  private static double seconds(Path list, @Nullable Object value, double ifAbsent)
      throws IOException {
    if (value == null || value.toString().isBlank()) {
      return ifAbsent;
    }
    try {
      return Double.parseDouble(value.toString());
    } catch (NumberFormatException e) {
      throw new IOException("%s: %s is not a number of seconds".formatted(list, value), e);
    }
  }

  private void listed(Path list, Map<Path, Integer> rows) throws IOException {
    if (rows.isEmpty()) {
      throw new IOException(list + ": it lists no files");
    }
    boolean inside = rows.keySet().stream().allMatch(file -> file.startsWith(parent(list)));
    if (inside) {
      bases.add(parent(list));
    } else {
      rows.keySet().forEach(file -> bases.add(parent(file)));
    }
  }

  // ---- names ---------------------------------------------------------------------------------

  /**
   * Names the outputs after the inputs, relative to the deepest folder that has them all. Where two
   * would have one name, they keep their extensions; where even these are equal (several stretches
   * of a file), they are numbered.
   */
  private List<Clip> named(String extension) {
    Path base = absolute(bases.getFirst());
    for (Path other : bases) {
      while (!absolute(other).startsWith(base)) {
        Path up = base.getParent();
        if (up == null) {
          break;
        }
        base = up;
      }
    }
    Map<Path, Integer> shortNames = new HashMap<>();
    Map<Path, Integer> longNames = new HashMap<>();
    for (Source source : sources) {
      Path relative = base.relativize(absolute(source.file()));
      shortNames.merge(withoutExtension(relative), 1, Integer::sum);
      longNames.merge(relative, 1, Integer::sum);
    }
    Map<Path, Integer> used = new HashMap<>();
    List<Clip> clips = new ArrayList<>();
    for (Source source : sources) {
      Path relative = base.relativize(absolute(source.file()));
      Path name =
          shortNames.getOrDefault(withoutExtension(relative), 1) == 1
              ? withoutExtension(relative)
              : longNames.getOrDefault(relative, 1) == 1 ? relative : null;
      if (name == null) {
        int number = used.merge(relative, 1, Integer::sum);
        Path stem = withoutExtension(relative);
        name = stem.resolveSibling(stem.getFileName() + "-" + number);
      }
      clips.add(
          new Clip(
              source.file(),
              name.resolveSibling(name.getFileName() + extension),
              source.offset(),
              source.duration()));
    }
    return clips;
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of(".") : parent;
  }

  private static Path withoutExtension(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? file : file.resolveSibling(name.substring(0, dot));
  }

  private static String extension(Path file) {
    String name = file.getFileName() == null ? "" : file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
