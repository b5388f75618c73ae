package org.cochlea.core.feature;

/** Where the bins of a short-time transform lie; nnAudio's {@code freq_scale}. */
public sealed interface FrequencyScale {

  /** Returns the frequency of a bin in Hz. */
  double hz(int bin, int sampleRate, int fftSize);

  /** Returns how many bins there are. */
  int bins(int fftSize);

  /** The bins of the discrete Fourier transform, {@code k sampleRate / fftSize}; "no". */
  record Fourier() implements FrequencyScale {
    @Override
    public double hz(int bin, int sampleRate, int fftSize) {
      return (double) bin * sampleRate / fftSize;
    }

    @Override
    public int bins(int fftSize) {
      return fftSize / 2 + 1;
    }
  }

  /**
   * {@code minHz + k (maxHz - minHz) / count}; maxHz itself is not reached.
   *
   * @param minHz of bin 0
   * @param maxHz above {@code minHz}
   * @param count number of bins, at least 1
   */
  record Linear(double minHz, double maxHz, int count) implements FrequencyScale {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Linear {
      Check.band(minHz, maxHz);
      Check.atLeast("count", count, 1);
    }

    @Override
    public double hz(int bin, int sampleRate, int fftSize) {
      return minHz + bin * (maxHz - minHz) / count;
    }

    @Override
    public int bins(int fftSize) {
      return count;
    }
  }

  /**
   * {@code minHz (maxHz / minHz)^(k / count)}; maxHz itself is not reached. nnAudio's "log" and
   * "log2" are both this.
   *
   * @param minHz of bin 0, above 0
   * @param maxHz above {@code minHz}
   * @param count number of bins, at least 1
   */
  record Logarithmic(double minHz, double maxHz, int count) implements FrequencyScale {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Logarithmic {
      Check.band(minHz, maxHz);
      Check.positive("minHz", minHz);
      Check.atLeast("count", count, 1);
    }

    @Override
    public double hz(int bin, int sampleRate, int fftSize) {
      return minHz * Math.pow(maxHz / minHz, (double) bin / count);
    }

    @Override
    public int bins(int fftSize) {
      return count;
    }
  }
}
