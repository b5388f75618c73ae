package org.cochlea.core.signal;

import java.math.BigInteger;
import java.util.function.DoubleUnaryOperator;
import org.cochlea.core.basis.Bessel;

/**
 * The low-pass filter of a {@link Resampler}: a sinc under a window.
 *
 * <p>With {@code c = rolloff min(1, to / from)}, an output at the time {@code t0}, counted in input
 * samples, is
 *
 * <pre>{@code y = c sum_n x[n] sinc(c (n - t0)) w(c (n - t0) / width)}</pre>
 *
 * where {@code sinc(u) = sin(πu) / πu} and the window {@code w} is zero beyond ±1. These are the
 * formulas of {@code torchaudio.functional.resample}.
 */
public sealed interface SincKernel {

  /** torchaudio's default: short and soft, with aliases only 40 to 50 dB down near the cutoff. */
  static SincKernel torchaudio() {
    return new Hann(6, 0.99);
  }

  /** The "kaiser_best" of torchaudio's documentation, after resampy 0.2. */
  static SincKernel kaiserBest() {
    return new Kaiser(64, 0.9475937167399596, 14.769656459379492);
  }

  /** The "kaiser_fast" of torchaudio's documentation, after resampy 0.2. */
  static SincKernel kaiserFast() {
    return new Kaiser(16, 0.85, 8.555504641634386);
  }

  /**
   * The filter of {@code scipy.signal.resample_poly} (librosa's {@code polyphase}): ten zero
   * crossings under a Kaiser window of β = 5, cut off at half the lower rate, with a gain of
   * exactly 1 at 0 Hz. It lets through more of what folds back than {@link
   * Resampler.Quality#MEDIUM}.
   *
   * @param from rate of the input in Hz, at least 1
   * @param to rate of the output in Hz, at least 1
   */
  static SincKernel scipy(int from, int to) {
    Checks.atLeast("from", from, 1);
    Checks.atLeast("to", to, 1);
    Kaiser kernel = new Kaiser(10, 1, 5);
    DoubleUnaryOperator impulse = kernel.impulse();
    // firwin's taps, as many per zero crossing as the larger of the reduced rates.
    int step = Math.max(from, to) / BigInteger.valueOf(from).gcd(BigInteger.valueOf(to)).intValue();
    double sum = 0;
    for (int m = 10 * step; m > 0; m--) {
      sum += 2 * impulse.applyAsDouble((double) m / step);
    }
    return new Scaled(kernel, step / (1 + sum));
  }

  /**
   * Designs a Kaiser kernel by its bands (J. F. Kaiser, 1974). Both figures are met within 2 dB.
   *
   * @param passband end of the pass band, relative to half the lower rate, in (0, 1)
   * @param attenuation of everything above half the lower rate, in dB, in [30, 200]; the pass band
   *     deviates from 1 by {@code 10^(-attenuation / 20)}
   */
  static SincKernel design(double passband, double attenuation) {
    Checks.inside("passband", passband, 0, 1);
    Checks.within("attenuation", attenuation, 30, 200);
    double beta =
        attenuation > 50
            ? 0.1102 * (attenuation - 8.7)
            : 0.5842 * Math.pow(attenuation - 21, 0.4) + 0.07886 * (attenuation - 21);
    double rolloff = (1 + passband) / 2;
    // Kaiser's length falls short by up to 8 dB at the very edges: 2 % more covers them.
    double halfLength = 1.02 * (attenuation - 7.95) / (2 * 2.285 * Math.PI * (1 - passband));
    return new Kaiser((int) Math.ceil(halfLength * rolloff), rolloff, beta);
  }

  /**
   * Returns the half length of the kernel in zero crossings of the sinc (torchaudio's {@code
   * lowpass_filter_width}). A whole number, so that the kernel ends in a zero.
   */
  int width();

  /** Returns the cutoff (-6 dB), relative to half the lower rate. */
  double rolloff();

  /** Returns the window as a function on [-1, 1], which is 1 at 0. */
  DoubleUnaryOperator window();

  /** Returns the windowed sinc as a function of the number of zero crossings from its middle. */
  default DoubleUnaryOperator impulse() {
    DoubleUnaryOperator window = window();
    int width = width();
    return t -> {
      if (Math.abs(t) >= width) {
        return 0;
      }
      double angle = Math.PI * t;
      double sinc = angle == 0 ? 1 : Math.sin(angle) / angle;
      return sinc * window.applyAsDouble(t / width);
    };
  }

  /**
   * Hann window, {@code cos²(πu/2)}: torchaudio's {@code sinc_interpolation}, later {@code
   * sinc_interp_hann}.
   *
   * @param width half length in zero crossings, in [1, 4096]
   * @param rolloff cutoff, relative to half the lower rate, in (0, 1]
   */
  record Hann(int width, double rolloff) implements SincKernel {
    /** Checks the ranges. */
    public Hann {
      check(width, rolloff);
    }

    @Override
    public DoubleUnaryOperator window() {
      return u -> {
        double cos = Math.cos(Math.PI / 2 * u);
        return cos * cos;
      };
    }
  }

  /**
   * Kaiser window, {@code I0(β √(1 - u²)) / I0(β)}: torchaudio's {@code kaiser_window}, later
   * {@code sinc_interp_kaiser}.
   *
   * @param width half length in zero crossings, in [1, 4096]
   * @param rolloff cutoff, relative to half the lower rate, in (0, 1]
   * @param beta shape of the window, in [0, 100]
   */
  record Kaiser(int width, double rolloff, double beta) implements SincKernel {
    /** Checks the ranges. */
    public Kaiser {
      check(width, rolloff);
      Checks.within("beta", beta, 0, 100);
    }

    @Override
    public DoubleUnaryOperator window() {
      double norm = Bessel.i0(beta);
      return u -> Bessel.i0(beta * Math.sqrt(1 - u * u)) / norm;
    }
  }

  /**
   * A kernel times a number.
   *
   * @param kernel the kernel
   * @param gain the number, finite
   */
  record Scaled(SincKernel kernel, double gain) implements SincKernel {
    /** Checks the range. */
    public Scaled {
      if (!Double.isFinite(gain)) {
        throw new IllegalArgumentException("gain must be finite, was " + gain);
      }
    }

    @Override
    public int width() {
      return kernel.width();
    }

    @Override
    public double rolloff() {
      return kernel.rolloff();
    }

    @Override
    public DoubleUnaryOperator window() {
      return kernel.window();
    }

    @Override
    public DoubleUnaryOperator impulse() {
      DoubleUnaryOperator impulse = kernel.impulse();
      return t -> gain * impulse.applyAsDouble(t);
    }
  }

  private static void check(int width, double rolloff) {
    Checks.within("width", width, 1, 4096);
    if (!(rolloff > 0 && rolloff <= 1)) {
      throw new IllegalArgumentException("rolloff must be in (0, 1], was " + rolloff);
    }
  }
}
