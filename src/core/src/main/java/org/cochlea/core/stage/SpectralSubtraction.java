package org.cochlea.core.stage;

/**
 * Complex frames without steady noise: {@code |y|^p = max(|x|^p - factor N^p, floor N^p)}, the
 * phase as it was, where {@code N^p[k]} is the mean of {@code |x|^p} over frames of noise alone.
 *
 * <p>Boll, "Suppression of acoustic noise in speech using spectral subtraction", 1979 (p 1, factor
 * 1, floor 0); Berouti, Schwartz and Makhoul, "Enhancement of speech corrupted by acoustic noise",
 * 1979 (p 2, factor and floor, which keeps single bins from tinkling).
 *
 * @param power p, above 0: 1 magnitudes, 2 powers
 * @param factor of the noise, at least 0
 * @param floor of what is left, in parts of the noise, at least 0
 * @param first frame of noise, at least 0
 * @param noise how many frames of noise follow, at least 1; fewer if the clip has fewer
 */
public record SpectralSubtraction(double power, double factor, double floor, int first, int noise)
    implements Stage.Analysis {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public SpectralSubtraction {
    Require.positive("power", power);
    Require.notNegative("factor", factor);
    Require.notNegative("floor", floor);
    Require.atLeast("first", first, 0);
    Require.atLeast("noise", noise, 1);
  }

  @Override
  public Layout apply(Layout in) {
    return Require.complex(this, in);
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int bins = in.bins();
    int to = (int) Math.min(x.length, (long) first + noise);
    double[] mean = new double[bins];
    for (int t = first; t < to; t++) {
      for (int k = 0; k < bins; k++) {
        double magnitude = Math.hypot(x[t][2 * k], x[t][2 * k + 1]);
        mean[k] += Math.pow(magnitude, power) / (to - first);
      }
    }
    double[][] y = new double[x.length][2 * bins];
    for (int t = 0; t < x.length; t++) {
      for (int k = 0; k < bins; k++) {
        double magnitude = Math.hypot(x[t][2 * k], x[t][2 * k + 1]);
        double left = Math.max(Math.pow(magnitude, power) - factor * mean[k], floor * mean[k]);
        double gain = magnitude == 0 ? 0 : Math.pow(left, 1 / power) / magnitude;
        y[t][2 * k] = gain * x[t][2 * k];
        y[t][2 * k + 1] = gain * x[t][2 * k + 1];
      }
    }
    return y;
  }
}
