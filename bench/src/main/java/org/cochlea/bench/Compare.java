package org.cochlea.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cochlea.bench.Comparison.Measurement;
import org.cochlea.bench.Comparison.Pair;
import org.cochlea.bench.Comparison.Skipped;
import org.jspecify.annotations.Nullable;

/**
 * Measures Cochlea and its peers in turns, every contender in its own process.
 *
 * <p>Whatever else the machine does meanwhile hits both of a pair: the ratio is taken pair by pair,
 * and is not claimed when it varies by more than it says.
 */
final class Compare {

  /**
   * What every JVM here is given; nothing else. Large pages are what a process that computes for
   * long should ask for: batches of many megabytes are read and written once each.
   */
  static final List<String> JVM =
      List.of(
          "--add-modules=jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "-XX:+UseTransparentHugePages");

  /** The peers in Python: {@code peers/peers.py}. */
  static final Set<String> PYTHON =
      Set.of(
          "torch-clips",
          "torch-batch",
          "torch-fast",
          "torch-chunks",
          "librosa",
          "scipy",
          "torch",
          "torch-kaldi",
          "torchaudio",
          "nnAudio",
          "python_speech_features");

  /** The peers in C and C++, and how {@code make -C bench/peers} builds them. */
  static final Map<String, String> NATIVE =
      Map.of(
          "fftw",
          "fftw",
          "mkl",
          "mkl MKL=DIR",
          "kaldi-native-fbank",
          "kaldi KALDI=DIR KALDI_VERSION=VERSION");

  private static final double SHORT_WARM_UP = 0.3;
  private static final int MOST_WARM_UPS = 50;

  /** The cpu engine changes over to its vector kernels in the background, which takes longer. */
  private static final int OWN_WARM_UPS = 4;

  private final Settings settings;
  private final Map<Key, List<Double>> times = new LinkedHashMap<>();
  private final Map<Key, List<Double>> allocated = new LinkedHashMap<>();
  private final Map<Key, String> versions = new LinkedHashMap<>();
  private final Map<Key, Agreement> agreements = new LinkedHashMap<>();
  private final Map<PairKey, List<Double>> ratios = new LinkedHashMap<>();
  private final Set<Skipped> skipped = new LinkedHashSet<>();

  /**
   * How to measure.
   *
   * @param engine of Cochlea
   * @param jobs which
   * @param peers only these, or null for all
   * @param full with the peers that are seldom the fastest, and all of them on all CPUs
   * @param launches of every process
   * @param rounds per launch
   * @param seconds per measurement
   * @param warmUp seconds before the first, of a JVM; four times as long for Cochlea's engines
   * @param python the interpreter
   * @param root of the project
   * @param jvm more JVM options
   */
  record Settings(
      String engine,
      List<? extends Job> jobs,
      @Nullable Set<String> peers,
      boolean full,
      int launches,
      int rounds,
      double seconds,
      double warmUp,
      String python,
      Path root,
      List<String> jvm) {

    Path data() {
      return root.resolve("bench/target/data");
    }

    List<String> jvmOptions() {
      List<String> options = new ArrayList<>(JVM);
      options.addAll(jvm);
      return options;
    }
  }

  private record Contestant(String name, int threads) {
    @Override
    public String toString() {
      return threads == 1 ? name : name + " on " + threads + " threads";
    }
  }

  private record Versus(Contestant subject, Contestant against) {}

  private record Key(String workload, Contestant contestant) {}

  private record PairKey(String workload, Versus versus) {}

  Compare(Settings settings) {
    this.settings = settings;
  }

  private List<Versus> plan(Job job) {
    String cochlea = Contenders.COCHLEA + settings.engine;
    Contestant one = new Contestant(cochlea, 1);
    Set<String> only = settings.peers;
    if (job instanceof FeatureJob feature) {
      return feature.peers().stream()
          .filter(peer -> only == null || only.contains(peer))
          .map(peer -> new Versus(one, new Contestant(peer, 1)))
          .toList();
    }
    List<String> peers =
        new ArrayList<>(
            List.of(
                "jtransforms",
                "commons-math",
                "libtorch-clips",
                "libtorch-batch",
                "libtorch-fast"));
    if (settings.engine.equals("cpu")) {
      if (settings.full) {
        peers.addFirst(cochlea + "-128" + Contenders.BITS);
        peers.addFirst(cochlea + "-256" + Contenders.BITS);
      }
      peers.addFirst(cochlea + Contenders.PLAIN);
      peers.addFirst(cochlea + Contenders.VECTOR);
      peers.addFirst(cochlea + Contenders.JTRANSFORMS);
    }
    peers.addAll(List.of("fftw", "mkl", "torch-clips", "torch-fast"));
    if (settings.full) {
      peers.addAll(List.of("torch-chunks", "torch-batch"));
    }
    peers.addAll(List.of("librosa", "scipy"));
    if (only != null) {
      peers.removeIf(peer -> !only.contains(peer));
    }
    List<Versus> plan = new ArrayList<>();
    for (String peer : peers) {
      plan.add(new Versus(one, new Contestant(peer, 1)));
    }
    int cpus = Runtime.getRuntime().availableProcessors();
    if (cpus > 1 && !settings.engine.equals("reference")) {
      Contestant all = new Contestant(cochlea, cpus);
      plan.add(new Versus(new Contestant(cochlea, 2), one));
      if (cpus > 2) {
        plan.add(new Versus(all, one));
      }
      for (String peer : peers) {
        if (settings.full || peer.equals("torch-fast")) {
          plan.add(new Versus(all, new Contestant(peer, cpus)));
        }
      }
    }
    return plan;
  }

  Comparison measure(String command) throws IOException {
    Machine machine = Machine.here(null);
    double load = Machine.load();
    if (load > 0.25 * machine.cpus()) {
      say("the machine is busy (load %.2f): ratios may not stand".formatted(load));
    }
    long[] before = Machine.stolenTicks();
    Map<Job, float[]> expected = Data.write(settings.data(), settings.jobs);
    for (int launch = 0; launch < settings.launches; launch++) {
      for (Map.Entry<Job, float[]> job : expected.entrySet()) {
        measure(job.getKey(), job.getValue(), launch);
      }
    }
    long[] after = Machine.stolenTicks();
    double stolen = (double) (after[0] - before[0]) / Math.max(1, after[1] - before[1]);
    return new Comparison(
        machine,
        Data.now(),
        command,
        settings.jvmOptions(),
        load,
        stolen,
        settings.launches,
        settings.rounds,
        settings.seconds,
        settings.jobs.stream()
            .filter(Workload.class::isInstance)
            .map(Workload.class::cast)
            .toList(),
        measurements(),
        pairs(),
        List.copyOf(skipped));
  }

  private void measure(Job job, float[] expected, int launch) throws IOException {
    List<Versus> plan = plan(job);
    Set<Contestant> contestants = new LinkedHashSet<>();
    plan.forEach(v -> contestants.addAll(List.of(v.subject, v.against)));
    Map<Contestant, WorkerProcess> processes = new LinkedHashMap<>();
    try {
      for (Contestant contestant : contestants) {
        say("%s: %s gets ready".formatted(job.name(), contestant));
        WorkerProcess process = ready(job, contestant, expected);
        if (process != null) {
          processes.put(contestant, process);
        }
      }
      for (int round = 0; round < settings.rounds; round++) {
        say(
            "%s: round %d of %d"
                .formatted(
                    job.name(),
                    launch * settings.rounds + round + 1,
                    settings.launches * settings.rounds));
        for (Versus versus : plan) {
          WorkerProcess subject = processes.get(versus.subject);
          WorkerProcess against = processes.get(versus.against);
          if (subject != null && against != null) {
            double a = time(job, versus.subject, subject);
            double b = time(job, versus.against, against);
            ratios
                .computeIfAbsent(new PairKey(job.name(), versus), _ -> new ArrayList<>())
                .add(b / a);
          }
        }
      }
    } finally {
      processes.values().forEach(WorkerProcess::close);
    }
  }

  private double time(Job job, Contestant contestant, WorkerProcess process) throws IOException {
    Worker.Answer answer = process.run(settings.seconds);
    Key key = new Key(job.name(), contestant);
    double nanos = (double) answer.nanos() / answer.ops();
    times.computeIfAbsent(key, _ -> new ArrayList<>()).add(nanos);
    Long bytes = answer.allocated();
    if (bytes != null) {
      allocated.computeIfAbsent(key, _ -> new ArrayList<>()).add((double) bytes / answer.ops());
    }
    return nanos;
  }

  private @Nullable WorkerProcess ready(Job job, Contestant contestant, float[] expected)
      throws IOException {
    Path log =
        settings.root.resolve(
            "bench/target/logs/%s-%s-%d.txt"
                .formatted(job.name(), contestant.name, contestant.threads));
    boolean compiled = PYTHON.contains(contestant.name) || NATIVE.containsKey(contestant.name);
    WorkerProcess process = null;
    String reason;
    try {
      process = new WorkerProcess(command(job, contestant), contestant.threads, log);
      reason = process.greeting().skip();
      if (reason == null) {
        Agreement agreement = agreement(process, expected);
        if (job.same(agreement)) {
          boolean own = contestant.name.startsWith(Contenders.COCHLEA);
          warmUp(
              process,
              compiled ? SHORT_WARM_UP : own ? OWN_WARM_UPS * settings.warmUp : settings.warmUp);
          Key key = new Key(job.name(), contestant);
          agreements.put(key, agreement);
          versions.put(key, String.valueOf(process.greeting().version()));
          return process;
        }
        reason = "refused, it computes something else: " + agreement;
      }
    } catch (IOException e) {
      reason = String.valueOf(e.getMessage());
    }
    if (process != null) {
      process.close();
    }
    if (contestant.name.equals(Contenders.COCHLEA + settings.engine)) {
      throw new IOException(contestant + " cannot be measured: " + reason);
    }
    skip(job, contestant, reason);
    return null;
  }

  /** Runs for a time, and on while that still makes it faster: compilers may be late. */
  private static void warmUp(WorkerProcess process, double seconds) throws IOException {
    process.run(seconds);
    double best = Double.POSITIVE_INFINITY;
    int steady = 0;
    for (int i = 0; i < MOST_WARM_UPS && steady < 2; i++) {
      Worker.Answer answer = process.run(SHORT_WARM_UP);
      double nanos = (double) answer.nanos() / answer.ops();
      steady = nanos > 0.95 * best ? steady + 1 : 0;
      best = Math.min(best, nanos);
    }
  }

  private Agreement agreement(WorkerProcess process, float[] expected) throws IOException {
    Path file = settings.data().resolve("got.npy");
    process.output(file);
    float[] got = Npy.read(file);
    Files.delete(file);
    return Agreement.of(got, expected);
  }

  private void skip(Job job, Contestant contestant, String reason) {
    say("%s: %s is left out: %s".formatted(job.name(), contestant, reason));
    skipped.add(new Skipped(job.name(), contestant.name, contestant.threads, reason));
  }

  private List<String> command(Job job, Contestant contestant) throws IOException {
    List<String> command = new ArrayList<>();
    if (NATIVE.containsKey(contestant.name)) {
      Path program = settings.root.resolve("bench/target/peers").resolve(contestant.name);
      if (!Files.isExecutable(program)) {
        throw new IOException(
            "not built: `make -C bench/peers %s`".formatted(NATIVE.get(contestant.name)));
      }
      command.add(program.toString());
      command.add(settings.data().resolve(job.name()).toString());
      switch (job) {
        case Workload workload -> {
          for (int number :
              new int[] {
                contestant.threads,
                workload.fftSize(),
                workload.windowLength(),
                workload.hopLength(),
                workload.mels()
              }) {
            command.add(Integer.toString(number));
          }
        }
        case FeatureJob feature -> {
          command.add(Integer.toString(feature.sampleRate()));
          command.add(feature == FeatureJob.KALDI_MFCC ? "mfcc" : "fbank");
        }
      }
    } else if (PYTHON.contains(contestant.name)) {
      Path script = settings.root.resolve("bench/peers/peers.py");
      command.addAll(List.of(settings.python, script.toString(), "--worker", contestant.name));
      command.addAll(List.of("--workloads", job.name()));
      command.addAll(List.of("--threads", Integer.toString(contestant.threads)));
      command.addAll(List.of("--data", settings.data().toString()));
    } else {
      command.addAll(
          java(contestant.name, job, contestant.threads, settings.data(), settings.jvmOptions()));
    }
    return command;
  }

  /** Returns how a contender in Java is started. */
  static List<String> java(
      String contender, Job job, int threads, Path data, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Main.class.getName(), "worker", contender, job.name()));
    command.addAll(List.of(Integer.toString(threads), data.toString()));
    return command;
  }

  private List<Measurement> measurements() {
    List<Measurement> list = new ArrayList<>();
    for (Map.Entry<Key, List<Double>> entry : times.entrySet()) {
      Key key = entry.getKey();
      Job job = Job.of(key.workload);
      Spread nanos = spread(entry.getValue());
      List<Double> bytes = allocated.get(key);
      list.add(
          new Measurement(
              key.workload,
              key.contestant.name,
              key.contestant.threads,
              versions.getOrDefault(key, ""),
              agreements.getOrDefault(key, new Agreement(Double.NaN, Double.NaN)),
              nanos.times(1.0 / (job instanceof Workload w ? w.frames() : job.audioSeconds())),
              job.audioSeconds() / (nanos.median() * 1e-9),
              bytes == null ? null : spread(bytes).median()));
    }
    return list;
  }

  private List<Pair> pairs() {
    List<Pair> list = new ArrayList<>();
    ratios.forEach(
        (key, values) -> {
          Spread ratio = spread(values);
          Versus versus = key.versus;
          list.add(
              new Pair(
                  key.workload,
                  versus.subject.name,
                  versus.subject.threads,
                  versus.against.name,
                  versus.against.threads,
                  List.copyOf(values),
                  ratio,
                  ratio.stands()));
        });
    return list;
  }

  private static Spread spread(List<Double> values) {
    return Spread.of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static void say(String line) {
    System.err.println(line);
  }
}
