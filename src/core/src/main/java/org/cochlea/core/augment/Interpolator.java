package org.cochlea.core.augment;

import java.util.Arrays;
import org.cochlea.core.basis.Bessel;

/**
 * Reads a signal at any speed: a sinc with a Kaiser window of 32 zero crossings to each side,
 * tabulated 512 times per crossing and interpolated linearly between.
 */
final class Interpolator {
  private static final int CROSSINGS = 32;
  private static final int STEPS = 512;
  private static final double BETA = 10;

  /** Where the filter's middle lies, as a part of half the lower of both rates. */
  private static final double ROLLOFF = 0.95;

  private static final float[] TABLE = new float[CROSSINGS * STEPS + 2];

  static {
    double norm = Bessel.i0(BETA);
    for (int i = 0; i <= CROSSINGS * STEPS; i++) {
      double u = (double) i / STEPS;
      double r = u / CROSSINGS;
      double window = Bessel.i0(BETA * Math.sqrt(Math.max(0, 1 - r * r))) / norm;
      double sinc = i == 0 ? 1 : Math.sin(Math.PI * u) / (Math.PI * u);
      TABLE[i] = (float) (window * sinc);
    }
  }

  private Interpolator() {}

  /** Writes {@code y[t] = x(speed t)}, {@code x} being 0 outside. */
  static void read(float[] x, int n, double speed, float[] y, int count) {
    if (speed == 1) {
      int same = Math.min(n, count);
      System.arraycopy(x, 0, y, 0, same);
      Arrays.fill(y, same, count, 0);
      return;
    }
    double cutoff = ROLLOFF * Math.min(1, 1 / speed);
    double reach = CROSSINGS / cutoff;
    double scale = cutoff * STEPS;
    for (int t = 0; t < count; t++) {
      double at = speed * t;
      int first = Math.max(0, (int) Math.ceil(at - reach));
      int last = Math.min(n - 1, (int) Math.floor(at + reach));
      double sum = 0;
      for (int i = first; i <= last; i++) {
        double u = Math.abs(i - at) * scale;
        int k = (int) u;
        float low = TABLE[k];
        sum += x[i] * (low + (u - k) * (TABLE[k + 1] - low));
      }
      y[t] = (float) (cutoff * sum);
    }
  }
}
