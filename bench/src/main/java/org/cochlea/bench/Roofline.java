package org.cochlea.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Basis;

/**
 * What the log-mel jobs cost, against what one core can do.
 *
 * @param machine where
 * @param date when, UTC
 * @param command what was called
 * @param gigaflops the core's peak, 10^9 operations per second; a multiply-add counts two
 * @param gigabytes read and written by a copy, 10^9 bytes per second
 * @param transforms the Fourier transform alone
 * @param jobs the whole job
 */
public record Roofline(
    Machine machine,
    String date,
    String command,
    double gigaflops,
    double gigabytes,
    List<Transform> transforms,
    List<Cost> jobs) {

  /** Enough for the engine's kernels on a slow machine. */
  private static final long WARM_UP_NANOS = 10_000_000_000L;

  /**
   * The transform of frames that are in the cache, with the window and the squares.
   *
   * @param size of a frame
   * @param nanosPerFrame the best of several runs
   * @param gigaflops by the usual count, {@code 2.5 N log2 N}, the window's and the squares'
   * @param share of the core's peak, measured in turns with it, the median
   */
  public record Transform(int size, double nanosPerFrame, double gigaflops, double share) {}

  /**
   * A job.
   *
   * @param name of the workload
   * @param operationsPerSecond of audio: window, transform ({@code 2.5 N log2 N}), squares, what is
   *     not zero of the filter bank; logarithms are not counted
   * @param bytesPerSecond of audio that have to move: samples in, features out
   * @param nanosPerFrame the best of several runs
   * @param gigaflops reached
   * @param share of the core's peak, measured in turns with it, the median
   */
  public record Cost(
      String name,
      double operationsPerSecond,
      double bytesPerSecond,
      double nanosPerFrame,
      double gigaflops,
      double share) {

    /** Returns operations per byte. */
    public double intensity() {
      return operationsPerSecond / bytesPerSecond;
    }
  }

  /** Measures all of it on one core. */
  static Roofline measure(String command) throws IOException {
    List<Transform> transforms = new ArrayList<>();
    for (int size : new int[] {400, 512, 1024, 2048, 4096}) {
      double operations = ofTransform(size, size);
      Ceilings.InTurns measured = alone(size);
      transforms.add(
          new Transform(
              size,
              1 / measured.rate(),
              operations * measured.rate(),
              operations * measured.perMultiplyAdd()));
    }
    List<Cost> jobs = new ArrayList<>();
    for (Workload job : Workload.ALL) {
      jobs.add(cost(job));
    }
    return new Roofline(
        Machine.here(null),
        Data.now(),
        command,
        Ceilings.multiplyAdds(),
        Ceilings.copy(),
        transforms,
        jobs);
  }

  /** Measures a size in a JVM of its own, whose compiler saw no other. */
  private static Ceilings.InTurns alone(int size) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Compare.JVM);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Main.class.getName(), "transform", Integer.toString(size)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader out = process.inputReader()) {
      String line = out.readLine();
      if (line == null) {
        throw new IOException("the transform of %d could not be measured".formatted(size));
      }
      String[] words = line.split(" ", 2);
      return new Ceilings.InTurns(Double.parseDouble(words[0]), Double.parseDouble(words[1]));
    }
  }

  private static double ofTransform(int size, int windowLength) {
    return windowLength + 2.5 * size * Math.log(size) / Math.log(2) + 3 * (size / 2.0 + 1);
  }

  private static Cost cost(Workload job) {
    Basis mel = ScalarLogMel.mel(job);
    long weights = 0;
    for (int row = 0; row < mel.rows(); row++) {
      weights += mel.bandLength(row);
    }
    double perFrame = ofTransform(job.fftSize(), job.windowLength()) + 2.0 * weights;
    double frames = (double) job.sampleRate() / job.hopLength();
    double bytes = Float.BYTES * (job.sampleRate() + frames * job.mels());
    try (Contender engine = new EngineContender("cpu", job, job.audio(), 1)) {
      long begun = System.nanoTime();
      while (System.nanoTime() - begun < WARM_UP_NANOS) {
        engine.run();
      }
      Ceilings.InTurns measured =
          Ceilings.inTurns(
              () -> {
                long start = System.nanoTime();
                engine.run();
                return (double) job.frames() / (System.nanoTime() - start);
              });
      return new Cost(
          job.name(),
          perFrame * frames,
          bytes,
          1 / measured.rate(),
          perFrame * measured.rate(),
          perFrame * measured.perMultiplyAdd());
    }
  }
}
