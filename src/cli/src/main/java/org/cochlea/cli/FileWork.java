package org.cochlea.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cochlea.cli.extract.StandardInput;

/** The same work on many files, shared out among threads. A file that fails stops nothing. */
@FunctionalInterface
interface FileWork {

  /**
   * Works on the file at a place of the list. Called from several threads.
   *
   * @return what is wrong with the file, if it was read all the same
   */
  List<String> on(int index) throws IOException;

  /**
   * Works on all files, shows how far it is, and at the end lists those that failed or are damaged.
   *
   * @param err where that is said
   * @param threads how many files at a time
   * @param files their names
   * @param work on one
   * @return how many failed
   * @throws IOException if it is interrupted; what was begun is finished first
   */
  static int run(PrintWriter err, int threads, List<Path> files, FileWork work) throws IOException {
    Map<Integer, String> failures = new ConcurrentHashMap<>();
    Map<Integer, List<String>> warnings = new ConcurrentHashMap<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads);
        Progress progress = Progress.of(err, "files", files.size())) {
      List<Future<?>> tasks = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        int index = i;
        tasks.add(
            pool.submit(
                () -> {
                  try {
                    warnings.put(index, work.on(index));
                  } catch (IOException | RuntimeException | OutOfMemoryError e) {
                    failures.put(index, Errors.describe(e));
                  }
                  progress.advance(1);
                }));
      }
      for (Future<?> task : tasks) {
        try {
          task.get();
        } catch (ExecutionException e) {
          throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
          pool.shutdownNow();
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
      }
    }
    for (int i = 0; i < files.size(); i++) {
      String name = StandardInput.named(files.get(i).toString());
      for (String warning : warnings.getOrDefault(i, List.of())) {
        err.println("cochlea: warning: " + name + ": " + warning);
      }
      String reason = failures.get(i);
      if (reason != null) {
        err.println("cochlea: " + (reason.startsWith(name) ? reason : name + ": " + reason));
      }
    }
    return failures.size();
  }
}
