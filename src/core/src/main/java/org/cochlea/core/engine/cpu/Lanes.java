package org.cochlea.core.engine.cpu;

/** How many frames a tile holds on this machine, and which kernels there are for that. */
final class Lanes {

  /** Whether the JVM was started with {@code --add-modules jdk.incubator.vector}. */
  static final boolean VECTORS = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  /**
   * Lanes of a vector: of the Vector API where there is one, so that all kernels can take turns,
   * else of the native kernels; 8 without vectors, which keeps loops short and tiles small.
   */
  static final int COUNT =
      VECTORS ? VectorLanes.count() : NativeLanes.count() > 0 ? NativeLanes.count() : 8;

  /** Whether there are native kernels of so many lanes. */
  static final boolean NATIVE = NativeLanes.supports(COUNT);

  private Lanes() {}

  /**
   * Returns which kernels were asked for by the system property {@code cochlea.cpu.kernels}: {@code
   * native}, {@code vector}, {@code plain} or, by default, {@code auto}, which is native where that
   * can be, else plain until vectors are warm.
   */
  static String choice() {
    return System.getProperty("cochlea.cpu.kernels", "auto");
  }

  /** Returns the kernels that are the fastest once they are warm. */
  static TileKernels kernels() {
    return NATIVE ? NativeLanes.kernels() : vectorKernels();
  }

  /** Returns the kernels on vectors of the Vector API, where there is one, else the plain ones. */
  static TileKernels vectorKernels() {
    return VECTORS ? VectorLanes.kernels() : new PlainKernels();
  }

  /** Returns the kernels for what has no lanes: a loop that every compiler vectorizes. */
  static TileKernels loops() {
    return usesNative() ? NativeLanes.kernels() : new PlainKernels();
  }

  private static boolean usesNative() {
    return NATIVE && !choice().equals("plain") && !choice().equals("vector");
  }

  static String description() {
    if (choice().equals("plain")) {
      return "no SIMD (cochlea.cpu.kernels is plain)";
    }
    if (usesNative()) {
      return "%d-bit SIMD, native".formatted(COUNT * Float.SIZE);
    }
    return VECTORS
        ? "%d-bit SIMD".formatted(COUNT * Float.SIZE)
        : "no SIMD (it needs --add-modules jdk.incubator.vector; %s)"
            .formatted(NativeLanes.problem(COUNT));
  }
}
