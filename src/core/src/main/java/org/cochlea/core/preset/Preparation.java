package org.cochlea.core.preset;

import java.util.Arrays;
import org.cochlea.core.signal.Butterworth;
import org.cochlea.core.signal.Interval;
import org.cochlea.core.signal.Level;
import org.cochlea.core.signal.Silence;
import org.cochlea.core.signal.TransferFunction;

/**
 * A step from the samples of a clip, at the preset's rate, to those that are cut and transformed.
 */
public sealed interface Preparation {

  /**
   * Returns the prepared channels; the arguments stay as they are.
   *
   * @param channels at least one, all of one length
   * @param sampleRate in Hz, at least 1
   */
  float[][] apply(float[][] channels, int sampleRate);

  /**
   * Cuts silence off both ends, of the channels together; librosa.effects.trim.
   *
   * @param silence what silence is
   */
  record Trim(Silence silence) implements Preparation {
    @Override
    public float[][] apply(float[][] channels, int sampleRate) {
      if (channels[0].length == 0) {
        return channels;
      }
      Interval kept = silence.trim(channels);
      return Arrays.stream(channels).map(kept::of).toArray(float[][]::new);
    }
  }

  /**
   * Filters without delay, forwards and backwards with the filter's polynomials;
   * scipy.signal.filtfilt of scipy.signal.butter. A clip no longer than the filter's edge padding,
   * 3 (order + 1) samples for a low pass, is an error there; here it stays as it is.
   *
   * @param order at least 1
   * @param response which, in Hz
   */
  record ZeroPhase(int order, Butterworth.Response response) implements Preparation {
    @Override
    public float[][] apply(float[][] channels, int sampleRate) {
      TransferFunction filter = new Butterworth(order, response, sampleRate).transferFunction();
      if (channels[0].length <= filter.padLength()) {
        return channels;
      }
      return Arrays.stream(channels).map(filter::filtfilt).toArray(float[][]::new);
    }
  }

  /**
   * Scales all channels by one factor so that the largest magnitude is 1; librosa.util.normalize.
   */
  record PeakNormalize() implements Preparation {
    @Override
    public float[][] apply(float[][] channels, int sampleRate) {
      return Level.normalizePeak(channels, 0);
    }
  }

  /**
   * Keeps the samples whose surroundings are loud enough and closes the gaps: those where the
   * envelope, a statistic of {@code |x|} over a window around the sample, is above the threshold.
   *
   * <p>The window has {@code sampleRate / windowsPerSecond} samples and is cut off at the ends of
   * the clip; of an even number, one more lies before the sample than behind it: pandas' {@code
   * rolling(center=True, min_periods=1)}. The envelope is that of the first channel.
   *
   * @param windowsPerSecond at least 1
   * @param threshold at least 0, of full scale
   * @param statistic mean or maximum
   */
  record EnvelopeMask(int windowsPerSecond, double threshold, Statistic statistic)
      implements Preparation {
    /** What an envelope is of the magnitudes in its window. */
    public enum Statistic {
      /** Their mean. */
      MEAN,
      /** Their maximum. */
      MAX
    }

    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public EnvelopeMask {
      if (windowsPerSecond < 1) {
        throw new IllegalArgumentException(
            "windowsPerSecond must be at least 1, was " + windowsPerSecond);
      }
      if (!(threshold >= 0)) {
        throw new IllegalArgumentException("threshold must be at least 0, was " + threshold);
      }
    }

    @Override
    public float[][] apply(float[][] channels, int sampleRate) {
      boolean[] keep = mask(channels[0], Math.max(1, sampleRate / windowsPerSecond));
      float[][] out = new float[channels.length][];
      for (int c = 0; c < out.length; c++) {
        float[] kept = new float[keep.length];
        int count = 0;
        for (int i = 0; i < keep.length; i++) {
          if (keep[i]) {
            kept[count++] = channels[c][i];
          }
        }
        out[c] = Arrays.copyOf(kept, count);
      }
      return out;
    }

    private boolean[] mask(float[] x, int window) {
      int behind = (window - 1) / 2;
      boolean[] keep = new boolean[x.length];
      // A maximum is above the threshold exactly if some sample is: both are sums.
      double sum = 0;
      for (int end = 0; end < x.length + behind; end++) {
        if (end < x.length) {
          sum += weight(x[end]);
        }
        if (end >= window) {
          sum -= weight(x[end - window]);
        }
        int i = end - behind;
        if (i >= 0) {
          int count = Math.min(end, x.length - 1) - Math.max(0, end - window + 1) + 1;
          keep[i] = statistic == Statistic.MAX ? sum > 0 : sum / count > threshold;
        }
      }
      return keep;
    }

    private double weight(float sample) {
      double magnitude = Math.abs(sample);
      return statistic == Statistic.MAX ? (magnitude > threshold ? 1 : 0) : magnitude;
    }
  }

  /**
   * Keeps the beginning.
   *
   * @param seconds at least 0; longer clips are cut, shorter ones stay as they are
   */
  record Head(double seconds) implements Preparation {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public Head {
      if (!(seconds >= 0)) {
        throw new IllegalArgumentException("seconds must be at least 0, was " + seconds);
      }
    }

    @Override
    public float[][] apply(float[][] channels, int sampleRate) {
      int length = (int) Math.min(channels[0].length, (long) (seconds * sampleRate));
      return Arrays.stream(channels).map(c -> Arrays.copyOf(c, length)).toArray(float[][]::new);
    }
  }
}
