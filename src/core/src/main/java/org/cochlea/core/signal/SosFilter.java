package org.cochlea.core.signal;

import java.util.Arrays;
import java.util.Objects;

/**
 * A running filter of second-order sections: chunks of any size in, as many samples out. The output
 * depends on the samples alone, not on how they were cut into chunks.
 *
 * <p>Not safe for use by several threads at once. Made by {@link SecondOrderSections#stream()}.
 */
public final class SosFilter {

  private static final int BLOCK = 512;

  /** States below this are set to zero at block ends, or silence would run on denormal numbers. */
  private static final double VANISHED = 1e-200;

  private final Biquad[] sections;
  private final double[] state;
  private final double[] block = new double[BLOCK];

  /** Samples since the last block end; blocks lie on a grid of the stream, not of the chunks. */
  private int phase;

  SosFilter(SecondOrderSections filter) {
    sections = filter.sections().toArray(Biquad[]::new);
    state = new double[2 * sections.length];
  }

  /**
   * Filters the next chunk.
   *
   * @param in samples
   * @param from index of the chunk's first sample in {@code in}
   * @param out may be {@code in}
   * @param at index of its first output in {@code out}
   * @param count samples in the chunk, at least 0
   */
  public void process(float[] in, int from, float[] out, int at, int count) {
    Objects.checkFromIndexSize(from, count, in.length);
    Objects.checkFromIndexSize(at, count, out.length);
    for (int done = 0; done < count; ) {
      int n = Math.min(BLOCK - phase, count - done);
      for (int i = 0; i < n; i++) {
        block[i] = in[from + done + i];
      }
      run(block, 0, n);
      for (int i = 0; i < n; i++) {
        out[at + done + i] = (float) block[i];
      }
      done += n;
    }
  }

  /** Filters {@code count} doubles in place. */
  void process(double[] samples, int from, int count) {
    for (int done = 0; done < count; ) {
      int n = Math.min(BLOCK - phase, count - done);
      run(samples, from + done, n);
      done += n;
    }
  }

  /**
   * Starts in the steady state of a constant input; see {@link SecondOrderSections#steadyState}.
   */
  void start(double[][] steady, double level) {
    for (int s = 0; s < sections.length; s++) {
      state[2 * s] = steady[s][0] * level;
      state[2 * s + 1] = steady[s][1] * level;
    }
    phase = 0;
  }

  /** Returns to rest. */
  public void reset() {
    Arrays.fill(state, 0);
    phase = 0;
  }

  private void run(double[] x, int from, int count) {
    for (int s = 0; s < sections.length; s++) {
      Biquad q = sections[s];
      double b0 = q.b0();
      double b1 = q.b1();
      double b2 = q.b2();
      double a1 = q.a1();
      double a2 = q.a2();
      double z0 = state[2 * s];
      double z1 = state[2 * s + 1];
      for (int i = from; i < from + count; i++) {
        double in = x[i];
        double y = b0 * in + z0;
        z0 = b1 * in - a1 * y + z1;
        z1 = b2 * in - a2 * y;
        x[i] = y;
      }
      state[2 * s] = z0;
      state[2 * s + 1] = z1;
    }
    phase += count;
    if (phase == BLOCK) {
      phase = 0;
      for (int i = 0; i < state.length; i++) {
        if (Math.abs(state[i]) < VANISHED) {
          state[i] = 0;
        }
      }
    }
  }
}
