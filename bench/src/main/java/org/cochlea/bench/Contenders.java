package org.cochlea.bench;

import org.cochlea.core.EngineUnavailableException;

/** The contenders that run in a JVM, by name. */
public final class Contenders {
  /** The prefix of an engine of Cochlea: {@code cochlea-cpu}. */
  public static final String COCHLEA = "cochlea-";

  /** The suffix that has the cpu engine take JTransforms for its transforms. */
  public static final String JTRANSFORMS = "-jtransforms";

  /** The suffix that has the cpu engine use kernels in plain Java. */
  public static final String PLAIN = "-plain";

  /** The suffix that has the cpu engine use kernels on the Vector API. */
  public static final String VECTOR = "-vector";

  /** The suffix, behind a number, that has the cpu engine use narrower vectors. */
  public static final String BITS = "bit";

  private Contenders() {}

  /** Thrown if a contender cannot run here. */
  public static final class Unavailable extends Exception {
    private static final long serialVersionUID = 1;

    Unavailable(String message) {
      super(message);
    }
  }

  /**
   * Makes one ready.
   *
   * @param name {@code cochlea-ENGINE}, {@code cochlea-cpu-jtransforms}, {@code cochlea-cpu-plain},
   *     {@code cochlea-cpu-vector}, {@code cochlea-cpu-256bit}, {@code jtransforms}, {@code
   *     commons-math}, {@code libtorch-clips}, {@code libtorch-batch} or {@code libtorch-fast}
   * @param job what to compute; a peer in Java only knows log-mel
   * @param audio its clips, one after the other
   * @param threads at least 1
   * @throws Unavailable if it cannot run here
   */
  public static Contender open(String name, Job job, float[] audio, int threads)
      throws Unavailable {
    try {
      if (name.startsWith(COCHLEA)) {
        String engine = name.substring(COCHLEA.length());
        if (engine.endsWith(JTRANSFORMS)) {
          engine = engine.substring(0, engine.length() - JTRANSFORMS.length());
          System.setProperty("cochlea.cpu.fft", "jtransforms");
        } else if (engine.endsWith(PLAIN) || engine.endsWith(VECTOR)) {
          int end = engine.lastIndexOf('-');
          System.setProperty("cochlea.cpu.kernels", engine.substring(end + 1));
          engine = engine.substring(0, end);
        } else if (engine.endsWith(BITS)) {
          String[] words = engine.split("-", 2);
          engine = words[0];
          // Read once, when the engine's vectors are first used.
          System.setProperty(
              "cochlea.cpu.vectorBits", words[1].substring(0, words[1].length() - BITS.length()));
        }
        return new EngineContender(engine, job, audio, threads);
      }
      if (!(job instanceof Workload workload)) {
        throw new IllegalArgumentException(name + " does not compute " + job.name());
      }
      return switch (name) {
        case "jtransforms" ->
            new ScalarLogMel(ScalarLogMel.Library.JTRANSFORMS, workload, audio, threads);
        case "commons-math" ->
            new ScalarLogMel(ScalarLogMel.Library.COMMONS_MATH, workload, audio, threads);
        case "libtorch-clips" -> new LibtorchLogMel(workload, audio, threads, false, false);
        case "libtorch-batch" -> new LibtorchLogMel(workload, audio, threads, true, false);
        case "libtorch-fast" -> new LibtorchLogMel(workload, audio, threads, false, true);
        default -> throw new IllegalArgumentException("there is no contender " + name);
      };
    } catch (EngineUnavailableException e) {
      throw new Unavailable(String.valueOf(e.getMessage()));
    } catch (LinkageError e) {
      // JavaCPP says that a native library is missing with an UnsatisfiedLinkError, or, the second
      // time, with a NoClassDefFoundError.
      throw new Unavailable(name + " has no native code for this platform: " + e.getMessage());
    }
  }
}
