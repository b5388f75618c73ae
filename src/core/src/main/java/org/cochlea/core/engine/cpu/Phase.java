package org.cochlea.core.engine.cpu;

import org.cochlea.core.Waveform;
import org.jspecify.annotations.Nullable;

/** A part of a program that runs on the whole batch before the next begins. */
abstract class Phase {

  /** What one call works on. */
  static final class Call {
    TileKernels kernels = new PlainKernels();
    @Nullable Waveform waveform;
    int items;
    int channels;

    /** Where the first sample, and the first frame, lies in its clip: 0 but for pieces. */
    long firstSample;

    long firstFrame;

    /** Whether stages with memory go on where the last call ended. */
    boolean continues;
  }

  /** Forgets earlier calls. */
  void reset() {}

  /**
   * Runs on a batch.
   *
   * @param in the result of the phase before, or nothing yet when the waveform is the input
   */
  abstract void run(Call call, @Nullable Block in, Block out, Workers workers);

  /** Whether the result may be written over the input. */
  boolean inPlace() {
    return false;
  }

  /** Returns how many floats of memory every thread needs. */
  int memory() {
    return 0;
  }

  /** Returns how many doubles every thread needs. */
  int doubles() {
    return 0;
  }

  /** Returns how many frames (or samples) come out. */
  abstract long frames(long in);
}
