package org.cochlea.core.basis;

import java.util.Arrays;
import org.cochlea.core.stage.Taper;

/**
 * A discrete prolate spheroidal (Slepian) sequence of norm 1: of all sequences orthogonal to those
 * of lower order the one whose spectrum lies most within {@code ±halfBandwidth / length} of the
 * sampling rate; scipy.signal.windows.dpss. Symmetric (even orders) with a positive sum, or
 * antisymmetric with a positive first lobe.
 *
 * <p>Slepian, "Prolate spheroidal wave functions, Fourier analysis and uncertainty V", 1978; an
 * eigenvector of a tridiagonal matrix.
 *
 * @param halfBandwidth NW, above 0 and below half the length; 4 is usual
 * @param order 0, 1, …; of use up to about {@code 2 halfBandwidth - 1}
 */
public record DpssTaper(double halfBandwidth, int order) implements Taper {
  private static final int ROUNDS = 4;

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public DpssTaper {
    if (!(halfBandwidth > 0) || !Double.isFinite(halfBandwidth)) {
      throw new IllegalArgumentException(
          "halfBandwidth must be above 0 and finite, was " + halfBandwidth);
    }
    if (order < 0) {
      throw new IllegalArgumentException("order must be at least 0, was " + order);
    }
  }

  @Override
  public double[] coefficients(int length) {
    if (halfBandwidth >= length / 2.0 || order >= length) {
      throw new IllegalArgumentException(
          "a taper of order %d and halfBandwidth %s needs more than %d samples"
              .formatted(order, halfBandwidth, length));
    }
    double c = Math.cos(2 * Math.PI * halfBandwidth / length);
    double[] diagonal = new double[length];
    double[] beside = new double[length];
    for (int i = 0; i < length; i++) {
      double t = (length - 1 - 2.0 * i) / 2;
      diagonal[i] = t * t * c;
      beside[i] = i * (double) (length - i) / 2;
    }
    double[] v = eigenvector(diagonal, beside, eigenvalue(diagonal, beside));
    double squares = 0;
    double sum = 0;
    double lobe = 0;
    double peak = Arrays.stream(v).map(Math::abs).max().orElse(1);
    for (double x : v) {
      squares += x * x;
      sum += x;
      lobe = lobe == 0 && Math.abs(x) > 1e-4 * peak ? x : lobe;
    }
    double sign = (order % 2 == 0 ? sum : lobe) < 0 ? -1 : 1;
    for (int i = 0; i < length; i++) {
      v[i] *= sign / Math.sqrt(squares);
    }
    return v;
  }

  /**
   * Returns how much of the taper's energy lies within the band, in (0, 1): the eigenvalue by which
   * eigenspectra may be weighted.
   *
   * @param length number of coefficients
   */
  public double concentration(int length) {
    double[] v = coefficients(length);
    double width = halfBandwidth / length;
    double sum = 0;
    for (int lag = 0; lag < length; lag++) {
      double correlation = 0;
      for (int i = lag; i < length; i++) {
        correlation += v[i] * v[i - lag];
      }
      sum +=
          lag == 0
              ? 2 * width * correlation
              : 2 * correlation * Math.sin(2 * Math.PI * width * lag) / (Math.PI * lag);
    }
    return sum;
  }

  /** Returns the eigenvalue that {@code order} others are above, by bisection. */
  private double eigenvalue(double[] diagonal, double[] beside) {
    double high = Double.NEGATIVE_INFINITY;
    double low = Double.POSITIVE_INFINITY;
    for (int i = 0; i < diagonal.length; i++) {
      double around = beside[i] + (i + 1 < diagonal.length ? beside[i + 1] : 0);
      low = Math.min(low, diagonal[i] - around);
      high = Math.max(high, diagonal[i] + around);
    }
    for (double middle = (low + high) / 2;
        middle > low && middle < high;
        middle = (low + high) / 2) {
      if (above(diagonal, beside, middle) > order) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** Returns how many eigenvalues are above a number: Sturm's count of positive pivots. */
  private static int above(double[] diagonal, double[] beside, double x) {
    int count = 0;
    double pivot = 1;
    for (int i = 0; i < diagonal.length; i++) {
      pivot = diagonal[i] - x - (i == 0 ? 0 : beside[i] * beside[i] / pivot);
      if (pivot == 0) {
        pivot = -Double.MIN_NORMAL;
      }
      count += pivot > 0 ? 1 : 0;
    }
    return count;
  }

  /** Returns the eigenvector of an eigenvalue by inverse iteration, rows exchanged as needed. */
  private static double[] eigenvector(double[] diagonal, double[] beside, double value) {
    int m = diagonal.length;
    double[] v = new double[m];
    for (int i = 0; i < m; i++) {
      // Neither symmetric nor antisymmetric.
      v[i] = 1 + (double) i / m;
    }
    for (int round = 0; round < ROUNDS; round++) {
      v = solve(diagonal, beside, value, v);
      double peak = Arrays.stream(v).map(Math::abs).max().orElse(1);
      for (int i = 0; i < m; i++) {
        v[i] /= peak;
      }
    }
    return v;
  }

  private static double[] solve(double[] diagonal, double[] beside, double value, double[] right) {
    int m = diagonal.length;
    double[] a = new double[m];
    double[] b = new double[m];
    double[] c = new double[m];
    double[] y = right.clone();
    double least = Math.ulp(Math.abs(value) + beside[m / 2]);
    for (int i = 0; i < m; i++) {
      a[i] = diagonal[i] - value;
      b[i] = i + 1 < m ? beside[i + 1] : 0;
    }
    for (int i = 0; i + 1 < m; i++) {
      double below = beside[i + 1];
      double next = a[i + 1];
      double nextBeside = b[i + 1];
      if (Math.abs(below) > Math.abs(a[i])) {
        double factor = a[i] / below;
        a[i + 1] = b[i] - factor * next;
        b[i + 1] = -factor * nextBeside;
        a[i] = below;
        b[i] = next;
        c[i] = nextBeside;
        double swapped = y[i];
        y[i] = y[i + 1];
        y[i + 1] = swapped - factor * y[i];
      } else {
        a[i] = a[i] == 0 ? least : a[i];
        double factor = below / a[i];
        a[i + 1] = next - factor * b[i];
        y[i + 1] -= factor * y[i];
      }
    }
    a[m - 1] = Math.abs(a[m - 1]) < least ? least : a[m - 1];
    for (int i = m - 1; i >= 0; i--) {
      double known = (i + 1 < m ? b[i] * y[i + 1] : 0) + (i + 2 < m ? c[i] * y[i + 2] : 0);
      y[i] = (y[i] - known) / a[i];
    }
    return y;
  }
}
