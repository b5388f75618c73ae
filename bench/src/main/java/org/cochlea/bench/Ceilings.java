package org.cochlea.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cochlea.core.engine.cpu.TransformProbe;

/** What one core can do at most, measured: multiply-adds, and bytes to and from memory. */
final class Ceilings {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Compilers need their time before a run is the best. */
  private static final long NANOS = 4_000_000_000L;

  private static final int STEPS = 20_000;

  /** Far larger than any cache. */
  private static final int FLOATS = 1 << 26;

  private Ceilings() {}

  /** Returns 10^9 operations per second, a multiply-add counting two: the best of several runs. */
  static double multiplyAdds() {
    float[] sink = new float[SPECIES.length()];
    return best(() -> multiplyAdds(sink));
  }

  private static double multiplyAdds(float[] sink) {
    long start = System.nanoTime();
    chains(STEPS, sink);
    return 12.0 * 2 * SPECIES.length() * STEPS / (System.nanoTime() - start);
  }

  /** Twelve chains: enough to hide four cycles on three ports, few enough for 16 registers. */
  private static void chains(int steps, float[] sink) {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector y = FloatVector.broadcast(SPECIES, 0.001f);
    FloatVector a = x;
    FloatVector b = x;
    FloatVector c = x;
    FloatVector d = x;
    FloatVector e = x;
    FloatVector f = x;
    FloatVector g = x;
    FloatVector h = x;
    FloatVector i = x;
    FloatVector j = x;
    FloatVector k = x;
    FloatVector l = x;
    for (int s = 0; s < steps; s++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
    }
    a.add(b)
        .add(c)
        .add(d)
        .add(e)
        .add(f)
        .add(g)
        .add(h)
        .add(i)
        .add(j)
        .add(k)
        .add(l)
        .intoArray(sink, 0);
  }

  /** Returns 10^9 bytes per second, read and written, of a copy: the best of several runs. */
  static double copy() {
    float[] from = new float[FLOATS];
    float[] to = new float[FLOATS];
    Arrays.fill(from, 1);
    return best(
        () -> {
          long start = System.nanoTime();
          System.arraycopy(from, 0, to, 0, FLOATS);
          return 2.0 * Float.BYTES * FLOATS / (System.nanoTime() - start);
        });
  }

  /**
   * Something in turns with multiply-adds, so that both meet the same clock.
   *
   * @param rate per nanosecond, the best
   * @param perMultiplyAdd rate by 10^9 multiply-adds' operations per second, the median of the
   *     second half of the turns: the first is for the compilers
   */
  record InTurns(double rate, double perMultiplyAdd) {}

  static InTurns inTurns(DoubleSupplier rate) {
    float[] sink = new float[SPECIES.length()];
    List<Double> shares = new ArrayList<>();
    double best = 0;
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < 2 * NANOS) {
      double once = rate.getAsDouble();
      shares.add(once / multiplyAdds(sink));
      best = Math.max(best, once);
    }
    double[] late =
        shares.subList(shares.size() / 2, shares.size()).stream()
            .mapToDouble(Double::doubleValue)
            .toArray();
    return new InTurns(best, Spread.of(late).median());
  }

  /** Measures frames per nanosecond of the engine's transform alone, in the cache. */
  static InTurns transform(int size) {
    TransformProbe probe = new TransformProbe(size);
    int runs = Math.max(1, (1 << 20) / size / probe.frames());
    return inTurns(
        () -> {
          long start = System.nanoTime();
          for (int i = 0; i < runs; i++) {
            probe.run();
          }
          return (double) runs * probe.frames() / (System.nanoTime() - start);
        });
  }

  private static double best(DoubleSupplier rate) {
    double best = 0;
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < NANOS) {
      best = Math.max(best, rate.getAsDouble());
    }
    return best;
  }
}
