package org.cochlea.audio;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What lies in a folder and below it. Links are followed, but never round in a circle; what begins
 * with a dot is hidden and passed over.
 *
 * @param files in the order of their names
 * @param unreadable why a folder below could not be looked into
 */
public record AudioFolder(List<Path> files, List<IOException> unreadable) {
  private static final Set<String> ENDINGS =
      Set.of(
          "wav", "wave", "w64", "rf64", "bwf", "aif", "aiff", "aifc", "au", "snd", "flac", "mp3",
          "mp2", "ogg", "oga", "opus", "m4a", "m4b", "mp4", "aac", "wma", "webm", "mka", "caf",
          "amr", "ac3", "ape", "wv", "tta", "alac", "spx", "mpc");

  /** Copies the lists. */
  public AudioFolder {
    files = List.copyOf(files);
    unreadable = List.copyOf(unreadable);
  }

  /** Whether a file's name ends as those of audio files do. */
  public static boolean isAudio(Path file) {
    String name = String.valueOf(file.getFileName());
    return !name.startsWith(".")
        && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  /**
   * Finds audio files by their names.
   *
   * @throws IOException if the folder itself cannot be read
   */
  public static AudioFolder list(Path folder) throws IOException {
    return list(folder, AudioFolder::isAudio);
  }

  /**
   * Finds files; a link to nowhere counts, so that it is not missed in silence.
   *
   * @throws IOException if the folder itself cannot be read
   */
  public static AudioFolder list(Path folder, Predicate<Path> wanted) throws IOException {
    List<Path> files = new ArrayList<>();
    List<IOException> unreadable = new ArrayList<>();
    Files.walkFileTree(
        folder,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            return hidden(path) && !path.equals(folder)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            boolean file = attributes.isRegularFile() || attributes.isSymbolicLink();
            if (file && !hidden(path) && wanted.test(path)) {
              files.add(path);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
            if (path.equals(folder)) {
              throw e;
            }
            if (!(e instanceof FileSystemLoopException)) {
              unreadable.add(e);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, @Nullable IOException e) {
            if (e != null) {
              unreadable.add(
                  new FileSystemException(path.toString(), null, "cannot be read to its end"));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    return new AudioFolder(files, unreadable);
  }

  private static boolean hidden(Path path) {
    return String.valueOf(path.getFileName()).startsWith(".");
  }
}
