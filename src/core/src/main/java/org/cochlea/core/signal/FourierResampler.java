package org.cochlea.core.signal;

import java.util.Arrays;
import org.cochlea.core.stage.Fourier;

/**
 * Changes the number of samples by the discrete Fourier transform of the whole signal: its bins are
 * cut off or filled up with zeros; {@code scipy.signal.resample}, librosa's {@code fft} and {@code
 * scipy}.
 *
 * <p>The signal is taken for one period: its ends ring into each other. A {@link Resampler} does
 * not do that, takes the signal in pieces, and is faster for awkward lengths.
 */
public final class FourierResampler {
  private FourierResampler() {}

  /**
   * Resamples a signal to a number of samples that last as long.
   *
   * @param samples at least one
   * @param length of the result, at least 1
   * @throws IllegalArgumentException if there are none
   */
  public static float[] resample(float[] samples, int length) {
    int n = samples.length;
    Checks.atLeast("samples", n, 1);
    Checks.atLeast("length", length, 1);
    double[] wide = new double[n];
    for (int i = 0; i < n; i++) {
      wide[i] = samples[i];
    }
    int common = Math.min(n, length);
    double[] bins =
        Arrays.copyOf(
            Arrays.copyOf(new Fourier(n).forward(wide), 2 * (common / 2 + 1)),
            2 * (length / 2 + 1));
    if (common % 2 == 0 && n != length) {
      // The bin at half the lower rate: two of the signal meet in one, or one becomes two.
      double factor = length < n ? 2 : 0.5;
      bins[common] *= factor;
      bins[common + 1] *= factor;
    }
    double[] out = new Fourier(length).inverse(bins);
    float[] result = new float[length];
    for (int i = 0; i < length; i++) {
      result[i] = (float) (out[i] * length / n);
    }
    return result;
  }
}
