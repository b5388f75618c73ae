package org.cochlea.core.stage;

import java.util.Arrays;

/**
 * Complex frames with the bins that do not stand out of the noise attenuated: {@code y = (m
 * reduction + 1 - reduction) x}, the mask m smoothed by triangles along bins and frames.
 *
 * <p>Sainburg, Thielk and Gentner, "Finding, visualizing, and quantifying latent structure across
 * diverse animal vocal repertoires", 2020; noisereduce.reduce_noise, where a mask is smoothed after
 * the reduction if the noise is stationary, which is the same inside a clip.
 *
 * @param mask what stands out
 * @param reduction part of what does not that is taken away, in [0, 1]
 * @param smoothBins bins on either side that a triangle reaches, at least 1
 * @param smoothFrames frames on either side, at least 1; where both are 1 nothing is smoothed
 */
public record SpectralGate(Mask mask, double reduction, int smoothBins, int smoothFrames)
    implements Stage.Analysis {
  private static final double EPSILON = Math.ulp(1.0);
  private static final double RANGE = 80;

  /** What stands out of the noise, from 0 to 1. */
  public sealed interface Mask permits Stationary, NonStationary {}

  /**
   * 1 where a bin in decibels is above the noise's mean and some standard deviations, else 0. What
   * is 80 dB below a bin's maximum counts as there.
   *
   * @param deviations how many; 1.5
   * @param skip frames at both ends that the noise is not taken from, at least 0
   * @param noise how many frames it is taken from at most, at least 0; 0 for all
   */
  public record Stationary(double deviations, int skip, int noise) implements Mask {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Stationary {
      if (!Double.isFinite(deviations)) {
        throw new IllegalArgumentException("deviations must be finite, was " + deviations);
      }
      Require.atLeast("skip", skip, 0);
      Require.atLeast("noise", noise, 0);
    }
  }

  /**
   * {@code 1 / (1 + exp(-slope ((|x| - s) / s - multiple)))}, where s is {@code |x|} smoothed over
   * time, forwards and backwards.
   *
   * @param frames time constant of the smoothing, above 0
   * @param multiple of s above s that is the middle of the slope; 2
   * @param slope steepness, above 0; 10
   */
  public record NonStationary(double frames, double multiple, double slope) implements Mask {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public NonStationary {
      Require.positive("frames", frames);
      if (!Double.isFinite(multiple)) {
        throw new IllegalArgumentException("multiple must be finite, was " + multiple);
      }
      Require.positive("slope", slope);
    }
  }

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public SpectralGate {
    if (!(reduction >= 0 && reduction <= 1)) {
      throw new IllegalArgumentException("reduction must be in [0, 1], was " + reduction);
    }
    Require.atLeast("smoothBins", smoothBins, 1);
    Require.atLeast("smoothFrames", smoothFrames, 1);
  }

  @Override
  public Layout apply(Layout in) {
    return Require.complex(this, in);
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int frames = x.length;
    int bins = in.bins();
    // Transposed: all that is computed is computed along time.
    double[][] gain = new double[bins][frames];
    for (int k = 0; k < bins; k++) {
      double[] row = gain[k];
      for (int t = 0; t < frames; t++) {
        row[t] = Math.hypot(x[t][2 * k], x[t][2 * k + 1]);
      }
      switch (mask) {
        case Stationary s -> stationary(s, row);
        case NonStationary s -> nonStationary(s, row);
      }
    }
    boolean stationary = mask instanceof Stationary;
    if (stationary) {
      reduce(gain);
    }
    if (smoothBins > 1 || smoothFrames > 1) {
      smooth(gain, frames);
    }
    if (!stationary) {
      reduce(gain);
    }
    double[][] y = new double[frames][2 * bins];
    for (int t = 0; t < frames; t++) {
      for (int k = 0; k < bins; k++) {
        y[t][2 * k] = gain[k][t] * x[t][2 * k];
        y[t][2 * k + 1] = gain[k][t] * x[t][2 * k + 1];
      }
    }
    return y;
  }

  private void reduce(double[][] gain) {
    for (double[] row : gain) {
      for (int t = 0; t < row.length; t++) {
        row[t] = row[t] * reduction + (1 - reduction);
      }
    }
  }

  private static void stationary(Stationary s, double[] row) {
    int to = Math.max(s.skip, row.length - s.skip);
    to = s.noise == 0 ? to : (int) Math.min(to, (long) s.skip + s.noise);
    double[] noise =
        Arrays.copyOfRange(row, Math.min(s.skip, row.length), Math.min(to, row.length));
    decibels(noise);
    double mean = Arrays.stream(noise).average().orElse(Double.NEGATIVE_INFINITY);
    double variance = Arrays.stream(noise).map(v -> (v - mean) * (v - mean)).average().orElse(0);
    double threshold = mean + s.deviations * Math.sqrt(variance);
    decibels(row);
    for (int t = 0; t < row.length; t++) {
      row[t] = row[t] > threshold ? 1 : 0;
    }
  }

  private static void decibels(double[] row) {
    double most = Double.NEGATIVE_INFINITY;
    for (int t = 0; t < row.length; t++) {
      row[t] = 20 * Math.log10(row[t] + EPSILON);
      most = Math.max(most, row[t]);
    }
    for (int t = 0; t < row.length; t++) {
      row[t] = Math.max(row[t], most - RANGE);
    }
  }

  private static void nonStationary(NonStationary s, double[] row) {
    if (row.length == 0) {
      return;
    }
    double squares = s.frames * s.frames;
    double part = (Math.sqrt(1 + 4 * squares) - 1) / (2 * squares);
    double[] smooth = new double[row.length];
    double state = row[0];
    for (int t = 0; t < row.length; t++) {
      state += part * (row[t] - state);
      smooth[t] = state;
    }
    for (int t = row.length - 1; t >= 0; t--) {
      state += part * (smooth[t] - state);
      smooth[t] = state;
    }
    for (int t = 0; t < row.length; t++) {
      double above = smooth[t] == 0 ? -1 : (row[t] - smooth[t]) / smooth[t];
      row[t] = 1 / (1 + Math.exp(-(above - s.multiple) * s.slope));
    }
  }

  /** Zeros beyond the edges, as scipy.signal.fftconvolve with mode "same". */
  private void smooth(double[][] gain, int frames) {
    for (int k = 0; k < gain.length; k++) {
      gain[k] = triangle(gain[k], smoothFrames);
    }
    double[] column = new double[gain.length];
    for (int t = 0; t < frames; t++) {
      for (int k = 0; k < column.length; k++) {
        column[k] = gain[k][t];
      }
      double[] smoothed = triangle(column, smoothBins);
      for (int k = 0; k < column.length; k++) {
        gain[k][t] = smoothed[k];
      }
    }
  }

  /** The convolution with {@code 1 … half, half + 1, half … 1}, which sum to 1. */
  private static double[] triangle(double[] x, int half) {
    double[] y = new double[x.length];
    double sum = (half + 1.0) * (half + 1.0);
    for (int i = 0; i < x.length; i++) {
      int last = Math.min(x.length - 1, i + half);
      for (int j = Math.max(0, i - half); j <= last; j++) {
        y[i] += (half + 1 - Math.abs(i - j)) / sum * x[j];
      }
    }
    return y;
  }
}
