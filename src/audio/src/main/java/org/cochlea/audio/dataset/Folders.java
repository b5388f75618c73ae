package org.cochlea.audio.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.cochlea.audio.AudioFolder;
import org.cochlea.audio.dataset.Manifests.Row;
import org.jspecify.annotations.Nullable;

/** Finds the files of a dataset, always in the order of their names. */
final class Folders {
  private static final Comparator<Path> BY_NAME = Comparator.comparing(Path::toString);

  private Folders() {}

  static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  static Path parent(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("") : parent;
  }

  /** Returns what is in a folder, hidden files left out. */
  static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(entry -> !name(entry).startsWith(".")).sorted(BY_NAME).toList();
    } catch (NotDirectoryException _) {
      throw new DatasetException(folder, "is not a folder");
    }
  }

  /** Returns the audio files in a folder and below it. */
  static List<Path> audio(Path folder) throws IOException {
    AudioFolder found = AudioFolder.list(folder);
    if (!found.unreadable().isEmpty()) {
      throw found.unreadable().getFirst();
    }
    return found.files().stream().filter(Files::isRegularFile).sorted(BY_NAME).toList();
  }

  /** Returns the audio file that a row names, in the first folder that has it. */
  static Path audio(Row row, String name, List<Path> folders) throws DatasetException {
    try {
      for (Path folder : folders) {
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file)) {
          return file.normalize();
        }
      }
    } catch (InvalidPathException _) {
      throw new DatasetException(row.file(), row.line(), "no file can be called \"" + name + "\"");
    }
    throw new DatasetException(
        row.file(),
        row.line(),
        "no audio file "
            + String.join(
                " or ", folders.stream().map(folder -> folder.resolve(name).toString()).toList()));
  }

  /** Returns the path itself or the only file of these endings in it, else null. */
  static @Nullable Path only(Path path, String... endings) throws IOException {
    if (!Files.isDirectory(path)) {
      return ends(path, endings) ? path : null;
    }
    List<Path> found = list(path).stream().filter(file -> ends(file, endings)).toList();
    return found.size() == 1 ? found.getFirst() : null;
  }

  private static boolean ends(Path file, String... endings) {
    String name = name(file).toLowerCase(Locale.ROOT);
    return Arrays.stream(endings).anyMatch(name::endsWith);
  }
}
