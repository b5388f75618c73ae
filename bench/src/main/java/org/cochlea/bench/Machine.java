package org.cochlea.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where something was measured.
 *
 * @param name a folder's name for it
 * @param cpu the processor, in its own words
 * @param cpus how many the JVM sees
 * @param flags of the instruction sets that matter here
 * @param memoryGiB physical memory, rounded; 0 where unknown
 * @param system operating system and version
 * @param java JVM and version
 * @param commit of the sources; "+" after it if they were changed
 */
public record Machine(
    String name,
    String cpu,
    int cpus,
    List<String> flags,
    long memoryGiB,
    String system,
    String java,
    String commit) {

  private static final Set<String> FLAGS =
      Set.of("sse4_2", "avx", "avx2", "fma", "avx512f", "avx512dq", "avx512vl", "asimd", "sve");

  /**
   * Returns this machine.
   *
   * @param name a folder's name, or null for one made of the processor
   */
  public static Machine here(@Nullable String name) {
    Map<String, String> info = cpuinfo();
    int cpus = Runtime.getRuntime().availableProcessors();
    String cpu = info.getOrDefault("model name", System.getProperty("os.arch"));
    String flags = info.getOrDefault("flags", info.getOrDefault("Features", ""));
    String slug = cpu.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    if (info.containsKey("cpu family")) {
      // Cloud machines hide the model's name.
      cpu += " (family %s model %s)".formatted(info.get("cpu family"), info.get("model"));
      slug += "-f%sm%s".formatted(info.get("cpu family"), info.get("model"));
    }
    return new Machine(
        name == null ? slug + "-" + cpus + "cpu" : name,
        cpu,
        cpus,
        Arrays.stream(flags.split("\\s+")).filter(FLAGS::contains).sorted().toList(),
        physicalGiB(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.vendor") + " " + Runtime.version(),
        describe());
  }

  private static Map<String, String> cpuinfo() {
    Map<String, String> info = new HashMap<>();
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        String[] pair = line.split("\\s*:\\s*", 2);
        if (pair.length == 2) {
          info.putIfAbsent(pair[0], pair[1]);
        }
      }
    } catch (IOException e) {
      // Not Linux: the architecture has to do.
    }
    return info;
  }

  private static long physicalGiB() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
        if (line.startsWith("MemTotal:")) {
          return Math.round(Long.parseLong(line.replaceAll("\\D", "")) / 1048576.0);
        }
      }
    } catch (IOException e) {
      // Not Linux.
    }
    return 0;
  }

  private static String describe() {
    String commit = git("rev-parse", "--short=10", "HEAD");
    // Results being written do not count as a change.
    String changes =
        git(
            "status",
            "--porcelain",
            "--",
            ":/",
            ":(top,exclude)bench/results",
            ":(top,exclude)bench/README.md");
    return commit.isEmpty() ? "unknown" : commit + (changes.isEmpty() ? "" : "+");
  }

  private static String git(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** Returns the mean number of processes that wanted a CPU in the last minute, or NaN. */
  static double load() {
    try {
      return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /** Returns the clock ticks that a hypervisor gave to others, and all there were, since start. */
  static long[] stolenTicks() {
    try {
      String[] words = Files.readAllLines(Path.of("/proc/stat")).getFirst().split("\\s+", -1);
      long all = 0;
      // user nice system idle iowait irq softirq steal; what follows is counted in user.
      for (int i = 1; i <= 8; i++) {
        all += Long.parseLong(words[i]);
      }
      return new long[] {Long.parseLong(words[8]), all};
    } catch (IOException e) {
      return new long[] {0, 0};
    }
  }
}
