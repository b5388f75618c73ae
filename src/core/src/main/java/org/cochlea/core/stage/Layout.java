package org.cochlea.core.stage;

/**
 * What flows between two stages, apart from its length in time.
 *
 * @param domain samples, or frames of bins
 * @param bins values per frame; 1 for a signal
 * @param complex whether a value is a (real, imaginary) pair
 */
public record Layout(Domain domain, int bins, boolean complex) {

  /** What the time axis counts. */
  public enum Domain {
    /** Samples of a signal. */
    SIGNAL,
    /** Frames. */
    FRAMES
  }

  /** Returns the layout of a waveform. */
  public static Layout signal() {
    return new Layout(Domain.SIGNAL, 1, false);
  }

  /** Returns the layout of frames of real values. */
  public static Layout real(int bins) {
    return new Layout(Domain.FRAMES, bins, false);
  }

  /** Returns the layout of frames of complex values. */
  public static Layout complex(int bins) {
    return new Layout(Domain.FRAMES, bins, true);
  }

  /** Whether the time axis counts samples. */
  public boolean isSignal() {
    return domain == Domain.SIGNAL;
  }

  @Override
  public String toString() {
    return isSignal() ? "a signal" : (complex ? "complex" : "real") + " frames of " + bins;
  }
}
