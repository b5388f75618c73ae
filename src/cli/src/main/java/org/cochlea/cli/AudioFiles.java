package org.cochlea.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.cochlea.audio.AudioFolder;
import org.cochlea.cli.extract.StandardInput;

/** Finds audio files: those that are named, and those in folders that are named. */
final class AudioFiles {
  private AudioFiles() {}

  /**
   * A file and where it lies below what was named.
   *
   * @param file the file
   * @param relative its path in the folder that was named, or its name if it was named itself
   */
  record Found(Path file, Path relative) {}

  /**
   * Finds files, in the order of the inputs and sorted within a folder. In folders only what has
   * the ending of an audio file counts; hidden files do not.
   *
   * @throws IOException if an input does not exist, or a folder has no audio files
   */
  static List<Found> find(List<Path> inputs) throws IOException {
    List<Found> found = new ArrayList<>();
    boolean piped = false;
    for (Path input : inputs) {
      if (input.toString().equals(StandardInput.ARGUMENT)) {
        if (piped) {
          throw new IllegalArgumentException("- may be named once");
        }
        piped = true;
        found.add(new Found(StandardInput.read(), StandardInput.NAME));
      } else if (Files.isDirectory(input)) {
        List<Path> files = below(input);
        if (files.isEmpty()) {
          throw new IOException(input + ": no audio files in this folder");
        }
        files.forEach(file -> found.add(new Found(file, input.relativize(file))));
      } else if (Files.exists(input)) {
        found.add(new Found(input, Path.of(String.valueOf(input.getFileName()))));
      } else {
        throw new NoSuchFileException(input.toString());
      }
    }
    return found;
  }

  private static List<Path> below(Path folder) throws IOException {
    AudioFolder found = AudioFolder.list(folder);
    if (!found.unreadable().isEmpty()) {
      throw found.unreadable().getFirst();
    }
    return found.files();
  }

  /**
   * Returns what follows the last dot of a file's name, in small letters; empty if there is none.
   */
  static String ending(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /** Returns a path with another ending, or with one if it has none. */
  static Path withEnding(Path file, String ending) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return file.resolveSibling((dot <= 0 ? name : name.substring(0, dot)) + "." + ending);
  }
}
