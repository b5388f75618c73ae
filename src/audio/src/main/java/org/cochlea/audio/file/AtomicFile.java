package org.cochlea.audio.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file that appears whole or not at all: it is written under a hidden name in the same folder,
 * and {@link #commit()} gives it its own. {@link #close()} without that deletes it.
 *
 * <p>Who dies in the middle leaves a file {@code .cochlea-*.part} behind, and what was there before
 * untouched.
 */
public final class AtomicFile implements AutoCloseable {
  private static final Set<StandardOpenOption> OPTIONS =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);

  private final Path file;
  private final Path target;
  private final Path part;
  private final FileChannel channel;
  private boolean closed;

  private AtomicFile(Path file, Path target, Path part, FileChannel channel) {
    this.file = file;
    this.target = target;
    this.part = part;
    this.channel = channel;
  }

  /**
   * Begins a file.
   *
   * @param file the name that it shall have; a file of this name is replaced at the end, a link is
   *     followed
   * @throws FileSystemException if its folder does not exist or cannot be written, or something
   *     else than a regular file has the name
   */
  public static AtomicFile create(Path file) throws IOException {
    // Most files are new: one question to the system. A link that leads nowhere is replaced, too.
    Path target = Files.exists(file) ? replaced(file) : file;
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null) {
      throw new FileSystemException(file.toString(), null, "there is no folder for it");
    }
    String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path part = folder.resolve(".cochlea-" + random + ".part");
    try {
      FileChannel channel = FileChannel.open(part, OPTIONS);
      return new AtomicFile(file, target, part, channel);
    } catch (FileSystemException e) {
      if (Files.isDirectory(folder)) {
        throw e;
      }
      throw new FileSystemException(file.toString(), null, "there is no folder " + folder);
    }
  }

  /** What will be replaced: a file, or what a link leads to. */
  private static Path replaced(Path file) throws IOException {
    Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file;
    if (Files.isDirectory(target)) {
      throw new FileSystemException(file.toString(), null, "is a directory");
    }
    if (!Files.isRegularFile(target)) {
      throw new FileSystemException(file.toString(), null, "is not a regular file");
    }
    return target;
  }

  /** Returns the name that the file shall have. */
  public Path file() {
    return file;
  }

  /** Returns the hidden name that it has now. */
  public Path part() {
    return part;
  }

  /** Returns the open file, at its beginning unless it was moved. */
  public FileChannel channel() {
    return channel;
  }

  /** Gives the file its name. Nothing can be written after that. */
  public void commit() throws IOException {
    if (closed) {
      throw new IllegalStateException(file + ": the file is closed");
    }
    channel.close();
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }
    closed = true;
  }

  /** Deletes the file unless it was committed. May be called more than once. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try {
        channel.close();
      } finally {
        Files.deleteIfExists(part);
      }
    }
  }
}
