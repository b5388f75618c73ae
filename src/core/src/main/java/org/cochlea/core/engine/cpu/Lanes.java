package org.cochlea.core.engine.cpu;

/** How many frames a tile has. */
final class Lanes {
  static final int COUNT = 8;

  private Lanes() {}

  static String description() {
    return "no SIMD";
  }
}
