package org.cochlea.core.signal;

/**
 * Finds where a signal changes its sign, as {@code librosa.zero_crossings}.
 *
 * <p>For its rate per frame see {@code ZeroCrossingRate}, which counts zeros as positive.
 *
 * @param threshold samples of at most this magnitude count as zero, at least 0; librosa's default
 *     is 1e-10
 * @param zeroPositive whether zero counts as positive; else as a sign of its own, so that going
 *     from 1 to 0 and from 0 to 1 are two crossings
 */
public record ZeroCrossings(double threshold, boolean zeroPositive) {

  /** Librosa's defaults. */
  public static final ZeroCrossings DEFAULT = new ZeroCrossings(1e-10, true);

  /** Checks the range. */
  public ZeroCrossings {
    Checks.within("threshold", threshold, 0, Double.MAX_VALUE);
  }

  /**
   * Returns whether the sign of each sample differs from that of the sample before it.
   *
   * @param samples any number, also none
   * @return an array of the same length, false at the first sample
   */
  public boolean[] find(float[] samples) {
    boolean[] crossings = new boolean[samples.length];
    for (int i = 1; i < samples.length; i++) {
      crossings[i] = sign(samples[i]) != sign(samples[i - 1]);
    }
    return crossings;
  }

  private int sign(float sample) {
    if (Math.abs(sample) <= threshold) {
      return zeroPositive ? 1 : 0;
    }
    return sample < 0 ? -1 : 1;
  }
}
