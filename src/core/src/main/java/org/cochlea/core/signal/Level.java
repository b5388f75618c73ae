package org.cochlea.core.signal;

/**
 * Levels of a signal: peak, RMS, channels mixed to one.
 *
 * <p>0 dBFS is an amplitude of 1, so that a sine of full scale has an RMS of -3.01 dBFS. Nothing
 * here clips: a normalised signal may exceed [-1, 1].
 */
public final class Level {

  private Level() {}

  /**
   * Mixes channels to one by their mean, as {@code librosa.to_mono}.
   *
   * @param channels at least one, all of one length
   * @return a new array
   */
  public static float[] mono(float[][] channels) {
    float[] out = new float[Checks.sameLength(channels)];
    for (int i = 0; i < out.length; i++) {
      double sum = 0;
      for (float[] channel : channels) {
        sum += channel[i];
      }
      out[i] = (float) (sum / channels.length);
    }
    return out;
  }

  /** Returns the largest magnitude; 0 without samples, NaN with one that is not a number. */
  public static double peak(float[] samples) {
    float peak = 0;
    for (float sample : samples) {
      peak = Math.max(peak, Math.abs(sample));
    }
    return peak;
  }

  /** Returns the root of the mean square; 0 without samples. */
  public static double rms(float[] samples) {
    double sum = 0;
    for (float sample : samples) {
      sum += (double) sample * sample;
    }
    return samples.length == 0 ? 0 : Math.sqrt(sum / samples.length);
  }

  /** Returns the RMS in dBFS: negative infinity for silence. */
  public static double rmsDbfs(float[] samples) {
    return 20 * Math.log10(rms(samples));
  }

  /**
   * Scales the largest magnitude to 1, as {@code librosa.util.normalize(x)}: a signal whose peak is
   * below the smallest normal float stays as it is.
   *
   * @param samples finite
   * @return a new array
   * @throws IllegalArgumentException if a sample is infinite or not a number
   */
  public static float[] normalizePeak(float[] samples) {
    return normalizePeak(samples, 0);
  }

  /**
   * Scales the largest magnitude to a level; see {@link #normalizePeak(float[])}.
   *
   * @param samples finite
   * @param dbfs the level of the peak in dBFS, finite
   */
  public static float[] normalizePeak(float[] samples, double dbfs) {
    return normalizePeak(new float[][] {samples}, dbfs)[0];
  }

  /**
   * Scales channels by one gain, so that the largest magnitude of all is at a level.
   *
   * @param channels at least one, finite
   * @param dbfs the level of the peak in dBFS, finite
   * @return new arrays
   */
  public static float[][] normalizePeak(float[][] channels, double dbfs) {
    Checks.finite("dbfs", dbfs);
    double peak = 0;
    for (int c = 0; c < channels.length; c++) {
      requireFinite(channels[c]);
      peak = Math.max(peak, peak(channels[c]));
    }
    double target = Math.pow(10, dbfs / 20);
    float[][] out = new float[channels.length][];
    for (int c = 0; c < out.length; c++) {
      // A division, as librosa's, so that the peak itself comes out as exactly 1.
      out[c] = peak < Float.MIN_NORMAL ? channels[c].clone() : scaled(channels[c], target, peak);
    }
    return out;
  }

  /**
   * Scales the RMS to a level. Silence stays as it is.
   *
   * @param samples finite
   * @param dbfs the level of the RMS in dBFS, finite
   * @return a new array
   * @throws IllegalArgumentException if a sample is infinite or not a number
   */
  public static float[] normalizeRms(float[] samples, double dbfs) {
    Checks.finite("dbfs", dbfs);
    requireFinite(samples);
    double rms = rms(samples);
    return rms < Float.MIN_NORMAL ? samples.clone() : scaled(samples, Math.pow(10, dbfs / 20), rms);
  }

  /** Returns {@code samples} multiplied by a factor, in a new array. */
  public static float[] gain(float[] samples, double factor) {
    return scaled(samples, factor, 1);
  }

  private static float[] scaled(float[] samples, double factor, double divisor) {
    float[] out = new float[samples.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) (samples[i] * factor / divisor);
    }
    return out;
  }

  private static void requireFinite(float[] samples) {
    for (int i = 0; i < samples.length; i++) {
      if (!Float.isFinite(samples[i])) {
        throw new IllegalArgumentException(
            "samples must be finite, number %d was %s".formatted(i, samples[i]));
      }
    }
  }
}
