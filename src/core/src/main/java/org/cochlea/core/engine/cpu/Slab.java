package org.cochlea.core.engine.cpu;

import java.util.ArrayList;
import java.util.List;

/**
 * Memory for the threads of one call, lent and taken back; kept for later calls.
 *
 * <p>It is one large array on purpose. The floats of an array begin 16 bytes into it, so vectors of
 * an ordinary array straddle cache lines, which costs up to a quarter of the speed. A humongous
 * array (half a region of the G1 collector or more) begins at a region and never moves: from its
 * 12th float on, memory is aligned to 64 bytes. With other collectors it is luck. Doubles come in
 * an array of their own, which is the same to lines.
 */
final class Slab {
  private static final int FIRST = 12;
  private static final int LINE = 16;

  private static final List<float[]> IDLE = new ArrayList<>();
  private static final List<double[]> IDLE_DOUBLES = new ArrayList<>();
  private static final double[] NO_DOUBLES = {};

  private Slab() {}

  /**
   * Lends every thread memory of its own.
   *
   * @param floats for one thread
   * @return what to give back
   */
  static float[] lend(Workers workers, int floats) {
    int each = (floats + LINE - 1) / LINE * LINE + LINE;
    float[] array = take(Math.addExact(FIRST, Math.multiplyExact(workers.count(), each)));
    for (int i = 0; i < workers.count(); i++) {
      workers.worker(i).lend(array, FIRST + i * each);
    }
    return array;
  }

  /**
   * Lends every thread doubles of its own.
   *
   * @param doubles for one thread; there is no array for none
   * @return what to give back
   */
  static double[] lendDoubles(Workers workers, int doubles) {
    if (doubles == 0) {
      return NO_DOUBLES;
    }
    int each = (doubles + LINE / 2 - 1) / (LINE / 2) * (LINE / 2) + LINE / 2;
    double[] array =
        takeDoubles(Math.addExact(FIRST / 2, Math.multiplyExact(workers.count(), each)));
    for (int i = 0; i < workers.count(); i++) {
      workers.worker(i).lend(array, FIRST / 2 + i * each);
    }
    return array;
  }

  private static float[] take(int floats) {
    synchronized (IDLE) {
      for (int i = IDLE.size() - 1; i >= 0; i--) {
        if (IDLE.get(i).length >= floats) {
          return IDLE.remove(i);
        }
      }
      // One that is too small makes room for one that will do.
      if (!IDLE.isEmpty()) {
        IDLE.removeLast();
      }
    }
    return new float[Math.max(floats, humongous())];
  }

  private static double[] takeDoubles(int doubles) {
    synchronized (IDLE_DOUBLES) {
      for (int i = IDLE_DOUBLES.size() - 1; i >= 0; i--) {
        if (IDLE_DOUBLES.get(i).length >= doubles) {
          return IDLE_DOUBLES.remove(i);
        }
      }
      if (!IDLE_DOUBLES.isEmpty()) {
        IDLE_DOUBLES.removeLast();
      }
    }
    return new double[Math.max(doubles, humongous() / 2)];
  }

  /** Takes memory back. */
  static void giveBack(double[] array) {
    if (array.length > 0) {
      synchronized (IDLE_DOUBLES) {
        IDLE_DOUBLES.add(array);
      }
    }
  }

  /** Takes memory back. */
  static void giveBack(float[] array) {
    synchronized (IDLE) {
      IDLE.add(array);
    }
  }

  /**
   * Returns how many floats surely take half a region: the heap has about 2048, of 1 to 32 MB, and
   * their size is rounded up to a power of two.
   */
  private static int humongous() {
    long region = (Runtime.getRuntime().maxMemory() - 1) / 2048;
    long rounded = 2 * Long.highestOneBit(Math.max(1, region));
    return Math.clamp(rounded, 1 << 20, 1 << 25) / 2 / Float.BYTES;
  }
}
