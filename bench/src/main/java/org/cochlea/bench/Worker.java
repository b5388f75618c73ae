package org.cochlea.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One contender of the interleaved comparison, in a process of its own.
 *
 * <p>Says its version or why it cannot run; then answers {@code run SECONDS}, {@code calls SECONDS}
 * (in Java only) and {@code output FILE} lines with one line of JSON each, until its input ends.
 * {@code peers/peers.py --worker} is the same in Python.
 */
final class Worker {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Worker() {}

  /**
   * What a worker says.
   *
   * @param version what it is; first answer only
   * @param skip why it cannot run; first answer only
   * @param done the file written
   * @param ops runs that were timed
   * @param nanos how long they took together
   * @param allocated bytes that all threads allocated meanwhile; null where unknown
   * @param calls nanoseconds of every call, from the first; null where not asked for
   */
  record Answer(
      @Nullable String version,
      @Nullable String skip,
      @Nullable String done,
      long ops,
      long nanos,
      @Nullable Long allocated,
      @Nullable List<Long> calls) {}

  static void main(String contender, String jobName, int threads, Path data) throws IOException {
    Job job = Job.of(jobName);
    float[] audio = Npy.read(data.resolve(jobName).resolve("audio.npy"));
    PrintStream out = System.out;
    try (Contender subject = Contenders.open(contender, job, audio, threads)) {
      String version = "%s, Java %s".formatted(subject.version(), Runtime.version());
      say(out, Map.of("version", version));
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", 2);
        if (words[0].equals("output")) {
          subject.run();
          float[] output = subject.output();
          Npy.write(Path.of(words[1]), output, job.clips(), output.length / job.clips());
          say(out, Map.of("done", words[1]));
        } else if (words[0].equals("calls")) {
          say(out, Map.of("calls", calls(subject, Double.parseDouble(words[1]))));
        } else {
          say(out, timed(subject, Double.parseDouble(words[1])));
        }
      }
    } catch (Contenders.Unavailable e) {
      say(out, Map.of("skip", String.valueOf(e.getMessage())));
    }
  }

  /** Runs for at least this long; every call counts. */
  private static List<Long> calls(Contender subject, double seconds) {
    List<Long> nanos = new ArrayList<>();
    long begun = System.nanoTime();
    long end = begun;
    while (end - begun < seconds * 1e9) {
      long start = System.nanoTime();
      subject.run();
      end = System.nanoTime();
      nanos.add(end - start);
    }
    return nanos;
  }

  /** Runs for at least this long, after one run that does not count. */
  private static Map<String, Long> timed(Contender subject, double seconds) {
    long enough = (long) (seconds * 1e9);
    subject.run();
    long allocated = THREADS.getTotalThreadAllocatedBytes();
    long ops = 0;
    long nanos;
    long start = System.nanoTime();
    do {
      subject.run();
      ops++;
      nanos = System.nanoTime() - start;
    } while (nanos < enough);
    allocated = THREADS.getTotalThreadAllocatedBytes() - allocated;
    return Map.of("ops", ops, "nanos", nanos, "allocated", allocated);
  }

  private static void say(PrintStream out, Object answer) throws IOException {
    out.println(JSON.writeValueAsString(answer));
    out.flush();
  }
}
