package org.cochlea.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cochlea.bench.Compare.Settings;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;

/** The command line of the benchmarks; run it in the project's root. */
public final class Main {
  private static final String USAGE =
      """
      Usage: java -jar bench/target/cochlea-bench.jar COMMAND
        compare [OPTION...]  Cochlea and its peers in turns, the main table (about 5 minutes)
          --full             more peers, two launches of each (about half an hour)
          --engine=NAME      Cochlea's engine, else cpu
          --workloads=W1,W3  only these
          --peers=A,B        only these
          --rounds=N         measurements of every pair
          --seconds=S        length of one measurement
          --warm-up=S        of every JVM
          --python=PATH      the interpreter that has bench/peers/requirements.txt; else python3
          --jvm=OPTION       one more option for the JVMs; may be given again
          --name=NAME        the machine's folder under bench/results
          --dry-run          print, write nothing
        features [OPTION...] features beside librosa, torch, nnAudio and others, in turns (some 15
                             minutes); the same options, and
          --features=A,B     only these: STFT, CQT, YIN, ...
        roofline [--name=NAME] [--dry-run]
                             operations and bytes of the log-mel jobs, beside the core's ceilings
        warm-up [--name=NAME] [--dry-run]
                             how a fresh process gets up to speed (some 6 minutes)
        extract [--rounds=N] [--python=PATH] [--name=NAME] [--dry-run]
                             `cochlea extract` beside Python in several processes (some 5 minutes)
        jmh [--name=NAME] [--dry-run] [JMH's options]
                             JMH's benchmarks, all without a pattern
        data                 write what peers/peers.py reads
        report               write the tables of bench/README.md from bench/results
      """;

  private Main() {}

  /** Runs a command. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      System.out.print(USAGE);
      return;
    }
    List<String> rest = List.of(arguments).subList(1, arguments.length);
    try {
      switch (arguments[0]) {
        case "worker" ->
            Worker.main(
                rest.get(0), rest.get(1), Integer.parseInt(rest.get(2)), Path.of(rest.get(3)));
        case "compare" -> compare("compare", rest);
        case "features" -> compare("features", rest);
        case "transform" -> {
          Ceilings.InTurns measured = Ceilings.transform(Integer.parseInt(rest.getFirst()));
          System.out.println(measured.rate() + " " + measured.perMultiplyAdd());
        }
        case "extract" -> extract(rest);
        case "roofline", "warm-up" -> single(arguments[0], rest);
        case "jmh" -> jmh(rest);
        case "data" -> Data.write(root().resolve("bench/target/data"), Workload.ALL);
        case "report" -> report();
        default -> throw new IllegalArgumentException("there is no command " + arguments[0]);
      }
    } catch (IllegalArgumentException | CommandLineOptionException e) {
      System.err.println("cochlea-bench: " + e.getMessage());
      System.exit(2);
    } catch (IOException e) {
      System.err.println("cochlea-bench: " + e.getMessage());
      System.exit(1);
    }
  }

  private static Path root() throws IOException {
    Path root = Path.of("");
    if (!Files.exists(root.resolve("bench/peers/peers.py"))) {
      throw new IOException("bench/peers/peers.py: not here; run this in the project's root");
    }
    return root;
  }

  private static void compare(String what, List<String> arguments) throws IOException {
    Map<String, String> options = new HashMap<>();
    List<String> jvm = new ArrayList<>();
    for (String argument : arguments) {
      String[] pair = argument.split("=", 2);
      if (pair[0].equals("--jvm") && pair.length == 2) {
        jvm.add(pair[1]);
      } else {
        options.put(pair[0], pair.length == 2 ? pair[1] : "");
      }
    }
    boolean full = options.remove("--full") != null;
    boolean dry = options.remove("--dry-run") != null;
    String name = options.remove("--name");
    boolean features = what.equals("features");
    String only = options.remove(features ? "--features" : "--workloads");
    String engine = take(options, "--engine", "cpu");
    Set<String> peers = set(options.remove("--peers"));
    Settings settings =
        new Settings(
            engine,
            features ? FeatureJob.comparable(set(only), peers) : Workload.of(set(only)),
            peers,
            full,
            full ? 2 : 1,
            rounds(options, full ? 4 : 6),
            seconds(options, "--seconds", 0.25),
            seconds(options, "--warm-up", 3),
            take(options, "--python", "python3"),
            root(),
            jvm);
    if (!options.isEmpty()) {
      throw new IllegalArgumentException("there is no option " + options.keySet());
    }
    Comparison run =
        new Compare(settings).measure((what + " " + String.join(" ", shown(arguments))).strip());
    save(run, run.machine(), name, features ? Report.FEATURES : Report.COMPARISON, dry);
  }

  private static void extract(List<String> arguments) throws IOException {
    Map<String, String> options = new HashMap<>();
    for (String argument : arguments) {
      String[] pair = argument.split("=", 2);
      options.put(pair[0], pair.length == 2 ? pair[1] : "");
    }
    boolean dry = options.remove("--dry-run") != null;
    String name = options.remove("--name");
    int rounds = rounds(options, 3);
    String python = take(options, "--python", "python3");
    if (!options.isEmpty()) {
      throw new IllegalArgumentException("there is no option " + options.keySet());
    }
    String command = ("extract " + String.join(" ", shown(arguments))).strip();
    EndToEnd run = EndToEnd.measure(command, root(), python, rounds);
    save(run, run.machine(), name, Report.EXTRACT, dry);
  }

  /** What has no options but where it goes. */
  private static void single(String what, List<String> arguments) throws IOException {
    String name = null;
    boolean dry = false;
    for (String argument : arguments) {
      if (argument.startsWith("--name=")) {
        name = argument.substring("--name=".length());
      } else if (argument.equals("--dry-run")) {
        dry = true;
      } else {
        throw new IllegalArgumentException("there is no option " + argument);
      }
    }
    String command = (what + " " + String.join(" ", arguments)).strip();
    if (what.equals("roofline")) {
      Roofline run = Roofline.measure(command);
      save(run, run.machine(), name, Report.ROOFLINE, dry);
    } else {
      WarmUp run = WarmUp.measure(command, root(), 2);
      save(run, run.machine(), name, Report.WARM_UP, dry);
    }
  }

  private static void jmh(List<String> arguments)
      throws IOException, RunnerException, CommandLineOptionException {
    List<String> forJmh = new ArrayList<>();
    String name = null;
    boolean dry = false;
    for (String argument : arguments) {
      if (argument.startsWith("--name=")) {
        name = argument.substring("--name=".length());
      } else if (argument.equals("--dry-run")) {
        dry = true;
      } else {
        forJmh.add(argument);
      }
    }
    root(); // rather now than when all is measured
    Scores run = Jmh.run(("jmh " + String.join(" ", arguments)).strip(), forJmh);
    save(run, run.machine(), name, Report.SCORES, dry);
  }

  private static void save(
      Object run, Machine machine, @Nullable String name, String file, boolean dry)
      throws IOException {
    Path folder = dry ? root().resolve("bench/target/results") : root().resolve("bench/results");
    Path to = folder.resolve(name == null ? machine.name() : name).resolve(file);
    Files.createDirectories(to.getParent());
    Data.JSON.writeValue(to.toFile(), run);
    System.err.println("wrote " + to);
    if (!dry) {
      report();
    }
    System.out.print(Report.tables(folder));
  }

  private static void report() throws IOException {
    Report.write(root());
  }

  /** The options without a path of this machine. */
  private static List<String> shown(List<String> arguments) {
    return arguments.stream().filter(a -> !a.startsWith("--python=")).toList();
  }

  private static int rounds(Map<String, String> options, int otherwise) {
    String value = options.remove("--rounds");
    if (value == null) {
      return otherwise;
    }
    if (!value.matches("[1-9][0-9]{0,5}")) {
      throw new IllegalArgumentException("--rounds must be a number from 1, was " + value);
    }
    return Integer.parseInt(value);
  }

  private static double seconds(Map<String, String> options, String key, double otherwise) {
    String value = options.remove(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.matches("[0-9]{1,6}([.][0-9]+)?")) {
      throw new IllegalArgumentException(key + " must be a number of seconds, was " + value);
    }
    return Double.parseDouble(value);
  }

  private static String take(Map<String, String> options, String key, String otherwise) {
    String value = options.remove(key);
    return value == null ? otherwise : value;
  }

  private static @Nullable Set<String> set(@Nullable String list) {
    return list == null ? null : new HashSet<>(List.of(list.split(",")));
  }
}
