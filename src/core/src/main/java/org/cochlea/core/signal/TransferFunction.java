package org.cochlea.core.signal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A linear filter by its polynomials {@code H(z) = (b0 + b1 z^-1 + ...) / (a0 + a1 z^-1 + ...)},
 * scipy's {@code (b, a)}.
 *
 * <p>Rounding grows with the order: above about order 8, or with narrow bands, use {@link
 * SecondOrderSections}. Filtering is transposed direct form II in double precision.
 */
public final class TransferFunction {

  private final double[] b;
  private final double[] a;

  private TransferFunction(double[] b, double[] a) {
    this.b = b;
    this.a = a;
  }

  /**
   * Returns the filter of the given polynomials, both divided by {@code a[0]}.
   *
   * @param b numerator, at least 1 coefficient, finite
   * @param a denominator, at least 1 coefficient, finite, {@code a[0]} not 0
   */
  public static TransferFunction of(double[] b, double[] a) {
    Checks.atLeast("length of b", b.length, 1);
    Checks.atLeast("length of a", a.length, 1);
    if (a[0] == 0) {
      throw new IllegalArgumentException("a[0] must not be 0");
    }
    return new TransferFunction(normalised("b", b, a[0]), normalised("a", a, a[0]));
  }

  private static double[] normalised(String name, double[] polynomial, double a0) {
    double[] result = new double[polynomial.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = polynomial[i] / a0;
      Checks.finite(name + "[" + i + "]", result[i]);
    }
    return result;
  }

  /** Returns a copy of the numerator, divided by a[0]. */
  public double[] b() {
    return b.clone();
  }

  /** Returns a copy of the denominator, whose first coefficient is 1. */
  public double[] a() {
    return a.clone();
  }

  /** Filters from rest, as {@code scipy.signal.lfilter(b, a, x)}. */
  public float[] filter(float[] samples) {
    return ForwardBackward.narrow(filter(ForwardBackward.widen(samples)));
  }

  /** Filters doubles from rest; see {@link #filter(float[])}. */
  public double[] filter(double[] samples) {
    double[] out = samples.clone();
    run(out, new double[order()]);
    return out;
  }

  /**
   * Filters on from a state, as {@code scipy.signal.lfilter(b, a, x, zi=state)}.
   *
   * @param samples the next samples
   * @param state {@link #order} numbers, replaced by the state afterwards (scipy's {@code zf})
   */
  public double[] filter(double[] samples, double[] state) {
    if (state.length != order()) {
      throw new IllegalArgumentException(
          "state must have %d numbers, the order of the filter, had %d"
              .formatted(order(), state.length));
    }
    double[] out = samples.clone();
    run(out, state);
    return out;
  }

  /**
   * Filters forwards and backwards, so that no frequency is delayed, as {@code
   * scipy.signal.filtfilt(b, a, x)}: both ends are continued by {@link #padLength} samples mirrored
   * at the end point, and each pass starts in the steady state of its first sample.
   *
   * @param samples more than {@link #padLength} of them
   * @throws IllegalArgumentException if there are too few samples
   */
  public float[] filtfilt(float[] samples) {
    return ForwardBackward.narrow(filtfilt(ForwardBackward.widen(samples)));
  }

  /** Filters doubles forwards and backwards; see {@link #filtfilt(float[])}. */
  public double[] filtfilt(double[] samples) {
    return filtfilt(samples, padLength());
  }

  /**
   * Filters forwards and backwards with a given length of odd padding.
   *
   * @param samples more than {@code padLength} of them
   * @param padLength samples to continue either end by, at least 0
   */
  public double[] filtfilt(double[] samples, int padLength) {
    return filtfilt(samples, padLength, EndPadding.ODD);
  }

  /**
   * Filters forwards and backwards with a given padding.
   *
   * @param samples more than {@code padLength} of them
   * @param padLength samples to continue either end by, at least 0
   * @param padding how; scipy's {@code padtype}
   */
  public double[] filtfilt(double[] samples, int padLength, EndPadding padding) {
    double[] steady = steadyState();
    return ForwardBackward.filtfilt(
        samples,
        padLength,
        padding,
        extended -> {
          double[] state = steady.clone();
          for (int k = 0; k < state.length; k++) {
            state[k] *= extended[0];
          }
          run(extended, state);
        });
  }

  /**
   * Filters forwards and backwards without padding: both passes start in the states with which
   * filtering backwards first would give the same, as {@code scipy.signal.filtfilt(b, a, x,
   * method="gust", irlen=impulseLength)}.
   *
   * @param samples at least twice the order of the filter
   * @param impulseLength samples after which the filter's response has died away, at least 1; only
   *     as many at either end are then solved for
   */
  public double[] filtfiltGustafsson(double[] samples, int impulseLength) {
    Checks.atLeast("impulseLength", impulseLength, 1);
    if (samples.length < 2 * order()) {
      throw new IllegalArgumentException(
          "samples must be at least %d, twice the order of the filter, were %d"
              .formatted(2 * order(), samples.length));
    }
    return Gustafsson.filtfilt(this, samples, impulseLength);
  }

  /** Returns the samples by which {@link #filtfilt} continues either end: three times the taps. */
  public int padLength() {
    return 3 * Math.max(a.length, b.length);
  }

  /** Returns the length of the state: the longer polynomial's length less 1. */
  public int order() {
    return Math.max(a.length, b.length) - 1;
  }

  /**
   * Returns the state after a long input of ones, as {@code scipy.signal.lfilter_zi(b, a)}.
   *
   * @throws IllegalArgumentException if the filter has a pole at frequency 0 and so no steady state
   */
  public double[] steadyState() {
    double sum = Arrays.stream(a).sum();
    if (sum == 0) {
      throw new IllegalArgumentException("filter must have no pole at 0 Hz, was " + this);
    }
    double[] state = new double[order()];
    double first = 0;
    for (int k = 1; k <= order(); k++) {
      first += coefficient(b, k) - coefficient(a, k) * b[0];
    }
    first /= sum;
    double feedback = 1;
    double forward = 0;
    for (int k = 0; k < state.length; k++) {
      if (k > 0) {
        feedback += coefficient(a, k);
        forward += coefficient(b, k) - coefficient(a, k) * b[0];
      }
      state[k] = feedback * first - forward;
    }
    return state;
  }

  private static double coefficient(double[] polynomial, int k) {
    return k < polynomial.length ? polynomial[k] : 0;
  }

  private void run(double[] x, double[] z) {
    int order = z.length;
    double[] forward = Arrays.copyOf(b, order + 1);
    double[] back = Arrays.copyOf(a, order + 1);
    for (int i = 0; i < x.length; i++) {
      double in = x[i];
      double y = order == 0 ? forward[0] * in : forward[0] * in + z[0];
      for (int k = 1; k < order; k++) {
        z[k - 1] = z[k] + forward[k] * in - back[k] * y;
      }
      if (order > 0) {
        z[order - 1] = forward[order] * in - back[order] * y;
      }
      x[i] = y;
      if ((i & 1023) == 1023) {
        for (int k = 0; k < order; k++) {
          // As in SosFilter: a long silence would otherwise run on denormal numbers.
          z[k] = Math.abs(z[k]) < 1e-200 ? 0 : z[k];
        }
      }
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TransferFunction function
        && Arrays.equals(b, function.b)
        && Arrays.equals(a, function.a);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(b) + Arrays.hashCode(a);
  }

  @Override
  public String toString() {
    return "b = " + Arrays.toString(b) + ", a = " + Arrays.toString(a);
  }
}
