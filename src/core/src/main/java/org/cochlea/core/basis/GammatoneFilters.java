package org.cochlea.core.basis;

import org.cochlea.core.stage.Basis;

/**
 * Gammatone filters in time, {@code t³ e^(-2π 1.019 ERB t) cos(2π f t)}, with a gain of 1 at their
 * centre f, where {@code ERB = f / 9.26449 + 24.7} Hz.
 *
 * <p>Slaney, "An efficient implementation of the Patterson-Holdsworth auditory filter bank", Apple
 * Technical Report 35, 1993: four sections of second order, the same filter as
 * scipy.signal.gammatone's with ftype "iir", which multiplies them out.
 */
public final class GammatoneFilters {
  private static final double EAR_Q = 9.26449;
  private static final double MIN_BANDWIDTH = 24.7;
  private static final double ERB_FACTOR = 1.019;

  /** Sections of a filter. */
  public static final int SECTIONS = 4;

  private GammatoneFilters() {}

  /** Returns the equivalent rectangular bandwidth at a frequency, in Hz. */
  public static double bandwidth(double hz) {
    return hz / EAR_Q + MIN_BANDWIDTH;
  }

  /**
   * Returns centres equally spaced on the ERB-rate scale, ascending: the first {@code minHz},
   * {@code maxHz} excluded; Slaney's ERBSpace.
   */
  public static double[] centres(double minHz, double maxHz, int count) {
    double offset = EAR_Q * MIN_BANDWIDTH;
    double[] hz = new double[count];
    for (int i = 0; i < count; i++) {
      double part = (double) (count - i) / count;
      hz[i] =
          (maxHz + offset) * Math.exp(part * Math.log((minHz + offset) / (maxHz + offset)))
              - offset;
    }
    return hz;
  }

  /**
   * Returns the sections of filters, {@value #SECTIONS} rows of {@code b0 b1 b2 1 a1 a2} for each.
   *
   * @param hz centres, each above 0 and below half the sample rate
   */
  public static Basis sections(double[] hz, double sampleRate) {
    double[][] rows = new double[SECTIONS * hz.length][];
    double wide = Math.sqrt(3 + Math.pow(2, 1.5));
    double narrow = Math.sqrt(3 - Math.pow(2, 1.5));
    double[] factors = {wide, -wide, narrow, -narrow};
    for (int k = 0; k < hz.length; k++) {
      if (!(hz[k] > 0 && hz[k] < sampleRate / 2)) {
        throw new IllegalArgumentException(
            "hz must be in (0, %s), was %s".formatted(sampleRate / 2, hz[k]));
      }
      double radius = Math.exp(-2 * Math.PI * ERB_FACTOR * bandwidth(hz[k]) / sampleRate);
      double angle = 2 * Math.PI * hz[k] / sampleRate;
      for (int s = 0; s < SECTIONS; s++) {
        double zero = radius * (Math.cos(angle) + factors[s] * Math.sin(angle));
        double[] row = {1, -zero, 0, 1, -2 * radius * Math.cos(angle), radius * radius};
        double gain = gain(row, angle);
        row[0] /= gain;
        row[1] /= gain;
        rows[SECTIONS * k + s] = row;
      }
    }
    return Basis.of(rows);
  }

  /** The magnitude of a section's response at an angle. */
  private static double gain(double[] row, double angle) {
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double above = Math.hypot(row[0] + row[1] * cos, -row[1] * sin);
    double cos2 = Math.cos(2 * angle);
    double sin2 = Math.sin(2 * angle);
    double below = Math.hypot(1 + row[4] * cos + row[5] * cos2, -row[4] * sin - row[5] * sin2);
    return above / below;
  }

  /**
   * Returns the coefficients of a filter's polynomials: b, of degree 4, then a, of degree 8;
   * scipy.signal.gammatone with ftype "iir".
   */
  public static double[][] polynomials(double hz, double sampleRate) {
    Basis sections = sections(new double[] {hz}, sampleRate);
    double[] b = {1};
    double[] a = {1};
    for (int s = 0; s < SECTIONS; s++) {
      b = times(b, sections.at(s, 0), sections.at(s, 1));
      a = times(a, 1, sections.at(s, 4), sections.at(s, 5));
    }
    return new double[][] {b, a};
  }

  private static double[] times(double[] polynomial, double... factor) {
    double[] product = new double[polynomial.length + factor.length - 1];
    for (int i = 0; i < polynomial.length; i++) {
      for (int j = 0; j < factor.length; j++) {
        product[i + j] += polynomial[i] * factor[j];
      }
    }
    return product;
  }

  /**
   * Returns the begin of the impulse response, scaled; scipy.signal.gammatone with ftype "fir".
   *
   * @param order of the filter, at least 1; 4
   * @param taps how many samples, at least 1
   */
  public static double[] impulse(double hz, int order, int taps, double sampleRate) {
    double width = 2 * Math.PI * ERB_FACTOR * bandwidth(hz);
    double scale = 2 * Math.pow(width, order) / sampleRate;
    for (int i = 2; i < order; i++) {
      scale /= i;
    }
    double[] response = new double[taps];
    for (int n = 0; n < taps; n++) {
      double t = n / sampleRate;
      response[n] =
          scale * Math.pow(t, order - 1) * Math.exp(-width * t) * Math.cos(2 * Math.PI * hz * t);
    }
    return response;
  }
}
