package org.cochlea.core.signal;

/** A resampling filter: its tables, shared by all streams that run it. */
sealed interface ResampleFilter permits CopyFilter, PolyphaseFilter, InterpolatedFilter {

  /** Zeros to put before the first sample. */
  int reach();

  /** Input samples after which the phases come again. */
  int period();

  /** Samples that must be there before anything can be computed. */
  int span();

  /** Samples from which a run works at full speed, at least {@link #span}. */
  int block();

  /** Samples that a history should hold for a signal of {@code expected} samples. */
  int capacity(int expected);

  /** Returns a run at the start of a signal of {@code expected} samples. */
  Run start(int expected);

  /** One stream's place in its input. */
  interface Run {
    /**
     * Computes what can be computed from {@code history[start, end)}, whose first sample lies
     * {@link #reach} before the next output's frame.
     *
     * @param most outputs to write at most; any beyond are dropped
     * @return outputs written
     */
    int run(double[] history, int start, int end, float[] out, int at, int most);

    /** Samples at the start of the history that the last run has done with. */
    int consumed();
  }
}
