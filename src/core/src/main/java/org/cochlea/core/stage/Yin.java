package org.cochlea.core.stage;

/**
 * The fundamental frequency of every frame, in Hz: the period is the first lag at which the
 * cumulative mean normalised difference {@code d'} has a trough below a threshold, else that of its
 * minimum; refined by a parabola. de Cheveigné and Kawahara, "YIN, a fundamental frequency
 * estimator for speech and music", 2002; librosa.yin.
 *
 * @param sampleRate in Hz, above 0
 * @param minHz above 0
 * @param maxHz above {@code minHz}, at most half the sample rate
 * @param threshold of troughs, at least 0; 0.1
 */
public record Yin(double sampleRate, double minHz, double maxHz, double threshold)
    implements Stage.Analysis {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Yin {
    Difference.requireBand(sampleRate, minHz, maxHz);
    Require.notNegative("threshold", threshold);
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    Difference.requireLength(in.bins(), sampleRate, minHz);
    return Layout.real(1);
  }

  @Override
  public boolean isPerFrame() {
    return true;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    double[][] y = new double[x.length][1];
    Difference difference = new Difference(sampleRate, minHz, maxHz, in.bins());
    for (int t = 0; t < x.length; t++) {
      double[] d = difference.normalized(x[t]);
      int period = -1;
      int least = 0;
      for (int i = 0; i < d.length; i++) {
        least = d[i] < d[least] ? i : least;
        if (period < 0 && Difference.isTrough(d, i) && d[i] < threshold) {
          period = i;
        }
      }
      period = period < 0 ? least : period;
      y[t][0] =
          sampleRate / (difference.shortest() + period + PitchTracks.parabolicShift(d, period));
    }
    return y;
  }

  /** Returns the least lag that is a period, in samples. */
  public int shortestLag() {
    return shortestLag(sampleRate, maxHz);
  }

  /** Returns the greatest one for frames of a length. */
  public int longestLag(int length) {
    return longestLag(sampleRate, minHz, length);
  }

  private static int shortestLag(double sampleRate, double maxHz) {
    return (int) Math.floor(sampleRate / maxHz);
  }

  private static int longestLag(double sampleRate, double minHz, int length) {
    return Math.min((int) Math.ceil(sampleRate / minHz), length - 1);
  }

  /** Returns how far the trough of a parabola lies from the second of three neighbours. */
  public static double shift(double before, double at, double after) {
    return PitchTracks.parabolicShift(before, at, after);
  }

  /** The cumulative mean normalised difference of frames of one length. */
  static final class Difference {
    private final int shortest;
    private final int longest;
    private final Fourier fourier;

    Difference(double sampleRate, double minHz, double maxHz, int length) {
      this.shortest = shortestLag(sampleRate, maxHz);
      this.longest = longestLag(sampleRate, minHz, length);
      this.fourier = new Fourier(Integer.highestOneBit(2 * length - 1) << 1);
    }

    static void requireBand(double sampleRate, double minHz, double maxHz) {
      Require.positive("sampleRate", sampleRate);
      Require.positive("minHz", minHz);
      if (!(maxHz > minHz && maxHz <= sampleRate / 2)) {
        throw new IllegalArgumentException(
            "maxHz must be above minHz = %s and at most half the sample rate, %s, was %s"
                .formatted(minHz, sampleRate / 2, maxHz));
      }
    }

    static void requireLength(int length, double sampleRate, double minHz) {
      if (sampleRate / minHz >= length - 1) {
        throw new IllegalArgumentException(
            "minHz must be above %s Hz for frames of %d samples at %s Hz, was %s"
                .formatted(sampleRate / (length - 1), length, sampleRate, minHz));
      }
    }

    /** Returns the lag of the first value, in samples. */
    int shortest() {
      return shortest;
    }

    /** Returns the values of the lags from {@link #shortest} on. */
    double[] normalized(double[] frame) {
      double[] bins = fourier.forward(frame);
      for (int k = 0; k < bins.length; k += 2) {
        bins[k] = bins[k] * bins[k] + bins[k + 1] * bins[k + 1];
        bins[k + 1] = 0;
      }
      double[] correlation = fourier.inverse(bins);
      double[] d = new double[longest - shortest + 1];
      double energy = frame[0] * frame[0];
      double sum = 0;
      for (int lag = 1; lag <= longest; lag++) {
        // As librosa, which leaves the energy before the lag 1 out.
        double value = 2 * (correlation[0] - correlation[lag]) - (lag == 1 ? 0 : energy);
        energy += frame[lag] * frame[lag];
        sum += value;
        if (lag >= shortest) {
          d[lag - shortest] = value / (sum / lag + Double.MIN_NORMAL);
        }
      }
      return d;
    }

    /** Whether a value is a trough; the first one is if the next is above. */
    static boolean isTrough(double[] d, int i) {
      if (d.length == 1) {
        return false;
      }
      if (i == 0) {
        return d[0] < d[1];
      }
      return d[i] < d[i - 1] && (i == d.length - 1 || d[i] <= d[i + 1]);
    }
  }
}
