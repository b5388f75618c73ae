package org.cochlea.core.signal;

/**
 * The first-order difference that lifts high frequencies, {@code y[n] = x[n] - c x[n-1]}, and its
 * inverse.
 *
 * <p>The conventions differ in the sample before the first.
 *
 * @param coefficient c, in [0, 1]; 0.97 in HTK, Kaldi, librosa and NeMo
 * @param start what stands before the first sample
 */
public record PreEmphasis(double coefficient, Start start) {

  /** What the first output is computed from. */
  public enum Start {
    /**
     * The line through the first two samples, continued: {@code y[0] = x[0] + (2 x[0] - x[1])};
     * {@code librosa.effects.preemphasis}. A single sample counts as constant.
     *
     * <p>librosa adds the continued value itself as the filter's state, not {@code -c} times it.
     */
    EXTRAPOLATED,
    /** Silence: {@code y[0] = x[0]}; python_speech_features, NeMo, torchaudio. */
    ZERO,
    /** The first sample again: {@code y[0] = x[0] - c x[0]}; Kaldi, there for every frame. */
    REPEATED
  }

  /** Checks the range. */
  public PreEmphasis {
    Checks.within("coefficient", coefficient, 0, 1);
  }

  /** Returns librosa's pre-emphasis. */
  public static PreEmphasis librosa(double coefficient) {
    return new PreEmphasis(coefficient, Start.EXTRAPOLATED);
  }

  /** Returns the pre-emphasis of python_speech_features, NeMo and torchaudio. */
  public static PreEmphasis plain(double coefficient) {
    return new PreEmphasis(coefficient, Start.ZERO);
  }

  /** Returns Kaldi's pre-emphasis. */
  public static PreEmphasis kaldi(double coefficient) {
    return new PreEmphasis(coefficient, Start.REPEATED);
  }

  /**
   * Filters a signal from its start.
   *
   * @param samples any number, also none
   * @return a new array of the same length
   */
  public float[] apply(float[] samples) {
    float[] out = new float[samples.length];
    if (samples.length == 0) {
      return out;
    }
    double first = samples[0];
    double second = samples.length > 1 ? samples[1] : first;
    out[0] =
        (float)
            switch (start) {
              case EXTRAPOLATED -> first + (2 * first - second);
              case ZERO -> first;
              case REPEATED -> first - coefficient * first;
            };
    for (int i = 1; i < samples.length; i++) {
      out[i] = (float) (samples[i] - coefficient * samples[i - 1]);
    }
    return out;
  }

  /**
   * Undoes {@link #apply}: {@code x[n] = y[n] + c x[n-1]}, as {@code librosa.effects.deemphasis}.
   *
   * @param samples any number, also none
   * @return a new array of the same length
   * @throws IllegalStateException for {@link Start#REPEATED} with a coefficient of 1, which cannot
   *     be undone
   */
  public float[] invert(float[] samples) {
    float[] out = new float[samples.length];
    if (samples.length == 0) {
      return out;
    }
    double c = coefficient;
    double y0 = samples[0];
    double previous =
        switch (start) {
          // Solves y0 = 3 x0 - x1 and y1 = x1 - c x0 for x0.
          case EXTRAPOLATED -> samples.length > 1 ? (y0 + samples[1]) / (3 - c) : y0 / 2;
          case ZERO -> y0;
          case REPEATED -> {
            if (c == 1) {
              throw new IllegalStateException("a repeated start with coefficient 1 has no inverse");
            }
            yield y0 / (1 - c);
          }
        };
    out[0] = (float) previous;
    for (int i = 1; i < samples.length; i++) {
      previous = samples[i] + c * previous;
      // Silence after sound would otherwise decay through the denormal numbers.
      if (Math.abs(previous) < 1e-200) {
        previous = 0;
      }
      out[i] = (float) previous;
    }
    return out;
  }
}
