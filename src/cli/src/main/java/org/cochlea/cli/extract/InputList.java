package org.cochlea.cli.extract;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.cochlea.audio.AudioFolder;
import org.cochlea.audio.file.Json;
import org.jspecify.annotations.Nullable;

/** Finds the audio files that were named: files, folders, patterns and lists. */
final class InputList {
  private static final List<String> PATH_COLUMNS =
      List.of("path", "file", "filename", "file_name", "audio_filepath", "audio", "wav", "fname");

  private static final List<String> LABEL_COLUMNS =
      List.of("labels", "label", "class", "category", "target", "primary_label");

  /**
   * A stretch of a file.
   *
   * @param file the audio
   * @param offset in seconds
   * @param duration in seconds; infinite for all
   */
  private record Source(Path file, double offset, double duration) {
    /** The same stretch of the same file, however it was named. */
    Source absolute() {
      return new Source(InputList.absolute(file), offset, duration);
    }
  }

  private final List<Source> sources = new ArrayList<>();
  private final Map<Source, Set<String>> labels = new HashMap<>();
  private final List<Path> bases = new ArrayList<>();
  private final Map<Path, IOException> unreadable = new LinkedHashMap<>();
  private final double offset;
  private final double duration;
  private final boolean keys;
  private @Nullable Path piped;

  private InputList(double offset, double duration, boolean keys) {
    this.offset = offset;
    this.duration = duration;
    this.keys = keys;
  }

  /**
   * Finds the clips.
   *
   * @param inputs files, folders (searched with all below), patterns such as {@code a/**.wav}, and
   *     lists: .csv, .tsv, .jsonl
   * @param offset where to begin in every file, in seconds
   * @param duration how much of every file, in seconds
   * @param keys whether the clips are named by their files with the ending, as keys in one file
   *     are, and not without
   * @throws IOException in one line that begins with the input, if there is nothing there
   * @throws IllegalArgumentException if one is empty, or a pattern is wrong
   */
  static InputList of(List<String> inputs, double offset, double duration, boolean keys)
      throws IOException {
    InputList list = new InputList(offset, duration, keys);
    for (String input : inputs) {
      list.add(input);
    }
    return list;
  }

  /** Returns the folders that could not be looked into. */
  Map<Path, IOException> unreadable() {
    return unreadable;
  }

  /** Adds a clip; one that is there already only gets more labels. */
  private void add(Path file, double from, double length, Collection<String> names) {
    Source source = new Source(file, from, length);
    Set<String> known = labels.get(source.absolute());
    if (known == null) {
      known = new LinkedHashSet<>();
      labels.put(source.absolute(), known);
      sources.add(source);
    }
    known.addAll(names);
  }

  private void add(String input) throws IOException {
    if (input.isBlank()) {
      throw new IllegalArgumentException("IN must not be empty");
    }
    if (input.equals(StandardInput.ARGUMENT)) {
      if (piped == null) {
        piped = StandardInput.read();
      }
      add(piped, offset, duration, List.of());
      return;
    }
    Path path;
    try {
      path = Path.of(input);
    } catch (InvalidPathException e) {
      throw new IOException(input + ": " + e.getReason(), e);
    }
    if (Files.isDirectory(path)) {
      List<Path> found = below(path, AudioFolder::isAudio);
      if (found.isEmpty() && unreadable.isEmpty()) {
        throw new IOException(input + ": no audio files in this folder");
      }
      bases.add(path);
      found.forEach(file -> add(file, offset, duration, List.of()));
    } else if (Files.exists(path)) {
      switch (extension(path)) {
        case "csv" -> table(path, ',');
        case "tsv" -> table(path, '\t');
        case "jsonl", "json" -> lines(path);
        default -> {
          bases.add(parent(path));
          add(path, offset, duration, List.of());
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
    found.forEach(file -> add(file, offset, duration, List.of()));
  }

  private List<Path> below(Path folder, Predicate<Path> wanted) throws IOException {
    AudioFolder found = AudioFolder.list(folder, wanted);
    for (IOException e : found.unreadable()) {
      unreadable.put(
          e instanceof FileSystemException f && f.getFile() != null ? Path.of(f.getFile()) : folder,
          e);
    }
    return found.files();
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
    add(
        file,
        seconds(list, "offset", fields, offset),
        seconds(list, "duration", fields, duration),
        labels(fields));
  }

  private static List<String> labels(Map<String, Object> fields) {
    for (String column : LABEL_COLUMNS) {
      Object value = fields.get(column);
      if (value instanceof List<?> several) {
        return several.stream().map(String::valueOf).toList();
      }
      if (value != null && !value.toString().isBlank()) {
        // A column of several has them between commas or semicolons, as in FSD50K.
        return column.equals("labels")
            ? Arrays.stream(value.toString().split("[,;]"))
                .map(String::strip)
                .filter(label -> !label.isEmpty())
                .toList()
            : List.of(value.toString());
      }
    }
    return List.of();
  }

  private static double seconds(
      Path list, String column, Map<String, Object> fields, double ifAbsent) throws IOException {
    Object value = fields.get(column);
    if (value == null || value.toString().isBlank()) {
      return ifAbsent;
    }
    double number;
    try {
      number = Double.parseDouble(value.toString());
    } catch (NumberFormatException e) {
      throw new IOException(
          "%s: %s must be a number of seconds, was %s".formatted(list, column, value), e);
    }
    if (!(number >= 0) || (column.equals("duration") && number == 0)) {
      throw new IOException(
          "%s: %s must be %s 0 s, was %s"
              .formatted(list, column, column.equals("offset") ? "at least" : "above", value));
    }
    return number;
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
   * Returns the clips, named after their files, relative to the deepest folder that has them all.
   * Where two would have one name, they keep their extensions; where even these are equal (several
   * stretches of a file), they are numbered.
   */
  List<Clip> clips() {
    // Without any there is standard input alone, which has a name of its own.
    Path base = absolute(bases.isEmpty() ? Path.of(".") : bases.getFirst());
    for (Path other : bases) {
      while (!absolute(other).startsWith(base)) {
        Path up = base.getParent();
        if (up == null) {
          break;
        }
        base = up;
      }
    }
    Map<String, Integer> shortNames = new HashMap<>();
    Map<String, Integer> longNames = new HashMap<>();
    for (Source source : sources) {
      Path relative = relative(base, source);
      shortNames.merge(name(withoutExtension(relative)), 1, Integer::sum);
      longNames.merge(name(relative), 1, Integer::sum);
    }
    // Names that are not numbered come first: a number must not take one of theirs.
    String[] names = new String[sources.size()];
    Set<String> taken = new HashSet<>();
    for (boolean without : List.of(true, false)) {
      Map<String, Integer> counts = without ? shortNames : longNames;
      for (int i = 0; i < names.length; i++) {
        Path relative = relative(base, sources.get(i));
        String name = name(without ? withoutExtension(relative) : relative);
        boolean free = names[i] == null && !(without && keys);
        if (free && counts.getOrDefault(name, 0) == 1 && taken.add(name)) {
          names[i] = name;
        }
      }
    }
    Map<String, Integer> numbers = new HashMap<>();
    List<Clip> clips = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      Source source = sources.get(i);
      Path relative = relative(base, source);
      String name = names[i];
      while (name == null) {
        String stem = name(withoutExtension(relative));
        String ending = keys ? name(relative).substring(stem.length()) : "";
        String next = stem + "-" + numbers.merge(name(relative), 1, Integer::sum) + ending;
        name = taken.add(next) ? next : null;
      }
      clips.add(
          new Clip(
              source.file(),
              name,
              source.offset(),
              source.duration(),
              List.copyOf(labels.getOrDefault(source.absolute(), Set.of()))));
    }
    return clips;
  }

  private Path relative(Path base, Source source) {
    return source.file().equals(piped)
        ? StandardInput.NAME
        : base.relativize(absolute(source.file()));
  }

  /** Returns a path with slashes, whatever the system has. */
  private static String name(Path path) {
    return path.toString().replace(File.separatorChar, '/');
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
