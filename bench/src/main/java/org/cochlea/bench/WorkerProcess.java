package org.cochlea.bench;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A contender's process, seen from the side that measures. */
final class WorkerProcess implements AutoCloseable {
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final Process process;
  private final BufferedReader in;
  private final BufferedWriter out;
  private final Path log;
  private final Worker.Answer greeting;

  /**
   * Starts it and waits until it is ready.
   *
   * @param log takes what it writes to its error stream
   */
  WorkerProcess(List<String> command, int threads, Path log) throws IOException {
    Files.createDirectories(log.getParent());
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    Map<String, String> environment = builder.environment();
    for (String name : List.of("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")) {
      environment.put(name, Integer.toString(threads));
    }
    this.log = log;
    process = builder.start();
    in = process.inputReader(StandardCharsets.UTF_8);
    out = process.outputWriter(StandardCharsets.UTF_8);
    greeting = answer();
  }

  /** Returns its first answer. */
  Worker.Answer greeting() {
    return greeting;
  }

  /** Runs it for at least this long. */
  Worker.Answer run(double seconds) throws IOException {
    return ask("run " + seconds);
  }

  /** Runs it for at least this long and returns what every call took, from the first, in ns. */
  List<Long> calls(double seconds) throws IOException {
    List<Long> calls = ask("calls " + seconds).calls();
    if (calls == null) {
      throw new IOException("the contender does not time single calls");
    }
    return calls;
  }

  /** Has it write its result. */
  void output(Path file) throws IOException {
    ask("output " + file);
  }

  private Worker.Answer ask(String line) throws IOException {
    out.write(line);
    out.newLine();
    out.flush();
    return answer();
  }

  private Worker.Answer answer() throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.startsWith("{")) {
        return JSON.readValue(line, Worker.Answer.class);
      }
    }
    List<String> last = Files.readAllLines(log);
    throw new IOException(
        "%s: the contender ended; it last said: %s"
            .formatted(log.getFileName(), last.isEmpty() ? "nothing" : last.getLast()));
  }

  @Override
  public void close() {
    try {
      out.close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
