package org.cochlea.core.stage;

import java.util.Arrays;

/**
 * Which frames of an onset strength are beats: 1, else 0. Dynamic programming finds the frames that
 * are strong and a beat apart; librosa.beat.beat_track.
 *
 * <p>Ellis, "Beat tracking by dynamic programming", 2007.
 *
 * @param frameRate frames per second, above 0
 * @param tempo in beats per minute, above 0; or 0 to find it with {@code start}
 * @param start the most likely tempo, above 0; 120
 * @param tightness how much uneven beats cost, above 0; 100
 * @param trim whether weak beats at both ends are left out
 */
public record Beats(double frameRate, double tempo, double start, double tightness, boolean trim)
    implements Stage.Analysis {
  /** How many seconds a tempo is found over. */
  private static final double SECONDS = 8;

  private static final double MAX_TEMPO = 320;
  private static final double[] SMOOTH = {0, 0.5, 1, 0.5, 0};

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Beats {
    Require.positive("frameRate", frameRate);
    Require.notNegative("tempo", tempo);
    Require.positive("start", start);
    Require.positive("tightness", tightness);
  }

  @Override
  public Layout apply(Layout in) {
    return Require.oneBin(this, in);
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    double[][] y = new double[x.length][1];
    double[] onsets = new double[x.length];
    double sum = 0;
    for (int t = 0; t < x.length; t++) {
      onsets[t] = x[t][0];
      sum += onsets[t];
    }
    if (Arrays.stream(onsets).allMatch(v -> v == 0) || x.length < 2) {
      return y;
    }
    double squares = 0;
    for (double v : onsets) {
      squares += (v - sum / x.length) * (v - sum / x.length);
    }
    double deviation = Math.sqrt(squares / (x.length - 1)) + Double.MIN_NORMAL;
    for (int t = 0; t < onsets.length; t++) {
      onsets[t] /= deviation;
    }
    double found = tempo > 0 ? tempo : tempo(x, in);
    int period = (int) Math.max(1, Math.rint(frameRate * 60 / found));
    double[] local = local(onsets, period);
    boolean[] beats = track(local, period);
    trim(local, beats);
    for (int t = 0; t < y.length; t++) {
      y[t][0] = beats[t] ? 1 : 0;
    }
    return y;
  }

  private double tempo(double[][] x, Layout in) {
    int window = (int) Math.max(1, Math.floor(SECONDS * frameRate));
    double[] hann = new double[window];
    for (int i = 0; i < window; i++) {
      hann[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / window);
    }
    Tempogram tempogram = new Tempogram(Basis.row(hann), true, Double.POSITIVE_INFINITY);
    double[][] correlations = tempogram.compute(x, in);
    Tempo of = new Tempo(frameRate, start, 1, MAX_TEMPO, true);
    double found = of.compute(correlations, Layout.real(window))[0][0];
    return Double.isInfinite(found) ? start : found;
  }

  /** Onsets smoothed by a Gaussian of a 32nd of a beat. */
  private static double[] local(double[] onsets, int period) {
    double[] y = new double[onsets.length];
    for (int i = 0; i < y.length; i++) {
      for (int k = -period; k <= period; k++) {
        int at = i - k;
        if (at >= 0 && at < onsets.length) {
          double z = 32.0 * k / period;
          y[i] += Math.exp(-0.5 * z * z) * onsets[at];
        }
      }
    }
    return y;
  }

  private boolean[] track(double[] local, int period) {
    int n = local.length;
    double least = 0.01 * Arrays.stream(local).max().orElse(0);
    int[] back = new int[n];
    double[] score = new double[n];
    boolean first = true;
    for (int i = 0; i < n; i++) {
      double best = Double.NEGATIVE_INFINITY;
      int from = -1;
      int nearest = i - (int) Math.rint(period / 2.0);
      for (int at = Math.min(nearest, i - 1); at >= Math.max(0, i - 2 * period); at--) {
        double off = Math.log(i - at) - Math.log(period);
        double value = score[at] - tightness * off * off;
        if (value > best) {
          best = value;
          from = at;
        }
      }
      score[i] = from >= 0 ? local[i] + best : local[i];
      if (first && local[i] < least) {
        back[i] = -1;
      } else {
        back[i] = from;
        first = false;
      }
    }
    boolean[] beats = new boolean[n];
    for (int at = last(score); at >= 0; at = back[at]) {
      beats[at] = true;
    }
    return beats;
  }

  /** Returns the last peak that is at least half the median peak. */
  private static int last(double[] score) {
    int n = score.length;
    double[] peaks = new double[n];
    int count = 0;
    for (int i = 1; i < n; i++) {
      if (isPeak(score, i)) {
        peaks[count++] = score[i];
      }
    }
    double least = count == 0 ? 0 : 0.5 * Medians.median(Arrays.copyOf(peaks, count));
    for (int i = n - 1; i > 0; i--) {
      if (isPeak(score, i) && score[i] >= least) {
        return i;
      }
    }
    return n - 1;
  }

  private static boolean isPeak(double[] x, int i) {
    return x[i] > x[i - 1] && (i == x.length - 1 || x[i] >= x[i + 1]);
  }

  private void trim(double[] local, boolean[] beats) {
    double threshold = 0;
    if (trim) {
      double[] strengths = new double[beats.length];
      int count = 0;
      for (int t = 0; t < beats.length; t++) {
        if (beats[t]) {
          strengths[count++] = local[t];
        }
      }
      // As numpy.convolve in full, from the third value on.
      int length = Math.min(count + 2, local.length);
      double squares = 0;
      for (int i = 0; i < length; i++) {
        double smooth = 0;
        for (int k = 0; k < SMOOTH.length; k++) {
          int at = i + 2 - k;
          smooth += at >= 0 && at < count ? SMOOTH[k] * strengths[at] : 0;
        }
        squares += smooth * smooth;
      }
      threshold = 0.5 * Math.sqrt(squares / Math.max(1, length));
    }
    for (int t = 0; t < beats.length && local[t] <= threshold; t++) {
      beats[t] = false;
    }
    for (int t = beats.length - 1; t >= 0 && local[t] <= threshold; t--) {
      beats[t] = false;
    }
  }
}
