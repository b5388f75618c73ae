package org.cochlea.core.engine.cpu;

/** How many frames a tile holds on this machine. */
final class Lanes {

  /** Whether the JVM was started with {@code --add-modules jdk.incubator.vector}. */
  static final boolean VECTORS = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  /** Lanes of a vector; 8 without vectors, which keeps loops short and tiles small. */
  static final int COUNT = VECTORS ? VectorLanes.count() : 8;

  private Lanes() {}

  /** Returns the kernels on vectors, where there are vectors, else the plain ones. */
  static TileKernels vectorKernels() {
    return VECTORS ? VectorLanes.kernels() : new PlainKernels();
  }

  static String description() {
    return VECTORS
        ? "%d-bit SIMD".formatted(COUNT * Float.SIZE)
        : "no SIMD (it needs --add-modules jdk.incubator.vector)";
  }
}
