package org.cochlea.core.signal;

import java.util.Arrays;

/**
 * A stretch of samples.
 *
 * @param start index of the first sample, at least 0
 * @param end index after the last sample, at least {@code start}
 */
public record Interval(int start, int end) {

  /** Checks the order. */
  public Interval {
    Checks.atLeast("start", start, 0);
    Checks.atLeast("end", end, start);
  }

  /** Returns the number of samples. */
  public int length() {
    return end - start;
  }

  /** Returns a copy of the stretch of {@code samples}, which must reach {@link #end}. */
  public float[] of(float[] samples) {
    if (end > samples.length) {
      throw new IllegalArgumentException(
          "samples must be at least %d, were %d".formatted(end, samples.length));
    }
    return Arrays.copyOfRange(samples, start, end);
  }
}
