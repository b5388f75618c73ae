package org.cochlea.core.basis;

import org.cochlea.core.stage.Basis;

/**
 * The mel filter bank of python_speech_features and of Fayek's tutorial: triangles whose corners
 * are moved down to the nearest bin.
 *
 * <p>Corner {@code i} lies at bin {@code b[i] = floor((fftSize + 1) f[i] / sampleRate)}, with
 * {@code f} equally spaced in HTK's mel; filter {@code i} rises as {@code (k - b[i]) / (b[i+1] -
 * b[i])} on {@code b[i] <= k < b[i+1]} and falls as {@code (b[i+2] - k) / (b[i+2] - b[i+1])} on
 * {@code b[i+1] <= k < b[i+2]}. With many filters for the size of the transform, corners fall
 * together and a filter may be empty.
 */
public final class FloorFilters {
  private FloorFilters() {}

  /**
   * Returns the filters {@code [filters, fftSize / 2 + 1]}.
   *
   * @param sampleRate in Hz
   * @param fftSize at least 1
   * @param filters at least 1
   * @param minHz lower edge of the first
   * @param maxHz upper edge of the last, above {@code minHz}, at most half the sample rate
   */
  public static Basis mel(int sampleRate, int fftSize, int filters, double minHz, double maxHz) {
    double low = MelScale.HTK.fromHz(minHz);
    double high = MelScale.HTK.fromHz(maxHz);
    int[] corner = new int[filters + 2];
    for (int i = 0; i < corner.length; i++) {
      // numpy.linspace: the step is rounded first, and the last point is the end itself.
      double mel = i == filters + 1 ? high : i * ((high - low) / (filters + 1)) + low;
      corner[i] = (int) Math.floor((fftSize + 1) * MelScale.HTK.toHz(mel) / sampleRate);
    }
    double[][] rows = new double[filters][fftSize / 2 + 1];
    for (int i = 0; i < filters; i++) {
      for (int k = corner[i]; k < corner[i + 1]; k++) {
        rows[i][k] = (double) (k - corner[i]) / (corner[i + 1] - corner[i]);
      }
      for (int k = corner[i + 1]; k < corner[i + 2]; k++) {
        rows[i][k] = (double) (corner[i + 2] - k) / (corner[i + 2] - corner[i + 1]);
      }
    }
    return Basis.of(rows);
  }
}
