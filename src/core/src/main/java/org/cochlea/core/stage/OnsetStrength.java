package org.cochlea.core.stage;

import java.util.List;

/**
 * How much a spectrogram (in decibels, as a rule) grows: {@code y[t] = aggregate_k max(0, x[k, t] -
 * ref[k, t - lag])}, where {@code ref} is x or its maximum over neighbouring bins;
 * librosa.onset.onset_strength_multi. The first {@code lag + shift} frames are 0.
 *
 * <p>Böck and Widmer, "Maximum filter vibrato suppression for onset detection", 2013.
 *
 * @param lag frames, at least 1
 * @param maxBins bins that the maximum is taken over, at least 1 (none)
 * @param aggregate how the bins of a band become one number
 * @param bands which bins belong together; none for all of them
 * @param detrend whether a high-pass filter {@code (1 - z⁻¹) / (1 - 0.99 z⁻¹)} is applied along
 *     time
 * @param shift frames by which the result is late, at least 0; librosa makes up for centred frames
 *     with {@code fftSize / (2 hop)}
 */
public record OnsetStrength(
    int lag, int maxBins, Aggregate aggregate, List<Band> bands, boolean detrend, int shift)
    implements Stage.Analysis {

  /** How several numbers become one. */
  public enum Aggregate {
    /** The mean. */
    MEAN,
    /** The median. */
    MEDIAN,
    /** The largest. */
    MAX,
    /** The least. */
    MIN,
    /** The sum. */
    SUM,
    /** They do not: every bin stays. */
    NONE
  }

  /**
   * The bins {@code from … to - 1}.
   *
   * @param from at least 0
   * @param to above {@code from}
   */
  public record Band(int from, int to) {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Band {
      Require.atLeast("from", from, 0);
      Require.atLeast("to", to, from + 1L);
    }
  }

  /** Of the high-pass filter. */
  public static final double POLE = 0.99;

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public OnsetStrength {
    Require.atLeast("lag", lag, 1);
    Require.atLeast("maxBins", maxBins, 1);
    Require.atLeast("shift", shift, 0);
    bands = List.copyOf(bands);
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    for (Band band : bands) {
      if (band.to() > in.bins()) {
        throw new IllegalArgumentException(
            "%s cannot follow %s: there is no bin %d".formatted(this, in, band.to() - 1));
      }
    }
    return Layout.real(aggregate == Aggregate.NONE ? in.bins() : Math.max(1, bands.size()));
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int bins = in.bins();
    int rows = apply(in).bins();
    double[][] y = new double[x.length][rows];
    double[] growth = new double[bins];
    for (int t = lag; t + shift < x.length; t++) {
      for (int k = 0; k < bins; k++) {
        growth[k] = Math.max(0, x[t][k] - peak(x[t - lag], k));
      }
      for (int r = 0; r < rows; r++) {
        if (aggregate == Aggregate.NONE) {
          y[t + shift][r] = growth[r];
        } else {
          y[t + shift][r] = aggregated(growth, band(r, bins));
        }
      }
    }
    for (int r = 0; detrend && r < rows; r++) {
      double before = 0;
      double state = 0;
      for (int t = 0; t < y.length; t++) {
        double now = y[t][r];
        state = now - before + POLE * state;
        before = now;
        y[t][r] = state;
      }
    }
    return y;
  }

  /**
   * Returns which bins a row of the result is made of.
   *
   * @param row of the result
   * @param bins of the spectrogram
   */
  public Band band(int row, int bins) {
    if (aggregate == Aggregate.NONE) {
      return new Band(row, row + 1);
    }
    return bands.isEmpty() ? new Band(0, bins) : bands.get(row);
  }

  /** The maximum of the bins around one, as scipy.ndimage.maximum_filter1d centres them. */
  private double peak(double[] frame, int bin) {
    double max = frame[bin];
    for (int k = Math.max(0, bin - maxBins / 2);
        k < Math.min(frame.length, bin - maxBins / 2 + maxBins);
        k++) {
      max = Math.max(max, frame[k]);
    }
    return max;
  }

  private double aggregated(double[] x, Band band) {
    double[] values = new double[band.to() - band.from()];
    System.arraycopy(x, band.from(), values, 0, values.length);
    if (aggregate == Aggregate.MEDIAN) {
      return Medians.median(values);
    }
    double sum = 0;
    double max = Double.NEGATIVE_INFINITY;
    double min = Double.POSITIVE_INFINITY;
    for (double v : values) {
      sum += v;
      max = Math.max(max, v);
      min = Math.min(min, v);
    }
    return switch (aggregate) {
      case MEAN -> sum / values.length;
      case SUM -> sum;
      case MAX -> max;
      case MIN -> min;
      case MEDIAN, NONE -> throw new AssertionError(aggregate);
    };
  }
}
